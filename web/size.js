import { BedsideError } from './errors.js';

const MB = 2 ** 20;
/** @type {Record<string, number>} */
const units = { B: 1, KB: 2 ** 10, MB, GB: 2 ** 30 };

/** What a heap of WebAssembly can be given. */
export const heapLimits = { least: 16 * MB, most: 4096 * MB - 65536, said: ', from 16 MB to 4 GB' };

/**
 * Bytes of a budget: a number, or a text such as `'256MB'` or `'1.5 GB'`; 1 MB = 2²⁰ bytes.
 * @param {unknown} budget
 * @param {{ least: number, most: number, said: string }} [limits]
 */
export function bytesOf(budget, { least, most, said } = { least: 1, most: Number.POSITIVE_INFINITY, said: '' }) {
  const match = typeof budget === 'string' && /^\s*(\d+(?:\.\d+)?)\s*([KMG]?B)\s*$/i.exec(budget);
  const bytes = match ? Math.floor(Number(match[1]) * units[match[2].toUpperCase()]) : budget;
  if (typeof bytes === 'number' && bytes >= least && bytes <= most) return bytes;
  throw new BedsideError(
    'INVALID_SPEC',
    `memoryBudget must be bytes or a text such as '256MB'${said}, not ${String(budget)}.`,
  );
}
