import { once } from 'node:events';
import http from 'node:http';
import zlib from 'node:zlib';

/**
 * A local server of its own for each test.
 *
 * @typedef {Awaited<ReturnType<typeof startServer>>} Server
 */

/**
 * @param {(request: http.IncomingMessage, response: http.ServerResponse, attempt: number) => unknown} handle `attempt`
 *   counts the requests for the same address from 1
 * @param {string} [host] another loopback address is another origin
 */
export async function startServer(handle, host = '127.0.0.1') {
  /** @type {Map<string, number>} */
  const hits = new Map();
  const load = { serving: 0, stalled: 0 };
  const server = http.createServer((request, response) => {
    const url = request.url ?? '';
    const attempt = (hits.get(url) ?? 0) + 1;
    hits.set(url, attempt);
    ++load.serving;
    response.on('close', () => --load.serving);
    handle(request, response, attempt);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://${host}:${port}`,
    /** How often an address was asked for. @param {string} path */
    hits: path => hits.get(path) ?? 0,
    /** How many requests came in all. */
    total: () => [...hits.values()].reduce((sum, count) => sum + count, 0),
    /** Answers under way, and those among them that will not move by themselves. */
    load,
    /** Leaves an answer as it stands. @param {http.ServerResponse} response */
    stall(response) {
      ++load.stalled;
      response.on('close', () => --load.stalled);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * A uniform number in [0, 1) from a seed and what it is for: the same whatever the order of events
 * (SplitMix64's finalizer over a running mix; Steele et al. 2014).
 *
 * @param {...number} words
 */
export function chance(...words) {
  let state = 0x9e3779b97f4a7c15n;
  for (const word of words) {
    state = BigInt.asUintN(64, (state ^ BigInt(word)) * 0xbf58476d1ce4e5b9n + 0x9e3779b97f4a7c15n);
    state = BigInt.asUintN(64, (state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
    state = BigInt.asUintN(64, (state ^ (state >> 27n)) * 0x94d049bb133111ebn);
    state ^= state >> 31n;
  }
  return Number(state >> 11n) / 2 ** 53;
}

/**
 * A table of 1 to 100 KB. Versions differ in one digit and not in length, as corrected tables do.
 *
 * @param {number} file
 * @param {number} version
 */
export function content(file, version) {
  const rows = 50 + Math.floor(chance(1, file) * 5000);
  const lines = Array.from({ length: rows }, (_, i) => `${100 + i},${(i * 7919 + file) % 1022},${i % 2}`);
  const corrected = Math.floor(chance(2, file) * rows);
  lines[corrected] = lines[corrected].replace(/.$/, String(2 + (version % 8)));
  return Buffer.from(`id,time,status\n${lines.join('\n')}\n`);
}

/** How the hostile server offers a file. */
export const offers = /** @type {const} */ ([
  'etag',
  'lastModified',
  'bare',
  'chunked',
  'gzip',
  'noRanges',
  'changing',
]);

/** What happens to an attempt that goes wrong. */
export const faults = /** @type {const} */ ([
  'drop',
  'dropAfterHeaders',
  'stall',
  'stallInBody',
  'truncate',
  'truncateChunked',
  'tooMany',
  'unavailable',
  'wrongRange',
]);

/**
 * Answers `/FILE/OFFER` and lets a share of the attempts go wrong. What happens is decided by seed, file and attempt alone.
 *
 * @param {{ seed: number, share: number }} options
 * @returns {(server: () => Server) => Parameters<typeof startServer>[0]}
 */
export const hostile =
  ({ seed, share }) =>
  server =>
  (request, response, attempt) => {
    const [, file, offer] = (request.url ?? '').split('/');
    const draw = (/** @type {number} */ what) => chance(seed, Number(file), attempt, what);
    const answer = offered(Number(file), offer, attempt, request);
    const fault = draw(0) < share ? faults[Math.floor(draw(1) * faults.length)] : undefined;
    const part = answer.body.subarray(0, Math.floor(draw(2) * answer.body.length));
    const partial = answer.status === 206;
    if (fault === 'truncateChunked') delete answer.headers['content-length'];
    switch (fault === 'wrongRange' && !partial ? 'truncate' : fault) {
      case undefined:
        return response.writeHead(answer.status, answer.headers).end(answer.body);
      case 'drop':
        return request.socket.destroy();
      case 'dropAfterHeaders':
        response.writeHead(answer.status, answer.headers).flushHeaders();
        return setImmediate(() => request.socket.destroy());
      case 'stall':
        return server().stall(response);
      case 'stallInBody':
        return response.writeHead(answer.status, answer.headers).write(part, () => server().stall(response));
      case 'truncate':
      case 'truncateChunked':
        return response.writeHead(answer.status, answer.headers).write(part, () => request.socket.destroy());
      case 'tooMany': {
        const seconds = Math.floor(draw(3) * 120);
        const date = new Date(Date.parse('2026-01-01T00:00:00Z') + seconds * 1000).toUTCString();
        const headers = { date: new Date(Date.parse('2026-01-01T00:00:00Z')).toUTCString() };
        return response
          .writeHead(429, { ...headers, 'retry-after': draw(4) < 0.5 ? String(seconds) : date })
          .end('slow down');
      }
      case 'unavailable':
        return response.writeHead(503).end('not now');
      case 'wrongRange': {
        const total = answer.from + answer.body.length;
        const wrong = draw(3) < 0.5 ? Math.max(0, answer.from - 1) : Math.min(total - 1, answer.from + 1);
        const range = {
          'content-range': `bytes ${wrong}-${total - 1}/${total}`,
          'content-length': String(total - wrong),
        };
        return response.writeHead(206, { ...answer.headers, ...range }).end(Buffer.alloc(total - wrong, '?'));
      }
    }
  };

/**
 * The right answer.
 *
 * @param {number} file
 * @param {string} offer
 * @param {number} attempt
 * @param {http.IncomingMessage} request
 */
function offered(file, offer, attempt, request) {
  const version = offer === 'changing' ? attempt >> 1 : 0; // changes before every second attempt
  const body = content(file, version);
  const etag = `"${file}.${version}"`;
  const lastModified = new Date(Date.UTC(2020, 0, 1 + version)).toUTCString();
  /** @type {Record<string, string>} */
  const headers = { 'content-type': 'text/csv', 'content-length': String(body.length) };
  if (['etag', 'changing', 'noRanges', 'chunked'].includes(offer)) headers['etag'] = etag;
  if (offer === 'lastModified') headers['last-modified'] = lastModified;
  if (offer === 'chunked') delete headers['content-length'];
  if (offer === 'gzip') {
    const packed = zlib.gzipSync(body);
    return {
      status: 200,
      headers: { ...headers, 'content-encoding': 'gzip', 'content-length': String(packed.length) },
      body: packed,
      from: 0,
    };
  }
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? NaN);
  const wanted = request.headers['if-range'];
  const same = wanted === undefined || wanted === etag || wanted === headers['last-modified'];
  if (offer === 'noRanges' || Number.isNaN(from) || !same) return { status: 200, headers, body, from: 0 };
  return {
    status: 206,
    headers: {
      ...headers,
      'content-length': String(body.length - from),
      'content-range': `bytes ${from}-${body.length - 1}/${body.length}`,
    },
    body: body.subarray(from),
    from,
  };
}
