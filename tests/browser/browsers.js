// Real browsers, and a server that gives them files under a strict Content Security Policy.

import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { delimiter, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

/** The root of the repository: what is served by default. */
export const repository = fileURLToPath(new URL('../../', import.meta.url));

/** @type {Record<BrowserName, string[]>} names of the program, in the order in which they are looked for on PATH */
const programs = { chromium: ['chromium', 'chromium-browser', 'google-chrome'], firefox: ['firefox-esr', 'firefox'] };

/** @typedef {'chromium' | 'firefox'} BrowserName */

/** @type {BrowserName[]} */
export const browserNames = ['chromium', 'firefox'];

// No sandbox: CI runs as root. The rest keeps Chromium from calling home.
const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @param {BrowserName} name */
async function find(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const program of programs[name]) {
      const path = join(folder, program);
      if (
        await access(path, constants.X_OK).then(
          () => true,
          () => false,
        )
      )
        return path;
    }
  }
  return null;
}

/**
 * For the `skip` option of node:test: why a browser's tests cannot run here, false when they can. In CI a missing browser
 * is a failure, so nothing is skipped there.
 * @param {BrowserName} name
 * @returns {Promise<string | false>}
 */
export async function skipWithout(name) {
  if (process.env.CI || (await find(name))) return false;
  return `${programs[name][0]} is not on PATH: run .ci/setup --browsers (in CI this would fail)`;
}

/**
 * A browser with a profile of its own, gone after `close()`.
 * @param {BrowserName} name
 */
export async function launchBrowser(name) {
  const executablePath = await find(name);
  if (!executablePath) throw new Error(`${programs[name][0]} is not on PATH: run .ci/setup --browsers.`);
  return puppeteer.launch({
    browser: name === 'firefox' ? 'firefox' : 'chrome',
    executablePath,
    headless: true,
    args: name === 'chromium' ? chromiumArguments : [],
  });
}

/** What the README tells a page to allow, and nothing else. */
export const strictPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** @type {Record<string, string>} */
const types = {
  '.css': 'text/css',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/**
 * @typedef {object} SiteOptions
 * @property {string} [root] folder that is served
 * @property {string | null} [policy] Content-Security-Policy of every answer; null for none
 * @property {Record<string, string>} [headers] further headers of every answer
 * @property {Record<string, string | Uint8Array | (() => { status: number, body: string })>} [pages] what is served under a
 *   path, such as `{ '/start.js': '…' }`; a function is asked each time
 */

/**
 * Serves a folder on a free port of this machine.
 * @param {SiteOptions} [options]
 * @returns {Promise<{ origin: string, requested: string[], close(): Promise<void> }>} `requested`: the paths asked for
 */
export async function serveSite({ root = repository, policy = strictPolicy, headers = {}, pages = {} } = {}) {
  /** @type {string[]} */
  const requested = [];
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://site').pathname);
    requested.push(path);
    const answer = (
      /** @type {number} */ status,
      /** @type {string} */ type,
      /** @type {string | Uint8Array} */ body,
    ) =>
      response
        .writeHead(status, {
          'content-type': type,
          'cache-control': 'no-store',
          ...(policy && { 'content-security-policy': policy }),
          ...headers,
        })
        .end(body);
    // Firefox reports the favicon that a page has not got as an error of the page.
    if (path === '/favicon.ico' && !pages[path]) return answer(200, 'image/x-icon', '');
    const name = path.endsWith('/') ? `${path}index.html` : path;
    const type = types[extname(name)] ?? 'application/octet-stream';
    const page = pages[name];
    if (typeof page === 'function') {
      const { status, body } = page();
      return answer(status, type, body);
    }
    if (page !== undefined) return answer(200, type, page);
    try {
      answer(200, type, await readFile(join(root, normalize(name))));
    } catch {
      answer(404, 'text/plain', 'There is no such file.');
    }
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    origin: `http://127.0.0.1:${port}`,
    requested,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve(undefined));
        server.closeAllConnections();
      }),
  };
}

/**
 * Opens a page; `errors` collects what nobody in it caught, violations of its policy among them where the browser tells.
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} url
 * @returns {Promise<{ page: import('puppeteer-core').Page, errors: string[] }>}
 */
export async function openPage(browser, url) {
  const page = await browser.newPage();
  /** @type {string[]} */
  const errors = [];
  page.on('pageerror', error => errors.push(error instanceof Error ? error.message : String(error)));
  await page.goto(url, { waitUntil: 'load' });
  return { page, errors };
}
