import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BedsideError, cutUrl, cutUrlsIn } from '../../web/errors.js';
import { createLayers } from '../../web/layers.js';
import { readModule } from '../../web/loader.js';
import { startServer } from './server.js';

/** Layers by a clock of the test's. @param {import('../../web/layers.js').LayersOptions} options */
async function layersAt(options) {
  const time = { ms: Date.parse('2026-01-01T00:00:00Z') };
  const layers = await createLayers({ now: () => time.ms, ...options });
  const events = /** @type {any[]} */ ([]);
  for (const type of ['cache', 'memory', 'retry']) layers.on(type, event => events.push([type, event]));
  return { ...layers, events, time };
}

test('a cache for bytes: copies in and out, a time to live, the least recently used goes first', async () => {
  const { cache, close, events, time } = await layersAt({ cache: { ttl: 1000, maxEntries: 2 } });
  const bytes = new Uint8Array([0, 1, 255]);
  assert.equal(cache.set('a', bytes, { costMs: 40 }), true);
  bytes.fill(9);
  const got = cache.get('a');
  assert.deepEqual(got, new Uint8Array([0, 1, 255]));
  got?.fill(9);
  assert.deepEqual(cache.get('a'), new Uint8Array([0, 1, 255]));
  time.ms += 500;
  cache.set('b', new Uint8Array(2));
  cache.get('a');
  cache.set('c', new Uint8Array(3).buffer);
  assert.equal(cache.get('b'), undefined, 'the least recently used');
  time.ms += 500;
  assert.equal(cache.get('a'), undefined, 'gone at the millisecond of its expiry');
  assert.deepEqual(cache.get('c'), new Uint8Array(3));
  assert.deepEqual(cache.stats(), {
    cachedItems: 1,
    maxSize: 2,
    bytes: 3,
    hits: 4,
    misses: 2,
    totalRequests: 6,
    hitRate: 4 / 6,
    evictions: 1,
    expirations: 1,
    ttlSeconds: 1,
    savedMs: 120,
  });
  const removals = events
    .filter(([, event]) => event.kind === 'removed')
    .map(([, event]) => [event.analysis, event.reason]);
  assert.deepEqual(removals, [
    ['b', 'lru'],
    ['a', 'expired'],
  ]);
  close();
});

test('a budget: above its threshold entries go until usage is down to it', async () => {
  const { budget, cache, close, events } = await layersAt({ memoryBudget: '1MB', cache: { maxBytes: Infinity } });
  const quarter = new Uint8Array(2 ** 18);
  for (const key of ['a', 'b', 'c']) cache.set(key, quarter);
  assert.deepEqual([budget.status().status, budget.status().usagePct], ['OK', 75]);
  cache.set('d', quarter);
  const { currentMb, peakMb, maxMb, thresholdMb, cleanups, freedMb } = budget.status();
  assert.deepEqual(
    [currentMb, peakMb, maxMb, thresholdMb.toFixed(5), cleanups, freedMb],
    [0.75, 1, 1, '0.80000', 1, 0.25],
  );
  assert.deepEqual([cache.get('a'), cache.get('d')], [undefined, quarter]);
  assert.ok(
    events.some(([type, event]) => type === 'memory' && event.kind === 'cleanup' && event.freedBytes === 2 ** 18),
  );
  close();
});

test('an entry larger than the limits is not kept, and nothing goes for it', async () => {
  const { cache, close } = await layersAt({ cache: { maxBytes: 100 } });
  cache.set('small', new Uint8Array(60));
  assert.equal(cache.set('large', new Uint8Array(101)), false);
  assert.deepEqual(cache.get('small'), new Uint8Array(60));
  close();
});

test('retries by themselves, and each layer switched off by one option', async () => {
  const server = await startServer((_request, response, attempt) =>
    attempt === 1 ? response.writeHead(503).end() : response.end('ok'),
  );
  const { cache, close, events, retry } = await layersAt({ cache: false, retry: { initialDelay: 1 }, now: undefined });
  assert.equal(await (await retry.fetch(`${server.url}/?key=secret`)).text(), 'ok');
  assert.deepEqual(events, [
    ['retry', { url: `${server.url}/`, attempt: 1, delayMs: 1, reason: 'status', paused: false }],
  ]);
  assert.equal(retry.stats().successfulRetries, 1);
  assert.equal(cache.set('a', new Uint8Array(1)), false);
  assert.equal(cache.get('a'), undefined);
  assert.equal(cache.stats().totalRequests, 0);
  close();
  close();
  assert.throws(() => cache.get('a'), { code: 'CLOSED' });
  await assert.rejects(retry.fetch(server.url), { code: 'CLOSED' });
  const off = await layersAt({ retry: false });
  assert.equal((await off.retry.fetch(`${server.url}/other`)).status, 503);
  off.close();
  await server.close();
});

test('options that make no sense are refused', async () => {
  for (const options of /** @type {any[]} */ ([
    { cache: { maxItems: 5 } },
    { cache: { ttl: -1 } },
    { memoryBudget: 'much' },
    { memoryBudget: 0 },
    { cleanupAt: 2 },
    { retry: { retries: -1 } },
  ])) {
    await assert.rejects(createLayers(options), { code: 'INVALID_SPEC' });
  }
});

test('a listener that throws disturbs nobody', async t => {
  const { cache, close, events, on } = await layersAt({});
  const uncaught = /** @type {unknown[]} */ ([]);
  t.mock.method(globalThis, 'queueMicrotask', (/** @type {() => void} */ report) => {
    assert.throws(report, error => uncaught.push(error) > 0);
  });
  const complaint = new Error('listener');
  const unsubscribe = on('cache', () => {
    throw complaint;
  });
  cache.get('a');
  unsubscribe();
  cache.get('a');
  assert.deepEqual(uncaught, [complaint]);
  assert.equal(events.length, 2);
  close();
});

test('a module that cannot be used says what to do', async () => {
  const server = await startServer((_request, response) => void response.writeHead(404).end());
  await assert.rejects(readModule('layers', `${server.url}/layers.wasm?key=secret`), error => {
    assert.ok(error instanceof BedsideError);
    assert.equal(error.code, 'ENGINE_UNAVAILABLE');
    assert.match(error.message, /layers\.wasm.*404.*option `wasm`/);
    assert.ok(!error.message.includes('secret'));
    return true;
  });
  await assert.rejects(readModule('layers', new Uint8Array([1, 2, 3])), {
    code: 'ENGINE_UNAVAILABLE',
    message: /damaged/,
  });
  await assert.rejects(readModule('layers', new URL('file:///no/such.wasm')), { code: 'ENGINE_UNAVAILABLE' });
  assert.equal(await readModule('layers'), await readModule('layers'), 'compiled once');
  await server.close();
});

test('addresses are cut before they are shown', () => {
  assert.equal(cutUrl('https://nurse:pw@files.example:8443/a/b.csv?token=1#x'), 'https://files.example:8443/a/b.csv');
  assert.equal(cutUrl('b.csv?token=1'), 'b.csv');
  assert.equal(cutUrl('data:text/csv,name%0ASmith'), 'data:…');
  assert.equal(cutUrl('file:///home/a.csv'), 'file:///home/a.csv');
  assert.equal(cutUrlsIn('see https://a.example/x?y=1 or http://b:c@d/'), 'see https://a.example/x or http://d/');
});

test('layers.wasm with its glue is at most 40 KB', () => {
  const parts = ['layers.wasm', 'layers-glue.js'].map(name =>
    readFileSync(new URL(`../../web/${name}`, import.meta.url)),
  );
  const bytes = parts.reduce((sum, part) => sum + gzipSync(part, { level: 9 }).length, 0);
  console.log(`layers.wasm with its glue: ${(bytes / 1024).toFixed(1)} KB gzip`);
  assert.ok(bytes <= 40 * 1024, `${bytes} bytes`);
});
