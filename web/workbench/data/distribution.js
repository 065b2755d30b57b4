// How the values of a column are spread: bars in the head of the rows.

import { svg } from '../dom.js';
import { grid as words } from '../words.js';

const WIDTH = 120;
const HEIGHT = 28;
/** Bars at most; whole numbers of a smaller range get one each. */
const MOST = 24;

/**
 * @param {readonly { title: string, count: number }[]} bars
 * @param {string} title
 */
export function drawBars(bars, title) {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const step = WIDTH / Math.max(bars.length, 6); // two levels are no two walls
  const picture = svg('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: 'none',
    class: 'spread',
    'aria-hidden': 'true',
  });
  const told = svg('title', {});
  told.textContent = title;
  picture.append(told);
  bars.forEach(({ count }, index) => {
    if (count === 0) return;
    const height = Math.max(1, (count / most) * HEIGHT);
    picture.append(svg('rect', { x: index * step, y: HEIGHT - height, width: Math.max(1, step - 1.5), height }));
  });
  return picture;
}

/**
 * @param {Float64Array} values NaN is missing
 * @param {(value: number) => string} textOf
 * @returns {{ low: string, high: string, bars: { title: string, count: number }[] } | null} null without a value
 */
export function histogram(values, textOf) {
  let low = Infinity;
  let high = -Infinity;
  let whole = true;
  // By index: over a million values `for … of` takes ten times as long.
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value - value !== 0) continue; // missing or infinite
    if (value < low) low = value;
    if (value > high) high = value;
    if (whole && value !== Math.floor(value)) whole = false;
  }
  if (low > high) return null;
  const range = high - low;
  const each = whole && range < MOST;
  const count = each ? range + 1 : MOST;
  const width = each ? 1 : range / MOST || 1;
  const counts = new Uint32Array(count);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value - value === 0) counts[Math.min(count - 1, Math.floor((value - low) / width))]++;
  }
  return {
    low: textOf(low),
    high: textOf(high),
    bars: Array.from(counts, (many, bin) => ({ title: textOf(low + bin * width), count: many })),
  };
}

/**
 * @param {readonly { level: string, count: number }[]} levels
 * @param {(level: string) => string} titleOf
 */
export const levelBars = (levels, titleOf) =>
  drawBars(
    levels.slice(0, MOST).map(({ level, count }) => ({ title: level, count })),
    levels
      .slice(0, MOST)
      .map(({ level, count }) => words.share(titleOf(level), count))
      .join(', '),
  );
