// The engine in its worker, in Chromium and Firefox, under the policy that the README asks of a page.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
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
  describe(`the engine in ${name}`, { skip: await skipWithout(name) }, () => {
    /** @type {import('puppeteer-core').Browser} */
    let browser;
    /** @type {Awaited<ReturnType<typeof serveSite>>} */
    let site;
    before(async () => {
      site = await serveSite({ pages: { '/engine.html': html('') } });
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
      await page.waitForFunction(() => 'scenes' in globalThis);
      return { page, faults };
    }

    it('gives the figures that it gives in Node, to the bit, and talks to nobody else', async () => {
      const { page, faults } = await visit();
      const { digests, workers } = await play(page, 'figures');
      assert.deepEqual(digests, expected);
      assert.equal(workers, 1);
      assert.deepEqual(faults, []);
      await page.close();
    });
  });
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
  page.evaluate((which, given) => /** @type {any} */ (globalThis).scenes[which](...given), scene, args);
