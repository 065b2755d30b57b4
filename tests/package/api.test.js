// What CONTRACT promises of createEngine, load, table, the results, the errors, the figures and the log.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { BedsideError, createEngine, Table, version } from '../../web/index.js';
import { readModule } from '../../web/loader.js';
import { csvOf, model, patients } from './patients.js';

/** @typedef {import('../../web/engine.js').Engine} Engine */

/** A rejection with this code, its message a sentence of its own. @param {string} code @param {RegExp} [message] */
const failure = (code, message) => (/** @type {unknown} */ error) => {
  assert.ok(error instanceof BedsideError, `${error} is no BedsideError`);
  assert.equal(error.name, 'BedsideError');
  assert.equal(error.code, code, error.message);
  assert.ok(error.message.length > 10);
  if (message) assert.match(error.message, message);
  return true;
};

/** @type {Engine} */
let engine;
before(async () => {
  engine = await createEngine();
});
after(() => engine.close());

describe('createEngine', () => {
  test('refuses what it does not know or cannot use, naming it, before anything starts', async () => {
    const wrong = /** @type {[any, RegExp][]} */ ([
      [null, /object/],
      [5, /object/],
      [{ memoryBudgt: 1 }, /memoryBudgt/],
      [{ memoryBudget: '8MB' }, /8MB/],
      [{ memoryBudget: 'much' }, /much/],
      [{ memoryBudget: '8GB' }, /8GB/],
      [{ memoryBudget: Number.NaN }, /memoryBudget/],
      [{ cleanupAt: 0 }, /cleanupAt/],
      [{ cleanupAt: 80 }, /cleanupAt/],
      [{ cache: true }, /cache/],
      [{ cache: null }, /cache/],
      [{ cache: { ttl: -1 } }, /ttl/],
      [{ cache: { ttl: '5' } }, /ttl/],
      [{ cache: { maxEntries: 1.5 } }, /maxEntries/],
      [{ cache: { maxByte: 1 } }, /maxByte/],
      [{ cache: { persist: 'yes' } }, /persist/],
      [{ cache: { persist: true } }, /browser/],
      [{ retry: { retries: -1 } }, /retries/],
      [{ retry: { jitter: 'some' } }, /jitter/],
      [{ retry: { retry: 1 } }, /retry/],
      [{ retry: 5 }, /retry/],
      [{ worker: 'yes' }, /worker/],
      [{ logger: 5 }, /logger/],
      [{ logger: null }, /logger/],
    ]);
    for (const [options, message] of wrong)
      await assert.rejects(createEngine(options), failure('INVALID_SPEC', message));
  });

  test('takes a budget in bytes or as text, 1 MB being 2²⁰ bytes', async () => {
    for (const [memoryBudget, mb] of /** @type {const} */ ([
      ['64MB', 64],
      ['0.25 GB', 256],
      ['1gb', 1024],
      [32 * 2 ** 20, 32],
      [undefined, 280],
    ])) {
      const own = await createEngine({ memoryBudget });
      const { memory } = await own.stats();
      assert.equal(memory.maxMb, mb);
      assert.ok(Math.abs(memory.thresholdMb - 0.8 * mb) < 1e-5);
      await own.close();
    }
  });

  test('is ENGINE_UNAVAILABLE, with cause and remedy, when the WebAssembly cannot be had', async () => {
    const missing = new URL('./nowhere.wasm?token=secret', import.meta.url);
    await assert.rejects(createEngine({ wasm: missing }), error => {
      failure('ENGINE_UNAVAILABLE', /nowhere\.wasm/)(error);
      assert.ok(/** @type {Error} */ (error).cause);
      assert.doesNotMatch(/** @type {Error} */ (error).message, /secret/);
      return true;
    });
    await assert.rejects(createEngine({ wasm: new Uint8Array(8) }), failure('ENGINE_UNAVAILABLE'));
    // A module, but not this one.
    const other = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    await assert.rejects(createEngine({ wasm: other }), failure('ENGINE_UNAVAILABLE'));
    await assert.rejects(createEngine({ wasm: other, worker: true }), failure('ENGINE_UNAVAILABLE'));
    await (await createEngine({ wasm: await readModule('bedside') })).close();
  });

  test('makes engines that share nothing', async () => {
    const other = await createEngine();
    const table = await engine.table({ x: [1, 2, 3] });
    await table.describe();
    assert.equal((await other.stats()).cache.totalRequests, 0);
    const own = await other.table({ x: [1, 2, 3] });
    assert.equal((await own.describe()).cached, false);
    await other.close();
    assert.equal((await table.describe()).n, 3);
    await table.free();
  });
});

describe('load', () => {
  const columns = patients(50);
  const text = csvOf(columns);
  const bytes = new TextEncoder().encode(text);

  test('takes text, buffers, views, Blob, File, Response and file URL alike, packed or not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bedside-'));
    try {
      const file = join(folder, 'patients of May.csv');
      await writeFile(file, text);
      await writeFile(join(folder, 'packed.bin'), gzipSync(bytes));
      const offset = new Uint8Array(bytes.length + 3);
      offset.set(bytes, 3);
      const sources = /** @type {[any, object, string | null][]} */ ([
        [text, { format: 'csv' }, null],
        [bytes, {}, null],
        [bytes.slice().buffer, {}, null],
        [offset.subarray(3), {}, null],
        [new DataView(offset.buffer, 3), {}, null],
        [Buffer.from(text), {}, null],
        [new Blob([text]), {}, null],
        [new File([text], 'drop.csv'), {}, 'drop.csv'],
        [new Response(text), {}, null],
        [pathToFileURL(file), {}, 'patients of May.csv'],
        [pathToFileURL(file).href, {}, 'patients of May.csv'],
        [gzipSync(bytes), {}, null],
        [pathToFileURL(join(folder, 'packed.bin')), {}, 'packed.bin'],
        [new Blob([gzipSync(bytes.subarray(0, 99)), gzipSync(bytes.subarray(99))]), {}, null],
        [text.replaceAll(',', '\t'), { format: 'tsv' }, null],
      ]);
      /** @type {Set<string>} */
      const fingerprints = new Set();
      for (const [source, options, name] of sources) {
        const table = await engine.load(source, options);
        assert.ok(table instanceof Table);
        assert.equal(table.rows, 50);
        assert.deepEqual(
          table.columns.map(column => [column.name, column.type, column.missing]),
          [
            ['age', 'numeric', 0],
            ['sex', 'categorical', 0],
            ['pressure', 'numeric', 0],
            ['died', 'numeric', 0],
          ],
        );
        assert.deepEqual(table.columns[1].levels, ['female', 'male']);
        const { data } = await table.describe();
        assert.equal(data.name, name);
        fingerprints.add(String(data.fingerprint));
        await table.free();
      }
      assert.equal(fingerprints.size, 1, 'the same cells are the same data');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('refuses other sources and options before it reads', async () => {
    for (const source of /** @type {any[]} */ ([null, undefined, 5, [1], { a: [1] }, () => 1])) {
      await assert.rejects(engine.load(source), failure('INVALID_SPEC', /load\(\)/));
    }
    await assert.rejects(engine.load('a,b\n1,2'), failure('INVALID_SPEC', /format/));
    await assert.rejects(engine.load('no such thing'), failure('INVALID_SPEC', /URL/));
    let read = false;
    const untouched = new Response(
      new ReadableStream(
        {
          pull() {
            read = true;
          },
        },
        { highWaterMark: 0 },
      ),
    );
    for (const options of /** @type {any[]} */ ([
      { formt: 'csv' },
      { format: 'parquett' },
      { types: { age: 'number' } },
      { types: 'numeric' },
      { missing: 'x' },
      { dictionary: { age: { labl: 'x' } } },
      null,
    ])) {
      await assert.rejects(engine.load(untouched, options), failure('INVALID_SPEC'));
    }
    assert.equal(read, false);
    await assert.rejects(
      engine.load(text, { format: 'csv', types: { agee: 'numeric' } }),
      failure('COLUMN_NOT_FOUND', /'agee'.*'age'/),
    );
  });

  test('tells what is wrong with a file, and where', async () => {
    await assert.rejects(engine.load('a,b\n1,2\n3\n', { format: 'csv' }), failure('PARSE_ERROR', /3/));
    await assert.rejects(engine.load('a,a\n1,2\n', { format: 'csv' }), failure('PARSE_ERROR', /a/));
    await assert.rejects(engine.load(new Uint8Array(0)), failure('PARSE_ERROR'));
    await assert.rejects(engine.load(gzipSync(bytes).subarray(0, 60)), failure('PARSE_ERROR', /gzip/));
    await assert.rejects(engine.load(new URL('file:///nowhere/x.csv?key=secret')), error => {
      failure('FETCH_FAILED', /x\.csv/)(error);
      const { attempts, url } = /** @type {BedsideError} */ (error);
      assert.deepEqual(attempts, []);
      assert.equal(url, 'file:///nowhere/x.csv');
      return true;
    });
    await assert.rejects(engine.load(new Response('no', { status: 404 })), failure('FETCH_FAILED', /404/));
    const used = new Response(text);
    await used.text();
    await assert.rejects(engine.load(used), failure('INVALID_SPEC', /read before/));
    const torn = new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(bytes.slice(0, 100));
          controller.error(new TypeError('terminated'));
        },
      }),
    );
    await assert.rejects(engine.load(torn), failure('FETCH_FAILED', /terminated/));
    // What failed has left nothing behind, and the engine goes on.
    assert.equal((await engine.load(bytes)).rows, 50);
  });

  test('reads types, missing tokens, dates and the dictionary', async () => {
    const table = await engine.load('id;when;lab;ph;f\n007;31/01/2024;5 mg;0;M\n008;29/02/2023;7;9;F\n009;-;?;1;F\n', {
      format: 'csv',
      types: { id: 'categorical', when: 'date', lab: 'numeric' },
      dateFormat: { when: 'DD/MM/YYYY' },
      missing: ['?'],
      dictionary: {
        ph: {
          label: 'ECOG status',
          unit: 'score',
          type: 'categorical',
          levels: [
            [0, 'Active'],
            [1, 'Ambulatory'],
          ],
          missing: ['9'],
        },
        f: { levels: { M: 'Male', F: 'Female' } },
      },
    });
    const byName = Object.fromEntries(table.columns.map(column => [column.name, column]));
    assert.deepEqual(byName.id.levels, ['007', '008', '009']);
    assert.equal(byName.when.type, 'date');
    assert.equal(byName.when.missing, 2);
    assert.equal(byName.lab.missing, 2);
    assert.deepEqual(
      [byName.ph.label, byName.ph.unit, byName.ph.type, byName.ph.levels, byName.ph.missing],
      ['ECOG status', 'score', 'categorical', ['0', '1'], 1],
    );
    assert.deepEqual(byName.f.levels, ['M', 'F'], 'the order of the dictionary');
    assert.deepEqual(table.warnings.map(({ code }) => code).sort(), ['COERCED', 'COERCED']);
    assert.deepEqual(await table.column('when'), new Float64Array([19753, Number.NaN, Number.NaN]));
    const { labels } = await table.describe({ columns: ['ph', 'f', 'lab'] });
    assert.deepEqual(labels, {
      ph: { label: 'ECOG status', unit: 'score', levels: { 0: 'Active', 1: 'Ambulatory' } },
      f: { label: null, unit: null, levels: { M: 'Male', F: 'Female' } },
    });
    await table.free();
  });

  test('a dictionary can be put on later, and shares what it does not change', async () => {
    const table = await engine.load(bytes);
    const { memory: before } = await engine.stats();
    const labelled = await table.describeColumns({ age: { label: 'Age', unit: 'years' } });
    assert.deepEqual([labelled.columns[0].label, table.columns[0].label], ['Age', null]);
    assert.ok((await engine.stats()).memory.currentMb - before.currentMb < 0.01);
    await assert.rejects(table.describeColumns({ agee: { label: 'Age' } }), failure('COLUMN_NOT_FOUND'));
    await assert.rejects(
      table.describeColumns({ age: /** @type {any} */ ({ labell: 'Age' }) }),
      failure('INVALID_SPEC', /label/),
    );
    await table.free();
    assert.deepEqual((await labelled.describe({ columns: ['age'] })).labels.age.label, 'Age');
    await labelled.free();
  });

  test('copies what it is given: nothing is detached, and changing it later changes no result', async () => {
    for (const worker of [false, true]) {
      const own = await createEngine({ worker });
      const large = new TextEncoder().encode(csvOf(patients(80_000))); // more than one chunk
      const small = bytes.slice();
      const x = Float64Array.from({ length: 1000 }, (_, i) => i);
      const list = Array.from(x);
      const [a, b, c] = [own.load(large), own.load(small.buffer), own.table({ x, list })];
      assert.equal(large.length > 2 ** 20, true);
      const lengths = [large.length, small.length, x.length];
      large.fill(0);
      small.fill(0);
      x.fill(7);
      list.fill(7);
      const tables = await Promise.all([a, b, c]);
      assert.deepEqual(
        tables.map(table => table.rows),
        [80_000, 50, 1000],
      );
      assert.deepEqual([large.length, small.length, x.length], lengths);
      const { variables } = await tables[2].describe();
      assert.deepEqual(
        variables.map(({ mean }) => mean),
        [499.5, 499.5],
      );
      await own.close();
    }
  });

  test('tells progress, up to the end', async () => {
    /** @type {{ loaded: number, total: number | null }[]} */
    const told = [];
    const large = new Blob([csvOf(patients(100_000))]);
    const seen = /** @type {number[]} */ ([]);
    const off = engine.on('progress', event => event.task === 'load' && seen.push(event.done));
    const table = await engine.load(large, { onProgress: progress => told.push(progress) });
    off();
    assert.ok(told.length > 1);
    assert.deepEqual(told.at(-1), { loaded: large.size, total: large.size });
    assert.ok(told.every(({ loaded }, i) => i === 0 || loaded > told[i - 1].loaded));
    assert.deepEqual(
      seen,
      told.map(({ loaded, total }) => loaded / Number(total)),
    );
    await table.free();
  });
});

describe('table', () => {
  test('types follow the values; null, undefined, NaN and holes are missing', async () => {
    const table = await engine.table({
      number: [1, null, undefined, Number.NaN],
      hole: Object.assign(new Array(4), { 1: 5 }),
      flag: [true, false, null, true],
      text: ['b', 'a', null, 'b'],
      day: [new Date('2024-01-31T23:59:59Z'), null, new Date(Number.NaN), new Date('1969-12-31')],
      float: new Float32Array([1, 2, Number.NaN, 4]),
      big: BigInt64Array.from([1n, 2n, 3n, 4n]),
      byte: new Uint8Array([0, 1, 255, 3]),
      nothing: [null, undefined, null, null],
      umlaut: ['ü', 'z', '\u{1F600}', '\uFF22'],
    });
    assert.deepEqual(
      table.columns.map(({ name, type, missing, distinct, levels }) => [name, type, missing, distinct, levels]),
      [
        ['number', 'numeric', 3, 1, null],
        ['hole', 'numeric', 3, 1, null],
        ['flag', 'numeric', 1, 2, null],
        ['text', 'categorical', 1, 2, ['a', 'b']],
        ['day', 'date', 2, 2, null],
        ['float', 'numeric', 1, 3, null],
        ['big', 'numeric', 0, 4, null],
        ['byte', 'numeric', 0, 4, null],
        ['nothing', 'numeric', 4, 0, null],
        ['umlaut', 'categorical', 0, 4, ['z', 'ü', '\uFF22', '\u{1F600}']],
      ],
    );
    assert.deepEqual(await table.column('text'), ['b', 'a', null, 'b']);
    assert.deepEqual(await table.column('flag'), new Float64Array([1, 0, Number.NaN, 1]));
    assert.deepEqual(await table.column('day'), new Float64Array([19753, Number.NaN, Number.NaN, -1]));
    assert.deepEqual(await table.column('umlaut'), ['ü', 'z', '\u{1F600}', '\uFF22']);
    assert.deepEqual(await table.levels('byte'), ['0', '1', '3', '255']);
    await assert.rejects(table.column('txt'), failure('COLUMN_NOT_FOUND', /'text'/));
    await table.free();
  });

  test('refuses what is no column, naming it', async () => {
    for (const [columns, message] of /** @type {[any, RegExp][]} */ ([
      [null, /object of arrays/],
      [[[1]], /object of arrays/],
      [{ a: 5 }, /'a'/],
      [{ a: 'abc' }, /'a'/],
      [{ a: [1], b: [1, 2] }, /'b'/],
      [{ a: [1, '2'] }, /'a'.*row 2/],
      [{ a: [{}] }, /'a'.*row 1/],
      [{ a: [null, 1n] }, /'a'.*row 2/],
      [{ a: new DataView(new ArrayBuffer(8)) }, /'a'/],
    ])) {
      await assert.rejects(engine.table(columns), failure('INVALID_SPEC', message));
    }
    await assert.rejects(
      engine.table({ a: [1] }, /** @type {any} */ ({ dictionry: {} })),
      failure('INVALID_SPEC', /dictionry/),
    );
    await assert.rejects(engine.table({ a: [1] }, /** @type {any} */ (null)), failure('INVALID_SPEC'));
  });

  test('lists levels up to 1,000, and all of them when asked', async () => {
    const texts = Array.from({ length: 1001 }, (_, i) => `p${String(i).padStart(4, '0')}`);
    const table = await engine.table({ many: texts, enough: texts.map(text => (text === 'p1000' ? null : text)) });
    assert.equal(table.columns[0].levels, null);
    assert.equal(table.columns[0].distinct, 1001);
    assert.equal(table.columns[1].levels?.length, 1000);
    assert.deepEqual(await table.levels('many'), texts);
    await table.free();
  });

  test('columns named as what objects inherit, or holding markup, are columns like others', async () => {
    const names = [
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      '<img src=x onerror=alert(1)>',
      'a "b",c',
      '',
      '日本',
    ];
    /** @type {Record<string, unknown[]>} */
    const columns = Object.create(null);
    names.forEach((name, i) => {
      columns[name] = [`<b>${name}`, '__proto__', null, 'constructor', `x${i}`];
    });
    const dictionary = JSON.parse(
      '{"__proto__":{"label":"<i>","levels":{"__proto__":"P","constructor":"C"}},"toString":{"unit":"u"}}',
    );
    const table = await engine.table(/** @type {any} */ (columns), { dictionary });
    assert.deepEqual(
      table.columns.map(({ name }) => name),
      names,
    );
    const result = await table.describe();
    assert.deepEqual(
      result.variables.map(({ name }) => name),
      names,
    );
    assert.deepEqual(Object.keys(result.labels), ['__proto__', 'toString']);
    assert.deepEqual(Object.entries(result.labels)[0][1].label, '<i>');
    assert.equal(Object.getPrototypeOf(result.labels), Object.prototype);
    // biome-ignore lint/suspicious/noProto: a name like any other
    assert.deepEqual(await table.column('__proto__'), columns['__proto__']);
    assert.equal(Object.hasOwn(Object.prototype, 'label'), false);
    await table.free();
  });
});

describe('results', () => {
  test('carry the common fields, and can be cloned', async () => {
    const table = await engine.table(patients(300, 5));
    const result = await table.logistic(model);
    assert.equal(result.analysis, 'logistic');
    assert.equal(result.engine, version);
    assert.equal(result.n, 300);
    assert.equal(result.nMissing, 0);
    assert.equal(result.cached, false);
    assert.ok(Array.isArray(result.warnings));
    assert.match(String(result.data.fingerprint), /^[0-9a-f]{32}$/);
    assert.equal(result.spec.confLevel, 0.95);
    assert.equal(result.spec.method, 'ml');
    assert.equal(result.covariance.length, result.terms.length ** 2);
    assert.equal(result.rows, null, 'every row was used');
    assert.equal(result.fitted.length, 300);
    assert.deepEqual(structuredClone(result), result);
    await table.free();
  });

  test('vectors by row come with the numbers of the rows used', async () => {
    const { age, sex, pressure, died } = patients(100, 6);
    const gaps = Array.from(age, (value, i) => (i % 10 === 3 ? null : value));
    const table = await engine.table({ age: gaps, sex, pressure, died });
    const result = await table.logistic(model);
    assert.equal(result.nMissing, 10);
    assert.equal(result.n, 90);
    assert.ok(result.rows instanceof Int32Array);
    assert.deepEqual(
      Array.from(result.rows),
      Array.from({ length: 100 }, (_, i) => i).filter(i => i % 10 !== 3),
    );
    assert.equal(result.fitted.length, 90);
    await table.free();
  });

  test('are the caller’s own: changing one changes no later one', async () => {
    const table = await engine.table(patients(300, 5));
    const first = await table.logistic(model);
    const copy = structuredClone(first);
    first.covariance.fill(0);
    first.terms.length = 0;
    const second = await table.logistic(model);
    assert.deepEqual({ ...second, cached: false }, { ...copy, cached: false });
    await table.free();
  });
});

describe('order, abort, free, close', () => {
  test('calls run in the order made, a table freed after a run began ends it well', async () => {
    const table = await engine.table(patients(2000, 7));
    /** @type {string[]} */
    const order = [];
    const note = (/** @type {string} */ name, /** @type {Promise<unknown>} */ call) =>
      call.then(() => order.push(name));
    await Promise.all([
      note('logistic', table.logistic(model)),
      note('describe', table.describe()),
      note('levels', table.levels('sex')),
      note('free', table.free()),
    ]);
    assert.deepEqual(order, ['logistic', 'describe', 'levels', 'free']);
    for (const late of [table.describe(), table.column('age'), table.levels('age'), table.describeColumns({})]) {
      await assert.rejects(late, failure('FREED'));
    }
    await table.free(); // twice is no error
  });

  test('errors of the spec come in their order, and the engine goes on', async () => {
    const table = await engine.table({ x: [1, 2, 3], s: ['a', 'b', 'c'] });
    await assert.rejects(table.analyze('Describe', { nonsense: 1 }), failure('UNKNOWN_ANALYSIS', /'describe'/));
    await assert.rejects(
      table.analyze('describe', /** @type {any} */ ({ colums: ['y'] })),
      failure('INVALID_SPEC', /'columns'/),
    );
    await assert.rejects(table.describe({ columns: ['y'] }), failure('COLUMN_NOT_FOUND', /'y'/));
    await assert.rejects(table.logistic({ outcome: 's', predictors: ['x'] }), failure('NOT_BINARY', /s/));
    await assert.rejects(table.linear({ outcome: 's', predictors: ['x'] }), failure('NOT_NUMERIC', /s/));
    for (const spec of /** @type {any[]} */ ([
      5,
      'x',
      [],
      { columns: () => 1 },
      { columns: [Symbol('x')] },
      { columns: 1n },
      new Map(),
    ])) {
      await assert.rejects(table.analyze('describe', spec), failure('INVALID_SPEC'));
    }
    const cyclic = /** @type {any} */ ({});
    cyclic.columns = [cyclic];
    await assert.rejects(table.analyze('describe', cyclic), failure('INVALID_SPEC', /nested/));
    await assert.rejects(engine.analyze('describe', {}), failure('INVALID_SPEC', /table/));
    assert.equal((await table.describe()).n, 3);
    await table.free();
  });

  test('an aborted signal is heard before a run and between chunks of a load', async () => {
    const table = await engine.table(patients(500, 8));
    const reason = new Error('no longer wanted');
    const aborted = AbortSignal.abort(reason);
    await assert.rejects(table.logistic(model, { signal: aborted }), error => {
      failure('ABORTED')(error);
      return /** @type {Error} */ (error).cause === reason;
    });
    const controller = new AbortController();
    const [first, second] = [table.describe({}, { signal: controller.signal }), table.describe()];
    controller.abort();
    await assert.rejects(first, failure('ABORTED'));
    assert.equal((await second).n, 500, 'the identical request of another caller goes on');
    const live = (await engine.stats()).memory.currentMb;
    const stop = new AbortController();
    await assert.rejects(
      engine.load(new Blob([csvOf(patients(100_000))]), { signal: stop.signal, onProgress: () => stop.abort() }),
      failure('ABORTED'),
    );
    await assert.rejects(engine.load('a,b\n1,2\n', { format: 'csv', signal: aborted }), failure('ABORTED'));
    await table.column('died'); // behind the clean-up
    assert.ok((await engine.stats()).memory.currentMb <= live + 0.01, 'nothing of it is left');
    await table.free();
  });

  test('an abort ends the wait for a silent Response', async () => {
    const silent = new Response(new ReadableStream({ start() {} }));
    const controller = new AbortController();
    const load = engine.load(silent, { signal: controller.signal });
    await engine.stats();
    controller.abort();
    await assert.rejects(load, failure('ABORTED'));
  });

  test('progress of an analysis rises from 0 to 1; calls made inside it queue; what it throws is the caller’s', async () => {
    const table = await engine.table(patients(20_000, 9));
    /** @type {number[]} */
    const told = [];
    /** @type {Promise<any> | undefined} */
    let inside;
    const result = await table.analyze(
      'analyzeOutcome',
      { outcome: 'died' },
      {
        onProgress({ done }) {
          told.push(done);
          inside ??= table.describe();
        },
      },
    );
    assert.ok(result.variables.length > 0);
    assert.ok(told.length > 0);
    assert.ok(
      told.every((done, i) => done >= 0 && done <= 1 && (i === 0 || done >= told[i - 1])),
      String(told),
    );
    assert.equal(told.at(-1), 1);
    assert.equal((await inside).n, 20_000);
    const mine = new Error('in the callback');
    await assert.rejects(
      table.analyze(
        'analyzeOutcome',
        { outcome: 'died', screenP: 0.3 },
        {
          onProgress() {
            throw mine;
          },
        },
      ),
      error => error === mine,
    );
    assert.equal((await table.describe()).n, 20_000);
    await table.free();
  });

  test('close rejects what waits with CLOSED, and every later call', async () => {
    for (const worker of [false, true]) {
      const own = await createEngine({ worker });
      const table = await own.table(patients(5000, 10));
      const waiting = [table.describe(), table.column('age'), own.load('a\n1\n2\n', { format: 'csv' })];
      const settled = Promise.allSettled(waiting);
      await own.close();
      await own.close();
      for (const outcome of await settled) {
        if (outcome.status === 'rejected') failure('CLOSED')(outcome.reason);
      }
      const calls = [
        () => table.describe(),
        () => own.table({ a: [1] }),
        () => own.load('a\n1\n', { format: 'csv' }),
        () => own.clearCache(),
        () => own.fetch('http://127.0.0.1:9/'),
        () => own.analyze('power', {}),
      ];
      for (const call of calls) await assert.rejects(call(), failure('CLOSED'));
      await table.free();
      assert.ok((await own.stats()).memory);
    }
  });
});

describe('figures, events and log', () => {
  test('stats has every figure of the contract, and answers at once on a busy engine', async () => {
    const own = await createEngine();
    const table = await own.table(patients(3000, 11));
    await table.describe();
    await table.describe();
    const { cache, memory, connection, asOf } = await own.stats();
    for (const name of 'cachedItems maxSize bytes hits misses totalRequests hitRate evictions expirations ttlSeconds savedMs'.split(
      ' ',
    )) {
      assert.equal(typeof cache[name], 'number', name);
    }
    for (const name of 'currentMb peakMb heapMb maxMb thresholdMb usagePct cleanups freedMb alertsSent'.split(' ')) {
      assert.equal(typeof memory[name], 'number', name);
    }
    for (const name of 'requests attempts failedAttempts successfulRetries exhausted totalAttempts successRate maxRetries bytes'.split(
      ' ',
    )) {
      assert.equal(typeof (/** @type {any} */ (connection)[name]), 'number', name);
    }
    assert.deepEqual([cache.hits, cache.misses, cache.totalRequests, cache.hitRate], [1, 1, 2, 0.5]);
    assert.deepEqual([cache.maxSize, cache.ttlSeconds, memory.status], [50, 1800, 'OK']);
    assert.ok(memory.currentMb <= memory.peakMb && memory.peakMb <= memory.heapMb && memory.heapMb <= memory.maxMb);
    assert.ok(Math.abs(asOf - Date.now()) < 60_000);
    const run = table.logistic(model);
    const busy = await own.stats();
    assert.equal(busy.cache.misses, 1, 'the figures before the run');
    await run;
    assert.equal((await own.stats()).cache.misses, 2);
    await own.close();
  });

  test('analyses() lists every analysis with its fields', async () => {
    const analyses = /** @type {any[]} */ (await engine.analyses());
    const names = analyses.map(({ name }) => name);
    for (const name of ['describe', 'logistic', 'linear', 'poisson', 'negativeBinomial', 'analyzeOutcome']) {
      assert.ok(names.includes(name), name);
      assert.equal(typeof (/** @type {any} */ (Table.prototype)[name]), 'function');
    }
    for (const { title, spec, result } of analyses) {
      assert.ok(title);
      for (const field of [...spec, ...result]) assert.ok(field.name && field.type, JSON.stringify(field));
    }
  });

  test('events and log tell names, counts and times, never cells; addresses are cut', async () => {
    const secret = 'Jane Q. Patient';
    let attempts = 0;
    const server = createServer((_, response) => {
      if (++attempts === 1) return response.writeHead(503).end();
      response.writeHead(200, { 'content-type': 'text/csv' }).end(`name,age\n"${secret}",61\n"x",45\n`);
    });
    await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    /** @type {string[]} */
    const lines = [];
    const line = (/** @type {unknown[]} */ ...args) => void lines.push(args.join(' '));
    const own = await createEngine({
      logger: { debug: line, info: line, warn: line, error: line },
      retry: { initialDelay: 1 },
    });
    /** @type {Record<string, any[]>} */
    const events = { cache: [], memory: [], retry: [], progress: [] };
    for (const type of /** @type {const} */ (['cache', 'memory', 'retry', 'progress']))
      own.on(type, event => events[type].push(event));
    const off = own.on('cache', () => assert.fail('unsubscribed'));
    off();
    assert.throws(() => own.on(/** @type {any} */ ('hits'), () => {}), failure('INVALID_SPEC', /hits/));
    const table = await own.load(`http://user:pass@127.0.0.1:${port}/ward.csv?token=abc#x`.replace('user:pass@', ''));
    await table.describe();
    await table.describe();
    await own.clearCache();
    assert.deepEqual(events.cache[0], { kind: 'miss', analysis: 'describe' });
    assert.equal(events.cache[1].kind, 'hit');
    assert.equal(typeof events.cache[1].savedMs, 'number');
    assert.deepEqual(events.cache[2], { kind: 'removed', analysis: 'describe', reason: 'cleared' });
    const [retry] = events.retry;
    assert.deepEqual([retry.attempt, retry.paused, retry.url], [1, false, `http://127.0.0.1:${port}/ward.csv`]);
    assert.equal(typeof retry.delayMs, 'number');
    assert.ok(
      lines.some(each => /^Cache HIT describe \(\d+\.\d ms saved\)$/.test(each)),
      lines.join('\n'),
    );
    const all = JSON.stringify([lines, events]);
    for (const hidden of [secret, 'token', 'abc', 'pass']) assert.ok(!all.includes(hidden), hidden);
    const { connection } = await own.stats();
    assert.deepEqual(
      [
        connection.requests,
        connection.attempts,
        connection.failedAttempts,
        connection.successfulRetries,
        connection.successRate,
      ],
      [1, 2, 1, 1, 1],
    );
    const response = await own.fetch(`http://127.0.0.1:${port}/`);
    assert.match(await response.text(), /Jane/);
    await own.close();
    await new Promise(resolve => server.close(resolve));
  });

  test('a listener that throws disturbs neither the run nor the others', async t => {
    /** @type {unknown[]} */
    const uncaught = [];
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', error => uncaught.push(error));
    t.after(() => {
      process.removeAllListeners('uncaughtException');
      for (const listener of listeners) process.on('uncaughtException', listener);
    });
    const own = await createEngine();
    let heard = 0;
    own.on('cache', () => {
      throw new Error('in a listener');
    });
    own.on('cache', () => heard++);
    const table = await own.table({ x: [1, 2, 3] });
    assert.equal((await table.describe()).n, 3);
    await new Promise(resolve => setImmediate(resolve));
    assert.equal(heard, 1);
    assert.equal(uncaught.length, 1);
    await own.close();
  });
});

test('importing the package touches no global', async () => {
  const before = Object.getOwnPropertyNames(globalThis);
  await import(`../../web/index.js?again=${Math.random()}`);
  assert.deepEqual(Object.getOwnPropertyNames(globalThis), before);
});
