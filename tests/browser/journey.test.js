// One study from end to end in a page, its engine in a worker: the figures are those of Node, to the bit, also after a
// reload, with the network cut, the worker killed, the memory narrow.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createEngine } from '../../web/index.js';
import { browserNames, launchBrowser, serveSite, skipWithout } from './browsers.js';
import { journey } from './pages/journey.js';

/** @typedef {import('./pages/study.js').Study} Study */

const node = await createEngine();
const expected = await journey(node, new URL('../conformance/data/melanoma.csv', import.meta.url));
await node.close();
const results = Object.keys(expected.digests).filter(name => name !== 'export');

for (const name of browserNames) {
  describe(`a study in ${name}`, { skip: await skipWithout(name) }, () => {
    /** @type {import('puppeteer-core').Browser} */
    let browser;
    /** @type {Awaited<ReturnType<typeof serveSite>>} */
    let site;
    before(async () => {
      const html =
        '<!doctype html><title>A study</title><script type="module" src="/tests/browser/pages/study.js"></script>';
      site = await serveSite({ pages: { '/study.html': html } });
      browser = await launchBrowser(name);
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });

    /** @param {(page: import('puppeteer-core').Page) => Promise<void>} work */
    async function visit(work) {
      const page = await browser.newPage();
      page.setDefaultTimeout(120_000);
      /** @type {string[]} */
      const faults = [];
      let requests = 0;
      page.on('pageerror', error => faults.push(String(error)));
      page.on('request', request => {
        requests++;
        const { origin, protocol } = new URL(request.url());
        if (origin !== site.origin && !/^(data|blob):/.test(protocol)) faults.push(request.url());
      });
      await page.goto(`${site.origin}/study.html`);
      await ready(page);
      await work(page);
      await page.close();
      assert.ok(requests > 20, `only ${requests} requests were seen`);
      assert.deepEqual(faults, [], 'errors, and requests to anybody else');
    }

    /** @param {import('puppeteer-core').Page} page */
    const ready = page => page.waitForFunction(() => 'study' in globalThis);

    /**
     * @template {keyof Study} Name
     * @param {import('puppeteer-core').Page} page
     * @param {Name} act
     * @param {Parameters<Study[Name]>} args
     * @returns {Promise<Awaited<ReturnType<Study[Name]>>>}
     */
    const play = (page, act, ...args) =>
      page.evaluate((act, args) => /** @type {any} */ (globalThis).study[act](...args), act, /** @type {any} */ (args));

    it('gives the figures and exports of Node, again after a reload, from what was kept', () =>
      visit(async page => {
        const options = { cache: { persist: true } };
        assert.deepEqual(await play(page, 'whole', options), { ...expected, cached: [] });
        await play(page, 'stored', results.length);
        await page.reload();
        await ready(page);
        assert.deepEqual(await play(page, 'whole', options), { ...expected, cached: results });
      }));

    // Firefox cannot be cut off by its driver.
    it('ends well when the network is cut before it has its file, and after', { skip: name === 'firefox' }, () =>
      visit(async page => {
        const told = (/** @type {string} */ word) =>
          page.waitForFunction(word => /** @type {any} */ (globalThis).study.told().includes(word), {}, word);
        await play(page, 'connect');
        await page.setOfflineMode(true);
        await play(page, 'begin');
        await told('offline');
        await page.setOfflineMode(false);
        await told('tableOne');
        await page.setOfflineMode(true);
        assert.deepEqual(await play(page, 'end'), expected);
      }),
    );

    it('ends well when its worker is killed at every step', () =>
      visit(async page => {
        const { workers, ...answer } = await play(page, 'killed');
        assert.deepEqual(answer, expected);
        assert.ok(workers > results.length, `${workers} workers`);
      }));

    it('ends well on 64 MB, and tells the way on where that is too little', () =>
      visit(async page => {
        const { before, after, refusal, heapMb } = await play(page, 'narrow');
        assert.deepEqual(before, expected);
        assert.deepEqual(after, expected);
        assert.ok(heapMb <= 64, `${heapMb} MB`);
        assert.ok(typeof refusal === 'object', `${refusal}`);
        assert.equal(refusal.code, 'MEMORY_BUDGET');
        assert.equal(refusal.typed, true);
        assert.ok(Number(refusal.neededBytes) > 2 ** 20);
        assert.match(refusal.message, /larger memoryBudget/);
      }));
  });
}
