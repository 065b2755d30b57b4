// `subgroup` against the models that it stands for, fitted one by one on filtered tables.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createEngine } from '../../web/index.js';
import { randomOf } from './patients.js';

/** @type {import('../../web/engine.js').Engine} */
let engine;
/** @type {any} */
let table;
before(async () => {
  engine = await createEngine({ cache: false });
  table = await engine.table(trial(600));
});
after(() => engine.close());

/** @param {number} got @param {number} want */
const near = (got, want, rtol = 1e-9) =>
  assert.ok(Math.abs(got - want) <= rtol * Math.abs(want), `${got}, not ${want}`);

/** @param {Promise<unknown>} run @param {string} code */
const rejects = (run, code) => assert.rejects(run, { name: 'BedsideError', code });

/** A trial whose effect differs by site. @param {number} rows */
function trial(rows) {
  const random = randomOf(11);
  const site = Array.from({ length: rows }, () => ['Basel', 'Bern', 'Zürich'][Math.floor(3 * random())]);
  const arm = Array.from({ length: rows }, () => (random() < 0.5 ? 'drug' : 'placebo'));
  const age = Array.from({ length: rows }, () => (random() < 0.03 ? null : Math.round(40 + 40 * random())));
  const stage = Array.from({ length: rows }, () => 1 + Math.floor(3 * random()));
  const weight = Array.from({ length: rows }, () => 1 + Math.floor(3 * random()));
  const risk = site.map((s, i) => (arm[i] === 'drug' ? (s === 'Bern' ? -1.2 : -0.2) : 0) + ((age[i] ?? 60) - 60) / 20);
  const died = risk.map(x => random() < 1 / (1 + Math.exp(0.3 - x)));
  const time = risk.map(x => Math.ceil((-Math.log(1 - random()) / Math.exp(x)) * 100) / 10);
  return { site, arm, age, stage, weight, died, time };
}

const logistic = { model: 'logistic', outcome: 'died', treatment: 'arm', subgroup: 'site', adjust: ['age', 'stage'] };
const common = { categorical: ['stage'], reference: { arm: 'placebo', stage: 2 } };

/** @param {any} row @param {any} term @param {string} ratio */
function agrees(row, term, ratio) {
  near(row.estimate, term[ratio]);
  near(row.ciLow, term[ratio === 'oddsRatio' ? 'orLow' : 'hrLow']);
  near(row.ciHigh, term[ratio === 'oddsRatio' ? 'orHigh' : 'hrHigh']);
  near(row.p, term.p, 1e-7);
}

describe('subgroup', () => {
  for (const options of [
    { method: 'ml' },
    { method: 'firth' },
    { method: 'ml', ci: 'profile' },
    { method: 'ml', weights: 'weight' },
  ]) {
    it(`is logistic in each subgroup: ${JSON.stringify(options)}`, async () => {
      const result = await table.subgroup({ ...logistic, ...common, ...options });
      const spec = { outcome: 'died', predictors: ['arm', 'age', 'stage'], ...common, ...options };
      const whole = await table.logistic(spec);
      assert.equal(result.n, whole.n);
      assert.equal(result.nMissing, whole.nMissing);
      agrees(result.overall, whole.terms[1], 'oddsRatio');
      assert.deepEqual(
        result.subgroups.map((/** @type {any} */ row) => row.level),
        ['Basel', 'Bern', 'Zürich'],
      );
      for (const row of result.subgroups) {
        const part = await table.filter(`site == '${row.level}'`);
        const fit = await part.logistic(spec);
        assert.equal(row.n, fit.n);
        assert.equal(row.events, fit.events);
        agrees(row, fit.terms[1], 'oddsRatio');
      }
      const weights = 'weights' in options ? { weights: 'weight' } : {};
      const full = {
        outcome: 'died',
        predictors: ['arm', 'site', 'age', 'stage', 'arm:site'],
        method: 'ml',
        ...common,
        ...weights,
      };
      const without = await table.logistic({ ...full, predictors: ['arm', 'site', 'age', 'stage'] });
      const statistic = 2 * ((await table.logistic(full)).model.logLik - without.model.logLik);
      near(result.interaction.statistic, statistic, 1e-6);
      assert.equal(result.interaction.df, 2);
    });
  }

  for (const options of [{}, { ties: 'breslow', strata: 'stage' }]) {
    it(`is cox in each subgroup: ${JSON.stringify(options)}`, async () => {
      const survival = { time: 'time', event: 'died', reference: { arm: 'placebo' }, ...options };
      const result = await table.subgroup({
        model: 'cox',
        treatment: 'arm',
        subgroup: 'site',
        adjust: ['age'],
        ...survival,
      });
      const spec = { ...survival, predictors: ['arm', 'age'] };
      agrees(result.overall, (await table.cox(spec)).terms[0], 'hazardRatio');
      for (const row of result.subgroups) {
        const part = await table.filter(`site == '${row.level}'`);
        const fit = await part.cox(spec);
        assert.equal(row.events, fit.events);
        agrees(row, fit.terms[0], 'hazardRatio');
      }
      const without = await table.cox({ ...survival, predictors: ['arm', 'site', 'age'] });
      const full = await table.cox({ ...survival, predictors: ['arm', 'site', 'age', 'arm:site'] });
      near(result.interaction.statistic, 2 * (full.model.logLik - without.model.logLik), 1e-6);
    });
  }

  it('gives NaN, not an error, where a subgroup has no effect to estimate', async () => {
    const sub = ['a', 'b', 'c', 'd', 'e'];
    const rows = 100;
    const level = Array.from({ length: rows }, (_, i) => sub[i % 5]);
    const arm = level.map((l, i) => (l === 'a' ? 0 : (i >> 3) % 2));
    const y = level.map((l, i) => (l === 'b' ? 0 : l === 'c' ? 1 : (i * 7) % 3 === 0 ? 1 : 0));
    const x = level.map((l, i) => (l === 'd' ? 5 : (i * 13) % 17));
    const t = await engine.table({ level, arm, y, x });
    const result = await t.subgroup({
      model: 'logistic',
      outcome: 'y',
      treatment: 'arm',
      subgroup: 'level',
      adjust: ['x'],
      method: 'ml',
    });
    for (const [i, row] of result.subgroups.entries()) {
      assert.equal(row.n, 20);
      assert.equal(Number.isNaN(row.estimate), i < 3, row.level);
      assert.equal(Number.isNaN(row.p), i < 3, row.level);
    }
    assert.equal(result.subgroups[1].events, 0);
    assert.equal(result.subgroups[2].events, 20);
    // Constant in 'd', x is left out there.
    const d = await (await t.filter("level == 'd'")).logistic({ outcome: 'y', predictors: ['arm'], method: 'ml' });
    near(result.subgroups[3].estimate, /** @type {number} */ (d.terms[1].oddsRatio));
    assert.ok(Number.isNaN(result.interaction.p)); // 'a' has one arm: its product is determined
    assert.ok(result.warnings.length >= 4);
  });

  it('takes numbers as levels, whatever their names', async () => {
    const { arm, died, stage } = trial(300);
    const t = await engine.table({ arm, died, stage, 'treat:ment': arm, 'st `age': stage });
    const spec = /** @type {const} */ ({ model: 'logistic', outcome: 'died', method: 'ml' });
    const plain = await t.subgroup({ ...spec, treatment: 'arm', subgroup: 'stage' });
    const hostile = await t.subgroup({ ...spec, treatment: 'treat:ment', subgroup: 'st `age' });
    assert.deepEqual(hostile.subgroups, plain.subgroups);
    assert.deepEqual(hostile.interaction, plain.interaction);
  });

  it('refuses what it must', async () => {
    const cox = { model: 'cox', time: 'time', event: 'died', treatment: 'arm', subgroup: 'site' };
    for (const spec of [
      { ...logistic, model: 'poisson' },
      { ...logistic, outcome: undefined },
      { ...logistic, time: 'time' },
      { ...logistic, ties: 'efron' },
      { ...cox, method: 'ml' },
      { ...cox, outcome: 'died' },
      { ...cox, time: undefined },
      { ...logistic, treatment: 'died' },
      { ...logistic, subgroup: 'arm' },
      { ...logistic, adjust: ['died'] },
      { ...logistic, reference: { arm: 'nothing' } },
      { ...logistic, formula: 'died ~ arm' },
    ]) {
      await rejects(table.subgroup(spec), 'INVALID_SPEC');
    }
    await rejects(table.subgroup({ ...logistic, adjust: ['weight', 'height'] }), 'COLUMN_NOT_FOUND');
    await rejects(table.subgroup({ ...logistic, treatment: 'site', subgroup: 'arm' }), 'NOT_BINARY');
    await rejects(table.subgroup({ ...logistic, outcome: 'stage', adjust: ['age'] }), 'NOT_BINARY');
    const basel = await table.filter("site == 'Basel'");
    await rejects(basel.subgroup(logistic), 'ONE_GROUP');
    const drug = await table.derive({ arm: "ifelse(site == 'Bern' & age > 0, arm, ifelse(age > 0, 'drug', arm))" });
    assert.ok(Number.isNaN((await drug.subgroup({ ...logistic, method: 'ml' })).subgroups[0].estimate));
    await rejects((await table.filter('died == 0')).subgroup(logistic), 'NO_EVENTS');
    await rejects((await table.filter('died == 1')).subgroup(logistic), 'ONE_GROUP');
  });
});
