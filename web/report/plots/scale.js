// From data to pixels, and where an axis has its ticks.

import { widthOf } from './canvas.js';

/**
 * @typedef {object} Scale
 * @property {(value: number) => number} at pixels
 * @property {[number, number]} domain
 * @property {number[]} ticks
 * @property {(tick: number) => string} text
 */

/**
 * @param {[number, number]} domain
 * @param {[number, number]} pixels
 * @param {number} [count] of ticks, about
 * @returns {Scale}
 */
export function linear(domain, pixels, count = 6) {
  const [low, high] = domain[0] === domain[1] ? [domain[0] - 0.5, domain[1] + 0.5] : domain;
  const step = niceStep((high - low) / count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return {
    at: value => pixels[0] + ((value - low) / (high - low)) * (pixels[1] - pixels[0]),
    domain: [low, high],
    ticks,
    text: tick => minus(Math.abs(tick) >= 1e6 ? tick.toExponential() : tick.toFixed(Math.min(decimals, 8))),
  };
}

/**
 * A domain that ends at ticks on both sides.
 * @param {number} low
 * @param {number} high
 * @param {number} [count]
 * @returns {[number, number]}
 */
export function rounded(low, high, count = 6) {
  if (!(high > low)) return [low - 0.5, low + 0.5];
  const step = niceStep((high - low) / count);
  return [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
}

/** Ticks within a decade, the densest first. */
const decades = [[1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8], [1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]];

/**
 * For ratios: 0.5 lies as far from 1 as 2 does. Its ticks are as many as have room for their numbers.
 * @param {[number, number]} domain above 0
 * @param {[number, number]} pixels
 * @returns {Scale}
 */
export function logarithmic(domain, pixels) {
  const [low, high] = domain.map(Math.log);
  const at = (/** @type {number} */ value) =>
    pixels[0] + ((Math.log(value) - low) / (high - low)) * (pixels[1] - pixels[0]);
  const text = (/** @type {number} */ tick) => (tick >= 1e5 || tick < 1e-4 ? tick.toExponential() : String(tick));
  const apart = (/** @type {number[]} */ ticks) =>
    ticks.every(
      (tick, i) => i === 0 || at(tick) - at(ticks[i - 1]) > (widthOf(text(tick)) + widthOf(text(ticks[i - 1]))) / 2 + 8,
    );
  /** @type {number[]} */
  let ticks = [];
  // Beyond one decade, ticks as dense as within one would be a ruler.
  for (const steps of decades.slice(high - low > Math.LN10 * 0.7 ? 2 : high - low > 0.9 ? 1 : 0)) {
    ticks = [];
    for (let exponent = Math.floor(low / Math.LN10) - 1; exponent <= Math.ceil(high / Math.LN10); exponent++) {
      for (const step of steps) {
        const tick = Number((step * 10 ** exponent).toPrecision(6));
        if (tick >= domain[0] * (1 - 1e-9) && tick <= domain[1] * (1 + 1e-9)) ticks.push(tick);
      }
    }
    if (apart(ticks)) break;
  }
  return { at, domain, ticks, text };
}

/**
 * 1, 2 or 5 times a power of ten, the nearest by ratio.
 * @param {number} rough
 */
export function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  const share = rough / power;
  return power * (share < Math.SQRT2 ? 1 : share < Math.sqrt(10) ? 2 : share < Math.sqrt(50) ? 5 : 10);
}

/** @param {string} text */
const minus = text => (Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−'));

/**
 * Smallest and largest of the finite values.
 * @param {Iterable<number>} values
 * @returns {[number, number]}
 */
export function extent(values) {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}
