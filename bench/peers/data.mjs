import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/**
 * Numbers in [0, 1) from a seed: the same data on every machine (Vigna 2015, splitmix in 32 bits).
 * @param {number} seed
 */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}

/**
 * A standard normal deviate (Box & Muller 1958).
 * @param {() => number} random
 */
function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * Writes a CSV file row by row, without holding it.
 * @param {string} path
 * @param {string[]} names
 * @param {number} rows
 * @param {() => string} row one record without its line end
 */
async function writeCsv(path, names, rows, row) {
  const file = createWriteStream(path);
  let text = `${names.join(',')}\n`;
  for (let i = 0; i < rows; i++) {
    text += row();
    text += '\n';
    if (text.length > 1 << 20) {
      if (!file.write(text)) await once(file, 'drain');
      text = '';
    }
  }
  file.end(text);
  await once(file, 'finish');
}

/** Names of the predictors of `writeOutcomes`. */
export const predictors = Array.from({ length: 20 }, (_, j) => `x${j + 1}`);

/**
 * A binary outcome `y` and 20 predictors that it depends on, about 38 % events.
 * @param {string} path
 * @param {number} rows
 */
export async function writeOutcomes(path, rows) {
  const random = randomFrom(20);
  await writeCsv(path, ['y', ...predictors], rows, () => {
    let linear = -0.5;
    const values = predictors.map((_, j) => {
      const x = j % 4 === 3 ? Number(random() < 0.4) : Number(normal(random).toFixed(4));
      linear += ((j % 5) - 2) * 0.15 * x;
      return x;
    });
    return `${Number(random() < 1 / (1 + Math.exp(-linear)))},${values.join(',')}`;
  });
}

/**
 * Patients followed up in two arms: exponential times, all distinct, three quarters of them events.
 * @param {string} path
 * @param {number} rows
 */
export async function writeFollowUp(path, rows) {
  const random = randomFrom(30);
  await writeCsv(path, ['time', 'event', 'arm'], rows, () => {
    const arm = random() < 0.5 ? 'A' : 'B';
    const time = -Math.log(1 - random()) * (arm === 'A' ? 1000 : 1050);
    return `${time},${Number(random() < 0.75)},${arm}`;
  });
}

/**
 * Patients of a Cox model: ten covariates, exponential times, all distinct and as one of 500 days, 50 sites.
 * @param {string} path
 * @param {number} rows
 */
export async function writeHazards(path, rows) {
  const random = randomFrom(35);
  const covariates = Array.from({ length: 10 }, (_, j) => `x${j + 1}`);
  await writeCsv(path, ['time', 'day', 'event', 'site', ...covariates], rows, () => {
    let linear = 0;
    const x = covariates.map((_, j) => {
      const value = j % 4 === 3 ? Number(random() < 0.4) : Number(normal(random).toFixed(4));
      linear += ((j % 5) - 2) * 0.15 * value;
      return value;
    });
    const time = (-Math.log(1 - random()) * 1000) / Math.exp(linear);
    const day = Math.min(500, Math.ceil(time / 6));
    return `${time},${day},${Number(random() < 0.7)},${Math.floor(50 * random())},${x.join(',')}`;
  });
}

/**
 * Patients who fail of one of two causes, in two arms: exponential times, all distinct, three tenths censored.
 * @param {string} path
 * @param {number} rows
 */
export async function writeCompeting(path, rows) {
  const random = randomFrom(40);
  await writeCsv(path, ['time', 'what', 'arm', 'x1', 'x2', 'x3'], rows, () => {
    const arm = random() < 0.5 ? 'A' : 'B';
    const x = [normal(random).toFixed(4), normal(random).toFixed(4), Number(random() < 0.4)];
    const rate = Math.exp(0.4 * Number(x[0]) - 0.3 * Number(x[2]) + (arm === 'A' ? 0.1 : 0));
    const time = (-Math.log(1 - random()) * 1000) / rate;
    const what = random() < 0.3 ? 0 : random() < 0.6 ? 1 : 2;
    return `${time},${what},${arm},${x.join(',')}`;
  });
}

/**
 * A table as clinics keep it: ten columns, numbers of one to six characters, some missing, two of text; 49 bytes a row,
 * so 47 MB for a million.
 * @param {string} path
 * @param {number} rows
 */
export async function writeRecords(path, rows) {
  const random = randomFrom(10);
  const sites = ['Basel', 'Bern', 'Genève', 'Zürich'];
  const names = ['id', 'age', 'sex', 'sbp', 'dbp', 'bmi', 'creatinine', 'glucose', 'site', 'event'];
  let id = 0;
  /** @param {number} mean @param {number} sd @param {number} digits */
  const value = (mean, sd, digits) => (random() < 0.02 ? '' : (mean + sd * normal(random)).toFixed(digits));
  await writeCsv(path, names, rows, () => {
    id += 1;
    return [
      id,
      18 + Math.floor(random() * 70),
      random() < 0.5 ? 'F' : 'M',
      value(130, 18, 1),
      value(80, 11, 1),
      value(26, 4, 2),
      value(88, 20, 2),
      value(5.6, 1.2, 3),
      sites[Math.floor(random() * 4)],
      Number(random() < 0.2),
    ].join(',');
  });
}

/** Names of the covariates of `writeTreated`. */
export const covariates = ['x1', 'x2', 'x3', 'x4', 'x5', 'sex', 'site'];

/**
 * A treatment `treated` that 30 % had, and the covariates it depends on.
 * @param {string} path
 * @param {number} rows
 */
export async function writeTreated(path, rows) {
  const random = randomFrom(30);
  await writeCsv(path, ['treated', ...covariates], rows, () => {
    const x = Array.from({ length: 5 }, () => Number(normal(random).toFixed(4)));
    const male = random() < 0.4;
    const linear = -1.06 + 0.5 * x[0] - 0.4 * x[1] + 0.3 * x[2] + 0.2 * x[3] + (male ? 0.3 : 0);
    const site = 'abc'[Math.floor(3 * random())];
    return `${Number(random() < 1 / (1 + Math.exp(-linear)))},${x.join(',')},${male ? 'M' : 'F'},${site}`;
  });
}

/** Columns of `writeTrial` beside `arm`: normal, skewed, of levels. */
export const trial = {
  normal: Array.from({ length: 12 }, (_, j) => `n${j + 1}`),
  skewed: Array.from({ length: 6 }, (_, j) => `s${j + 1}`),
  levels: Array.from({ length: 12 }, (_, j) => `c${j + 1}`),
};

/**
 * Two arms and the 30 columns that a Table 1 compares, 3 % of each missing.
 * @param {string} path
 * @param {number} rows
 */
export async function writeTrial(path, rows) {
  const random = randomFrom(30);
  const some = (/** @type {string | number} */ cell) => (random() < 0.03 ? '' : cell);
  await writeCsv(path, ['arm', ...trial.normal, ...trial.skewed, ...trial.levels], rows, () =>
    [
      random() < 0.5 ? 'drug' : 'placebo',
      ...trial.normal.map((_, j) => some((60 + 12 * normal(random)).toFixed(j % 3))),
      ...trial.skewed.map((_, j) => some(Math.exp(1 + normal(random)).toFixed(1 + (j % 2)))),
      ...trial.levels.map((_, j) => some(`level ${Math.floor(random() * (2 + (j % 4)))}`)),
    ].join(','),
  );
}
