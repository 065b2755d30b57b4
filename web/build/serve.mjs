/**
 * Serves a folder's files to this machine, and to no other: `node web/build/serve.mjs`. Policies are the pages' own
 * (`<meta>`), as on the static hosts that they are written for.
 */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that the package's pages are in. */
export const webFolder = fileURLToPath(new URL('..', import.meta.url));

/** Browsers refuse modules, and compile no streamed WebAssembly, of another type. @type {Record<string, string>} */
const types = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.wasm': 'application/wasm',
};

/**
 * @typedef {object} ServeOptions
 * @property {string} [root] folder; `web/` by default
 * @property {number} [port] the first that is tried; 0 for any free one
 * @property {string} [home] where `/` leads to
 *
 * @typedef {object} Served
 * @property {string} origin such as `http://127.0.0.1:8080`
 * @property {() => Promise<void>} close
 */

/**
 * Starts serving. A port that is taken moves on to the next, ten times.
 * @param {ServeOptions} [options]
 * @returns {Promise<Served>}
 */
export async function serve({ root = webFolder, port = 8080, home = '/workbench/' } = {}) {
  const folder = await realpath(root);
  const server = createServer((request, response) => {
    answer(folder, home, request, response).catch(() => {
      if (!response.headersSent) plain(response, 500, 'The file could not be read.');
      else response.destroy();
    });
  });
  const taken = await listen(server, port);
  return {
    origin: `http://127.0.0.1:${taken}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * @param {import('node:http').Server} server
 * @param {number} first
 * @returns {Promise<number>}
 */
async function listen(server, first) {
  for (let port = first; ; port++) {
    try {
      await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => {
          server.off('error', reject);
          resolve(undefined);
        });
      });
      return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (!(code === 'EADDRINUSE' || code === 'EACCES') || port >= first + 10 || port >= 65_535) throw error;
    }
  }
}

/**
 * @param {string} folder
 * @param {string} home
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(folder, home, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return plain(response, 405, 'Only GET and HEAD are answered here.');
  }
  const path = pathOf(request.url ?? '/');
  if (path === null) return plain(response, 400, 'This address cannot be read.');
  if (path === '/') return redirect(response, home);

  const file = await insideOf(folder, path.endsWith('/') ? `${path}index.html` : path);
  const found = file && (await stat(file));
  if (!found) return plain(response, 404, 'There is no such file.');
  if (found.isDirectory()) return redirect(response, `${encodeURI(path)}/`);
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'content-length': found.size,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  });
  if (request.method === 'HEAD') return response.end();
  createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response);
}

/**
 * The path of an address, decoded; `null` when it cannot be.
 * @param {string} url
 */
function pathOf(url) {
  try {
    const path = decodeURIComponent(/^[^?#]*/.exec(url)?.[0] ?? '');
    return path.startsWith('/') && !path.includes('\0') && !path.includes('\\') ? path : null;
  } catch {
    return null;
  }
}

/**
 * The file at a path, where it exists and truly lies in the folder: neither `..` nor a link leads out of it.
 * @param {string} folder
 * @param {string} path
 */
async function insideOf(folder, path) {
  try {
    const file = await realpath(join(folder, path));
    return file === folder || file.startsWith(folder + sep) ? file : null;
  } catch {
    return null;
  }
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {string} text
 */
const plain = (response, status, text) =>
  void response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);

/**
 * @param {import('node:http').ServerResponse} response
 * @param {string} location
 */
const redirect = (response, location) =>
  void response.writeHead(302, { location: location.replace(/^\/+/, '/') }).end();

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { origin } = await serve({ port: Number(process.env.PORT ?? 8080) });
  console.log(`${origin}/workbench/`);
}
