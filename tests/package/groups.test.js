// The tables of tableOne and contingency, as papers print them.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createEngine } from '../../web/index.js';
import { tables, toText } from '../../web/report/index.js';
import { sample } from '../../web/workbench/sample.js';

/** @type {import('../../web/index.js').Engine} */
let engine;
/** @type {import('../../web/index.js').Table} */
let births;
before(async () => {
  engine = await createEngine();
  births = await engine.load(sample.url, { dictionary: sample.dictionary });
});
after(() => engine.close());

/** @param {import('../../web/report/index.js').Table} table @param {string} label */
const cellsOf = (table, label) => table.sections[0].rows.find(row => row.label === label)?.cells;

describe('Table 1', () => {
  it('has all patients, the groups, p and SMD in a row; medians where they are asked for', async () => {
    const spec = { group: 'low', columns: ['age', 'lwt', 'race', 'ht'], nonnormal: ['lwt'], exact: ['ht'] };
    const [table] = tables(await births.tableOne({ ...spec, pAdjust: 'holm' }));
    assert.deepEqual(
      table.columns.map(({ title, over }) => [over, title].filter(Boolean).join(': ')),
      [
        'Variable',
        'All, n = 189',
        'Low birth weight (< 2.5 kg): No, n = 130',
        'Low birth weight (< 2.5 kg): Yes, n = 59',
        'p',
        'p, adjusted',
        'SMD',
      ],
    );
    assert.deepEqual(cellsOf(table, 'Mother’s age (years)')?.slice(0, 4), [
      '23.2 (5.3)',
      '23.7 (5.6)',
      '22.3 (4.5)',
      '0.078',
    ]);
    assert.deepEqual(cellsOf(table, 'Mother’s weight (lb)')?.slice(0, 4), [
      '121.0 (110.0–140.0)',
      '123.5 (113.0–147.0)',
      '120.0 (104.0–130.0)',
      '0.013',
    ]);
    assert.deepEqual(cellsOf(table, 'Race'), ['', '', '', '0.082', '0.157', '0.36']);
    assert.deepEqual(cellsOf(table, 'White'), ['96 (50.8%)', '73 (56.2%)', '23 (39.0%)', '', '', '']);
    assert.deepEqual(table.notes.slice(0, 2), [
      'Figures: n (%) of the known values, mean (SD), median (Q1–Q3).',
      'p: Welch’s t-test (Mother’s age); Mann–Whitney test (Mother’s weight); Pearson’s chi-squared test (Race); Fisher’s exact test (History of hypertension).',
    ]);
    assert.match(table.notes[2], /^SMD: .* mean variance\.$/);
  });

  it('counts what is missing, for more than two groups', async () => {
    const table = await births.derive({ height: 'ifelse(age > 35, number("none"), age)' });
    const [shown] = tables(await table.tableOne({ group: 'race', columns: ['height'] }));
    assert.deepEqual(cellsOf(shown, 'Missing')?.[0], '3');
    assert.match(shown.notes.join(' '), /one-way analysis of variance\..*all pairs of groups/);
  });

  it('shows sums of weights, without tests', async () => {
    const table = await births.derive({ w: 'ifelse(age > 30, 1.5, 0.75)' });
    const [shown] = tables(await table.tableOne({ group: 'low', columns: ['age', 'smoke'], weights: 'w' }));
    assert.ok(!shown.columns.some(({ title }) => title === 'p'));
    assert.match(cellsOf(shown, 'Yes')?.[0] ?? '', /^\d+\.\d \(\d+\.\d%\)$/);
    assert.match(shown.notes[0], /Weighted by w; n counts patients\.$/);
  });
});

describe('a cross table', () => {
  it('has counts with shares of the row, then tests and measures', async () => {
    const [counts, measures] = tables(await births.contingency({ row: 'smoke', column: 'low' }));
    assert.match(counts.title, /Smoking in pregnancy × Low birth weight/);
    assert.deepEqual(cellsOf(counts, 'Yes'), ['44 (59.5%)', '30 (40.5%)', '74']);
    assert.deepEqual(cellsOf(measures, 'χ² test (Yates)'), ['', '4.24 (df 1)', '0.040']);
    assert.deepEqual(cellsOf(measures, 'Odds ratio'), ['2.02 (1.08–3.78)', '', '']);
    assert.deepEqual(cellsOf(measures, 'Risk difference'), ['0.153 (0.016–0.290)', '', '']);
    assert.match(cellsOf(measures, 'Fisher’s exact test')?.[0] ?? '', /^OR 2\.01/);
  });

  it('has no odds ratio for more than two rows, and takes counts without data', async () => {
    const [, measures] = tables(await births.contingency({ row: 'race', column: 'low' }));
    assert.equal(cellsOf(measures, 'Odds ratio'), undefined);
    assert.equal(cellsOf(measures, 'χ² test')?.[1], '5.00 (df 2)');
    const typed = {
      counts: [
        [10, 20],
        [5, 30],
      ],
      rows: ['A', 'B'],
      columns: ['no', 'yes'],
    };
    assert.match(toText(await engine.analyze('contingency', typed)), /B +5 \(14\.3%\) +30 \(85\.7%\) +35/);
  });
});

it('strata: the common ratios with their tests, then each stratum', async () => {
  const [common, strata] = tables(await births.mantelHaenszel({ row: 'smoke', column: 'low', strata: 'race' }));
  assert.deepEqual(cellsOf(common, 'Common odds ratio'), ['3.09 (1.49–6.39)', '', '']);
  assert.deepEqual(cellsOf(common, 'Mantel–Haenszel test'), ['', '8.38 (df 1)', '0.004']);
  assert.deepEqual(cellsOf(strata, 'White'), ['96', '5.76', '4.02']);
});

it('subgroups: the effect in all and in each, and whether they differ', async () => {
  const spec = { model: 'logistic', outcome: 'low', treatment: 'smoke', subgroup: 'race', adjust: ['age'] };
  const [table] = tables(await births.subgroup(/** @type {any} */ (spec)));
  assert.deepEqual(
    table.columns.map(({ title }) => title),
    ['Patients', 'n', 'Events', 'OR (95% CI)', 'p'],
  );
  assert.equal(table.sections[0].rows[0].label, 'All');
  assert.deepEqual(cellsOf(table, 'Other')?.slice(0, 2), ['67', '25']);
  assert.match(table.notes[0], /^Interaction: p = 0\.\d{3} \(likelihood ratio test\)\.$/);
  assert.match(table.notes[1], /^Adjusted for Mother’s age\.$/);
});
