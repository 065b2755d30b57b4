// How journals print figures. The general rules are those of Cole TJ, Too many digits: the presentation of numerical
// data, Arch Dis Child 2015;100:608–9, and of the SAMPL guidelines (Lang & Altman 2013).

/** Shown where a figure does not exist, such as the odds ratio of a level without patients. */
export const none = '–';

/**
 * A number with a fixed count of decimals and a real minus sign.
 * @param {number | null} value
 * @param {number} decimals
 * @returns {string}
 */
export function fixed(value, decimals) {
  if (value === null || Number.isNaN(value)) return none;
  if (!Number.isFinite(value)) return value < 0 ? '−∞' : '∞';
  if (Math.abs(value) >= 1e9) return scientific(value);
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−'); // −0.00 says nothing
}

/**
 * @param {number} value
 * @returns {string} such as `1.25×10⁻⁷`
 */
function scientific(value) {
  const [mantissa, exponent] = value.toExponential(2).split('e');
  const raised = Array.from(exponent.replace('+', ''), sign => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)] ?? '⁻').join('');
  return `${mantissa.replace('-', '−')}×10${raised}`;
}

/**
 * A number of unknown kind: whole ones as they are, others with four significant digits.
 * @param {number | null} value
 * @returns {string}
 */
export function general(value) {
  if (value === null || !Number.isFinite(value)) return fixed(value, 0);
  if (Number.isInteger(value)) return fixed(value, 0);
  const size = Math.floor(Math.log10(Math.abs(value)));
  return size < -4 || size > 8 ? scientific(value) : fixed(value, Math.max(0, 3 - size));
}

/**
 * A p-value: three decimals, never an exact 0 or 1.
 * @param {number | null} p
 * @returns {string}
 */
export function pValue(p) {
  if (p === null || Number.isNaN(p)) return none;
  if (p < 0.001) return '<0.001';
  return p > 0.999 ? '>0.999' : p.toFixed(3);
}

/**
 * `p = 0.031`, `p < 0.001`.
 * @param {number | null} p
 * @returns {string}
 */
export function pSentence(p) {
  const text = pValue(p);
  return /^[<>]/.test(text) ? `p ${text[0]} ${text.slice(1)}` : `p = ${text}`;
}

/**
 * An odds, rate or hazard ratio: two decimals.
 * @param {number | null} value
 * @returns {string}
 */
export function ratio(value) {
  if (value !== null && value >= 0 && value < 0.005) return '<0.01';
  return value !== null && Number.isFinite(value) && value >= 1e5 ? scientific(value) : fixed(value, 2);
}

/**
 * `2.02 (1.08–3.78)`
 * @param {number} estimate
 * @param {number} low
 * @param {number} high
 * @returns {string}
 */
export function ratioWithInterval(estimate, low, high) {
  return Number.isNaN(estimate) ? none : `${ratio(estimate)} (${ratio(low)}–${ratio(high)})`;
}

/**
 * `−0.05 (−0.11 to 0.01)`: to two significant digits of the standard error, below which digits carry no information.
 * @param {number} estimate
 * @param {number} low
 * @param {number} high
 * @param {number} se
 * @returns {string}
 */
export function coefficientWithInterval(estimate, low, high, se) {
  if (Number.isNaN(estimate)) return none;
  const decimals = decimalsOf(se, 2);
  return `${fixed(estimate, decimals)} (${fixed(low, decimals)} to ${fixed(high, decimals)})`;
}

/**
 * Decimals that show a spread with so many significant digits.
 * @param {number} spread
 * @param {number} digits
 * @returns {number}
 */
export function decimalsOf(spread, digits) {
  if (!(spread > 0) || !Number.isFinite(spread)) return 2;
  return Math.min(8, Math.max(0, digits - 1 - Math.floor(Math.log10(spread))));
}

/**
 * `23.2 (5.3)`: a mean and its standard deviation, to two or three digits of the latter.
 * @param {number | null} mean
 * @param {number | null} sd
 * @returns {string}
 */
export function meanWithSd(mean, sd) {
  if (mean === null || Number.isNaN(mean)) return none;
  const decimals = sd !== null && sd >= 1 && sd < 100 ? 1 : decimalsOf(sd ?? Number.NaN, 2);
  return `${fixed(mean, decimals)} (${fixed(sd, decimals)})`;
}

/**
 * Values of one variable with the decimals that they have in common: none when all are whole, at most those that two
 * digits of their spread need.
 * @param {(number | null)[]} values
 * @returns {string[]}
 */
export function alike(values) {
  const numbers = values.filter(value => value !== null && Number.isFinite(value)).map(Number);
  const spread = Math.max(...numbers) - Math.min(...numbers);
  const most = decimalsOf(spread > 0 ? spread : Math.abs(numbers[0] ?? 1), 3);
  let decimals = 0;
  const shows = (/** @type {number} */ value) => Math.abs(Number(value.toFixed(decimals)) - value) < 0.5 * 10 ** -most;
  while (decimals < most && !numbers.every(shows)) decimals++;
  return values.map(value => fixed(value, decimals));
}

/**
 * `23 (19–26)`: a median and its quartiles.
 * @param {number | null} median
 * @param {number | null} q1
 * @param {number | null} q3
 * @returns {string}
 */
export function medianWithQuartiles(median, q1, q3) {
  if (median === null || Number.isNaN(median)) return none;
  const [middle, low, high] = alike([median, q1, q3]);
  return `${middle} (${range(low, high)})`;
}

/**
 * Medians and quartiles of the groups, all with the same decimals.
 * @param {{ n: number, median: number, q1: number, q3: number }[]} groups
 * @returns {string[]}
 */
export function mediansOf(groups) {
  const texts = alike(groups.flatMap(({ median, q1, q3 }) => [median, q1, q3]));
  return groups.map(({ n }, index) => {
    const [median, low, high] = texts.slice(3 * index, 3 * index + 3);
    return n === 0 ? none : `${median} (${range(low, high)})`;
  });
}

/**
 * Two figures that are the ends of something: a dash between them would be read as a minus sign before a negative one.
 * @param {string} low
 * @param {string} high
 * @returns {string}
 */
export const range = (low, high) => ((low + high).includes('−') ? `${low} to ${high}` : `${low}–${high}`);

/**
 * `50.8%`
 * @param {number | null} share from 0 to 1
 * @returns {string}
 */
export const percent = share => (share === null || Number.isNaN(share) ? none : `${fixed(100 * share, 1)}%`);

/**
 * `96 (50.8%)`
 * @param {number | string} count
 * @param {number | null} share
 * @returns {string}
 */
export const countWithShare = (count, share) => `${count} (${percent(share)})`;

/**
 * A day counted from 1970-01-01, as ISO 8601 writes it.
 * @param {number | null} days
 * @returns {string}
 */
export function date(days) {
  if (days === null || !Number.isFinite(days) || Math.abs(days) > 1e8) return none;
  return new Date(Math.round(days) * 86_400_000).toISOString().slice(0, 10);
}
