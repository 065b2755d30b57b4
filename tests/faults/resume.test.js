import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import zlib from 'node:zlib';
import { createConnection } from '../../web/connection.js';
import { startServer } from './server.js';

/** @typedef {import('node:http').IncomingMessage} Request @typedef {import('node:http').ServerResponse} Answer */

const table = Buffer.from(`id,status\n${Array.from({ length: 9000 }, (_, i) => `${i},${i % 2}`).join('\n')}\n`);
const half = Buffer.from(table.subarray(0, table.length >> 1));
const corrected = Buffer.from(table);
corrected[20] = '9'.charCodeAt(0);

/** @type {(() => unknown)[]} */ const closing = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** @param {Parameters<typeof startServer>[0]} handle @param {string} [host] */
async function serve(handle, host) {
  /** @type {import('node:http').IncomingHttpHeaders[]} */ const asked = [];
  const server = await startServer((request, response, attempt) => {
    asked.push(request.headers);
    handle(request, response, attempt);
  }, host);
  closing.push(server.close);
  return { ...server, asked };
}

/** @param {import('../../web/connection.js').ConnectionOptions} [options] */
function connect(options) {
  const connection = createConnection({ retry: { initialDelay: 1 }, ...options });
  closing.push(connection.close);
  return connection;
}

/** Half of the table, then a broken line. @param {Request} request @param {Answer} response */
const breakOff = (request, response, headers = {}) =>
  response
    .writeHead(200, { 'content-length': table.length, etag: '"v1"', ...headers })
    .write(half, () => setTimeout(() => request.socket.destroy(), 20));

/** What the range asks for. @param {Request} request @param {Answer} response */
function answerRange(request, response, headers = {}) {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]);
  const rest = table.subarray(from);
  response
    .writeHead(206, {
      'content-length': rest.length,
      'content-range': `bytes ${from}-${table.length - 1}/${table.length}`,
      etag: '"v1"',
      ...headers,
    })
    .end(rest);
}

/** @param {string} url @param {import('../../web/connection.js').ConnectionOptions} [options] */
async function download(url, options) {
  const seen = { bytes: Buffer.alloc(0), restarts: 0, total: /** @type {number | null} */ (0) };
  await connect(options).download(url, {
    onStart({ total }) {
      seen.total = total;
    },
    onChunk(chunk) {
      seen.bytes = Buffer.concat([seen.bytes, chunk]);
    },
    onRestart() {
      ++seen.restarts;
      seen.bytes = Buffer.alloc(0);
    },
  });
  return seen;
}

test('a broken download goes on where it broke, if the content is still the same', async () => {
  const server = await serve((request, response, attempt) =>
    attempt === 1 ? breakOff(request, response) : answerRange(request, response),
  );
  const { bytes, restarts, total } = await download(server.url);
  assert.deepEqual(bytes, table);
  assert.deepEqual([restarts, total, server.total()], [0, table.length, 2]);
  assert.equal(server.asked[1].range, `bytes=${half.length}-`);
  assert.equal(server.asked[1]['if-range'], '"v1"');
});

test('and again, as often as attempts are left', async () => {
  const server = await serve((request, response, attempt) => {
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (attempt === 4) return answerRange(request, response);
    const headers = { 'content-range': `bytes ${from}-${table.length - 1}/${table.length}` };
    response.writeHead(from ? 206 : 200, { etag: '"v1"', ...headers });
    response.write(table.subarray(from, from + 10_000), () => setTimeout(() => request.socket.destroy(), 20));
  });
  const response = await connect().fetch(server.url);
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), table);
  assert.deepEqual(
    server.asked.map(({ range }) => range),
    [undefined, 'bytes=10000-', 'bytes=20000-', 'bytes=30000-'],
  );
});

test('a file that changed meanwhile begins anew, and the consumer is told', async () => {
  const server = await serve((request, response, attempt) =>
    attempt === 1 ? breakOff(request, response) : response.writeHead(200, { etag: '"v2"' }).end(corrected),
  );
  const { bytes, restarts } = await download(server.url);
  assert.deepEqual(bytes, corrected);
  assert.equal(restarts, 1);
});

/** Answers to a range of which each casts a doubt; the whole is then asked for. */
const doubts = /** @type {Record<string, (request: Request, response: Answer) => unknown>} */ ({
  'another version': (request, response) => answerRange(request, response, { etag: '"v2"' }),
  'a weak ETag': (request, response) => answerRange(request, response, { etag: 'W/"v1"' }),
  'a part that begins elsewhere': (request, response) =>
    answerRange(request, response, { 'content-range': `bytes ${half.length - 1}-${table.length - 2}/${table.length}` }),
  'another total': (request, response) =>
    answerRange(request, response, { 'content-range': `bytes ${half.length}-${table.length - 1}/${table.length + 1}` }),
  'an unknown total': (request, response) =>
    answerRange(request, response, { 'content-range': `bytes ${half.length}-${table.length - 1}/*` }),
  'no Content-Range': (_request, response) => response.writeHead(206, { etag: '"v1"' }).end('?'),
  'a part of the rest': (_request, response) =>
    response
      .writeHead(206, { etag: '"v1"', 'content-range': `bytes ${half.length}-${half.length}/${table.length}` })
      .end('?'),
  'a compressed part': (request, response) => answerRange(request, response, { 'content-encoding': 'br' }),
  'no such range': (_request, response) => response.writeHead(416).end(),
});
for (const [doubt, answer] of Object.entries(doubts)) {
  test(`${doubt}: begins anew, at once`, async () => {
    const server = await serve((request, response, attempt) => {
      if (attempt === 1) return breakOff(request, response);
      if (attempt === 2) return answer(request, response);
      response.writeHead(200, { etag: '"v2"' }).end(corrected);
    });
    const { bytes, restarts } = await download(server.url, { retry: { initialDelay: 1, factor: 1000, deadline: 900 } });
    assert.deepEqual(bytes, corrected);
    assert.equal(restarts, 1);
    assert.equal(server.asked[2].range, undefined);
  });
}

/** First answers after which nothing may be asked for in parts. */
const unresumable = /** @type {Record<string, Record<string, string>>} */ ({
  'without a validator': { etag: '' },
  'with a weak ETag': { etag: 'W/"v1"' },
  'modified within the last minute': { etag: '', 'last-modified': new Date().toUTCString() },
  'from a server without ranges': { 'accept-ranges': 'none' },
});
for (const [what, headers] of Object.entries(unresumable)) {
  test(`a body ${what} begins anew`, async () => {
    const server = await serve((request, response, attempt) => {
      if (attempt === 1) return breakOff(request, response, headers);
      response.end(table);
    });
    const { bytes, restarts } = await download(server.url);
    assert.deepEqual(bytes, table);
    assert.deepEqual([restarts, server.asked[1].range], [1, undefined]);
  });
}

test('a compressed body is read again; what was handed out is compared and left out', async () => {
  const packed = zlib.gzipSync(table);
  for (const read of ['fetch', 'download']) {
    const server = await serve((request, response, attempt) => {
      response.writeHead(200, { etag: '"v1"', 'content-encoding': 'gzip', 'content-length': packed.length });
      if (attempt > 2) return response.end(packed);
      response.write(packed.subarray(0, packed.length * 0.6), () => setTimeout(() => request.socket.destroy(), 20));
    });
    const bytes =
      read === 'fetch'
        ? Buffer.from(await (await connect().fetch(server.url)).arrayBuffer())
        : (await download(server.url)).bytes;
    assert.deepEqual(bytes, table);
    assert.ok(server.asked.every(({ range }) => range === undefined));
  }
});

test('a Response never joins two contents: it fails where the first was handed out in part', async () => {
  const server = await serve((request, response, attempt) =>
    attempt === 1 ? breakOff(request, response, { etag: '' }) : response.end(corrected),
  );
  const response = await connect().fetch(server.url);
  const error = await response.text().catch(failure => failure);
  assert.equal(error.code, 'FETCH_FAILED');
  assert.deepEqual(
    error.attempts.map((/** @type {any} */ { kind }) => kind),
    ['network', 'changed'],
  );
});

test('a body that ends early without a broken line is noticed by its length', async () => {
  const server = await serve((request, response, attempt) => {
    if (attempt > 1) return answerRange(request, response);
    response.end();
  });
  // Node's own fetch notices; a platform that does not is played.
  const lenient = /** @type {typeof fetch} */ (
    async (input, init) => {
      const answer = await fetch(input, init);
      if (server.total() > 1) return answer;
      const headers = { 'content-length': String(table.length), etag: '"v1"' };
      return new Response(new Uint8Array(half), { headers });
    }
  );
  const { bytes, restarts } = await download(server.url, { fetch: lenient });
  assert.deepEqual(bytes, table);
  assert.equal(restarts, 0);
});

test('every attempt starts from the address of the caller, as the targets of signed redirects expire', async () => {
  let signature = 0;
  const server = await serve((request, response) => {
    if (request.url === '/lung.csv') return response.writeHead(302, { location: `/signed?once=${++signature}` }).end();
    if (server.hits(request.url ?? '') > 1) return response.writeHead(403).end('expired');
    request.headers.range ? answerRange(request, response) : breakOff(request, response);
  });
  const response = await connect().fetch(`${server.url}/lung.csv`);
  assert.deepEqual([response.url, response.redirected], [`${server.url}/signed?once=1`, true]);
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), table);
  assert.equal(server.hits('/lung.csv'), 2);
});

test('from another origin a part is asked for without If-Range, which file hosts refuse', async () => {
  const file = await serve((request, response, attempt) => {
    attempt === 1 ? breakOff(request, response) : answerRange(request, response);
  }, '127.0.0.2');
  const redirecting = await serve((request, response) =>
    response.writeHead(302, { location: `${file.url}${request.url}` }).end(),
  );
  for (const url of [`${file.url}/straight`, `${redirecting.url}/redirected`]) {
    const { bytes } = await download(url, { origin: redirecting.url });
    assert.deepEqual(bytes, table);
    const { range, 'if-range': ifRange } = file.asked.at(-1) ?? {};
    assert.deepEqual([range, ifRange], [`bytes=${half.length}-`, undefined]);
  }
});

test('an answer is as the platform gives it, but for a body that mends itself', async () => {
  const server = await serve((request, response) => {
    const headers = { 'content-type': 'text/csv', 'content-length': table.length, 'x-own': 'kept' };
    request.headers.range ? answerRange(request, response) : response.writeHead(200, headers).end(table);
  });
  const connection = connect();
  const response = await connection.fetch(server.url);
  assert.ok(response instanceof Response);
  assert.deepEqual(
    [response.status, response.ok, response.url, response.headers.get('x-own'), response.type],
    [200, true, `${server.url}/`, 'kept', 'basic'],
  );
  assert.equal((await response.text()).length, table.length);
  const head = await connection.fetch(server.url, { method: 'head' });
  assert.deepEqual([head.status, head.body, head.headers.get('content-length')], [200, null, String(table.length)]);
  const part = await connection.fetch(new Request(server.url, { headers: { range: 'bytes=5-' } }));
  assert.deepEqual([part.status, (await part.text()).length], [206, table.length - 5], "the caller's own range");
  assert.equal(connection.stats().bytes, 2 * table.length - 5);
  assert.equal(connection.stats().successRate, 1);
});

test('pieces of at most 1 MB, each with a buffer of its own', async () => {
  const large = Buffer.alloc(5 * 2 ** 20 + 7, 'x');
  const playing = /** @type {typeof fetch} */ (() => Promise.resolve(new Response(new Uint8Array(large))));
  const sizes = /** @type {number[]} */ ([]);
  const progress = /** @type {any[]} */ ([]);
  await connect({ fetch: playing }).download('http://127.0.0.1/', {
    onChunk(chunk) {
      assert.equal(chunk.buffer.byteLength, chunk.length);
      sizes.push(chunk.length);
      structuredClone(chunk, { transfer: [chunk.buffer] });
    },
    onProgress: ({ loaded, total }) => void progress.push([loaded, total]),
  });
  assert.ok(sizes.every(size => size <= 2 ** 20));
  assert.equal(progress.at(-1)[0], large.length);
});

test('a refusal by CORS is believed when it repeats; a broken line is not taken for one', async () => {
  /** A browser's fetch, to which the server's answers are withheld. @param {(mode: string) => boolean} reachable */
  const browser = reachable => {
    const modes = /** @type {string[]} */ ([]);
    const play = /** @type {typeof fetch} */ (
      async (_input, init) => {
        const mode = init?.mode ?? 'cors';
        modes.push(mode);
        if (mode === 'no-cors' && reachable(mode)) return /** @type {Response} */ (Response.error());
        throw new TypeError('Failed to fetch');
      }
    );
    return { modes, play };
  };
  const outcome = async (/** @type {typeof globalThis.fetch} */ play) => {
    const connection = connect({ fetch: play, origin: 'https://page.example' });
    return connection.fetch('https://files.example/a.csv').catch(error => error);
  };
  const refusing = browser(() => true);
  const refused = await outcome(refusing.play);
  assert.deepEqual(
    refused.attempts.map((/** @type {any} */ { kind }) => kind),
    ['cors', 'cors'],
  );
  assert.match(refused.message, /Access-Control-Allow-Origin/);
  assert.deepEqual(refusing.modes, ['cors', 'no-cors', 'cors', 'no-cors']);
  const down = await outcome(browser(() => false).play);
  assert.deepEqual(
    down.attempts.map((/** @type {any} */ { kind }) => kind),
    ['network', 'network', 'network', 'network'],
  );
});
