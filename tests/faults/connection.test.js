import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { createConnection } from '../../web/connection.js';
import { TestClock, turns } from './clock.js';
import { startServer } from './server.js';

/** @typedef {import('../../web/transfer.js').RetryEvent} RetryEvent */

/** @type {TestClock} */ let clock;
/** @type {RetryEvent[]} */ let events;
/** @type {(() => unknown)[]} */ let closing;

beforeEach(() => {
  clock = new TestClock();
  events = [];
  closing = [];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
});

/** @param {Parameters<typeof startServer>[0]} handle @param {string} [host] */
async function serve(handle, host) {
  const server = await startServer(handle, host);
  closing.push(server.close);
  return server;
}

/** @param {import('../../web/connection.js').ConnectionOptions} [options] */
function connect(options) {
  const connection = createConnection({
    now: clock.now,
    setTimer: clock.setTimer,
    random: () => 0.5,
    onRetry: event => events.push(event),
    ...options,
  });
  closing.push(connection.close);
  return connection;
}

/** Waits for what the network will bring, not for the clock. @param {() => unknown} condition */
async function until(condition) {
  for (let i = 0; i < 10_000 && !condition(); ++i) await turns(1);
  assert.ok(condition(), 'it never came');
}

/** Lets retries happen as soon as they wait. @template T @param {Promise<T>} work */
const hurry = work => clock.run(work, () => clock.waiting === 0 || clock.nextInMs > 20_000);

/** The server's failing first attempts, then its answer. @param {number} failures @param {number} status */
const failing =
  (failures, status, headers = {}) =>
  (
    /** @type {any} */ _request,
    /** @type {import('node:http').ServerResponse} */ response,
    /** @type {number} */ attempt,
  ) =>
    attempt <= failures ? response.writeHead(status, headers).end() : response.end('a,b\n1,2\n');

describe('waits', () => {
  test('half a second, one, two; each told beforehand, without query and credentials', async () => {
    const server = await serve(failing(3, 503));
    const { fetch } = connect();
    const address = `${server.url.replace('//', '//nurse:secret@')}/patients.csv?token=secret#part`;
    await assert.rejects(fetch(address), { code: 'FETCH_FAILED' }, 'fetch takes no credentials in an address');
    const body = fetch(`${server.url}/patients.csv?token=secret#part`).then(response => response.text());
    for (const delayMs of [500, 1000, 2000]) {
      await until(() => events.at(-1)?.delayMs === delayMs);
      await clock.pass(delayMs - 1);
      const before = server.total();
      await turns(20);
      assert.equal(server.total(), before, 'not a millisecond too early');
      await clock.pass(1);
      await until(() => server.total() === before + 1);
    }
    assert.equal(await body, 'a,b\n1,2\n');
    assert.deepEqual(events.at(-1), {
      url: `${server.url}/patients.csv`,
      attempt: 3,
      delayMs: 2000,
      reason: 'status',
      paused: false,
    });
    assert.ok(!JSON.stringify(events).includes('secret'));
  });

  test('Retry-After is obeyed, in seconds and as a date, up to its cap', async () => {
    for (const [retryAfter, delayMs] of [
      ['7', 7000],
      ['3600', 60_000],
      ['Thu, 01 Jan 2026 00:00:09 GMT', 9000],
      ['Fri, 02 Jan 2026 00:00:00 GMT', 60_000],
      ['soon', 500],
    ]) {
      events = [];
      const server = await serve(failing(1, 429, { 'retry-after': retryAfter, date: 'Thu, 01 Jan 2026 00:00:00 GMT' }));
      const response = connect().fetch(server.url);
      await until(() => events.length === 1);
      assert.equal(events[0].delayMs, delayMs, String(retryAfter));
      await clock.pass(Number(delayMs));
      assert.equal((await response).status, 200);
    }
  });

  test('a silent server is a stall after 30 s, before its headers and amid its body', async () => {
    const server = await serve((_request, response, attempt) => {
      if (attempt === 1) return;
      response.writeHead(200, { 'content-length': '8' });
      attempt === 2 ? response.write('a,b\n') : response.end('a,b\n1,2\n');
    });
    const text = connect()
      .fetch(server.url)
      .then(response => response.text());
    await until(() => server.load.serving === 1);
    await clock.pass(29_999);
    assert.equal(events.length, 0);
    await clock.pass(1);
    await until(() => events.length === 1);
    await clock.pass(500);
    await until(() => server.hits('/') === 2);
    await turns(50);
    await clock.pass(30_000);
    await until(() => events.length === 2);
    await clock.pass(1000);
    assert.equal(await text, 'a,b\n1,2\n');
    assert.deepEqual(
      events.map(event => event.reason),
      ['stall', 'stall'],
    );
  });

  test('no silence is counted while whoever takes the bytes is busy', async () => {
    const server = await serve((_request, response) => void response.end(Buffer.alloc(3 * 2 ** 20)));
    let chunks = 0;
    await connect().download(server.url, {
      onChunk: async () => {
        ++chunks;
        await clock.pass(200_000);
      },
    });
    assert.ok(chunks >= 3);
    assert.deepEqual(events, []);
  });

  test('the deadline ends everything, and no wait goes past it', async () => {
    const server = await serve((_request, response) => void response.writeHead(200).write('a'));
    const reading = connect({ retry: { stallTimeout: Infinity, deadline: 10_000 } })
      .fetch(server.url)
      .then(r => r.text());
    reading.catch(() => {});
    await until(() => server.load.serving === 1 && clock.waiting > 0);
    await turns(50);
    await clock.pass(10_000);
    await assert.rejects(reading, error => {
      assert.deepEqual(
        /** @type {any} */ (error).attempts.map((/** @type {any} */ attempt) => attempt.kind),
        ['deadline'],
      );
      return true;
    });
    const down = await serve(failing(9, 503, { 'retry-after': '30' }));
    await assert.rejects(connect({ retry: { deadline: 20_000 } }).fetch(down.url), { code: 'FETCH_FAILED' });
    assert.equal(down.total(), 1);
  });

  test('the deadline goes on counting in a body that was taken up again', async () => {
    const server = await serve((request, response, attempt) => {
      const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const headers = { etag: '"v1"', 'content-range': `bytes ${from}-999/1000`, 'content-length': 1000 - from };
      response.writeHead(from ? 206 : 200, headers).write('x', () => attempt === 1 && request.socket.destroy());
      trickle = () => response.write('x');
    });
    let trickle = () => {};
    const work = connect({ retry: { deadline: 20_000 } }).download(server.url, { onChunk() {} });
    const outcome = work.catch(error => error);
    await until(() => events.length === 1);
    await clock.pass(500);
    await until(() => server.hits('/') === 2);
    for (let seconds = 0; seconds < 19; ++seconds) {
      await turns(20);
      await clock.pass(1000);
      trickle();
    }
    await turns(20);
    await clock.pass(500);
    const error = await Promise.race([outcome, turns(50)]);
    assert.equal(error?.attempts?.at(-1).kind, 'deadline');
  });
});

describe('failure', () => {
  test('one error with every attempt in it', async () => {
    const server = await serve((request, response, attempt) => {
      if (attempt === 2) return request.socket.destroy();
      response.writeHead(attempt === 3 ? 429 : 502, { 'retry-after': '3' }).end();
    });
    const error = await hurry(connect().fetch(`${server.url}/a.csv?key=secret`)).catch(failure => failure);
    assert.equal(error.name, 'BedsideError');
    assert.equal(error.code, 'FETCH_FAILED');
    assert.equal(error.status, 502);
    assert.equal(error.url, `${server.url}/a.csv`);
    assert.deepEqual(
      error.attempts.map((/** @type {any} */ { status, kind, waitMs }) => [status, kind, waitMs]),
      [
        [502, 'status', 3000],
        [null, 'network', 1000],
        [429, 'status', 3000],
        [502, 'status', 0],
      ],
    );
    assert.match(error.message, /502.*after 4 attempts/);
    assert.ok(!`${error.message}${JSON.stringify(error)}`.includes('secret'));
  });

  test('what no retry can mend is not retried: fetch hands it on, download refuses it', async () => {
    const server = await serve((_request, response) => void response.writeHead(404).end('no such table'));
    const connection = connect();
    const response = await connection.fetch(server.url);
    assert.deepEqual([response.status, await response.text()], [404, 'no such table']);
    await assert.rejects(connection.download(server.url, { onChunk() {} }), { code: 'FETCH_FAILED', status: 404 });
    assert.equal(server.total(), 2);
    const { endedWell, ...stats } = /** @type {any} */ (connection.stats());
    assert.deepEqual([stats.requests, stats.failedAttempts, stats.exhausted, stats.successRate], [2, 1, 0, 0.5]);
  });

  test('a POST is sent once', async () => {
    const server = await serve(failing(9, 503));
    const response = await connect().fetch(server.url, { method: 'POST', body: 'x' });
    assert.equal(response.status, 503);
    assert.equal(server.total(), 1);
  });

  test('a programming error is final, and the network is left alone', async () => {
    const broken = /** @type {any} */ (
      () => Promise.reject(new TypeError("Cannot read properties of undefined (reading 'x')"))
    );
    for (const [fetch, url, init] of /** @type {[any, string, RequestInit][]} */ ([
      [broken, 'http://127.0.0.1:9/', {}],
      [undefined, 'not an address', {}],
      [undefined, 'http://127.0.0.1:9/', { headers: { 'bad name': 'x' } }],
      [undefined, 'http://127.0.0.1:9/', { body: 'GET has none' }],
      [undefined, 'gopher://127.0.0.1:9/', {}],
    ])) {
      const error = await connect({ fetch })
        .fetch(url, init)
        .catch(failure => failure);
      assert.equal(error.code, 'FETCH_FAILED');
      assert.deepEqual(
        error.attempts.map((/** @type {any} */ attempt) => attempt.kind),
        ['program'],
        url,
      );
      assert.ok(error.cause instanceof TypeError);
    }
    assert.deepEqual(events, []);
  });

  test('layer 3 switched off: one attempt, any status handed on, failures still typed', async () => {
    const server = await serve((request, response, attempt) =>
      attempt === 1 ? response.writeHead(503).end() : request.socket.destroy(),
    );
    const connection = connect({ retry: false });
    assert.equal((await connection.fetch(server.url)).status, 503);
    const error = await connection.fetch(server.url).catch(failure => failure);
    assert.deepEqual([error.code, error.attempts.length], ['FETCH_FAILED', 1]);
    assert.deepEqual([server.total(), connection.stats().maxRetries], [2, 0]);
  });

  test('options that make no sense are refused by name', () => {
    for (const [retry, message] of /** @type {[any, RegExp][]} */ ([
      [{ retrys: 1 }, /no option 'retrys'.*retries/],
      [{ retries: 1.5 }, /retry\.retries must be a whole number/],
      [{ factor: 0.5 }, /retry\.factor/],
      [{ jitter: 'some' }, /retry\.jitter/],
      [{ deadline: NaN }, /retry\.deadline/],
    ])) {
      assert.throws(() => createConnection({ retry }), { code: 'INVALID_SPEC', message });
    }
  });
});

describe('abort', () => {
  /** The points at which it may come: what the server does, and when it is time. */
  const points =
    /** @type {Record<string, { handle: Parameters<typeof startServer>[0], ready: (server: any) => boolean }>} */ ({
      'before the request': { handle: () => {}, ready: () => true },
      'while waiting for headers': { handle: () => {}, ready: server => server.load.serving === 1 },
      'while waiting to retry': { handle: failing(9, 503), ready: () => events.length === 1 },
      'amid the body': {
        handle: (_request, response) => void response.write('a,b\n'),
        ready: server => server.load.serving === 1,
      },
      'while waiting to resume': {
        handle: (request, response) => void response.write('a,b\n', () => request.socket.destroy()),
        ready: () => events.length === 1,
      },
    });
  for (const [point, { handle, ready }] of Object.entries(points)) {
    test(`${point}: rejects at once, by whichever way the bytes are asked for`, async () => {
      for (const way of ['fetch', 'download']) {
        events = [];
        const server = await serve(handle);
        const connection = connect();
        const stop = new AbortController();
        if (point === 'before the request') stop.abort('enough');
        const { signal } = stop;
        const work =
          way === 'fetch'
            ? connection.fetch(server.url, { signal }).then(response => response.text())
            : connection.download(server.url, { signal, onChunk() {} });
        const outcome = work.catch(error => error);
        await until(() => ready(server));
        await turns(30);
        const hits = server.total();
        stop.abort('enough');
        const error = /** @type {any} */ (await Promise.race([outcome, turns(50)]));
        assert.equal(error?.code, 'ABORTED', `${way} ${point}`);
        assert.equal(error.cause, 'enough');
        await clock.pass(600_000);
        await turns(20);
        assert.equal(server.total(), hits, 'nothing is sent any more');
        assert.equal(clock.waiting, 0, 'no timer is left');
        assert.equal(connection.stats().successRate, 1, 'an abort is no failure of the connection');
      }
    });
  }

  test('while the consumer holds a chunk, and what it throws ends the request', async () => {
    const server = await serve((_request, response) => void response.write('a,b\n'));
    const connection = connect();
    const stop = new AbortController();
    let held = false;
    const work = connection.download(server.url, {
      signal: stop.signal,
      onChunk: () => {
        held = true;
        return new Promise(() => {});
      },
    });
    work.catch(() => {});
    await until(() => held);
    stop.abort();
    await assert.rejects(work, { code: 'ABORTED' });
    const refusal = new Error('line 1: a quote is never closed');
    const failing = connection.download(server.url, { onChunk: () => Promise.reject(refusal) });
    await assert.rejects(failing, error => error === refusal);
    await until(() => server.load.serving === 0);
  });

  test('a body that is cancelled, and a connection that is closed', async () => {
    const server = await serve((_request, response) => void response.write('a,b\n'));
    const connection = connect();
    const response = await connection.fetch(server.url);
    await response.body?.cancel();
    await until(() => server.load.serving === 0);
    const text = (await connection.fetch(server.url)).text();
    text.catch(() => {});
    connection.close();
    await assert.rejects(text, { code: 'CLOSED' });
    await assert.rejects(connection.fetch(server.url), { code: 'CLOSED' });
    assert.equal(connection.stats().requests, 2);
  });
});

describe('offline', () => {
  /** A device whose state the test decides. */
  function testDevice() {
    const listeners = new Set(/** @type {(() => void)[]} */ ([]));
    const device = {
      isOnline: false,
      online: () => device.isOnline,
      onOnline: (/** @type {() => void} */ listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      comeOnline() {
        device.isOnline = true;
        for (const listener of listeners) listener();
      },
      listeners,
    };
    return device;
  }

  test('waits without using up retries, and goes on the moment the device is online', async () => {
    let reachable = false;
    const server = await serve((request, response) => (reachable ? response.end('ok') : request.socket.destroy()));
    const device = testDevice();
    const connection = connect({ device, retry: { retries: 1 } });
    const text = connection.fetch(server.url).then(response => response.text());
    await until(() => events.length === 1);
    assert.deepEqual(events[0], {
      url: `${server.url}/`,
      attempt: 1,
      delayMs: 15_000,
      reason: 'offline',
      paused: true,
    });
    for (let probe = 2; probe <= 6; ++probe) {
      await clock.pass(15_000);
      await until(() => events.length === probe);
    }
    assert.equal(server.total(), 6, 'one probe every 15 s');
    await clock.pass(4000);
    reachable = true;
    device.comeOnline();
    assert.equal(await text, 'ok');
    const { attempts, totalAttempts, failedAttempts } = connection.stats();
    assert.deepEqual([attempts, totalAttempts, failedAttempts], [2, 7, 6], 'probes are counted apart');
    assert.equal(device.listeners.size, 0);
  });

  test('a probe finds the network that the device does not know of', async () => {
    let reachable = false;
    const server = await serve((request, response) => (reachable ? response.end('ok') : request.socket.destroy()));
    const text = connect({ device: testDevice() })
      .fetch(server.url)
      .then(response => response.text());
    await until(() => events.length === 1);
    reachable = true;
    await clock.pass(15_000);
    assert.equal(await text, 'ok');
  });

  test('ends at the deadline', async () => {
    const server = await serve(request => request.socket.destroy());
    const work = connect({ device: testDevice(), retry: { deadline: 40_000 } }).fetch(server.url);
    const outcome = work.catch(error => error);
    await until(() => events.length === 1);
    await clock.pass(15_000);
    await until(() => events.length === 2);
    await clock.pass(15_000);
    await until(() => events.length === 3);
    await clock.pass(10_000);
    const error = await outcome;
    assert.equal(error.code, 'FETCH_FAILED');
    assert.deepEqual(
      error.attempts.map((/** @type {any} */ attempt) => attempt.waitMs),
      [15_000, 15_000, 10_000],
    );
  });
});
