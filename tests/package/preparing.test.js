// Tables made of tables: what they share, what they keep, how they come back, how they refuse.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Core } from '../../web/core.js';
import { BedsideError, createEngine } from '../../web/index.js';
import { csvOf, model, patients } from './patients.js';

/** @param {string} code @param {RegExp} message */
const failure = (code, message) => (/** @type {unknown} */ error) => {
  assert.ok(error instanceof BedsideError, `${error} is no BedsideError`);
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  return true;
};

/** @type {import('../../web/engine.js').Engine} */
let engine;
before(async () => {
  engine = await createEngine();
});
after(() => engine.close());

const cells = async (/** @type {import('../../web/index.js').Table} */ table, /** @type {string} */ name) =>
  Array.from(/** @type {any[]} */ (await table.column(name)));

describe('filter', () => {
  test('gives the figures of a file that holds only those rows', async () => {
    const columns = patients(800);
    const kept = Array.from(columns.age).flatMap((age, i) => (age >= 60 && columns.sex[i] === 'male' ? [i] : []));
    const picked = Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, kept.map(i => values[i])]),
    );
    const whole = await engine.load(csvOf(columns), { format: 'csv' });
    const filtered = await whole.filter('age >= 60 & sex == "male"');
    const loaded = await engine.load(csvOf(picked), { format: 'csv' });
    assert.equal(filtered.rows, kept.length);
    assert.deepEqual(filtered.columns, loaded.columns);
    const spec = { outcome: 'died', predictors: ['age', 'pressure'] };
    const { cached: _a, data: a, ...ours } = await filtered.logistic(spec);
    const { cached: again, data: b, ...theirs } = await loaded.logistic(spec);
    assert.deepEqual(ours, theirs);
    assert.equal(a.fingerprint, b.fingerprint);
    assert.equal(again, true, 'the same cells, the same result');
    assert.deepEqual(await cells(filtered, 'age'), picked.age);
  });

  test('that keeps every row copies nothing, and none gives an empty table', async () => {
    const table = await engine.table(patients(100));
    await table.describe();
    const all = await table.filter('TRUE');
    assert.equal((await all.describe()).cached, true);
    const none = await table.filter('age < 0');
    assert.equal(none.rows, 0);
    assert.deepEqual(none.columns[1].levels, []);
    await assert.rejects(none.describe(), { code: 'TOO_FEW_ROWS' });
  });
});

describe('derive', () => {
  test('leaves the results of unchanged columns in the cache', async () => {
    const table = await engine.table(patients(400));
    assert.equal((await table.logistic(model)).cached, false);
    const made = await table.derive({
      decade: 'floor(age / 10) * 10',
      w: Float64Array.from({ length: 400 }, (_, i) => i),
    });
    assert.equal((await made.logistic(model)).cached, true);
    const changed = await made.derive({ age: 'age + 1' });
    assert.equal((await changed.logistic(model)).cached, false);
    assert.deepEqual(
      changed.columns.map(({ name, type }) => [name, type]),
      [
        ['age', 'numeric'],
        ['sex', 'categorical'],
        ['pressure', 'numeric'],
        ['died', 'numeric'],
        ['decade', 'numeric'],
        ['w', 'numeric'],
      ],
    );
  });

  test('takes expressions and arrays of every kind', async () => {
    const table = await engine.table({ x: [1, 2, null], born: [new Date('1980-02-29'), new Date('2000-01-01'), null] });
    const made = await table.derive({
      double: '2 * x',
      big: 'x > 1',
      size: "cut(x, [2], ['small', 'large'])",
      age: "years(born, date('2024-02-28'))",
      numbers: [4, null, 6],
      typed: new Int16Array([7, 8, 9]),
      words: ['b', undefined, 'a'],
      yes: [true, false, null],
      days: [new Date('2024-01-31T23:00:00Z'), null, new Date(0)],
      ['__proto__']: '1',
      constructor: 'x',
    });
    const NA = Number.NaN;
    assert.deepEqual(await cells(made, 'double'), [2, 4, NA]);
    assert.deepEqual(await cells(made, 'big'), [0, 1, NA]);
    assert.deepEqual(await cells(made, 'size'), ['small', 'large', null]);
    assert.deepEqual(await cells(made, 'age'), [43, 24, NA]);
    assert.deepEqual(await cells(made, 'numbers'), [4, NA, 6]);
    assert.deepEqual(await cells(made, 'typed'), [7, 8, 9]);
    assert.deepEqual(await cells(made, 'words'), ['b', null, 'a']);
    assert.deepEqual(await cells(made, 'yes'), [1, 0, NA]);
    assert.deepEqual(await cells(made, 'days'), [19753, NA, 0]);
    assert.deepEqual(await cells(made, 'constructor'), [1, 2, NA]);
    assert.equal(made.columns.find(({ name }) => name === 'days')?.type, 'date');
    assert.deepEqual(made.columns.find(({ name }) => name === 'size')?.levels, ['small', 'large']);
    assert.equal(Object.getPrototypeOf({}).constructor, Object);
  });

  test('keeps the dictionary of unchanged columns, and the warnings', async () => {
    const csv = 'sex,age,lab\nF,61,1\nM,17,x\nF,45,2\n';
    const dictionary = {
      sex: { label: 'Sex', levels: { F: 'Female', M: 'Male' } },
      age: { label: 'Age', unit: 'years' },
    };
    const table = await engine.load(csv, { format: 'csv', types: { lab: 'numeric' }, dictionary });
    const made = await (await table.filter('age > 20')).derive({ root: 'sqrt(lab - 2)', age: 'age * 12' });
    assert.deepEqual(
      made.warnings.map(({ code }) => code),
      ['COERCED', 'COERCED'],
    );
    assert.match(made.warnings[1].message, /'root'.*1 logarithm or root/);
    const { labels } = await made.describe();
    assert.deepEqual(labels, { sex: { label: 'Sex', unit: null, levels: { F: 'Female', M: 'Male' } } });
    assert.deepEqual(table.warnings.length, 1);
  });
});

describe('take', () => {
  test('takes rows with repeats, in the order given', async () => {
    const table = await engine.table({ x: [10, 20, 30], s: ['a', 'b', 'c'] });
    for (const rows of [[2, 0, 2], new Int32Array([2, 0, 2]), new Float64Array([2, 0, 2]), new Uint8Array([2, 0, 2])]) {
      const taken = await table.take(rows);
      assert.deepEqual(await cells(taken, 'x'), [30, 10, 30]);
      assert.deepEqual(await cells(taken, 's'), ['c', 'a', 'c']);
      assert.deepEqual(taken.columns[1].levels, ['a', 'c']);
    }
    assert.equal((await table.take([])).rows, 0);
  });

  test('refuses what is no row', async () => {
    const table = await engine.table({ x: [10, 20, 30] });
    for (const [rows, message] of /** @type {[any, RegExp][]} */ ([
      [[0, 3], /element 1 is 3.*0 to 2/],
      [[-1], /element 0 is -1/],
      [new Int32Array([0, 0, -5]), /element 2 is -5/],
      [[0.5], /0\.5/],
      [[Number.NaN], /NaN/],
      [[2 ** 40], /1099511627776/],
      [['1'], /string/],
      [[null], /element 0/],
      [5, /array/],
      [undefined, /array/],
      ['1', /array/],
    ])) {
      await assert.rejects(table.take(rows), failure('INVALID_SPEC', message));
    }
  });
});

test('refusals name the place, and leave nothing behind', async () => {
  const table = await engine.table(patients(50));
  const { currentMb } = (await engine.stats()).memory;
  for (const [call, code, message] of /** @type {[() => Promise<any>, string, RegExp][]} */ ([
    [() => table.filter('age >= '), 'INVALID_SPEC', /^filter, position 7 \(the end\): expected a column/],
    [() => table.filter('agee > 1'), 'COLUMN_NOT_FOUND', /'agee'; did you mean 'age'/],
    [() => table.filter('age'), 'INVALID_SPEC', /compare it/],
    [() => table.filter(/** @type {any} */ (5)), 'INVALID_SPEC', /string/],
    [() => table.filter(/** @type {any} */ (undefined)), 'INVALID_SPEC', /string/],
    [() => table.filter('age > 1', /** @type {any} */ (null)), 'INVALID_SPEC', /options of filter/],
    [() => table.derive({ x: 'age + sex' }), 'INVALID_SPEC', /^derive 'x', position 6/],
    [() => table.derive({ x: [1, 2] }), 'INVALID_SPEC', /2 elements.*50 rows/],
    [() => table.derive({ x: /** @type {any} */ (5) }), 'INVALID_SPEC', /'x'.*expression/],
    [() => table.derive({ x: /** @type {any} */ (null) }), 'INVALID_SPEC', /null/],
    [() => table.derive({ '': '1' }), 'INVALID_SPEC', /name/],
    [() => table.derive(/** @type {any} */ ('x')), 'INVALID_SPEC', /object/],
    [() => table.splitEpisodes(/** @type {any} */ ({ time: 'age' })), 'INVALID_SPEC', /'event'/],
    [
      () => table.splitEpisodes(/** @type {any} */ ({ time: 'age', event: 'died', cuts: [1], cut: 2 })),
      'INVALID_SPEC',
      /'cut'/,
    ],
    [() => table.splitEpisodes({ time: 'age', event: 'died', cuts: [Number.NaN] }), 'INVALID_SPEC', /finite/],
    [() => table.splitEpisodes({ time: 'sex', event: 'died', cuts: [1] }), 'NOT_NUMERIC', /'sex'/],
    [() => table.splitEpisodes({ time: 'age', event: 'pressure', cuts: [1] }), 'NOT_BINARY', /'pressure'/],
    [() => table.column('agee'), 'COLUMN_NOT_FOUND', /'age'/],
  ])) {
    await assert.rejects(call, failure(code, message));
  }
  assert.ok((await engine.stats()).memory.currentMb <= currentMb + 0.01);
});

test('a table can do without its parent; a freed one makes no more', async () => {
  const table = await engine.table(patients(60));
  const child = await table.filter('age > 50');
  const grandchild = await child.derive({ old: 'age > 80' });
  await table.free();
  await child.free();
  assert.equal((await grandchild.describe()).n, grandchild.rows);
  assert.equal((await grandchild.filter('old')).rows, (await cells(grandchild, 'old')).filter(Boolean).length);
  await assert.rejects(table.filter('TRUE'), { code: 'FREED' });
  await assert.rejects(child.take([0]), { code: 'FREED' });
  await assert.rejects(child.splitEpisodes({ time: 'age', event: 'died', cuts: [50] }), { code: 'FREED' });
});

test('the matched set is a table in one line', async () => {
  const table = await engine.table({ x: [5, 6, 7, 8], id: ['a', 'b', 'c', 'd'] });
  const result = {
    matched: new Int32Array([3, 1]),
    subclass: new Int32Array([1, 1]),
    matchedWeights: new Float64Array([1, 0.5]),
  };
  const matched = await (await table.take(result.matched)).derive({ pair: result.subclass, w: result.matchedWeights });
  assert.deepEqual(await cells(matched, 'id'), ['d', 'b']);
  assert.deepEqual(await cells(matched, 'w'), [1, 0.5]);
});

describe('a new instance', () => {
  const { request, directory } = Core.prototype;

  /** @param {import('node:test').TestContext} t */
  function traps(t) {
    const plan = { next: 0, memoryReadable: true, trapped: false };
    Core.prototype.request = function (/** @type {Uint8Array} */ message) {
      plan.trapped = plan.next > 0 && --plan.next === 0;
      if (plan.trapped) throw new WebAssembly.RuntimeError('unreachable');
      return request.call(this, message);
    };
    Core.prototype.directory = function () {
      return plan.trapped && !plan.memoryReadable ? null : directory.call(this);
    };
    t.after(() => Object.assign(Core.prototype, { request, directory }));
    return plan;
  }

  test('has the tables moved over, or made again from their parents and steps', async t => {
    const plan = traps(t);
    for (const memoryReadable of [true, false]) {
      const own = await createEngine();
      const columns = patients(300);
      const source = await own.load(new Blob([csvOf(columns)]));
      const weights = Float64Array.from(columns.age);
      const long = Float64Array.from({ length: 20_000 }, (_, i) => i % 300);
      const cuts = [50, 70];
      const tables = {
        filtered: await source.filter('age > 60'),
        derived: await source.derive({ w: weights, bmi: 'pressure / 3' }),
        taken: await source.take(long),
        split: await source.splitEpisodes({ time: 'age', event: 'died', cuts }),
        chain: await (await (await source.filter('age > 50')).derive({ old: 'age > median(age)' })).take([3, 1, 2]),
      };
      const orphan = await (async () => {
        const parent = await source.filter('sex == "male"');
        const child = await parent.derive({ log: 'log(age)' });
        await parent.free();
        return child;
      })();
      cuts.push(60); // what was asked then is what is made again
      const figures = async () => {
        const out = [];
        for (const table of [...Object.values(tables), orphan]) {
          const { cached: _, ...result } = await table.describe();
          out.push(result);
        }
        return out;
      };
      const before = await figures();
      for (let round = 0; round < 3; round++) {
        await own.clearCache();
        Object.assign(plan, { next: 1 + round, memoryReadable });
        assert.deepEqual(await figures(), before, `memory ${memoryReadable ? 'readable' : 'lost'}, round ${round}`);
      }
      if (!memoryReadable) {
        long[0] = 7;
        await own.clearCache();
        plan.next = 1;
        await tables.filtered.describe();
        await assert.rejects(tables.taken.describe(), { code: 'TABLE_LOST' });
        long[0] = 0;
        assert.equal((await tables.taken.describe()).n, 20_000);
      }
      await own.close();
    }
  });

  test('does a step that trapped once more', async t => {
    const plan = traps(t);
    const own = await createEngine();
    const table = await own.table(patients(100));
    plan.next = 1;
    const child = await table.filter('age > 60');
    assert.equal((await child.describe()).n, child.rows);
    await own.close();
  });

  test('of a source that can be read once says so of its children', async t => {
    const plan = traps(t);
    const own = await createEngine();
    const table = await own.load(new Response(csvOf(patients(100))));
    const child = await table.filter('age > 60');
    Object.assign(plan, { next: 1, memoryReadable: false });
    await assert.rejects(child.describe(), failure('TABLE_LOST', /once/));
    await own.close();
  });
});

describe('in a worker', () => {
  test('progress rises to 1, and what its listener throws is thrown', async () => {
    const own = await createEngine({ worker: true });
    const table = await own.table(patients(300_000));
    /** @type {number[]} */
    const told = [];
    /** @type {any[]} */
    const events = [];
    own.on('progress', event => events.push(event));
    await table.derive({ z: '(age - mean(age)) / sd(age)' }, { onProgress: ({ done }) => told.push(done) });
    assert.ok(told.length > 3);
    assert.ok(told.every((done, i) => done >= 0 && done <= 1 && (i === 0 || done >= told[i - 1])));
    assert.ok(events.every(({ task }) => task === 'derive'));
    const thrower = () => {
      throw new Error('no');
    };
    await assert.rejects(table.filter('age > 60', { onProgress: thrower }), /^Error: no$/);
    await own.close();
  });

  test('an abort rejects at once, and the table is there afterwards', async () => {
    const own = await createEngine({ worker: true });
    const table = await own.table(patients(500_000));
    const slow = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`m${i}`, `quantile(age^${i + 1}, 0.5)`]));
    const controller = new AbortController();
    const run = table.derive(slow, { signal: controller.signal });
    setTimeout(() => controller.abort(), 60);
    await assert.rejects(run, { code: 'ABORTED' });
    await assert.rejects(table.filter('TRUE', { signal: AbortSignal.abort() }), { code: 'ABORTED' });
    const child = await table.filter('age > 60 & sex == "male"');
    assert.ok(child.rows > 0 && child.rows < 500_000);
    await own.close();
  });
});
