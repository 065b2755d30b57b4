/**
 * What every rejection of this package is: an error with a code that programs can read, and a message for people that
 * names the column, the value, the file, and the remedy.
 */
export class BedsideError extends Error {
  /**
   * @param {string} code one of the codes of the README, such as `'PARSE_ERROR'`
   * @param {string} message
   * @param {Details} [details] become properties of the error; `cause` as in `Error`
   */
  constructor(code, message, details = {}) {
    const { cause, attempts, status, url, neededBytes, availableBytes, ...rest } = details;
    super(message, Object.hasOwn(details, 'cause') ? { cause } : undefined);
    this.name = 'BedsideError';
    /** What went wrong, for programs. */
    this.code = code;
    /** `FETCH_FAILED`: every attempt, in order. */
    if (attempts !== undefined) this.attempts = attempts;
    /** `FETCH_FAILED`: the last HTTP status; `null` when no answer came. */
    if (status !== undefined) this.status = status;
    /** `FETCH_FAILED`: the address, without query and credentials. */
    if (url !== undefined) this.url = url;
    /** `MEMORY_BUDGET`: bytes certainly needed. */
    if (neededBytes !== undefined) this.neededBytes = neededBytes;
    /** `MEMORY_BUDGET`: bytes that the budget leaves. */
    if (availableBytes !== undefined) this.availableBytes = availableBytes;
    Object.assign(this, rest);
  }
}

/**
 * @typedef {object} Details
 * @property {unknown} [cause]
 * @property {Attempt[]} [attempts]
 * @property {number | null} [status]
 * @property {string} [url]
 * @property {number} [neededBytes]
 * @property {number} [availableBytes]
 */

/**
 * One attempt of a request that failed.
 *
 * @typedef {object} Attempt
 * @property {number | null} status HTTP status; `null` when no answer came
 * @property {string} kind `status`, `network`, `stall`, `deadline`, `truncated`, `range`, `changed`, `cors` or `program`
 * @property {number} waitMs the wait that followed
 * @property {string} message what the platform said
 */

/**
 * An address that may be shown and logged: without query, fragment and credentials, which can hold keys and names.
 *
 * @param {string | URL} url
 * @returns {string}
 */
export function cutUrl(url) {
  try {
    const { protocol, host, pathname } = new URL(url);
    if (protocol === 'data:') return 'data:…';
    return host === ''
      ? `${protocol}${protocol === 'file:' ? '//' : ''}${pathname}`
      : `${protocol}//${host}${pathname}`;
  } catch {
    return String(url).replace(/[?#].*$/s, '');
  }
}

/**
 * A text, such as the message of a platform's error, with every address in it cut.
 *
 * @param {string} text
 * @returns {string}
 */
export function cutUrlsIn(text) {
  return text.replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s'"<>()]+/gi, cutUrl);
}
