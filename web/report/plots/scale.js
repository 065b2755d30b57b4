// From data to pixels, and where an axis has its ticks.

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

/**
 * For ratios: 0.5 lies as far from 1 as 2 does.
 * @param {[number, number]} domain above 0
 * @param {[number, number]} pixels
 * @returns {Scale}
 */
export function logarithmic(domain, pixels) {
  const [low, high] = domain.map(Math.log);
  const decades = (high - low) / Math.LN10;
  const steps =
    decades > 4 ? [1] : decades > 1.6 ? [1, 3] : decades > 0.7 ? [1, 2, 5] : [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8];
  const ticks = [];
  for (let exponent = Math.floor(low / Math.LN10) - 1; exponent <= Math.ceil(high / Math.LN10); exponent++) {
    for (const step of steps) {
      const tick = Number((step * 10 ** exponent).toPrecision(6));
      if (tick >= domain[0] * (1 - 1e-9) && tick <= domain[1] * (1 + 1e-9)) ticks.push(tick);
    }
  }
  return {
    at: value => pixels[0] + ((Math.log(value) - low) / (high - low)) * (pixels[1] - pixels[0]),
    domain,
    ticks,
    text: tick => (tick >= 1e5 || tick < 1e-4 ? tick.toExponential() : String(tick)),
  };
}

/**
 * 1, 2 or 5 times a power of ten.
 * @param {number} rough
 */
function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  const share = rough / power;
  return power * (share <= 1.0001 ? 1 : share <= 2.0001 ? 2 : share <= 5.0001 ? 5 : 10);
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
