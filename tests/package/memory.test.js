// Layer 2: the budget is the heap's maximum, all of it can be used, and what could be given up never stands in the way.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../../web/index.js';
import { collectGarbage } from './garbage.js';
import { csvOf, model, patients } from './patients.js';

const MB = 2 ** 20;

/** @typedef {import('../../web/engine.js').Engine} Engine */

/**
 * Tables of `bytes` each until the budget refuses one, then smaller ones, until one of 16 KB is refused.
 * @param {Engine} engine
 * @param {number} bytes
 */
async function fill(engine, bytes) {
  const tables = [];
  for (let size = bytes; ; size = Math.max(size / 8, 2 ** 14)) {
    const x = new Float64Array(size / 8).fill(1);
    try {
      for (;;) tables.push(await engine.table({ x }));
    } catch (error) {
      if (size === 2 ** 14) return { tables, error: /** @type {any} */ (error) };
    }
  }
}

test('a table dropped without free() is warned about once collected; one that was freed is not', async () => {
  /** @type {string[]} */
  const warnings = [];
  const engine = await createEngine({ logger: { warn: line => warnings.push(line) } });
  await (async () => {
    await engine.load(new File(['a,b\n1,2\n'], 'dropped.csv'));
    await (await engine.load(new File(['a,b\n1,2\n'], 'freed.csv'))).free();
  })();
  for (let tries = 0; warnings.length === 0 && tries < 50; tries++) await collectGarbage();
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /dropped\.csv.*free\(\)/);
  await engine.close();
});

for (const mb of [16, 64, 280, 2048]) {
  test(`of ${mb} MB at least 99 % can be used, and the heap never exceeds it`, async t => {
    const engine = await createEngine({ memoryBudget: mb * MB });
    let highest = 0;
    engine.on('memory', async () => {
      highest = Math.max(highest, (await engine.stats()).memory.heapMb);
    });
    const { tables, error } = await fill(engine, (mb * MB) / 128);
    const { memory } = await engine.stats();
    t.diagnostic(`${((100 * memory.currentMb) / mb).toFixed(2)} % in use, heap ${memory.heapMb} MB`);
    assert.equal(memory.maxMb, mb);
    assert.ok(memory.heapMb <= mb && highest <= mb);
    assert.ok(memory.currentMb >= 0.99 * mb, `${memory.currentMb} of ${mb} MB`);
    assert.equal(memory.status, 'CRITICAL');

    assert.equal(error.code, 'MEMORY_BUDGET');
    assert.ok(error.neededBytes > 0 && Number.isInteger(error.neededBytes), String(error.neededBytes));
    assert.ok(error.availableBytes >= 0 && error.availableBytes < 0.01 * mb * MB, String(error.availableBytes));
    assert.match(error.message, /free/i);

    // The tables are whole, and the engine goes on with what is left and with what comes free.
    for (const table of tables.splice(1, tables.length / 2)) await table.free();
    assert.equal((await tables[0].describe()).variables[0].mean, 1);
    assert.equal((await tables[0].column('x')).length, (mb * MB) / 128 / 8);
    assert.equal((await engine.stats()).memory.status, 'OK');
    await engine.close();
  });
}

test('a device that refuses the maximum gets half, and so on, and the figures say what', async t => {
  const { Memory } = WebAssembly;
  t.after(() => {
    WebAssembly.Memory = Memory;
  });
  const pagesAllowed = (100 * MB) / 65536;
  WebAssembly.Memory = /** @type {any} */ (
    class extends Memory {
      /** @param {WebAssembly.MemoryDescriptor} descriptor */
      constructor(descriptor) {
        if (Number(descriptor.maximum) > pagesAllowed) throw new RangeError('could not allocate memory');
        super(descriptor);
      }
    }
  );
  const engine = await createEngine({ memoryBudget: '280MB' });
  const { memory } = await engine.stats();
  assert.deepEqual([memory.maxMb, memory.thresholdMb], [70, 56]);
  const { error } = await fill(engine, MB);
  assert.equal(error.code, 'MEMORY_BUDGET');
  assert.ok((await engine.stats()).memory.heapMb <= 70);
  await engine.close();
  WebAssembly.Memory = /** @type {any} */ (
    class {
      constructor() {
        throw new RangeError('could not allocate memory');
      }
    }
  );
  await assert.rejects(createEngine(), { code: 'ENGINE_UNAVAILABLE' });
});

test('above 80 % layer 2 cleans up: expired, then least recently used, until under it', async () => {
  const engine = await createEngine({ memoryBudget: '32MB', cache: { maxBytes: 32 * MB, maxEntries: 1000 } });
  /** @type {any[]} */ const memory = [];
  /** @type {any[]} */ const removed = [];
  engine.on('memory', event => memory.push(event));
  engine.on('cache', event => event.kind === 'removed' && removed.push(event));
  const table = await engine.table(patients(20_000));
  // Each result holds 160 KB of fitted values and as much for its fit.
  for (let k = 0; memory.length === 0 && k < 200; k++) {
    await table.logistic({ ...model, confLevel: 0.5 + k / 1000 });
    const { currentMb, thresholdMb } = (await engine.stats()).memory;
    assert.ok(currentMb <= thresholdMb, `${currentMb} MB stayed in use`);
  }
  const [event] = memory;
  assert.equal(event.kind, 'cleanup');
  assert.equal(event.status, 'OK');
  assert.ok(event.freedBytes > 0);
  assert.ok(removed.length > 0 && removed.every(({ reason }) => reason === 'budget'));
  const { memory: after, cache } = await engine.stats();
  assert.equal(after.cleanups, memory.length);
  assert.equal(after.freedMb, event.freedBytes / MB);
  assert.equal(cache.evictions, removed.length);
  await engine.close();
});

test('the cache gives way to a table, a file and a run that need the room', async () => {
  const make = async () => {
    const engine = await createEngine({
      memoryBudget: '32MB',
      cleanupAt: 1,
      cache: { maxBytes: 32 * MB, maxEntries: 1000 },
    });
    const table = await engine.table(patients(20_000));
    let { memory } = await engine.stats();
    for (let k = 0; memory.currentMb < 28 && k < 400; k++) {
      await table.logistic({ ...model, confLevel: 0.5 + k / 1000 });
      ({ memory } = await engine.stats());
    }
    assert.ok(memory.currentMb >= 28);
    /** @type {string[]} */
    const reasons = [];
    engine.on('cache', event => event.kind === 'removed' && reasons.push(event.reason));
    return { engine, table, reasons };
  };
  for (const need of [
    (/** @type {Engine} */ engine) => engine.table({ x: new Float64Array(MB / 2) }),
    (/** @type {Engine} */ engine) =>
      engine.load(new Blob([csvOf({ x: new Float64Array(MB / 2), y: new Float64Array(MB / 2) })])),
  ]) {
    const { engine, table, reasons } = await make();
    assert.equal((await need(engine)).rows, MB / 2);
    assert.ok(reasons.length > 0 && reasons.every(reason => reason === 'budget'));
    assert.equal((await table.describe()).n, 20_000);
    assert.ok((await engine.stats()).memory.heapMb <= 32);
    await engine.close();
  }
});

test('what cannot fit is refused with figures, told and counted, and nothing else suffers', async () => {
  const engine = await createEngine({ memoryBudget: '16MB' });
  /** @type {any[]} */ const events = [];
  engine.on('memory', event => events.push(event));
  const table = await engine.table(patients(1000));
  const whole = await table.logistic(model);
  for (const huge of [
    () => engine.table({ x: new Float64Array(4 * MB) }),
    () => engine.table({ x: new Float64Array(MB) }),
    () => engine.load(csvOf({ x: Array.from({ length: 1.2 * MB }, (_, i) => i * 1.1) }), { format: 'csv' }),
    () =>
      engine.load(csvOf({ x: Array.from({ length: 400_000 }, (_, i) => `patient number ${i}`) }), { format: 'csv' }),
  ]) {
    await assert.rejects(huge(), (/** @type {any} */ error) => {
      assert.equal(error.code, 'MEMORY_BUDGET');
      assert.ok(error.neededBytes > 0, `needed ${error.neededBytes}`);
      assert.ok(error.availableBytes > 0 && error.availableBytes < 16 * MB, `available ${error.availableBytes}`);
      return true;
    });
    assert.equal((await engine.stats()).memory.status, 'CRITICAL', 'the last run was refused');
  }
  assert.ok(events.filter(({ kind }) => kind === 'refused').length >= 4);
  const again = await table.logistic({ ...model, confLevel: 0.9 });
  assert.deepEqual(
    again.terms.map(({ estimate }) => estimate),
    whole.terms.map(({ estimate }) => estimate),
  );
  const { memory } = await engine.stats();
  assert.equal(memory.status, 'OK');
  assert.ok(memory.heapMb <= 16);
  await engine.close();
});

test('2,000 rounds of load, analyse, free, errors among them, leave live bytes where they were and the heap as it was', async t => {
  const engine = await createEngine();
  const files = Array.from({ length: 7 }, (_, seed) => csvOf(patients(200 + seed, seed)));
  const live = async () => {
    await engine.clearCache();
    const { memory } = await engine.stats();
    return { bytes: memory.currentMb * MB, heapMb: memory.heapMb };
  };
  /** @type {{ bytes: number, heapMb: number } | undefined} */
  let tenth;
  for (let round = 1; round <= 2000; round++) {
    const table = await engine.load(files[round % 7], { format: 'csv' });
    await table.logistic(model);
    await table.describe();
    if (round % 5 === 0) await assert.rejects(engine.load('a,b\n1,2\n3\n', { format: 'csv' }), { code: 'PARSE_ERROR' });
    if (round % 5 === 1) {
      await assert.rejects(table.logistic({ ...model, predictors: ['age', 'agee'] }), { code: 'COLUMN_NOT_FOUND' });
    }
    if (round % 5 === 2) {
      const stop = new AbortController();
      const load = engine.load(new Blob([files[0]]), { signal: stop.signal, onProgress: () => stop.abort() });
      await assert.rejects(load, { code: 'ABORTED' });
    }
    if (round % 5 === 3) await (await table.describeColumns({ age: { label: 'Age' } })).free();
    await table.free();
    if (round === 10) tenth = await live();
  }
  const last = await live();
  t.diagnostic(`${last.bytes} live bytes, heap ${last.heapMb} MB`);
  // Room for the last message stays, up to twice its length; a leak of three bytes a round would be more.
  assert.ok(Math.abs(last.bytes - Number(tenth?.bytes)) < 6000, `${last.bytes} after ${tenth?.bytes}`);
  assert.ok(last.heapMb <= Number(tenth?.heapMb));
  await engine.close();
});
