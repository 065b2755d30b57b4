import { BedsideError, cutUrlsIn } from './errors.js';

/**
 * How an attempt failed.
 *
 * @typedef {object} Failure
 * @property {string} kind a word of the policy: `status`, `network`, `stall`, `deadline`, `truncated`, `range`, `changed`,
 *   `cors` or `program`
 * @property {string} message
 * @property {Response} [response]
 * @property {unknown} [cause]
 */

/**
 * By the status of an answer.
 *
 * @param {Response} response
 * @returns {Failure}
 */
export function failedBy(response) {
  const words = response.statusText ? ` (${response.statusText})` : '';
  return { kind: 'status', message: `the server answered ${response.status}${words}`, response };
}

/**
 * By what the platform's `fetch` rejected with.
 *
 * @param {unknown} error
 * @returns {Failure}
 */
export function failedWith(error) {
  return { kind: isNetworkFailure(error) ? 'network' : 'program', message: messageOf(error), cause: error };
}

/** @returns {Failure} */
export const failedByCors = (/** @type {unknown} */ cause) => ({
  kind: 'cors',
  message: 'the server does not let this page read its answer (CORS)',
  cause,
});

/**
 * By the end of a body, or by a body that does not continue what was received.
 *
 * @param {string} kind
 * @returns {Failure}
 */
export const failedInBody = kind => ({ kind, message: bodyMessages[kind] ?? kind });

/** @type {Record<string, string>} */
const bodyMessages = {
  truncated: 'the body ended before its announced length',
  changed: 'the content changed while it was being read',
  range: 'a partial answer did not continue what was received',
};

/**
 * The error for a request that is given up.
 *
 * @param {string} url as it may be shown
 * @param {Failure} failure the last one
 * @param {string} reason the policy's
 * @param {import('./errors.js').Attempt[]} attempts
 */
export function fetchFailed(url, failure, reason, attempts) {
  const after = attempts.length > 1 ? `, after ${attempts.length} attempts` : '';
  const remedy = remedies[reason] ?? 'Check the address and the connection, then try again.';
  return new BedsideError(
    'FETCH_FAILED',
    `${url} could not be fetched: ${cutUrlsIn(failure.message)}${after}. ${remedy}`,
    {
      attempts,
      status: failure.response?.status ?? null,
      url,
      cause: failure.cause,
    },
  );
}

/** By the reason for which the policy gave up. @type {Record<string, string>} */
const remedies = {
  status: 'Check the address, and whether it asks for a sign-in.',
  cors: 'Its owner must send Access-Control-Allow-Origin; or download the file and open it from the disk.',
  program: 'Check the address and the options of the request.',
  changed: 'Try again to read the new content.',
  deadline: 'Try again on a better connection, or raise retry.deadline.',
  budget: 'Most requests fail at present; try again later.',
};

/**
 * A `TypeError` is what a broken line gives, and what a malformed call gives. Browsers and runtimes tell them apart by
 * the message alone; an unknown error that is none of the language's own is taken for the network's.
 *
 * @param {unknown} error
 */
function isNetworkFailure(error) {
  if (!(error instanceof Error)) return true;
  if (['ReferenceError', 'RangeError', 'SyntaxError'].includes(error.name)) return false;
  if (error.name !== 'TypeError') return true;
  if (/unknown scheme|bad port/i.test(messageOf(error.cause))) return false; // undici wraps these as `fetch failed`
  return networkMessages.some(start => error.message.trimStart().startsWith(start));
}

const networkMessages = [
  'Failed to fetch', // Chromium
  'network error', // Chromium, while a body is read
  'NetworkError when attempting to fetch resource', // Firefox
  'Error in input stream', // Firefox, while a body is read
  'Load failed', // Safari
  'The network connection was lost', // Safari
  'The Internet connection appears to be offline', // Safari 16
  'fetch failed', // Node (undici)
  'terminated', // Node, while a body is read
  'error sending request', // Deno
  'A network error occurred', // Bun
];

/** @param {unknown} error */
export const messageOf = error => (error instanceof Error ? error.message : String(error ?? ''));
