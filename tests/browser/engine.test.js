// The engine in its worker, in Chromium and Firefox, under the policy that the README asks of a page.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createEngine } from '../../web/index.js';
import { browserNames, launchBrowser, serveSite, skipWithout } from './browsers.js';
import { analyse } from './pages/figures.js';

const html = (/** @type {string} */ origin) =>
  `<!doctype html><title>engine</title><script type="module" src="${origin}/tests/browser/pages/engine.js"></script>`;

/** @typedef {import('puppeteer-core').Page} Page */
/** @typedef {import('./pages/engine.js').Scenes} Scenes */

const node = await createEngine();
const expected = await analyse(node, new URL('../../web/workbench/sample.csv', import.meta.url));
await node.close();

for (const name of browserNames) {
  describe(`the engine in ${name}`, { skip: await skipWithout(name), timeout: 180_000 }, () => {
    /** @type {import('puppeteer-core').Browser} */
    let browser;
    /** @type {Awaited<ReturnType<typeof serveSite>>} */
    let site;
    before(async () => {
      let failures = 2;
      site = await serveSite({
        headers: { 'access-control-allow-origin': '*' },
        pages: {
          '/engine.html': html(''),
          '/flaky.csv': () => (failures-- > 0 ? { status: 503, body: '' } : { status: 200, body: 'a,b\n1,2\n3,4\n' }),
          '/members.csv.gz': Buffer.concat(['a,b\n1,2\n', '3,4\n5,', '6\n'].map(part => gzipSync(part))),
        },
      });
      browser = await launchBrowser(name);
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });

    /**
     * A page with the scenes, and what goes wrong in it: errors, violations of its policy, requests to anywhere else.
     * @param {string[]} origins that it may talk to
     */
    async function visit(...origins) {
      const page = await browser.newPage();
      page.setDefaultTimeout(30_000);
      /** @type {string[]} */
      const faults = [];
      page.on('pageerror', error => faults.push(`error: ${error}`));
      page.on('console', message => {
        if (message.type() === 'error' || message.type() === 'warn') faults.push(`console: ${message.text()}`);
      });
      page.on('request', request => {
        const { protocol, origin } = new URL(request.url());
        if (!/^(data|blob):/.test(protocol) && ![site.origin, ...origins].includes(origin))
          faults.push(`request: ${request.url()}`);
      });
      await page.evaluateOnNewDocument(() =>
        addEventListener('securitypolicyviolation', event =>
          console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
        ),
      );
      await page.goto(`${origins[0] ?? site.origin}/engine.html`, { waitUntil: 'load' });
      await ready(page);
      return { page, faults };
    }

    it('gives the figures that it gives in Node, to the bit, and talks to nobody else', async test => {
      const { page, faults } = await visit();
      const { digests, workers, startMs } = await play(page, 'figures');
      assert.deepEqual(digests, expected);
      assert.equal(workers, 1);
      test.diagnostic(`createEngine, worker included: ${startMs.toFixed(0)} ms`);
      assert.ok(startMs < 2000, `the engine took ${startMs} ms to start`);
      assert.deepEqual(faults, []);
      await page.close();
    });

    it('rejects an aborted run at once, in the middle of it, and answers the next request', async test => {
      const { page, faults } = await visit();
      const { code, n, rejectedAfterMs, answeredAfterMs, ranMs, workers } = await play(page, 'abort');
      test.diagnostic(
        `aborted after ${ranMs.toFixed(0)} ms; rejected ${rejectedAfterMs.toFixed(0)} ms later, next answer ${answeredAfterMs.toFixed(0)} ms later`,
      );
      assert.equal(code, 'ABORTED');
      assert.ok(rejectedAfterMs < 100, `rejected after ${rejectedAfterMs} ms`);
      assert.equal(n, 100_000);
      assert.equal(workers, 2); // the busy one was replaced
      assert.deepEqual(faults, []);
      await page.close();
    });

    it('answers right after its worker was killed, idle and busy', async () => {
      const { page, faults } = await visit();
      const { before, idle, busy, workers } = await play(page, 'kill');
      assert.equal(idle, before);
      assert.equal(busy, before);
      assert.equal(workers, 3);
      assert.deepEqual(faults, []);
      await page.close();
    });

    it('refuses what its budget has no room for, and goes on', async () => {
      const { page, faults } = await visit();
      const { code, fileCode, n, cells, heapMb, workers } = await play(page, 'budget');
      assert.deepEqual(
        { code, fileCode, n, cells },
        { code: 'MEMORY_BUDGET', fileCode: 'MEMORY_BUDGET', n: 3, cells: 3 },
      );
      assert.ok(heapMb <= 16, `a heap of ${heapMb} MB`);
      assert.equal(workers, 1);
      assert.deepEqual(faults, []);
      await page.close();
    });

    it('loads from a server that fails twice', async () => {
      const { page } = await visit();
      await play(page, 'connect');
      await play(page, 'begin', '/flaky.csv');
      const { rows, retries } = await play(page, 'ended');
      assert.equal(rows, 2);
      assert.deepEqual(
        retries.map(({ attempt, delayMs, paused }) => ({ attempt, delayMs, paused })),
        [
          { attempt: 1, delayMs: 20, paused: false },
          { attempt: 2, delayMs: 40, paused: false },
        ],
      );
      await page.close();
    });

    it('waits for the network when the device is offline', { skip: name === 'firefox' }, async () => {
      const { page } = await visit();
      await play(page, 'connect');
      await page.setOfflineMode(true);
      await play(page, 'begin', '/members.csv.gz');
      await page.waitForFunction(() =>
        /** @type {any} */ (globalThis).scenes.retried().some((/** @type {any} */ event) => event.paused),
      );
      await page.setOfflineMode(false);
      const { rows } = await play(page, 'ended');
      assert.equal(rows, 3);
      await page.close();
    });

    it('loads gzip of several members', async () => {
      const { page, faults } = await visit();
      await play(page, 'connect');
      await play(page, 'begin', '/members.csv.gz');
      const { rows, retries } = await play(page, 'ended');
      assert.equal(rows, 3);
      assert.deepEqual(retries, []);
      assert.deepEqual(faults, []);
      await page.close();
    });

    it('keeps results over a reload, computes a spoilt one anew, and clears them', async () => {
      const { page, faults } = await visit();
      const first = await play(page, 'persist');
      assert.equal(first.cached, false);
      await reload(page);
      assert.deepEqual(await play(page, 'persist'), { ...first, cached: true });
      assert.equal(await play(page, 'corrupt'), 1);
      await reload(page);
      assert.deepEqual(await play(page, 'persist'), first);
      await reload(page);
      assert.deepEqual(await play(page, 'persist'), { ...first, cached: true });
      assert.deepEqual(await play(page, 'clear'), { left: 0, cached: false });
      assert.deepEqual(faults, []);
      await page.close();
    });

    it('works for a page of another origin', async test => {
      const policy = [
        "default-src 'none'",
        `script-src ${site.origin} 'wasm-unsafe-eval'`,
        `worker-src blob: ${site.origin}`,
        `connect-src ${site.origin}`,
        "img-src 'self'", // Firefox asks for the favicon
      ].join('; ');
      const other = await serveSite({ policy, pages: { '/engine.html': html(site.origin) } });
      test.after(() => other.close());
      const { page, faults } = await visit(other.origin);
      const { digests, workers } = await play(page, 'figures');
      assert.deepEqual(digests, expected);
      assert.equal(workers, 1);
      assert.deepEqual(
        other.requested.filter(path => path !== '/favicon.ico'),
        ['/engine.html'],
      );
      assert.deepEqual(faults, []);
      await page.close();
    });
  });
}

/** @param {Page} page */
const ready = page => page.waitForFunction(() => 'scenes' in globalThis);

/** @param {Page} page */
async function reload(page) {
  await page.reload({ waitUntil: 'load' });
  await ready(page);
}

/**
 * Runs a scene in the page.
 * @template {keyof Scenes} Name
 * @param {Page} page
 * @param {Name} scene
 * @param {Parameters<Scenes[Name]>} args
 * @returns {Promise<Awaited<ReturnType<Scenes[Name]>>>}
 */
const play = (page, scene, ...args) =>
  page.evaluate(
    (/** @type {string} */ which, /** @type {unknown[]} */ given) =>
      /** @type {any} */ (globalThis).scenes[which](...given),
    scene,
    args,
  );
