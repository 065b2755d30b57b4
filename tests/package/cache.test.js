// Layer 1 as its users see it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../../web/index.js';
import { csvOf, model, patients } from './patients.js';

/** @param {import('../../web/options.js').EngineOptions} [options] */
async function watched(options) {
  /** @type {string[]} */ const lines = [];
  /** @type {any[]} */ const events = [];
  const note = (/** @type {string} */ line) => void lines.push(line);
  const engine = await createEngine({ logger: { info: note, debug: note }, ...options });
  engine.on('cache', event => events.push(event));
  return { engine, lines, events, cache: async () => (await engine.stats()).cache };
}

test('a hit is told in the result, the figures, an event and the log', async () => {
  const { engine, lines, events, cache } = await watched();
  const table = await engine.table(patients(5000));
  const first = await table.logistic(model);
  assert.equal(first.cached, false);
  assert.deepEqual(events.slice(), [{ kind: 'miss', analysis: 'logistic' }]);
  const second = await table.logistic({ ...model, confLevel: 0.95 });
  assert.equal(second.cached, true, 'the same request with a default written out');
  assert.deepEqual({ ...second, cached: false }, first);
  assert.equal(events.length, 2);
  assert.deepEqual([events[1].kind, events[1].analysis], ['hit', 'logistic']);
  assert.ok(events[1].savedMs > 0);
  assert.deepEqual(
    lines.filter(line => line.includes('HIT')).map(line => line.replace(/[\d.]+ ms/, 'T ms')),
    ['Cache HIT logistic (T ms saved)'],
  );
  const { hits, misses, totalRequests, hitRate, cachedItems, bytes, savedMs } = await cache();
  assert.deepEqual([hits, misses, totalRequests, hitRate, cachedItems], [1, 1, 2, 0.5, 1]);
  assert.equal(savedMs, events[1].savedMs);
  assert.ok(bytes > first.fitted.byteLength);
  await engine.close();
});

for (const worker of [false, true]) {
  test(`each result is its caller's own, though hits share the bytes they come from (worker: ${worker})`, async () => {
    const { engine } = await watched({ worker });
    const table = await engine.table(patients(20_000));
    const first = await table.logistic(model);
    const second = await table.logistic(model);
    const third = await table.logistic(model);
    assert.ok(first.fitted instanceof Float64Array);
    assert.equal(first.fitted.length, first.n);
    const [value] = first.fitted;
    second.fitted[0] = 2;
    second.covariance[0] = 2;
    assert.equal(second.fitted[0], 2, 'read again it is the same array');
    assert.deepEqual([first.fitted[0], third.fitted[0]], [value, value]);
    assert.equal(third.covariance[0], first.covariance[0]);
    const fourth = Object.freeze(await table.logistic(model));
    assert.equal(fourth.cached, true);
    assert.deepEqual({ ...fourth, cached: false }, first);
    assert.deepEqual(structuredClone(await table.logistic(model)), fourth);
    second.fitted = new Float64Array(1);
    assert.equal(second.fitted.length, 1);
    await engine.close();
  });
}

test('identical requests at the same time are computed once', async () => {
  const { engine, cache } = await watched();
  const table = await engine.table(patients(2000));
  const results = await Promise.all(Array.from({ length: 5 }, () => table.logistic(model)));
  assert.deepEqual(
    results.map(({ cached }) => cached),
    [false, true, true, true, true],
  );
  assert.deepEqual([(await cache()).misses, (await cache()).hits], [1, 4]);
  await engine.close();
});

test('only the content of the columns used counts: not other columns, their order, names of files, labels', async () => {
  const { engine } = await watched();
  const { age, sex, pressure, died } = patients(500);
  const base = { age, sex, pressure, died };
  const fit = async (/** @type {import('../../web/table.js').Table} */ table) => (await table.logistic(model)).cached;
  const first = await engine.load(new File([csvOf(base)], 'march.csv'));
  assert.equal(await fit(first), false);
  assert.equal(await fit(await engine.load(new File([csvOf(base)], 'april.csv'))), true);
  assert.equal(await fit(await engine.load(new File([csvOf({ died, pressure, age, sex })], 'x.csv'))), true);
  assert.equal(await fit(await engine.table({ note: sex.map((_, i) => `note ${i}`), ...base })), true);
  assert.equal(await fit(await first.describeColumns({ age: { label: 'Age', unit: 'years' } })), true);

  const changed = (/** @type {Float64Array} */ cells) => cells.with(250, cells[250] + 0.1);
  assert.equal(await fit(await engine.table({ ...base, age: changed(age) })), false, 'a cell of a used column');
  assert.equal(await fit(await engine.table({ ...base, age: Array.from(age, (x, i) => (i === 3 ? null : x)) })), false);
  assert.equal(await fit(await engine.table({ ...base, died: died.map((x, i) => (i === 7 ? 1 - x : x)) })), false);
  const reordered = {
    sex: {
      levels: /** @type {any} */ ([
        ['male', 'm'],
        ['female', 'f'],
      ]),
    },
  };
  assert.equal(await fit(await first.describeColumns(reordered)), false, 'the order of levels');
  const texts = await engine.load(csvOf(base), { format: 'csv', types: { pressure: 'categorical' } });
  assert.equal((await texts.logistic({ ...model, predictors: ['age', 'sex'] })).cached, false, 'another model');
  await assert.rejects(first.logistic({ ...model, predictors: ['age', 'sexx'] }), { code: 'COLUMN_NOT_FOUND' });
  await engine.close();
});

test('errors are never cached', async () => {
  const { engine, cache } = await watched();
  const table = await engine.table({ y: [0, 1, 0, 1], x: [1, 2, 3, 4], x2: [2, 4, 6, 8] });
  for (let i = 0; i < 3; i++) {
    await assert.rejects(table.linear({ outcome: 'y', predictors: ['x', 'x2'] }), { code: 'SINGULAR' });
  }
  const { cachedItems, hits } = await cache();
  assert.deepEqual([cachedItems, hits], [0, 0]);
  await engine.close();
});

test('cache: false keeps nothing from one request for another', async () => {
  const { engine, events, cache } = await watched({ cache: false });
  const table = await engine.table(patients(20_000));
  const fitted = { ...model, method: /** @type {const} */ ('firth') };
  await table.logistic({ ...fitted, confLevel: 0.99 }); // the engine's own lists have their size now
  const { memory } = await engine.stats();
  for (const confLevel of [0.95, 0.95, 0.9])
    assert.equal((await table.logistic({ ...fitted, confLevel })).cached, false);
  const { bytes, cachedItems, totalRequests } = await cache();
  assert.deepEqual([bytes, cachedItems, totalRequests], [0, 0, 0]);
  assert.equal((await engine.stats()).memory.currentMb, memory.currentMb, 'no fit, no sort order stays');
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'hit'),
    [],
  );
  await engine.close();
});

test('another confLevel does not fit again', async t => {
  const { engine } = await watched();
  const fitted = { ...model, method: /** @type {const} */ ('firth') };
  const ratios = [];
  for (let seed = 1; seed <= 5; seed++) {
    const table = await engine.table(patients(20_000, seed));
    const timed = async (/** @type {number} */ confLevel) => {
      const begun = performance.now();
      const { cached, terms } = await table.logistic({ ...fitted, confLevel });
      assert.equal(cached, false);
      return { ms: performance.now() - begun, terms };
    };
    const [fit, again] = [await timed(0.95), await timed(0.9)];
    assert.deepEqual(
      again.terms.map(({ estimate }) => estimate),
      fit.terms.map(({ estimate }) => estimate),
    );
    assert.ok(again.terms[1].ciHigh < fit.terms[1].ciHigh);
    ratios.push(fit.ms / again.ms);
    await table.free();
  }
  ratios.sort((a, b) => a - b);
  t.diagnostic(`a fit takes ${ratios[2].toFixed(1)} times as long as another confLevel of it`);
  assert.ok(ratios[2] > 1.5, String(ratios));
  await engine.close();
});

test('a result lives for its time, by the wall clock, from its writing', async t => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-01-01T08:00:00Z') });
  const { engine, events, cache } = await watched({ cache: { ttl: 60_000 } });
  const table = await engine.table(patients(100));
  await table.describe();
  t.mock.timers.tick(59_999);
  assert.equal((await table.describe()).cached, true);
  t.mock.timers.tick(1);
  assert.equal((await table.describe()).cached, false, 'a hit does not prolong it');
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'removed'),
    [{ kind: 'removed', analysis: 'describe', reason: 'expired' }],
  );
  assert.equal((await cache()).expirations, 1);
  await engine.close();
});

test('the least recently used goes first, and a result larger than the ceiling is not kept', async () => {
  const { engine, events } = await watched({ cache: { maxEntries: 2 } });
  const table = await engine.table(patients(200));
  const describe = async (/** @type {string} */ column) => (await table.describe({ columns: [column] })).cached;
  assert.deepEqual([await describe('age'), await describe('sex'), await describe('age')], [false, false, true]);
  assert.equal(await describe('died'), false);
  assert.deepEqual(events.at(-1), { kind: 'removed', analysis: 'describe', reason: 'lru' });
  assert.deepEqual([await describe('age'), await describe('sex')], [true, false]);
  const { cachedItems, evictions, maxSize } = (await engine.stats()).cache;
  assert.deepEqual([cachedItems, evictions, maxSize], [2, 2, 2]);
  await engine.close();

  const small = await watched({ cache: { maxBytes: 2000 } });
  const large = await small.engine.table(patients(1000));
  assert.deepEqual([(await large.logistic(model)).cached, (await large.logistic(model)).cached], [false, false]);
  assert.equal((await large.describe({ columns: ['age'] })).cached, false);
  assert.equal((await large.describe({ columns: ['age'] })).cached, true);
  assert.ok((await small.cache()).bytes <= 2000);
  await small.engine.close();
});

test('clearCache forgets all that was asked for before it, and says so', async () => {
  const { engine, events, cache } = await watched();
  const table = await engine.table(patients(300));
  await table.describe();
  const [, , late] = await Promise.all([table.logistic(model), engine.clearCache(), table.logistic(model)]);
  assert.equal(late.cached, false);
  assert.deepEqual(
    events
      .filter(({ kind }) => kind === 'removed')
      .map(({ analysis, reason }) => `${analysis} ${reason}`)
      .sort(),
    ['describe cleared', 'logistic cleared'],
  );
  assert.equal((await cache()).cachedItems, 1);
  await engine.close();
});

test('each inner fit of analyzeOutcome is kept: one variable more computes only what it touches', async t => {
  const { engine } = await watched();
  const ratios = [];
  for (let seed = 1; seed <= 5; seed++) {
    const columns = patients(5000, seed);
    const more = Object.fromEntries(
      Array.from({ length: 12 }, (_, k) => [`lab${k}`, columns.age.map((x, i) => ((x * (k + 3) + i * 7) % 97) / 9)]),
    );
    const table = await engine.table({ ...columns, ...more });
    const names = ['age', 'sex', 'pressure', ...Object.keys(more)];
    const timed = async (/** @type {string[]} */ asked) => {
      const begun = performance.now();
      const { cached } = await table.analyzeOutcome({ outcome: 'died', columns: asked, method: 'firth' });
      assert.equal(cached, false);
      return performance.now() - begun;
    };
    const [without, withLast] = [await timed(names.slice(0, -1)), await timed(names)];
    ratios.push(withLast / without);
    await table.free();
  }
  ratios.sort((a, b) => a - b);
  t.diagnostic(`with one variable more, ${(100 * ratios[2]).toFixed(0)} % of the time of the first run`);
  assert.ok(ratios[2] < 0.8, String(ratios));
  await engine.close();
});
