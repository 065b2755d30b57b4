// Patients for the tests of the package: made up, the same ones every time.

/** Uniform in [0, 1), the same sequence for the same seed (Park & Miller 1988). @param {number} seed */
export function randomOf(seed) {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/**
 * Columns of patients: `died` depends on `age` and `sex`.
 * @param {number} rows
 * @param {number} [seed]
 */
export function patients(rows, seed = 1) {
  const random = randomOf(seed);
  const age = Float64Array.from({ length: rows }, () => Math.round(400 + 500 * random()) / 10);
  const sex = Array.from({ length: rows }, () => (random() < 0.5 ? 'female' : 'male'));
  const pressure = Float64Array.from({ length: rows }, () => Math.round(90 + 70 * random()));
  const died = Array.from({ length: rows }, (_, i) => {
    const logit = (age[i] - 65) / 10 + (sex[i] === 'male' ? 0.6 : 0);
    return random() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  });
  return { age, sex, pressure, died };
}

/**
 * As CSV.
 * @param {Record<string, ArrayLike<unknown>>} columns
 */
export function csvOf(columns) {
  const names = Object.keys(columns);
  const quoted = (/** @type {unknown} */ cell) => {
    const text = cell === null || cell === undefined ? '' : String(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [names.map(quoted).join(',')];
  for (let i = 0; i < columns[names[0]].length; i++) lines.push(names.map(name => quoted(columns[name][i])).join(','));
  return `${lines.join('\n')}\n`;
}

/** A fit of those patients. */
export const model = { outcome: 'died', predictors: ['age', 'sex', 'pressure'], method: /** @type {const} */ ('ml') };
