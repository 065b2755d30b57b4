// A study from its file to the manuscript, the same in Node and in a page.

import { methods, plot, toCSV, toHTML, toR } from '../../../web/report/index.js';
import { digest } from './figures.js';

/** @typedef {import('../../../web/engine.js').Engine} Engine */

const yesNo = [
  ['0', 'No'],
  ['1', 'Yes'],
];
const dictionary = {
  ulcer: { label: 'Ulceration', type: 'categorical', levels: yesNo },
  sex: {
    label: 'Sex',
    type: 'categorical',
    levels: [
      ['0', 'Female'],
      ['1', 'Male'],
    ],
  },
  thickness: { label: 'Tumour thickness', unit: 'mm' },
};
const covariates = ['age', 'sex', 'thickness', 'year'];
const outcome = { time: 'time', event: 'died' };

/**
 * Melanomas with and without ulceration: fingerprints of every figure and of every export, and what came from the cache.
 * @param {Engine} engine
 * @param {URL} csv
 * @param {(step: string, work: Promise<unknown>) => unknown} [during] is called when a step was begun
 */
export async function journey(engine, csv, during = () => {}) {
  /** @type {Record<string, string>} */
  const digests = {};
  /** @type {string[]} */
  const cached = [];
  /** @template T @param {string} name @param {Promise<T>} work @returns {Promise<T>} */
  const step = async (name, work) => {
    await during(name, work);
    return work;
  };
  /** @template {{ cached: boolean }} T @param {string} name @param {Promise<T>} work @returns {Promise<T>} */
  const result = async (name, work) => {
    const made = await step(name, work);
    const { cached: known, ...figures } = made;
    digests[name] = await digest(figures);
    if (known) cached.push(name);
    return made;
  };

  const file = await step('load', engine.load(csv, { dictionary: /** @type {any} */ (dictionary) }));
  const derived = await file.derive({ died: 'status == 1', ageGroup: 'cut(age, [40, 65])' });
  const patients = await derived.describeColumns({
    died: { label: 'Death from melanoma', levels: /** @type {any} */ (yesNo) },
  });
  const one = await result(
    'tableOne',
    patients.tableOne({ group: 'ulcer', columns: [...covariates, 'ageGroup', 'died'] }),
  );
  const columns = ['age', 'sex', 'thickness', 'ulcer'];
  const risk = await result('analyzeOutcome', patients.analyzeOutcome({ outcome: 'died', columns }));
  const curves = await result('kaplanMeier', patients.kaplanMeier({ ...outcome, group: 'ulcer', times: [1000, 2000] }));
  const cox = await result('cox', patients.cox({ ...outcome, predictors: columns }));
  const matched = await result('match', patients.match({ treatment: 'ulcer', covariates, ratio: 2 }));
  const kept = await step('take', patients.take(matched.matched));
  const pairs = await kept.derive({
    pair: /** @type {Int32Array} */ (matched.subclass),
    w: matched.matchedWeights,
  });
  const model = { ...outcome, predictors: ['ulcer'], weights: 'w', cluster: 'pair' };
  const matchedCox = await result('matchedCox', pairs.cox(model));
  const written = [one, risk, cox, matchedCox].map(each => [toHTML(each), toCSV(each), methods(each)]);
  const drawn = [curves, cox, matched].map(each => plot(each));
  digests.export = await digest([written, drawn, toR(cox, { file: 'melanoma.csv' })]);
  await step('export', Promise.resolve());
  return { digests, cached, hazardRatio: matchedCox.terms[0].hazardRatio, rows: pairs.rows };
}
