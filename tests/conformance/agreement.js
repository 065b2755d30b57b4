// How a result is compared with a reference case.

/**
 * A value of a result. Segments of a path are joined by `.`; `[3]` is an index, `[term=sex,level=2]` the first element of
 * an array whose fields equal these, compared as text.
 * @param {any} result
 * @param {string} path
 * @returns {any}
 */
export function lookUp(result, path) {
  let at = result;
  for (const [, name, selector] of path.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)) {
    if (at === null || at === undefined) return undefined;
    if (name !== undefined) at = at[name];
    else if (/^\d+$/.test(selector)) at = at[Number(selector)];
    else {
      const wanted = selector.split(',').map(pair => pair.split(/=(.*)/s));
      at = Array.from(at).find(row => wanted.every(([key, value]) => String(row[key]) === value));
    }
  }
  return at;
}

/** What JSON cannot say. @type {Record<string, number>} */
const special = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, '-Infinity': Number.NEGATIVE_INFINITY };

/**
 * Numbers agree when |got − want| ≤ atol + rtol·|want|; everything else must be the same.
 * @param {any} got
 * @param {any} want
 * @param {number} rtol
 * @param {number} atol
 * @returns {boolean}
 */
export function agrees(got, want, rtol, atol) {
  if (Array.isArray(want)) {
    return got?.length === want.length && want.every((each, i) => agrees(got[i], each, rtol, atol));
  }
  const wanted = typeof want === 'string' && typeof got === 'number' && want in special ? special[want] : want;
  if (typeof wanted === 'number' && typeof got === 'number') {
    if (!Number.isFinite(wanted)) return Object.is(got, wanted);
    return Math.abs(got - wanted) <= atol + rtol * Math.abs(wanted);
  }
  return got === wanted;
}

/** @param {any} value */
export const shown = value =>
  JSON.stringify(ArrayBuffer.isView(value) ? Array.from(/** @type {any} */ (value)) : value)?.slice(0, 200) ??
  String(value);

/**
 * The largest deviation of numbers from what they should be, relative to these, or to 0.001 where they are smaller.
 * @param {any} got
 * @param {any} want
 * @returns {number}
 */
export function deviation(got, want) {
  if (Array.isArray(want)) return Math.max(0, ...want.map((each, i) => deviation(got?.[i], each)));
  if (typeof want !== 'number' || typeof got !== 'number' || !Number.isFinite(want)) return 0;
  return Math.abs(got - want) / Math.max(Math.abs(want), 1e-3);
}

/**
 * Digits that agree with a certified figure (McCullough 1998); where it is 0, digits of the absolute error.
 * @param {number} got
 * @param {number} certified
 */
export const digitsOf = (got, certified) =>
  got === certified ? 15 : -Math.log10(Math.abs(got - certified) / (certified === 0 ? 1 : Math.abs(certified)));
