// Columns, levels and labels that are called as what every object inherits, or as markup, are names like any other:
// through files, arrays, the dictionary, the analyses and the reports. Nothing of it reaches a prototype or a page.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createEngine } from '../../web/index.js';
import { tables, toCSV, toHTML, toMarkdown, toText } from '../../web/report/index.js';
import { csvOf, patients, randomOf } from '../package/patients.js';

const names = ['__proto__', 'constructor', 'toString', '<img src=x onerror=alert(1)>'];
const [numeric, factor, , markup] = names;
const rows = 200;

/** An object with this own field for each key; a literal would set the prototype. @param {[string, any][]} entries */
const own = entries => Object.fromEntries(entries);

/** What a prototype looks like, to see that it stayed so. */
const prototypes = () =>
  [Object.prototype, Array.prototype, Function.prototype, String.prototype].map(prototype =>
    Object.entries(Object.getOwnPropertyDescriptors(prototype)).map(([name, { value }]) => [name, value]),
  );
const untouched = prototypes();

const random = randomOf(11);
const { age, died } = patients(rows);
/** One numeric column, three whose levels are those names too. @type {Record<string, any>} */
const columns = own([
  [numeric, age],
  ...names
    .slice(1)
    .map(
      name =>
        /** @type {[string, any]} */ ([name, Array.from({ length: rows }, () => names[Math.floor(4 * random())])]),
    ),
  ['died', died],
  ['visits', Array.from({ length: rows }, () => Math.floor(5 * random()))],
]);

/** The same columns with other names, and levels in the same order: what must come out but for the names. */
const plainName = (/** @type {string} */ name) =>
  /** @type {Record<string, string>} */ ({ [names[0]]: 'b', [names[1]]: 'c', [names[2]]: 'd', [markup]: 'a' })[name];
const plain = Object.fromEntries(
  Object.entries(columns).map(([name, cells]) => [
    plainName(name) ?? name,
    typeof cells[0] === 'string' ? cells.map(plainName) : cells,
  ]),
);

/** @type {import('../../web/engine.js').Engine} */
let engine;
/** @type {Record<string, import('../../web/table.js').Table>} */
const ways = {};
/** @type {import('../../web/table.js').Table} */
let reference;
before(async () => {
  engine = await createEngine();
  ways.arrays = await engine.table(columns);
  ways.file = await engine.load(csvOf(columns), { format: 'csv' });
  ways.options = await engine.load(new Blob([csvOf(columns)]), {
    types: own([
      [numeric, 'numeric'],
      [factor, 'categorical'],
    ]),
    dictionary: own([[numeric, { label: 'Age', unit: 'years', missing: ['?'] }]]),
  });
  reference = await engine.table(plain);
});
after(() => engine.close());

/** Figures of a coefficient row, without its names. @param {any[]} terms */
const figures = terms => terms.map(({ term: _, level: __, ...numbers }) => numbers);

const runs = /** @type {const} */ ([
  ['logistic', { outcome: 'died', method: 'ml' }],
  ['linear', { outcome: 'visits' }],
  ['poisson', { outcome: 'visits' }],
]);

describe('in tables and analyses', () => {
  test('columns and levels keep their names, from arrays and from files', async () => {
    for (const table of Object.values(ways)) {
      assert.deepEqual(
        table.columns.map(({ name }) => name),
        [...names, 'died', 'visits'],
      );
      for (const name of names.slice(1)) {
        assert.deepEqual(await table.levels(name), [markup, ...names.slice(0, 3)]);
        assert.deepEqual(await table.column(name), columns[name]);
      }
      assert.deepEqual(await table.column(numeric), age);
      const { variables } = await table.describe();
      const twin = await reference.describe();
      for (const [i, { name, mean, levels }] of variables.entries()) {
        assert.deepEqual([plainName(name) ?? name, mean], [twin.variables[i].name, twin.variables[i].mean]);
        assert.deepEqual(
          levels?.map(({ level, count }) => [plainName(level), count]),
          twin.variables[i].levels?.map(({ level, count }) => [level, count]),
        );
      }
    }
  });

  for (const [analysis, spec] of runs) {
    test(`${analysis} gives the figures that it gives under plain names`, async () => {
      const twin = await reference.analyze(analysis, { ...spec, predictors: ['a', 'b', 'c', 'd'].sort() });
      for (const table of Object.values(ways)) {
        const predictors = [...names].sort((x, y) => ((plainName(x) ?? '') < (plainName(y) ?? '') ? -1 : 1));
        const result = await table.analyze(analysis, { ...spec, predictors });
        assert.deepEqual(figures(result.terms), figures(twin.terms));
        assert.deepEqual(
          result.terms.slice(1).map(({ term, level }) => [plainName(term), level && plainName(level)]),
          twin.terms.slice(1).map(({ term, level }) => [term, level]),
        );
      }
    });
  }

  test('as interaction, cluster, reference level and event', async () => {
    const predictors = [numeric, factor, `${numeric}:toString`];
    const { terms, spec } = await ways.file.logistic({
      outcome: 'died',
      predictors,
      cluster: markup,
      reference: own(names.slice(1, 3).map(name => [name, '__proto__'])),
    });
    assert.deepEqual(Object.entries(spec.reference), [
      ['constructor', '__proto__'],
      ['toString', '__proto__'],
    ]);
    assert.deepEqual(
      terms.filter(({ term }) => term === factor).map(({ level }) => level),
      [markup, 'constructor', 'toString'],
    );
    assert.equal(terms.filter(({ term }) => term === `${numeric}:toString`).length, 3);
    const two = await engine.table(
      own([
        [factor, columns[factor].map((/** @type {string} */ level) => (level < 'a' ? '__proto__' : 'constructor'))],
        [numeric, age],
      ]),
    );
    const { events } = await two.logistic({ outcome: factor, positive: '__proto__', predictors: [numeric] });
    assert.equal(events, columns[factor].filter((/** @type {string} */ level) => level < 'a').length);
    const { variables } = await two.analyzeOutcome({ outcome: factor, positive: 'constructor' });
    assert.deepEqual(
      variables.map(({ name }) => name),
      [numeric],
    );
    await two.free();
  });

  test('a formula names them in backticks', async () => {
    const byFields = await ways.file.linear({ outcome: 'visits', predictors: names });
    const byFormula = await ways.file.linear({ formula: `visits ~ ${names.map(name => `\`${name}\``).join(' + ')}` });
    assert.deepEqual(byFormula.terms, byFields.terms);
  });

  test('what there is not, is not found in a prototype', async () => {
    const table = await engine.table({ x: [1, 2, 3], y: [1, 0, 1] });
    for (const name of [...names, 'valueOf', 'hasOwnProperty']) {
      await assert.rejects(table.column(name), { name: 'BedsideError', code: 'COLUMN_NOT_FOUND' });
      await assert.rejects(table.analyze(name, {}), { name: 'BedsideError', code: 'UNKNOWN_ANALYSIS' });
      await assert.rejects(table.describe(own([[name, ['x']]])), { name: 'BedsideError', code: 'INVALID_SPEC' });
      await assert.rejects(table.linear({ outcome: 'y', predictors: ['x'], reference: own([[name, 'a']]) }), {
        name: 'BedsideError',
      });
      await assert.rejects(
        engine.load(
          'a\n1\n',
          own([
            ['format', 'csv'],
            [name, 1],
          ]),
        ),
        { code: 'INVALID_SPEC' },
      );
      await assert.rejects(engine.load('a\n1\n', { format: 'csv', types: own([[name, 'numeric']]) }), {
        code: 'COLUMN_NOT_FOUND',
      });
      await assert.rejects(createEngine(own([[name, 1]])), { code: 'INVALID_SPEC' });
      await assert.rejects(createEngine({ cache: own([[name, 1]]) }), { code: 'INVALID_SPEC' });
    }
    await table.free();
  });
});

describe('in the dictionary and the reports', () => {
  test('labels, units and value names arrive with their columns, and are printed as text', async () => {
    const dictionary = own(
      names.map(name => [
        name,
        name === numeric
          ? { label: '<b>Age</b>', unit: markup }
          : { label: `=${name}`, levels: [...names].reverse().map(level => [level, `${level} & <i>`]) },
      ]),
    );
    const labelled = await ways.file.describeColumns(dictionary);
    assert.deepEqual(await labelled.levels(factor), [...names].reverse(), 'the order of the dictionary');
    const results = [await labelled.describe()];
    for (const [analysis, spec] of runs) {
      results.push(/** @type {any} */ (await labelled.analyze(analysis, { ...spec, predictors: names })));
    }
    results.push(/** @type {any} */ (await labelled.analyzeOutcome({ outcome: 'died' })));
    for (const result of results) {
      const { labels } = result;
      assert.ok(names.every(name => Object.hasOwn(labels, name)));
      assert.equal(Object.getPrototypeOf(labels), Object.prototype);
      assert.equal(Object.getOwnPropertyDescriptor(labels, numeric)?.value.label, '<b>Age</b>');
      assert.deepEqual(
        Object.entries(labels[factor].levels ?? {}),
        [...names].reverse().map(level => [level, `${level} & <i>`]),
      );
      checkReports(result, '<b>Age</b>', `=${factor}`, '__proto__ & <i>');
    }
    await labelled.free();
  });

  test('without a dictionary the names themselves are printed', async () => {
    const result = await ways.arrays.analyzeOutcome({ outcome: 'died' });
    checkReports(result, numeric, factor, 'toString');
    checkReports(await ways.arrays.logistic({ outcome: 'died', predictors: names }), numeric, factor, 'toString');
  });

  test('a value without a label of its own gets none from a prototype', async () => {
    const labelled = await ways.arrays.describeColumns(own([[factor, { levels: [[markup, 'Markup']] }]]));
    const results = [await labelled.describe(), await labelled.logistic({ outcome: 'died', predictors: [factor] })];
    for (const result of results) {
      const text = toText(result);
      for (const word of ['Markup', '__proto__', 'constructor', 'toString']) assert.ok(text.includes(word), text);
      assert.doesNotMatch(text, /native code|\[object/);
    }
    await labelled.free();
  });
});

test('after all this, prototypes are as they were', () => assert.deepEqual(prototypes(), untouched));

/**
 * Each format holds the words, and none of them is live.
 * @param {any} result
 * @param {...string} words
 */
function checkReports(result, ...words) {
  assert.ok(tables(result).length > 0);
  const text = toText(result);
  for (const word of words) assert.ok(text.includes(word), `${result.analysis}: ${word} is not in\n${text}`);
  const html = toHTML(result);
  assert.ok(html.includes('&lt;img src=x onerror=alert(1)&gt;'), html);
  const elements = new Set(Array.from(html.matchAll(/<\/?([^\s>/]*)/g), ([, name]) => name));
  const plainTags = [
    'table',
    'caption',
    'thead',
    'tbody',
    'tfoot',
    'tr',
    'th',
    'td',
    'div',
    'p',
    'sup',
    'span',
    'br',
    'strong',
  ];
  assert.deepEqual(
    [...elements].filter(name => !plainTags.includes(name)),
    [],
  );
  assert.doesNotMatch(html, /<[^>]*onerror/);
  assert.doesNotMatch(toMarkdown(result), /(?<!\\)<(img|b|i)\b/);
  // A spreadsheet takes a cell that begins so for a formula.
  assert.doesNotMatch(toCSV(result), /(^|[,\n]"?)[=@]/m);
}
