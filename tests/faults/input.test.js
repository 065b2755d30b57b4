// Hostile input: whatever bytes a file has and whatever a spec says, a call ends in a result or in a BedsideError, and
// the engine goes on. More than 20,000 inputs, the same ones every time.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { analyses } from '../../web/analyses.js';
import { Core } from '../../web/core.js';
import { BedsideError, createEngine } from '../../web/index.js';

const seed = 20260102;

/** What an input can be refused for. Other codes, known or not, would tell of a fault of the engine. */
const refusals = [
  ...['INVALID_SPEC', 'COLUMN_NOT_FOUND', 'PARSE_ERROR', 'MEMORY_BUDGET', 'SINGULAR', 'TOO_FEW_ROWS'],
  ...['NOT_BINARY', 'NOT_NUMERIC', 'NOT_FINITE', 'NO_EVENTS', 'ONE_GROUP'],
];

/** What no plain object may be confused by, and markup. */
const hostileNames = [
  '__proto__',
  'constructor',
  'toString',
  'valueOf',
  '<img src=x onerror=alert(1)>',
  'a:b',
  '`',
  '',
  ' ',
];

/** @type {import('../../web/engine.js').Engine} */
let engine;
let instances = 0;
const { create } = Core;
before(async () => {
  Core.create = options => {
    instances++;
    return create(options);
  };
  engine = await createEngine({ memoryBudget: '64MB' });
});
after(async () => {
  Core.create = create;
  await engine.close();
});

/**
 * A result, or undefined where the input was refused.
 * @template T
 * @param {Promise<T>} call
 * @returns {Promise<T | undefined>}
 */
async function ends(call) {
  try {
    return await call;
  } catch (error) {
    assert.ok(error instanceof BedsideError, `no BedsideError: ${error instanceof Error ? error.stack : error}`);
    assert.ok(refusals.includes(error.code), `${error.code}: ${error.message}`);
    assert.ok(error.message.length > 0);
    return undefined;
  }
}

/** The engine is alive, the same instance, and has lost nothing. */
async function alive() {
  const table = await engine.table({ x: [1, 2, 4] });
  const { variables } = await table.describe();
  assert.equal(variables[0].median, 2);
  await table.free();
  assert.equal(instances, 1, 'no trap has replaced the instance');
}

const cell = fc.oneof(
  { weight: 5, arbitrary: fc.double().map(String) },
  { weight: 3, arbitrary: fc.integer({ min: -9, max: 9 }).map(String) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...['', 'NA', 'NaN', '.', '-', 'Inf', '-Infinity', '1e400', '007', '1,5', '2024-02-30', 'TRUE'],
    ),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom(...hostileNames) },
);

/** Files that are nearly right. */
const nearlyCsv = fc
  .record({
    names: fc.array(fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom(...hostileNames)), {
      minLength: 1,
      maxLength: 5,
    }),
    rows: fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 20 }),
    separator: fc.constantFrom(',', ';', '\t'),
    end: fc.constantFrom('\n', '\r\n', '\r'),
    quoted: fc.boolean(),
    square: fc.boolean(),
    mark: fc.constantFrom('', '\uFEFF'),
  })
  .map(({ names, rows, separator, end, quoted, square, mark }) => {
    const write = (/** @type {string} */ text) => (quoted ? `"${text.replaceAll('"', '""')}"` : text);
    const fit = (/** @type {string[]} */ row) => (square ? names.map((_, i) => row[i % row.length]) : row);
    return mark + [names, ...rows.map(fit)].map(row => row.map(write).join(separator)).join(end);
  });

/** Bytes that mean something to a reader of CSV, and broken UTF-8. */
const telling = [0, 9, 10, 13, 32, 34, 44, 46, 49, 59, 0xc3, 0xa9, 0xff];

const bytes = fc.oneof(
  { weight: 4, arbitrary: nearlyCsv.map(text => new TextEncoder().encode(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(...telling), { maxLength: 200 }).map(list => Uint8Array.from(list)),
  },
  {
    weight: 1,
    arbitrary: nearlyCsv.map(text => Uint8Array.from([0xff, 0xfe, ...Buffer.from(text, 'utf16le')])),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(nearlyCsv, fc.nat(200), fc.nat(255)).map(([text, at, value]) => {
      const packed = new Uint8Array(gzipSync(text));
      if (at % 3) packed[at % packed.length] = value;
      return at % 3 === 1 ? packed.subarray(0, at) : packed;
    }),
  },
);

const loadOptions = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        format: fc.constantFrom('csv', 'tsv'),
        missing: fc.array(fc.string({ maxLength: 3 }), { maxLength: 3 }),
        dateFormat: fc.constantFrom('DD/MM/YYYY', 'YYYY-MM-DD', 'MM.DD.YYYY'),
        calendar: fc.constantFrom('gregorian', 'buddhist'),
      },
      { requiredKeys: [] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      types: fc.dictionary(fc.constantFrom(...hostileNames, 'a'), fc.constantFrom('numeric', 'categorical', 'date')),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.dictionary(
      fc.constantFrom('format', 'types', 'missing', 'dictionary', 'x'),
      fc.anything({ maxDepth: 2 }),
    ),
  },
);

/**
 * The bytes as a stream of pieces, as a network gives them.
 * @param {Uint8Array} whole
 * @param {number[]} sizes
 */
function inPieces(whole, sizes) {
  let at = 0;
  let turn = 0;
  return new Response(
    new ReadableStream({
      pull(controller) {
        if (at >= whole.length) return controller.close();
        const size = sizes.length ? 1 + sizes[turn++ % sizes.length] : whole.length;
        controller.enqueue(whole.slice(at, at + size));
        at += size;
      },
    }),
  );
}

describe('files', () => {
  test('9,000 loads, of files whole and in pieces', { timeout: 240_000 }, async t => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(bytes, loadOptions, fc.array(fc.nat(40), { maxLength: 4 }), async (file, options, sizes) => {
        const table = await ends(engine.load(/** @type {any} */ (file), /** @type {any} */ (options)));
        const pieces = await ends(engine.load(inPieces(file, sizes), /** @type {any} */ (options)));
        assert.equal(pieces === undefined, table === undefined, 'in pieces as in one');
        if (!table || !pieces) return;
        read++;
        assert.deepEqual(pieces.columns, table.columns);
        assert.deepEqual(pieces.warnings, table.warnings);
        const described = await ends(table.describe());
        assert.deepEqual(await ends(pieces.describe()), described && { ...described, cached: true });
        for (const { name, missing } of table.columns.slice(0, 2)) {
          /** @type {any[]} */
          const cells = Array.from(/** @type {any} */ (await table.column(name)));
          assert.equal(cells.filter(each => each === null || Number.isNaN(each)).length, missing);
        }
        await Promise.all([table.free(), pieces.free()]);
      }),
      { seed, numRuns: 4500 },
    );
    t.diagnostic(`${read} of 4500 were tables`);
    assert.ok(read > 900);
    await alive();
  });

  test('2,000 objects of arrays', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 5 });
    const value = fc.oneof(
      fc.double(),
      text,
      fc.boolean(),
      fc.constantFrom(null, undefined, Number.NaN, -0, 1e308),
      fc.date({ noInvalidDate: false }),
    );
    const four = { minLength: 4, maxLength: 4 };
    const column = fc.oneof(
      fc.array(value, { maxLength: 6 }),
      fc.array(fc.double(), four),
      fc.array(fc.oneof(text, fc.constant(null)), four),
      fc.float64Array(four),
      fc.bigInt64Array(four),
      fc.anything({ maxDepth: 1 }),
    );
    const name = fc.oneof(fc.string(), fc.constantFrom(...hostileNames));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, column, { maxKeys: 4 }), async columns => {
        const table = await ends(engine.table(/** @type {any} */ (columns)));
        if (!table) return;
        assert.deepEqual(
          table.columns.map(each => each.name),
          Object.keys(columns),
        );
        for (const each of table.columns.filter(({ type }) => type === 'categorical')) {
          const given = /** @type {any[]} */ (Object.getOwnPropertyDescriptor(columns, each.name)?.value);
          const wellFormed = given.map(cell => (typeof cell === 'string' ? Buffer.from(cell).toString() : null));
          assert.deepEqual(await table.column(each.name), wellFormed);
        }
        await ends(table.describe());
        await table.free();
      }),
      { seed, numRuns: 2000 },
    );
    await alive();
  });
});

describe('specs', () => {
  const names = ['num', 'bin', 'cat', 'two', 'days', 'same', 'copy', 'gaps', 'inf', 'count', ...hostileNames];
  const rows = 24;
  /** @type {import('../../web/table.js').Table} */
  let table;
  before(async () => {
    const at = (/** @type {(i: number) => unknown} */ cells) => Array.from({ length: rows }, (_, i) => cells(i));
    /** @type {Record<string, unknown[]>} */
    const columns = Object.create(null);
    Object.assign(columns, {
      num: at(i => Math.sin(i) * 10),
      bin: at(i => (i * 7) % 3 === 0),
      cat: at(i => 'abc'[i % 3]),
      two: at(i => (i % 5 < 2 ? 'yes' : 'no')),
      days: at(i => new Date(Date.UTC(2024, 0, 1 + i * i))),
      same: at(() => 5),
      copy: at(i => Math.sin(i) * 20),
      gaps: at(i => (i % 4 ? i : null)),
      inf: at(i => (i === 7 ? Number.POSITIVE_INFINITY : i)),
      count: at(i => (i * 5) % 7),
    });
    hostileNames.forEach((name, k) => {
      columns[name] = at(i => (k % 2 ? ((i + 1) * (k + 3)) % 11 : ['__proto__', 'x', '<b>'][(i + (i % 7) * k) % 3]));
    });
    table = await engine.table(/** @type {any} */ (columns));
  });

  const name = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
  );
  const term = fc.oneof(
    { weight: 4, arbitrary: name },
    { weight: 1, arbitrary: fc.tuple(name, name).map(pair => pair.join(':')) },
  );
  const tokens = [
    'num',
    'bin',
    '~',
    '+',
    '*',
    ':',
    '(',
    ')',
    '^',
    '2',
    '-1',
    '.',
    '`',
    'log(',
    'factor(cat)',
    ' ',
    '"',
  ];
  const formula = fc.oneof(
    fc
      .tuple(name, fc.array(term, { maxLength: 4 }), fc.constantFrom('+', '*', ':', '-'))
      .map(([y, xs, by]) => `${y} ~ ${xs.join(` ${by} `)}`),
    fc.array(fc.constantFrom(...tokens), { maxLength: 14 }).map(parts => parts.join('')),
  );
  const anything = fc.anything({ maxDepth: 2, withBigInt: true, withTypedArray: true, withNullPrototype: true });

  /** Fields as users fill them in. @type {Record<string, fc.Arbitrary<any>>} */
  const usual = {
    outcome: fc.constantFrom('bin', 'bin', 'count', 'num', 'two'),
    predictors: fc.uniqueArray(fc.constantFrom('num', 'cat', 'gaps', 'days', 'count', '__proto__', 'num:cat'), {
      minLength: 1,
      maxLength: 3,
    }),
    columns: fc.uniqueArray(fc.constantFrom('num', 'cat', 'gaps', 'count', '__proto__'), { minLength: 1 }),
    time: fc.constantFrom('count', 'days', 'num'),
    event: fc.constantFrom('bin', 'two', 'bin', 'cat'),
    censorValue: fc.constantFrom(0, 'no', 'a'),
    cause: fc.constantFrom(1, 1, 'yes', 'b'),
    group: fc.constantFrom('two', 'cat', 'bin', 'gaps'),
    treatment: fc.constantFrom('bin', 'two'),
    covariates: fc.uniqueArray(fc.constantFrom('num', 'cat', 'gaps', 'days', 'count', 'num:cat'), {
      minLength: 1,
      maxLength: 3,
    }),
    model: fc.constantFrom('logistic', 'cox'),
    subgroup: fc.constantFrom('cat', 'two', 'count'),
    adjust: fc.constantFrom(['num'], ['gaps'], []),
    row: fc.constantFrom('bin', 'two', 'cat'),
    column: fc.constantFrom('bin', 'two', 'count'),
    strata: fc.constantFrom('cat', 'two', 'count'),
    measure: fc.constantFrom('RR', 'OR', 'HR'),
    estimate: fc.double({ min: 0.1, max: 9, noNaN: true }),
    times: fc.array(fc.double({ min: -1, max: 9, noNaN: true }), { minLength: 1, maxLength: 3 }),
    at: fc.array(fc.constant({ num: 1, cat: 'a', gaps: 2, days: 3, count: 1, two: 'yes', ['__proto__']: 'x' }), {
      minLength: 1,
      maxLength: 2,
    }),
  };

  /**
   * A value for a field of the schema, mostly of its kind.
   * @param {any} field
   * @returns {fc.Arbitrary<any>}
   */
  function valuesOf(field) {
    const fitting = () => {
      if (field.words) return fc.constantFrom(...field.words, true, false);
      if (field.name === 'formula') return formula;
      switch (field.type) {
        case 'column':
          return name;
        case 'columns':
          return fc.array(name, { maxLength: 4 });
        case 'terms':
          return fc.array(term, { maxLength: 4 });
        case 'number':
          return fc.oneof(fc.double({ min: 0, max: 1 }), fc.double(), fc.integer());
        case 'boolean':
          return fc.boolean();
        default:
          return fc.oneof(name, fc.array(name, { maxLength: 3 }), fc.dictionary(name, fc.oneof(name, fc.integer())));
      }
    };
    return fc.oneof({ weight: 12, arbitrary: fitting() }, { weight: 1, arbitrary: anything });
  }

  /**
   * Leaves out the fields of the model that was not chosen: given together they are an error.
   * @param {Record<string, any>} spec
   */
  function ofOneModel({ outcome, time, event, strata, ...rest }) {
    return rest.model === 'cox' ? { ...rest, time, event, strata } : { ...rest, outcome };
  }

  for (const { name: analysis, spec: fields } of analyses) {
    test(`2,000 for ${analysis}`, { timeout: 240_000 }, async t => {
      const field = (/** @type {any} */ each) =>
        fc.oneof(
          // Most other fields are left out, or hardly any spec would be right.
          { weight: 9, arbitrary: (each.type !== 'strings' && usual[each.name]) || fc.constant(undefined) },
          { weight: 1, arbitrary: valuesOf(each) },
        );
      const filled = fc.record(Object.fromEntries(fields.map(each => [each.name, field(each)])));
      const spec = fc.oneof(
        { weight: 15, arbitrary: analysis === 'subgroup' ? filled.map(ofOneModel) : filled },
        { weight: 1, arbitrary: anything },
      );
      let results = 0;
      /** @type {Record<string, number>} */
      const codes = {};
      await fc.assert(
        fc.asyncProperty(spec, async given => {
          const call = table.analyze(analysis, /** @type {any} */ (given));
          call.catch(({ code }) => {
            codes[code] = (codes[code] ?? 0) + 1;
          });
          const result = await ends(call);
          if (!result) return;
          results++;
          assert.equal(result.analysis, analysis);
          structuredClone(result);
        }),
        { seed, numRuns: 2000 },
      );
      t.diagnostic(`${results} results; ${JSON.stringify(codes)}`);
      assert.ok(results > 100, `only ${results} results`);
      await alive();
    });
  }

  test('names that objects inherit, and markup, go through every analysis', async () => {
    for (const hostile of hostileNames.slice(0, 5)) {
      const described = await table.describe({ columns: [hostile] });
      assert.equal(described.variables[0].name, hostile);
      for (const analysis of /** @type {const} */ (['linear', 'poisson', 'negativeBinomial', 'logistic'])) {
        const outcome = analysis === 'logistic' ? 'bin' : 'count';
        const { terms } = await table.analyze(analysis, { outcome, predictors: [hostile] });
        assert.ok(terms.length > 1);
        assert.ok(terms.slice(1).every((/** @type {any} */ row) => row.term === hostile));
      }
      const screened = await table.analyzeOutcome({ outcome: 'bin', columns: [hostile] });
      assert.equal(screened.variables[0].name, hostile);
    }
    const reference = JSON.parse('{ "__proto__": "x" }');
    const { terms, spec } = await table.logistic({ outcome: 'bin', predictors: ['__proto__'], reference });
    assert.deepEqual(
      terms.slice(1).map(({ level }) => level),
      ['<b>', '__proto__'],
    );
    assert.deepEqual(Object.entries(spec.reference), [['__proto__', 'x']]);
    await alive();
  });

  test('formulas of any depth and length are refused or read, never overflow', async () => {
    for (const open of ['(', '((num+', '-(', 'log(', '(num*']) {
      for (const depth of [10, 1000, 100_000]) {
        await ends(table.logistic({ formula: `bin ~ ${open.repeat(depth)}num${')'.repeat(depth)}` }));
      }
    }
    const many = (/** @type {number} */ count, /** @type {string} */ what) => Array.from({ length: count }, () => what);
    await ends(table.logistic({ formula: `bin ~ ${many(3000, 'num').join(' + ')}` }));
    await ends(table.logistic({ formula: `bin ~ ${many(60, 'cat').join(' * ')}` }));
    await ends(table.logistic({ formula: 'bin ~ (num + gaps + count + same + days + cat + two)^9' }));
    await ends(table.linear({ outcome: 'num', predictors: many(3000, 'gaps') }));
    await alive();
  });
});
