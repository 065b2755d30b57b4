import { BedsideError } from './errors.js';

/**
 * A number of bytes, or a text such as `'256MB'` or `'1.5 GB'` (1 MB = 2²⁰ bytes).
 *
 * @param {number | string} size
 * @returns {number}
 */
export function bytesOf(size) {
  const units = /** @type {Record<string, number>} */ ({ B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 });
  const match = typeof size === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*([KMG]?B)\s*$/i.exec(size) : null;
  const bytes = match ? Number(match[1]) * units[match[2].toUpperCase()] : Number(size);
  if (!(bytes > 0)) {
    throw new BedsideError(
      'INVALID_SPEC',
      `'${String(size)}' is no size: give bytes, or a text such as '256MB' or '1GB'.`,
    );
  }
  return Math.floor(bytes);
}
