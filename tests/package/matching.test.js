// Propensity scores, matching and weighting as users call them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createEngine } from '../../web/index.js';
import { patients, randomOf } from './patients.js';

/** Those patients with a treatment that depends on age and sex. @param {number} rows */
function treatedPatients(rows) {
  const random = randomOf(3);
  const columns = patients(rows);
  const treated = Array.from({ length: rows }, (_, i) => {
    const logit = (columns.age[i] - 70) / 12 + (columns.sex[i] === 'male' ? 0.5 : 0);
    return random() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  });
  return { ...columns, treated };
}

const spec = { treatment: 'treated', covariates: ['age', 'sex', 'pressure'] };

describe('matching', () => {
  /** @type {import('../../web/engine.js').Engine} */ let engine;
  /** @type {ReturnType<typeof treatedPatients>} */ let columns;
  /** @type {import('../../web/table.js').Table} */ let table;
  before(async () => {
    engine = await createEngine();
    columns = treatedPatients(2000);
    table = await engine.table(columns);
  });
  after(() => engine.close());

  test('the matched set is data: rows, sets and weights stand side by side', async () => {
    const result = await table.match({ ...spec, ratio: 2 });
    const { pairs, matched, subclass, matchedWeights, weights } = result;
    assert.equal(matched.length, result.nMatchedTreated + result.nMatchedControl);
    assert.equal(subclass?.length, matched.length);
    assert.equal(matchedWeights.length, matched.length);
    assert.equal(weights.length, result.n);
    assert.equal(result.rows, null);
    const setOf = new Map(Array.from(matched, (row, i) => [row, subclass?.[i]]));
    assert.equal(setOf.size, matched.length);
    pairs.forEach((/** @type {{ treated: number, controls: number[] }} */ { treated, controls }, i) => {
      assert.ok(Array.isArray(controls) && controls.length >= 1 && controls.length <= 2);
      assert.equal(columns.treated[treated], 1);
      assert.equal(setOf.get(treated), i + 1);
      for (const control of controls) {
        assert.equal(columns.treated[control], 0);
        assert.equal(setOf.get(control), i + 1);
      }
    });
    matched.forEach((/** @type {number} */ row, /** @type {number} */ i) => {
      assert.equal(weights[row], matchedWeights[i]);
    });
    assert.equal(weights.filter((/** @type {number} */ w) => w > 0).length, matched.length);
  });

  test('with replacement a row has no set', async () => {
    const { subclass, matched, matchedWeights } = await table.match({ ...spec, replace: true, ratio: 3 });
    assert.equal(subclass, null);
    assert.equal(matchedWeights.length, matched.length);
  });

  test('caliper: null is no caliper, and stays so when the spec of a result is run again', async () => {
    const result = await table.match({ ...spec, caliper: null });
    assert.equal(result.spec.caliper, null);
    assert.equal(result.caliperWidth, null);
    const again = await table.match(result.spec);
    assert.equal(again.cached, true);
    const usual = await table.match(spec);
    assert.equal(usual.spec.caliper, 0.2);
    assert.ok(Number(usual.caliperWidth) > 0 && usual.nMatchedTreated <= result.nMatchedTreated);
    assert.equal((await table.match({ ...spec, caliper: undefined })).cached, true, 'undefined: not named');
  });

  test('an unused column and other rows with gaps in it change nothing', async () => {
    const wider = await engine.table({ note: columns.age.map((_, i) => (i % 3 ? i : NaN)), ...columns });
    assert.equal((await wider.match(spec)).cached, true);
    await wider.free();
  });

  test('rows without a covariate take no part; numbers are the table rows', async () => {
    const age = Array.from(columns.age, (value, i) => (i % 10 === 0 ? null : value));
    const gaps = await engine.table({ ...columns, age });
    const result = await gaps.match(spec);
    assert.equal(result.n, 1800);
    assert.equal(result.nMissing, 200);
    assert.equal(result.rows?.length, result.weights.length);
    for (const row of result.matched) assert.notEqual(row % 10, 0);
    const { scores, rows } = await gaps.propensity(spec);
    assert.equal(scores.length, 1800);
    assert.deepEqual(rows, result.rows);
    await gaps.free();
  });

  test('optimal matching makes no fewer pairs than greedy, and no longer ones', async () => {
    const greedy = await table.match({ ...spec, caliper: null });
    const optimal = await table.match({ ...spec, caliper: null, method: 'optimal' });
    assert.ok(optimal.nMatchedTreated >= greedy.nMatchedTreated);
    assert.ok(optimal.totalDistance <= greedy.totalDistance * (1 + 1e-12));
  });

  test('nobody alike is a warning, not an error', async () => {
    const far = await engine.table({ t: [1, 1, 0, 0, 0, 1, 0, 1, 0, 1], x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] });
    const result = await far.match({ treatment: 't', covariates: ['x'], caliper: 0 });
    assert.deepEqual(result.pairs, []);
    assert.equal(result.matched.length, 0);
    assert.ok(result.warnings.some(({ code }) => code === 'NO_MATCHES'));
    assert.ok(Number.isNaN(result.balance[0].smdAfter));
    await far.free();
  });

  test('overlap and common support', async () => {
    const { scores, logit, overlap, commonSupport } = await table.propensity(spec);
    /** @param {number} arm */
    const of = arm => Array.from(scores).filter((_, i) => columns.treated[i] === arm);
    assert.equal(overlap.treated.min, Math.min(...of(1)));
    assert.equal(overlap.control.max, Math.max(...of(0)));
    assert.equal(commonSupport.low, Math.max(overlap.treated.min, overlap.control.min));
    assert.equal(commonSupport.high, Math.min(overlap.treated.max, overlap.control.max));
    const inside = of(1).filter(score => score >= commonSupport.low && score <= commonSupport.high);
    assert.equal(commonSupport.treated, inside.length);
    logit.forEach((/** @type {number} */ value, /** @type {number} */ i) => {
      assert.ok(Math.abs(scores[i] - 1 / (1 + Math.exp(-value))) < 1e-15);
    });
  });

  test('effects come with the outcome: a ratio for two values only', async () => {
    assert.equal((await table.ipw(spec)).effects, null);
    const risk = await table.ipw({ ...spec, outcome: 'died' });
    assert.deepEqual(
      risk.effects?.map(({ measure }) => measure),
      ['difference', 'ratio'],
    );
    assert.ok(
      Math.abs(Number(risk.effects?.[1].estimate) - Number(risk.means?.treated) / Number(risk.means?.control)) < 1e-12,
    );
    const mean = await table.ipw({ treatment: 'treated', covariates: ['sex'], outcome: 'age', estimand: 'ATO' });
    assert.equal(mean.effects?.length, 1);
  });

  for (const [what, call, code, words] of /** @type {[string, object, string, RegExp][]} */ ([
    ['no covariates', { match: { treatment: 'treated', covariates: [] } }, 'INVALID_SPEC', /'covariates' is empty/],
    ['the treatment as covariate', { ipw: { ...spec, covariates: ['age', 'treated'] } }, 'INVALID_SPEC', /treatment/],
    ['the outcome as covariate', { ipw: { ...spec, outcome: 'age' } }, 'INVALID_SPEC', /outcome/],
    ['the treatment as outcome', { ipw: { ...spec, outcome: 'treated' } }, 'INVALID_SPEC', /treatment/],
    ['truncation upside down', { ipw: { ...spec, truncate: [0.9, 0.1] } }, 'INVALID_SPEC', /0.01, 0.99/],
    ['a misspelt option', { match: { ...spec, calliper: 0.1 } }, 'INVALID_SPEC', /'caliper'/],
    ['optimal with replacement', { match: { ...spec, method: 'optimal', replace: true } }, 'INVALID_SPEC', /twice/],
    ['a spec error before a missing column', { match: { ...spec, exact: ['no'], ratio: 0 } }, 'INVALID_SPEC', /ratio/],
    ['an exact column that is none', { match: { ...spec, exact: ['no'] } }, 'COLUMN_NOT_FOUND', /no/],
    ['a level that does not occur', { propensity: { ...spec, reference: { sex: 'x' } } }, 'INVALID_SPEC', /sex/],
    ['three arms', { propensity: { treatment: 'pressure', covariates: ['age'] } }, 'NOT_BINARY', /pressure/],
    [
      'a name that is no column',
      { propensity: { ...spec, covariates: ['age', 'age:sex', 'age2'] } },
      'COLUMN_NOT_FOUND',
      /age2/,
    ],
  ])) {
    test(`${what} is ${code}`, async () => {
      const [[analysis, given]] = Object.entries(call);
      await assert.rejects(table.analyze(analysis, given), error => {
        assert.equal(/** @type {any} */ (error).code, code);
        assert.match(/** @type {any} */ (error).message, words);
        return true;
      });
    });
  }
});
