// From matching to a Cox model of the matched patients, as the README does it, against MatchIt, survey and survival:
// matched-cox.json, written by matched-cox.R.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { createEngine } from '../../web/index.js';
import { agrees, shown } from './agreement.js';

/** @type {any} */
const figures = JSON.parse(readFileSync(new URL('matched-cox.json', import.meta.url), 'utf8'));

/** @type {import('../../web/engine.js').Engine} */
let engine;
/** @type {import('../../web/table.js').Table} */
let melanomas;
before(async () => {
  engine = await createEngine();
  melanomas = await engine.load(new URL('data/melanoma.csv', import.meta.url));
});
after(() => engine.close());

/**
 * @param {string} what
 * @param {any} got
 * @param {any} want
 */
const same = (what, got, want) =>
  assert.ok(agrees(got, want, 1e-9, 1e-12), `${what}: ${shown(got)}, in R ${shown(want)}`);

for (const name of ['one', 'two']) {
  test(`${name} for each ulcerated melanoma: match, take, derive, tableOne, cox`, async () => {
    const wanted = figures[name];
    const covariates = ['age', 'sex', 'thickness', 'year'];
    const matched = await melanomas.match({ treatment: 'ulcer', covariates, caliper: 0.2, ratio: wanted.ratio });
    assert.deepEqual(Array.from(matched.matched), wanted.rows);
    assert.deepEqual(Array.from(/** @type {Int32Array} */ (matched.subclass)), wanted.set);
    same('weights', matched.matchedWeights, wanted.weights);

    const pairs = await (await melanomas.take(matched.matched)).derive({
      pair: /** @type {Int32Array} */ (matched.subclass),
      w: matched.matchedWeights,
    });
    assert.equal(pairs.rows, wanted.rows.length);
    const plain = await pairs.tableOne({ group: 'ulcer', columns: covariates });
    const thickness = plain.variables.find(variable => variable.name === 'thickness');
    for (const [field, value] of Object.entries(wanted.welch))
      same(field, thickness?.[/** @type {'p'} */ (field)], value);

    const weighted = await pairs.tableOne({ group: 'ulcer', columns: Object.keys(wanted.tableOne), weights: 'w' });
    for (const { name, byGroup, smd } of weighted.variables) {
      const { mean, sd, smd: smdWanted } = wanted.tableOne[name];
      for (const [field, want] of /** @type {const} */ ([
        ['mean', mean],
        ['sd', sd],
      ])) {
        const got = byGroup.map(group => group[field]);
        same(`${field} of ${name}`, got, want);
      }
      same(`SMD of ${name}`, smd, smdWanted);
    }

    for (const [kind, predictors] of /** @type {[string, string[]][]} */ ([
      ['crude', ['ulcer']],
      ['adjusted', ['ulcer', 'age', 'thickness']],
    ])) {
      const { wald, concordance, ...columns } = wanted[kind];
      const fit = await pairs.cox({
        time: 'time',
        event: 'status',
        eventValue: 1,
        predictors,
        weights: 'w',
        cluster: 'pair',
      });
      for (const [column, values] of Object.entries(columns)) {
        const got = fit.terms.map(term => term[/** @type {'p'} */ (column)]);
        same(`${kind}: ${column}`, got, values);
      }
      assert.ok(agrees(fit.model.waldStatistic, wald, 0, 0.005), 'summary.coxph rounds it to two decimals');
      same(`${kind}: concordance`, fit.model.concordance, concordance);
    }
  });
}
