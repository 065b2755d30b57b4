// Competing risks as users of the package meet them: the melanoma patients of Andersen et al. (1993; `boot::melanoma`),
// 1 died of melanoma, 2 alive, 3 died of another cause.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { createEngine } from '../../web/index.js';
import { tables, toText } from '../../web/report/index.js';

/** @type {import('../../web/index.js').Engine} */
let engine;
/** @type {import('../../web/index.js').Table} */
let melanoma;

const outcome = { time: 'time', event: 'status', censorValue: 2 };
const model = { ...outcome, cause: 1, predictors: ['age', 'ulcer'] };
const dictionary = {
  time: { label: 'Follow-up', unit: 'days' },
  status: { label: 'Death', levels: { 1: 'Melanoma', 2: 'Alive', 3: 'Other cause' } },
  ulcer: { label: 'Ulceration', levels: { 0: 'absent', 1: 'present' } },
};

before(async () => {
  engine = await createEngine();
  const csv = await readFile(new URL('../conformance/data/melanoma.csv', import.meta.url));
  melanoma = await engine.load(csv, { format: 'csv', dictionary });
});
after(() => engine.close());

describe('cumulativeIncidence', () => {
  test('has typed vectors of one length, groups and causes as text in level order', async () => {
    const { curves, gray } = await melanoma.cumulativeIncidence({ ...outcome, group: 'ulcer' });
    assert.deepEqual(
      curves.map(({ group, cause }) => [group, cause]),
      [
        ['0', '1'],
        ['0', '3'],
        ['1', '1'],
        ['1', '3'],
      ],
    );
    for (const curve of curves) {
      for (const name of /** @type {const} */ (['time', 'cumulativeIncidence', 'se', 'ciLow', 'ciHigh'])) {
        assert.ok(curve[name] instanceof Float64Array, name);
        assert.equal(curve[name].length, curve.nRisk.length, name);
      }
      assert.equal(
        curve.nEvent.reduce((a, b) => a + b, 0),
        curve.events,
      );
    }
    assert.deepEqual(
      gray?.map(({ cause, df }) => [cause, df]),
      [
        ['1', 1],
        ['3', 1],
      ],
    );
  });

  test('needs a value for censoring, which need not occur', async () => {
    const { time, event } = outcome;
    // @ts-expect-error the field is required
    await assert.rejects(melanoma.cumulativeIncidence({ time, event }), { code: 'INVALID_SPEC' });
    const { curves } = await melanoma.cumulativeIncidence({ time, event, censorValue: 'lost' });
    assert.deepEqual(
      curves.map(({ cause }) => cause),
      ['1', '2', '3'],
    );
  });
});

describe('fineGray', () => {
  test('takes a formula, gives the same figures', async () => {
    const named = await melanoma.fineGray(model);
    const written = await melanoma.fineGray({
      formula: 'Surv(time, status) ~ age + ulcer',
      censorValue: '2',
      cause: '1',
    });
    assert.deepEqual(written.terms, named.terms);
    assert.ok(named.converged);
    assert.equal(named.covariance.length, 4);
    assert.ok(Math.abs(named.covariance[0] / named.terms[0].se ** 2 - 1) < 1e-14);
  });

  test('counts whole weights as repeated rows', async () => {
    const repeated = await melanoma.fineGray({ ...model, predictors: ['age'] });
    const csv = await readFile(new URL('../conformance/data/melanoma.csv', import.meta.url), 'utf8');
    const [head, ...lines] = csv.trim().split('\n');
    const doubled = await engine.load(`${[head, ...lines, ...lines].join('\n')}\n`, { format: 'csv' });
    const weighted = await engine.load(`${[`${head},w`, ...lines.map(line => `${line},2`)].join('\n')}\n`, {
      format: 'csv',
    });
    const twice = await doubled.fineGray({ ...model, predictors: ['age'] });
    const withWeights = await weighted.fineGray({ ...model, predictors: ['age'], weights: 'w' });
    for (const name of /** @type {const} */ (['estimate', 'se'])) {
      assert.ok(Math.abs(withWeights.terms[0][name] / twice.terms[0][name] - 1) < 1e-10, name);
    }
    assert.ok(Math.abs(withWeights.model.logLik / twice.model.logLik - 1) < 1e-12);
    assert.deepEqual([withWeights.n, withWeights.events], [repeated.n, repeated.events]);
    assert.deepEqual(withWeights.warnings, []);
  });

  test('a covariate far from zero costs no digits', async () => {
    const age = /** @type {Float64Array} */ (await melanoma.column('age'));
    const columns = {
      time: await melanoma.column('time'),
      status: await melanoma.column('status'),
      near: age,
      far: age.map(value => value + 2 ** 30),
    };
    const table = await engine.table(columns);
    const near = await table.fineGray({ ...model, predictors: ['near'] });
    const far = await table.fineGray({ ...model, predictors: ['far'] });
    assert.ok(Math.abs(far.terms[0].estimate / near.terms[0].estimate - 1) < 1e-9);
    assert.ok(Math.abs(far.terms[0].se / near.terms[0].se - 1) < 1e-9);
    assert.ok(far.baseline[0].cumulativeHazard.every(Number.isFinite));
  });
});

describe('reports', () => {
  test('of cumulative incidences: causes as sections, groups as lines, Gray’s tests, the times asked for', async () => {
    const result = await melanoma.cumulativeIncidence({ ...outcome, group: 'ulcer', times: [1000, 6000] });
    const [summary, atTimes] = tables(result);
    assert.equal(summary.title, 'Cumulative incidence: Follow-up (days)');
    assert.deepEqual(
      summary.columns.map(({ title }) => title),
      ['Ulceration', 'n', 'Events', 'Last time', 'Cumulative incidence (95% CI)'],
    );
    assert.deepEqual(
      summary.sections.map(({ title, rows }) => [title, ...rows.map(({ label }) => label)]),
      [
        ['Melanoma', 'absent', 'present'],
        ['Other cause', 'absent', 'present'],
      ],
    );
    assert.equal(summary.sections[0].rows[0].cells.length, 4);
    assert.match(summary.notes[1], /^Gray’s test, Melanoma: χ²\(1\) = [\d.]+, p < 0\.001\.$/);
    assert.deepEqual(
      atTimes.sections[0].rows.map(({ label }) => label),
      ['1000', '6000'],
    );
    assert.match(atTimes.sections[0].rows[0].cells[0], /^\d+\.\d% \(\d+\.\d%–\d+\.\d%\)$/);
    assert.equal(atTimes.sections[0].rows[1].cells[0], '–', 'past the last time');
    assert.ok(toText(result).includes('Other cause'));
    const [alone] = tables(await melanoma.cumulativeIncidence(outcome));
    assert.deepEqual(
      alone.sections[0].rows.map(({ label }) => label),
      ['All'],
    );
  });

  test('of a Fine–Gray model: ratios, events of each level, the cause', async () => {
    const result = await melanoma.fineGray({ ...model, categorical: ['ulcer'], confLevel: 0.9 });
    const [table] = tables(result);
    assert.deepEqual(
      table.columns.map(({ title }) => title),
      ['Variable', 'n', 'Events', 'SHR (90% CI)', 'p'],
    );
    const rows = Object.fromEntries(table.sections[0].rows.map(({ label, cells }) => [label, cells]));
    assert.deepEqual(rows.absent.slice(0, 3), ['115', '16', '1 (reference)']);
    assert.equal(rows.present[0], '90');
    assert.match(table.title, /Follow-up \(days\)/);
    assert.match(table.notes[0], /^205 patients used, 57 with the event \(Melanoma\)\.$/);
    assert.match(table.notes.join(' '), /Fine & Gray’s pseudo-likelihood/);
    assert.doesNotMatch(table.notes.join(' '), /undefined|NaN/);
  });
});
