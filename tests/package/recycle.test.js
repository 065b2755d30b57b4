// One way to replace an instance: after a trap, after the worker's end, when the heap stands mostly empty. Callers see
// nothing but time, and every promise settles.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Core } from '../../web/core.js';
import { createEngine } from '../../web/index.js';
import { collectGarbage } from './garbage.js';
import { csvOf, model, patients } from './patients.js';

const { request, directory } = Core.prototype;

/**
 * Lets instances of this thread trap: before or after they have done what they were asked.
 * @param {import('node:test').TestContext} t
 */
function traps(t) {
  const plan = { next: 0, after: false, memoryReadable: true };
  Core.prototype.request = function (/** @type {Uint8Array} */ message) {
    const due = plan.next > 0 && --plan.next === 0;
    if (due && !plan.after) throw new WebAssembly.RuntimeError('unreachable');
    const response = request.call(this, message);
    if (due) throw new WebAssembly.RuntimeError('memory access out of bounds');
    return response;
  };
  Core.prototype.directory = function () {
    return plan.memoryReadable ? directory.call(this) : null;
  };
  t.after(() => Object.assign(Core.prototype, { request, directory }));
  return plan;
}

/**
 * The workers that engines start, to be killed.
 * @param {import('node:test').TestContext} t
 */
function workersOf(t) {
  const threads = process.getBuiltinModule('node:worker_threads');
  const { Worker } = threads;
  /** @type {import('node:worker_threads').Worker[]} */
  const workers = [];
  threads.Worker = class extends Worker {
    /** @param {string | URL} url @param {import('node:worker_threads').WorkerOptions} [options] */
    constructor(url, options) {
      super(url, options);
      workers.push(this);
    }
  };
  t.after(() => {
    threads.Worker = Worker;
  });
  return workers;
}

/** Takes seconds if nobody ends it. @param {import('../../web/engine.js').Engine} engine */
async function endlessRun(engine) {
  const columns = patients(200_000);
  const more = Object.fromEntries(
    Array.from({ length: 20 }, (_, k) => [
      `lab${k}`,
      columns.age.map((x, i) => ((x * (k + 3) + i * (k + 7)) % 97) / 9),
    ]),
  );
  const table = await engine.table({ ...columns, ...more });
  const predictors = ['age', 'sex', 'pressure', ...Object.keys(more)];
  return (/** @type {object} */ options = {}) =>
    table.logistic({ outcome: 'died', predictors, method: 'firth', ci: 'profile' }, options);
}

describe('a trap', () => {
  test('is survived: the run is done in a new instance, tables, results and counts have moved there', async t => {
    const plan = traps(t);
    for (const after of [false, true]) {
      const engine = await createEngine();
      /** @type {any[]} */ const events = [];
      engine.on('memory', event => events.push(event));
      const once = await engine.load(new Response(csvOf(patients(300))));
      const arrays = await engine.table(patients(200, 2));
      const labelled = await arrays.describeColumns({ age: { label: 'Age', levels: [] } });
      const before = await once.logistic(model);
      const { cache } = await engine.stats();
      Object.assign(plan, { next: 1, after });
      const inFlight = await Promise.all([
        once.describe(),
        arrays.describe(),
        labelled.describe(),
        once.logistic(model),
      ]);
      assert.deepEqual(
        inFlight.map(({ n }) => n),
        [300, 200, 200, 300],
      );
      assert.equal(inFlight[2].labels.age.label, 'Age');
      assert.equal(inFlight[3].cached, true, 'the result has moved');
      assert.deepEqual({ ...inFlight[3], cached: false }, before);
      const { cache: later } = await engine.stats();
      assert.equal(later.misses, cache.misses + 2);
      // The logistic; labelled, whose columns are those of arrays; and what the old instance had finished.
      assert.equal(later.hits, cache.hits + (after ? 3 : 2));
      assert.deepEqual(
        events.map(({ kind }) => kind),
        ['recycle'],
      );
      await engine.close();
    }
  });

  test('twice in one run is an error of that run; the engine goes on', async t => {
    const plan = traps(t);
    const engine = await createEngine();
    const table = await engine.table(patients(100));
    Core.prototype.request = function (/** @type {Uint8Array} */ message) {
      if (new TextDecoder('latin1').decode(message).includes('describe'))
        throw new WebAssembly.RuntimeError('unreachable');
      return request.call(this, message);
    };
    await assert.rejects(table.describe(), { code: 'ENGINE_UNAVAILABLE', message: /unreachable/ });
    assert.equal(plan.next, 0);
    Core.prototype.request = request;
    assert.equal((await table.describe()).n, 100);
    await engine.close();
  });

  test('whose memory cannot be read costs time: tables come back from their sources on their next use', async t => {
    const plan = traps(t);
    const engine = await createEngine();
    const text = csvOf(patients(100));
    const bytes = new TextEncoder().encode(csvOf(patients(110)));
    const changing = new TextEncoder().encode(csvOf(patients(120)));
    const columns = patients(130);
    const tables = {
      text: await engine.load(text, { format: 'csv' }),
      bytes: await engine.load(bytes),
      blob: await engine.load(new Blob([text])),
      arrays: await engine.table(columns),
      child: await (await engine.load(bytes)).describeColumns({ age: { label: 'Age' } }),
      changing: await engine.load(changing),
      once: await engine.load(new Response(text)),
    };
    const orphan = await (async () => {
      const parent = await engine.table(columns);
      const child = await parent.describeColumns({ sex: { label: 'Sex' } });
      await parent.free();
      return child;
    })();
    changing[changing.length - 2] ^= 1; // the last cell: 0 becomes 1, 1 becomes 0
    Object.assign(plan, { next: 1, memoryReadable: false });
    const counts = [];
    for (const table of [tables.text, tables.bytes, tables.blob, tables.arrays, tables.child, orphan]) {
      counts.push((await table.describe()).n);
    }
    assert.deepEqual(counts, [100, 110, 100, 130, 110, 130]);
    assert.equal((await tables.child.describe()).labels.age.label, 'Age');
    assert.equal((await orphan.describe()).labels.sex.label, 'Sex');
    await assert.rejects(tables.changing.describe(), { code: 'TABLE_LOST', message: /changed/ });
    await assert.rejects(tables.once.describe(), { code: 'TABLE_LOST', message: /once/ });
    await assert.rejects(tables.once.column('age'), { code: 'TABLE_LOST' });
    changing[changing.length - 2] ^= 1;
    assert.equal((await tables.changing.describe()).n, 120, 'the source gives the same bytes again');
    assert.equal((await tables.text.describe()).cached, true);
    assert.equal((await tables.bytes.column('age')).length, 110);
    await engine.close();
  });

  test('in the middle of a file has it read again', async t => {
    const plan = traps(t);
    const engine = await createEngine();
    const blob = new Blob([csvOf(patients(200_000))]);
    let calls = 0;
    const { feed } = Core.prototype;
    t.after(() => {
      Core.prototype.feed = feed;
    });
    Core.prototype.feed = function (/** @type {number} */ load, /** @type {Uint8Array} */ chunk) {
      if (++calls === 2) throw new WebAssembly.RuntimeError('unreachable');
      return feed.call(this, load, chunk);
    };
    assert.equal((await engine.load(blob)).rows, 200_000);
    calls = 0;
    await assert.rejects(engine.load(blob.stream() && new Response(blob)), { code: 'ENGINE_UNAVAILABLE' });
    plan.next = 0;
    // The trap of another request, while a file is being read.
    calls = 10;
    const table = await engine.table(patients(50));
    const load = engine.load(blob, {
      onProgress: ({ loaded, total }) => {
        if (loaded < Number(total) && plan.next === 0 && calls++ < 13) plan.next = 1;
      },
    });
    const [whole, described] = await Promise.all([load, table.describe()]);
    assert.deepEqual([whole.rows, described.n], [200_000, 50]);
    await engine.close();
  });

  test('a free() called while a lost table is on its way back ends with it gone', async t => {
    const plan = traps(t);
    const engine = await createEngine();
    const table = await engine.load(new Blob([csvOf(patients(100))]));
    const other = await engine.table({ x: [1] });
    await other.describe();
    const { currentMb } = (await engine.stats()).memory;
    await table.describe();
    await engine.clearCache();
    Object.assign(plan, { next: 1, memoryReadable: false });
    await other.describe();
    const run = table.describe();
    const freed = table.free();
    assert.equal((await run).n, 100);
    await freed;
    await engine.clearCache();
    assert.ok((await engine.stats()).memory.currentMb <= currentMb);
    await engine.close();
  });
});

test('200 recycles, some with requests in flight, leave the process no larger and lose no table', {
  timeout: 240_000,
}, async t => {
  const plan = traps(t);
  const engine = await createEngine({ memoryBudget: '64MB' });
  const columns = patients(5000);
  const changing = new TextEncoder().encode(csvOf(patients(500, 3)));
  const tables = [
    await engine.table(columns),
    await engine.load(new Blob([csvOf(columns)])),
    await engine.load(changing),
  ];
  const expected = await tables[0].logistic(model);
  changing[changing.length - 2] ^= 1;
  let recycles = 0;
  let lost = 0;
  engine.on('memory', ({ kind }) => kind === 'recycle' && recycles++);
  const resident = async () => {
    for (let i = 0; i < 3; i++) await collectGarbage();
    return process.memoryUsage().rss / 2 ** 20;
  };
  let early = 0;
  for (let round = 1; recycles < 200; round++) {
    Object.assign(plan, { next: 1 + (round % 3), after: round % 2 === 0, memoryReadable: round % 4 !== 0 });
    const settled = await Promise.allSettled([
      tables[0].logistic(model),
      tables[1].describe(),
      tables[2].describe(),
      engine.load(new Blob(['a,b\n1,2\n'])).then(table => table.free()),
    ]);
    assert.deepEqual(
      settled.map(({ status }, i) => (i === 2 ? 'either' : status)),
      ['fulfilled', 'fulfilled', 'either', 'fulfilled'],
      JSON.stringify(settled.map((/** @type {any} */ each) => each.reason?.message)),
    );
    const { terms } = /** @type {any} */ (settled[0]).value;
    assert.deepEqual(terms, expected.terms);
    if (settled[2].status === 'rejected') {
      assert.equal(settled[2].reason.code, 'TABLE_LOST');
      lost++;
    }
    if (recycles >= 40 && !early) early = await resident();
    assert.ok(round < 500);
  }
  const late = await resident();
  t.diagnostic(`${recycles} recycles; resident ${early.toFixed(0)} MB after 40, ${late.toFixed(0)} MB at the end`);
  assert.ok(lost > 0, 'the table whose source changed');
  assert.ok(late < early + 20, `${late} MB`);
  await engine.close();
});

test('a heap that has grown and stands mostly empty is replaced between runs', async () => {
  const engine = await createEngine({ memoryBudget: '128MB' });
  /** @type {any[]} */ const events = [];
  engine.on('memory', event => events.push(event));
  const small = await engine.load(new Response(csvOf(patients(500))));
  const before = await small.logistic(model);
  const large = await engine.table({ x: new Float64Array(4 * 2 ** 20).fill(1) });
  assert.ok((await engine.stats()).memory.heapMb > 32);
  await large.free();
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'recycle').map(({ kind, freedBytes }) => [kind, freedBytes > 2 ** 24]),
    [['recycle', true]],
  );
  const { memory } = await engine.stats();
  assert.ok(memory.heapMb < 16, String(memory.heapMb));
  assert.ok(memory.peakMb > 32, 'the peak is the engine’s');
  const after = await small.logistic(model);
  assert.deepEqual(after, { ...before, cached: true });
  await engine.close();
});

describe('with a worker', () => {
  test('results are the same bytes as in-process', async () => {
    const [here, there] = await Promise.all([createEngine(), createEngine({ worker: true })]);
    const columns = patients(3000);
    const [a, b] = await Promise.all([here.table(columns), there.table(columns)]);
    assert.deepEqual(await b.logistic(model), await a.logistic(model));
    assert.deepEqual(await b.describe(), await a.describe());
    assert.deepEqual(b.columns, a.columns);
    await Promise.all([here.close(), there.close()]);
  });

  test('an abort while it is busy rejects at once, and the engine takes the next request', async t => {
    const workers = workersOf(t);
    const engine = await createEngine({ worker: true });
    const run = await endlessRun(engine);
    const small = await engine.load(new Blob([csvOf(patients(100))]));
    /** @type {(value?: unknown) => void} */
    let begun = () => {};
    const running = new Promise(resolve => (begun = resolve));
    const off = engine.on('progress', begun);
    const controller = new AbortController();
    const doomed = run({ signal: controller.signal });
    const next = small.describe();
    await Promise.race([running, new Promise(resolve => setTimeout(resolve, 300))]);
    off();
    const aborted = performance.now();
    controller.abort();
    await assert.rejects(doomed, { code: 'ABORTED' });
    const rejectedMs = performance.now() - aborted;
    assert.equal((await next).n, 100);
    t.diagnostic(
      `rejected after ${rejectedMs.toFixed(1)} ms, next answer after ${(performance.now() - aborted).toFixed(0)} ms`,
    );
    assert.ok(rejectedMs < 200, 'not when the worker has been replaced');
    assert.equal(workers.length, 2);
    await engine.close();
  });

  test('aborting one of several identical requests ends only that one', async () => {
    const engine = await createEngine({ worker: true });
    const table = await engine.table(patients(30_000));
    const controllers = Array.from({ length: 4 }, () => new AbortController());
    const runs = controllers.map(({ signal }) => table.logistic({ ...model, method: 'firth' }, { signal }));
    controllers[0].abort();
    controllers[2].abort();
    const settled = await Promise.allSettled(runs);
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['rejected', 'fulfilled', 'rejected', 'fulfilled'],
    );
    await engine.close();
  });

  test('that is killed, idle or busy or reading a file, is replaced: callers see nothing but time', async t => {
    const workers = workersOf(t);
    const engine = await createEngine({ worker: true });
    const table = await engine.table(patients(2000));
    const blob = await engine.load(new Blob([csvOf(patients(3000))]));
    const once = await engine.load(new Response(csvOf(patients(10))));
    await table.describe();
    const { cache } = await engine.stats();

    await workers[0].terminate(); // idle
    assert.equal((await table.describe()).n, 2000);
    assert.equal(workers.length, 2);
    const { cache: later } = await engine.stats();
    assert.equal(later.misses, cache.misses + 1, 'counts go on');
    await assert.rejects(once.describe(), { code: 'TABLE_LOST' });

    const calls = Promise.all([
      table.logistic(model),
      blob.describe(),
      blob.column('age'),
      engine.load(new Blob([csvOf(patients(150_000))])),
    ]);
    workers[1].terminate(); // busy
    const [fit, described, cells, loaded] = await calls;
    assert.deepEqual([fit.n, described.n, cells.length, loaded.rows], [2000, 3000, 3000, 150_000]);

    let killed = 0;
    const whole = await engine.load(new Blob([csvOf(patients(200_000))]), {
      onProgress: () => {
        if (killed++ === 1) workers.at(-1)?.terminate(); // in the middle of a file
      },
    });
    assert.equal(whole.rows, 200_000);
    await engine.close();
    await assert.rejects(table.describe(), { code: 'CLOSED' });
  });

  test('never takes a buffer of the caller away, however often it is read again', async t => {
    const workers = workersOf(t);
    const engine = await createEngine({ worker: true });
    const small = new TextEncoder().encode(csvOf(patients(100)));
    const large = new TextEncoder().encode(csvOf(patients(150_000)));
    const bytes = [small.length, large.length];
    const load = Promise.all([engine.load(small), engine.load(large), engine.load(small.buffer)]);
    workers[0].terminate();
    const tables = await load;
    for (let kills = 0; kills < 2; kills++) {
      assert.deepEqual(
        tables.map(table => table.rows),
        [100, 150_000, 100],
      );
      await workers.at(-1)?.terminate();
      assert.deepEqual(
        (await Promise.all(tables.map(table => table.describe()))).map(({ n }) => n),
        [100, 150_000, 100],
      );
      assert.deepEqual([small.length, large.length], bytes);
    }
    await engine.close();
  });

  test('that never starts is ENGINE_UNAVAILABLE, and nothing hangs when it dies for good', async t => {
    const workers = workersOf(t);
    const threads = process.getBuiltinModule('node:worker_threads');
    const { Worker } = threads;
    const engine = await createEngine({ worker: true });
    const table = await engine.table(patients(50));
    threads.Worker = class extends Worker {
      constructor() {
        super('throw new Error("no worker today")', { eval: true });
      }
    };
    await assert.rejects(createEngine({ worker: true }), { code: 'ENGINE_UNAVAILABLE', message: /no worker today/ });
    const waiting = [table.logistic(model), table.describe(), engine.load(new Blob(['a\n1\n'])), engine.clearCache()];
    workers[0].terminate();
    const settled = await Promise.allSettled(waiting);
    assert.deepEqual(
      settled.map((/** @type {any} */ each) => each.reason?.code),
      waiting.map(() => 'ENGINE_UNAVAILABLE'),
    );
    threads.Worker = Worker;
    assert.equal((await table.describe()).n, 50, 'and when workers start again, so does the engine');
    await engine.close();
  });

  test('closing ends it, at any moment', async t => {
    const workers = workersOf(t);
    for (const delayTurns of [0, 1, 5]) {
      const engine = await createEngine({ worker: true });
      const run = await endlessRun(engine);
      const exited = new Promise(resolve => workers.at(-1)?.once('exit', resolve));
      const calls = [run(), engine.load(new Blob([csvOf(patients(100))]))];
      const settled = Promise.allSettled(calls);
      for (let i = 0; i < delayTurns; i++) await new Promise(resolve => setImmediate(resolve));
      await engine.close();
      assert.deepEqual(
        (await settled).map((/** @type {any} */ each) => each.reason?.code),
        ['CLOSED', 'CLOSED'],
      );
      await exited;
    }
  });
});
