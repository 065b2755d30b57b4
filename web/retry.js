import { BedsideError } from './errors.js';

/**
 * How layer 3 answers failures. Times are in milliseconds; `Infinity` switches a limit off.
 *
 * @typedef {object} RetryOptions
 * @property {number} [retries] attempts after the first: 3
 * @property {number} [initialDelay] wait before the first retry: 500
 * @property {number} [factor] each wait is the one before times this: 2
 * @property {'none' | 'full' | number} [jitter] `'full'`: wait a random share of each delay; a number such as 0.25: vary
 *   it by up to that share in both directions. `'none'`
 * @property {number} [stallTimeout] longest silence of one attempt: 30,000
 * @property {number} [deadline] longest duration of a whole request, waits included, without the time that whoever
 *   receives the bytes takes over them: 300,000
 * @property {number} [maxRetryAfter] cap of the server's `Retry-After`: 60,000
 */

/** @type {Readonly<Required<RetryOptions>>} */
export const retryDefaults = Object.freeze({
  retries: 3,
  initialDelay: 500,
  factor: 2,
  jitter: 'none',
  stallTimeout: 30_000,
  deadline: 300_000,
  maxRetryAfter: 60_000,
});

/** The statuses of a server in distress, as the policy in C++ has them; here for the modules it comes from. */
export const retriedStatuses = Object.freeze([408, 425, 429, 500, 502, 503, 504, 521, 522, 524]);

/**
 * Options as the policy takes them.
 *
 * @typedef {ReturnType<typeof checkRetry>} Retry
 */

/**
 * Checks options and fills in the defaults. `false` switches layer 3 off.
 *
 * @param {RetryOptions | boolean} [options]
 */
export function checkRetry(options = {}) {
  const enabled = options !== false;
  const given = typeof options === 'object' && options !== null ? options : {};
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(retryDefaults, name)) {
      throw new BedsideError(
        'INVALID_SPEC',
        `retry has no option '${name}'; it has ${Object.keys(retryDefaults).join(', ')}.`,
      );
    }
  }
  const { jitter, ...numbers } = { ...retryDefaults, ...given };
  for (const [name, value] of Object.entries(numbers)) {
    const least = name === 'factor' ? 1 : 0;
    const whole = name !== 'retries' || Number.isInteger(value) || value === Infinity;
    if (typeof value !== 'number' || !(value >= least) || !whole) {
      const wanted = name === 'retries' ? 'a whole number' : 'a number';
      throw new BedsideError(
        'INVALID_SPEC',
        `retry.${name} must be ${wanted} of at least ${least}, not ${String(value)}.`,
      );
    }
  }
  const share = jitter === 'none' || jitter === 'full' ? 0 : jitter;
  if (typeof share !== 'number' || !(share >= 0 && share <= 1)) {
    throw new BedsideError(
      'INVALID_SPEC',
      `retry.jitter must be 'none', 'full' or a share from 0 to 1, not ${String(jitter)}.`,
    );
  }
  const limits = enabled ? {} : { stallTimeout: Infinity, deadline: Infinity };
  return { ...numbers, ...limits, enabled, fullJitter: jitter === 'full', jitterShare: share };
}
