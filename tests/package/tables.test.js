// Comparisons and tables through the public API: what no reference case holds, at the edges and at hostile sizes.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createEngine } from '../../web/index.js';
import { randomOf } from './patients.js';

/** @type {import('../../web/engine.js').Engine} */
let engine;
before(async () => {
  engine = await createEngine({ cache: false });
});
after(() => engine.close());

/** @param {number} got @param {number} want */
const near = (got, want, rtol = 1e-12) =>
  assert.ok(Math.abs(got - want) <= rtol * Math.abs(want), `${got}, not ${want}`);

/** @param {any} result @param {string} name */
const variable = (result, name) => result.variables.find((/** @type {any} */ v) => v.name === name);

/** @param {Promise<unknown>} run @param {string} code */
const rejects = (run, code) => assert.rejects(run, { name: 'BedsideError', code });

/** Two groups and columns of every kind. @param {number} rows @param {number} [seed] */
function clinic(rows, seed = 3) {
  const random = randomOf(seed);
  const pick = (/** @type {string[]} */ levels) => levels[Math.floor(random() * levels.length)];
  const arm = Array.from({ length: rows }, () => pick(['placebo', 'drug']));
  return {
    arm,
    site: Array.from({ length: rows }, () => pick(['Basel', 'Bern', 'Genève'])),
    age: Float64Array.from({ length: rows }, () => (random() < 0.05 ? Number.NaN : Math.round(40 + 40 * random()))),
    crp: Float64Array.from({ length: rows }, () => Math.round(100 * random() ** 4) / 10),
    stage: Array.from({ length: rows }, () => (random() < 0.1 ? null : pick(['I', 'II', 'III']))),
    smoker: Array.from({ length: rows }, () => random() < 0.3),
  };
}

describe('tableOne', () => {
  it('gives NaN, not an error, where there is nothing to compare', async () => {
    const t = await engine.table({
      g: ['a', 'a', 'a', 'b', 'b', 'b'],
      constant: [5, 5, 5, 5, 5, 5],
      apart: [1, 1, 1, 2, 2, 2],
      none: new Float64Array(6).fill(Number.NaN),
      half: [1, 2, 3, null, null, null],
      level: ['x', 'x', 'x', 'x', 'x', 'x'],
      split: ['x', 'x', 'x', 'y', 'y', 'y'],
      gone: ['x', 'y', 'x', null, null, null],
    });
    const result = await t.tableOne({ group: 'g', pAdjust: 'bonferroni', exact: ['level'] });
    for (const name of ['constant', 'apart', 'none', 'half', 'level', 'gone']) {
      const { p, pAdjusted, difference, statistic } = variable(result, name);
      assert.ok(Number.isNaN(p), name);
      assert.ok(Number.isNaN(pAdjusted), name);
      assert.equal(difference, null, name);
      assert.ok(name === 'level' ? statistic === null : Number.isNaN(statistic), name);
    }
    assert.ok(Number.isNaN(variable(result, 'constant').smd));
    assert.equal(variable(result, 'apart').smd, Number.POSITIVE_INFINITY);
    assert.ok(Number.isNaN(variable(result, 'level').smd));
    assert.ok(Number.isNaN(variable(result, 'gone').smd));
    const split = variable(result, 'split');
    assert.equal(split.smd, Number.POSITIVE_INFINITY); // no level in common
    assert.equal(split.p, split.pAdjusted); // the only p that is a number: a family of one
    assert.equal(variable(result, 'half').byGroup[1].n, 0);
    assert.ok(Number.isNaN(variable(result, 'half').byGroup[1].median));
    assert.deepEqual(
      variable(result, 'split').byGroup[0].levels.map((/** @type {any} */ l) => [l.level, l.count, l.share]),
      [
        ['x', 3, 1],
        ['y', 0, 0],
      ],
    );
    assert.ok(Number.isNaN(variable(result, 'gone').byGroup[1].levels[0].share));
  });

  it('leaves groups without a value out of the test, and keeps them in the table', async () => {
    const t = await engine.table({
      g: ['a', 'a', 'b', 'b', 'c', 'c'],
      x: [1, 2, 4, 7, null, null],
      level: ['p', 'q', 'p', 'p', null, null],
    });
    const result = await t.tableOne({ group: 'g' });
    const x = variable(result, 'x');
    assert.equal(x.test, 'anova');
    assert.equal(x.df, 1);
    assert.equal(x.df2, 2);
    assert.equal(x.byGroup.length, 3);
    assert.ok(Number.isNaN(x.smd));
    assert.equal(variable(result, 'level').df, 1);
    const ranks = await t.tableOne({ group: 'g', nonnormal: ['x', 'level', 'g'] });
    assert.equal(variable(ranks, 'x').test, 'kruskal-wallis');
    assert.equal(variable(ranks, 'x').df, 1);
    assert.equal(variable(ranks, 'level').test, 'chi-squared');
  });

  it('takes all columns but the group, in file order', async () => {
    const t = await engine.table(clinic(60));
    const result = await t.tableOne({ group: 'site' });
    assert.deepEqual(
      result.variables.map(v => v.name),
      ['arm', 'age', 'crp', 'stage', 'smoker'],
    );
    assert.deepEqual(result.spec.columns, ['arm', 'age', 'crp', 'stage', 'smoker']);
  });

  it('does not depend on the order of rows or on the names of levels', async () => {
    const data = clinic(400);
    const order = Array.from({ length: 400 }, (_, i) => (i * 173) % 400);
    const shuffled = Object.fromEntries(Object.entries(data).map(([name, cells]) => [name, order.map(i => cells[i])]));
    const renamed = { ...data, arm: data.arm.map(level => (level === 'drug' ? '1 active' : '2 none')) };
    const spec = { group: 'arm', nonnormal: ['crp'], exact: ['stage'], categorical: ['smoker'] };
    const [first, second, third] = await Promise.all(
      [data, shuffled, renamed].map(async columns => (await engine.table(columns)).tableOne(spec)),
    );
    for (const other of [second, third]) {
      for (const [i, v] of first.variables.entries()) {
        const w = other.variables[i];
        for (const figure of /** @type {const} */ (['statistic', 'p', 'smd'])) {
          if (v[figure] === null) assert.equal(w[figure], null);
          else near(/** @type {number} */ (w[figure]), /** @type {number} */ (v[figure]), 1e-9);
        }
        if (v.difference && w.difference) near(w.difference.ciHigh, v.difference.ciHigh, 1e-9);
      }
    }
  });

  it('counts weights as weights: 0 is no row, none is missing, repeated rows weigh as much', async () => {
    const x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const g = ['a', 'a', 'a', 'a', 'a', 'b', 'b', 'b', 'b', null];
    const level = ['p', 'q', 'p', 'p', 'q', 'q', 'q', 'p', 'q', 'q'];
    const w = [1, 2, 0, 1.5, null, 1, 2, 1, 3, 1];
    const t = await engine.table({ x, g, level, w });
    const result = await t.tableOne({ group: 'g', columns: ['x', 'level'], weights: 'w', nonnormal: ['x'] });
    assert.equal(result.n, 7);
    assert.equal(result.nMissing, 2);
    assert.deepEqual(
      result.groups.map(group => group.n),
      [3, 4],
    );
    const of = variable(result, 'x');
    assert.equal(of.byGroup[0].mean, (1 + 4 + 6) / 4.5);
    assert.equal(of.byGroup[0].median, 2);
    for (const field of ['test', 'statistic', 'df', 'df2', 'p', 'pAdjusted', 'difference'])
      assert.equal(of[field], null);
    const levels = variable(result, 'level').overall.levels;
    assert.deepEqual(
      levels.map((/** @type {any} */ l) => l.count),
      [3.5, 8],
    );
  });

  it('refuses what it must, in order', async () => {
    const t = await engine.table({
      g: ['a', 'b', 'a', 'b'],
      one: ['a', 'a', null, 'a'],
      none: [null, null, null, 'x'],
      x: [1, 2, Number.POSITIVE_INFINITY, 4],
      w: [1, -1, 1, 1],
      zero: [0, 0, 0, 0],
    });
    await rejects(t.tableOne({ group: 'g', columns: [] }), 'INVALID_SPEC');
    await rejects(t.tableOne({ group: 'g', columns: ['x'], exact: ['y'] }), 'COLUMN_NOT_FOUND');
    await rejects(t.tableOne({ group: 'g', columns: ['x'], weights: 'one' }), 'NOT_NUMERIC');
    await rejects(t.tableOne({ group: 'g', columns: ['x'], weights: 'w' }), 'INVALID_SPEC');
    await rejects(t.tableOne({ group: 'g', columns: ['one'], weights: 'zero' }), 'TOO_FEW_ROWS');
    await rejects(t.tableOne({ group: 'g', columns: ['x'] }), 'NOT_FINITE');
    await rejects(t.tableOne({ group: 'one', columns: ['x'] }), 'ONE_GROUP'); // the infinite row has no group
    await rejects(t.tableOne({ group: 'none', columns: ['g'] }), 'ONE_GROUP');
  });

  it('skips an exact test that no machine could do, and says what to do', async () => {
    const random = randomOf(8);
    const column = (/** @type {number} */ levels) =>
      Array.from({ length: 20_000 }, () => `l${Math.floor(random() * levels)}`);
    const t = await engine.table({ g: column(6), x: column(8), y: column(2) });
    const result = await t.tableOne({ group: 'g', exact: ['x'] });
    assert.ok(Number.isNaN(variable(result, 'x').p));
    assert.equal(result.warnings.length, 1);
    assert.equal(result.warnings[0].code, 'FISHER_SKIPPED');
    assert.match(result.warnings[0].message, /'x'.*simulate/);
  });

  it('tells its progress from column to column', async () => {
    const t = await engine.table(clinic(500));
    /** @type {number[]} */
    const told = [];
    await t.analyze('tableOne', { group: 'arm' }, { onProgress: ({ done }) => told.push(done) });
    assert.equal(told.length, 5);
    assert.deepEqual(
      told,
      [...told].sort((a, b) => a - b),
    );
    assert.equal(told.at(-1), 1);
  });
});

describe('mantelHaenszel', () => {
  it('turns round with the reference, and leaves every stratum as it is', async () => {
    const random = randomOf(4);
    const column = (/** @type {string[]} */ levels) =>
      Array.from({ length: 300 }, () => levels[Math.floor(random() * levels.length)]);
    const t = await engine.table({
      row: column(['no', 'yes']),
      column: column(['alive', 'dead']),
      s: column(['1', '2', '10']),
    });
    const spec = { row: 'row', column: 'column', strata: 's' };
    const plain = await t.mantelHaenszel(spec);
    const turned = await t.mantelHaenszel({ ...spec, reference: { row: 'yes' } });
    near(turned.oddsRatio.estimate, 1 / plain.oddsRatio.estimate, 1e-9);
    near(turned.riskRatio.ciHigh, 1 / plain.riskRatio.ciLow, 1e-9);
    near(turned.statistic, plain.statistic, 1e-9);
    near(turned.breslowDay.statistic, plain.breslowDay.statistic, 1e-9);
    assert.deepEqual(
      plain.strata.map(stratum => stratum.level),
      ['1', '2', '10'],
    );
    const both = await t.mantelHaenszel({ ...spec, reference: { row: 'yes', column: 'dead' } });
    near(both.oddsRatio.estimate, plain.oddsRatio.estimate, 1e-9);
    await rejects(t.mantelHaenszel({ ...spec, reference: { row: 'perhaps' } }), 'INVALID_SPEC');
    await rejects(t.mantelHaenszel({ ...spec, reference: { nobody: 'yes' } }), 'COLUMN_NOT_FOUND');
  });

  it('says NaN, not 0 to Infinity, where a limit does not exist; one stratum has no homogeneity', async () => {
    const t = await engine.table({ row: [0, 0, 0, 1, 1, 1], column: [0, 0, 1, 0, 0, 0], s: [1, 1, 1, 1, 1, 1] });
    const { oddsRatio, breslowDay, tarone, strata } = await t.mantelHaenszel({
      row: 'row',
      column: 'column',
      strata: 's',
    });
    assert.equal(oddsRatio.estimate, 0);
    assert.ok(Number.isNaN(oddsRatio.ciLow) && Number.isNaN(oddsRatio.ciHigh));
    assert.ok(Number.isNaN(breslowDay.statistic) && Number.isNaN(tarone.p));
    assert.equal(breslowDay.df, 0);
    assert.equal(strata[0].riskRatio, 0);
  });

  it('judges rows and columns before, levels after deletion', async () => {
    const t = await engine.table({
      three: ['a', 'b', 'c', 'a'],
      two: ['a', 'b', 'a', 'b'],
      gap: [1, 0, 1, null],
      s: ['x', null, 'x', 'y'],
    });
    await rejects(t.mantelHaenszel({ row: 'two', column: 'three', strata: 's' }), 'NOT_BINARY');
    await rejects(t.mantelHaenszel({ row: 'two', column: 'gap', strata: 's' }), 'ONE_GROUP');
    await rejects(t.mantelHaenszel(/** @type {any} */ ({ row: 'two', column: 'gap' })), 'INVALID_SPEC');
  });
});

describe('contingency', () => {
  const counts = [
    [12, 7],
    [5, 19],
  ];

  it('takes a table typed in, without data and with', async () => {
    const typed = await engine.analyze('contingency', { counts });
    const t = await engine.table({ x: [1, 2] });
    const beside = await t.contingency({ counts, rows: ['control', 'drug'] });
    assert.equal(typed.n, 43);
    assert.equal(typed.nMissing, 0);
    near(typed.oddsRatio.estimate, (12 * 19) / (7 * 5));
    assert.deepEqual(typed.table.rows, ['1', '2']);
    assert.deepEqual(beside.table.rows, ['control', 'drug']);
    assert.equal(beside.fisher?.p, typed.fisher?.p);
  });

  it('gives the same figures for columns as for their counts', async () => {
    const row = [];
    const column = [];
    for (const [i, cells] of counts.entries()) {
      for (const [j, count] of cells.entries()) {
        row.push(...Array(count).fill(`r${i}`));
        column.push(...Array(count).fill(j));
      }
    }
    const t = await engine.table({ row: [...row, null, 'r9'], column: [...column, 1, null] });
    const crossed = await t.contingency({ row: 'row', column: 'column' });
    const typed = await engine.analyze('contingency', { counts });
    assert.equal(crossed.nMissing, 2);
    assert.deepEqual(crossed.table.rows, ['r0', 'r1']); // r9 has no row left
    for (const figure of ['chiSquared', 'fisher', 'oddsRatio', 'riskRatio', 'riskDifference', 'mcNemar', 'cramersV']) {
      assert.deepEqual(/** @type {any} */ (crossed)[figure], /** @type {any} */ (typed)[figure], figure);
    }
  });

  it('refuses what is no table', async () => {
    const of = (/** @type {number[]} */ ...cells) => ({ counts: [cells.slice(0, 2), cells.slice(2)] });
    const refused = [
      {},
      { row: 'a' },
      { row: 'a', column: 'b' },
      { counts, row: 'a' },
      { counts: [[1, 2]] },
      { counts: [[1], [2]] },
      of(1, 2, 3),
      of(1, 2, 3, -4),
      of(1, 2, 3, 0.5),
      of(0, 0, 0, 0),
      of(1, 2, 3, Number.NaN),
      of(5e9, 2, 3, 4),
      { counts, rows: ['a'] },
      { rows: ['a', 'b'], row: 'a', column: 'b' },
      { counts, simulate: -1 },
      { counts, simulate: 1e12 },
      { counts, confLevel: 1 },
    ];
    for (const spec of refused) await rejects(engine.analyze('contingency', spec), 'INVALID_SPEC');
  });

  it('holds at counts whose products pass 2^31', async () => {
    const { chiSquared, oddsRatio, fisher } = await engine.analyze('contingency', {
      counts: [
        [900_000_000, 900_100_000],
        [900_100_000, 900_000_000],
      ],
    });
    near(chiSquared.statistic, (4 * 49_999.5 ** 2) / 900_050_000); // Yates; every expected count is 900 050 000
    near(oddsRatio.estimate, (9000 / 9001) ** 2);
    assert.ok(fisher && fisher.p > 0 && fisher.p < 0.01);
    near(fisher?.oddsRatio ?? 0, oddsRatio.estimate, 1e-6);
  });

  it('skips Fisher’s test of a table too large in a moment, and simulates it when asked, always the same', async () => {
    const large = Array.from({ length: 6 }, (_, i) =>
      Array.from({ length: 7 }, (_, j) => 40 + ((i * 13 + j * 29) % 31)),
    );
    const begun = performance.now();
    const skipped = await engine.analyze('contingency', { counts: large });
    assert.ok(performance.now() - begun < 10_000);
    assert.equal(skipped.fisher, null);
    assert.equal(skipped.warnings[0].code, 'FISHER_SKIPPED');
    assert.match(skipped.warnings[0].message, /simulate/);
    assert.ok(skipped.chiSquared.p > 0);
    const first = await engine.analyze('contingency', { counts: large, simulate: true });
    const again = await engine.analyze('contingency', { counts: large, simulate: 2000 });
    assert.equal(first.fisher?.p, again.fisher?.p);
    assert.equal(first.spec.simulate, 2000);
    assert.ok(Math.abs((first.fisher?.p ?? 0) - first.chiSquared.p) < 0.05);
    const none = await engine.analyze('contingency', { counts, simulate: true }); // 2 × 2 is exact all the same
    assert.equal(none.fisher?.p, (await engine.analyze('contingency', { counts })).fisher?.p);
  });

  it('keeps an empty margin: χ² is NaN, nothing else fails', async () => {
    const { chiSquared, fisher, oddsRatio, riskRatio, mcNemar } = await engine.analyze('contingency', {
      counts: [
        [3, 0],
        [5, 0],
      ],
    });
    assert.ok(Number.isNaN(chiSquared.statistic) && Number.isNaN(chiSquared.p));
    assert.deepEqual(fisher, { p: 1, oddsRatio: 0, ciLow: 0, ciHigh: Number.POSITIVE_INFINITY });
    assert.ok(Number.isNaN(oddsRatio?.estimate) && Number.isNaN(riskRatio?.ciLow));
    assert.equal(mcNemar?.df, 1);
  });
});

describe('eValue', () => {
  it('runs without data, and on any table', async () => {
    const spec = /** @type {const} */ ({ measure: 'RR', estimate: 2 });
    const alone = await engine.analyze('eValue', spec);
    near(alone.eValue, 2 + Math.sqrt(2));
    assert.equal(alone.eValueCi, null);
    const t = await engine.table({ x: [1] });
    assert.equal((await t.eValue(spec)).eValue, alone.eValue);
  });

  it('is the same for a ratio and its inverse', async () => {
    for (const measure of ['RR', 'OR', 'HR']) {
      const up = await engine.analyze('eValue', { measure, estimate: 1.7, ciLow: 1.2, ciHigh: 2.4 });
      const down = await engine.analyze('eValue', { measure, estimate: 1 / 1.7, ciLow: 1 / 2.4, ciHigh: 1 / 1.2 });
      near(down.eValue, up.eValue, 1e-9);
      near(/** @type {number} */ (down.eValueCi), /** @type {number} */ (up.eValueCi), 1e-9);
    }
  });

  it('refuses what is no ratio', async () => {
    const refused = [
      { measure: 'RR' },
      { estimate: 2 },
      { measure: 'RD', estimate: 2 },
      { measure: 'RR', estimate: 0 },
      { measure: 'RR', estimate: -1 },
      { measure: 'RR', estimate: 2, ciLow: 0 },
      { measure: 'RR', estimate: 2, ciLow: 3, ciHigh: 1 },
      { measure: 'RR', estimate: 2, ciLow: 2.5 },
      { measure: 'RR', estimate: 2, ciHigh: 1.5 },
      { measure: 'RR', estimate: Number.POSITIVE_INFINITY },
    ];
    for (const spec of refused) await rejects(engine.analyze('eValue', spec), 'INVALID_SPEC');
  });
});
