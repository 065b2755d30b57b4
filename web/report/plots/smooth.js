// Curves through clouds of points, and the normal quantiles of a Q–Q plot: for the eye alone, no figure rests on them.

/**
 * Local linear regression with tricube weights (Cleveland 1979), no robustness steps, at places that are values of `x`:
 * where there are no patients the curve is a straight line.
 * @param {ArrayLike<number>} x
 * @param {ArrayLike<number>} y
 * @param {{ span?: number, places?: number }} [how]
 * @returns {[number, number][]}
 */
export function smooth(x, y, { span = 0.66, places = 60 } = {}) {
  const order = Array.from({ length: x.length }, (_, i) => i)
    .filter(i => Number.isFinite(x[i]) && Number.isFinite(y[i]))
    .sort((a, b) => x[a] - x[b]);
  if (order.length < 4) return [];
  const near = Math.max(3, Math.ceil(span * order.length));
  const [low, high] = [x[order[0]], x[order[order.length - 1]]];
  if (!(high > low)) return [];
  /** @type {[number, number][]} */
  const curve = [];
  let first = 0;
  const ranks = Math.min(places, order.length);
  for (let place = 0; place < ranks; place++) {
    const at = x[order[Math.round(((order.length - 1) * place) / (ranks - 1))]];
    if (at === curve.at(-1)?.[0]) continue;
    while (first + near < order.length && x[order[first + near]] - at < at - x[order[first]]) first++;
    const reach = Math.max(at - x[order[first]], x[order[first + near - 1]] - at) * 1.0001;
    let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
    for (let k = first; k < first + near; k++) {
      const distance = x[order[k]] - at;
      const weight = reach > 0 ? (1 - Math.abs(distance / reach) ** 3) ** 3 : 1;
      w += weight;
      wx += weight * distance;
      wy += weight * y[order[k]];
      wxx += weight * distance * distance;
      wxy += weight * distance * y[order[k]];
    }
    const determinant = w * wxx - wx * wx;
    curve.push([at, determinant > 1e-12 * w * wxx ? (wxx * wy - wx * wxy) / determinant : wy / w]);
  }
  return curve;
}

/**
 * The z with Φ(z) = p, to about 1e-9 (Acklam 2003).
 * @param {number} p between 0 and 1
 * @returns {number}
 */
export function normalQuantile(p) {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return (
      (((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
        4.374664141464968) *
        q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1)
    );
  }
  const q = p - 0.5;
  const r = q * q;
  return (
    ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
      q) /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
      1)
  );
}
