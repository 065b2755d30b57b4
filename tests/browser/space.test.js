// The static Space as its host serves it: from a folder, in a sandboxed frame of another origin, without a network after
// one visit.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { browserNames, launchBrowser, serveSite, skipWithout } from './browsers.js';

const root = fileURLToPath(new URL('../../dist/', import.meta.url));
const table = '[data-analysis=describe] table';
const sandbox = 'allow-scripts allow-same-origin allow-forms allow-downloads';

for (const name of browserNames) {
  describe(`the Space in ${name}`, { skip: await skipWithout(name) }, () => {
    /** @type {import('puppeteer-core').Browser} */
    let browser;
    /** @type {Awaited<ReturnType<typeof serveSite>>} */
    let site;
    before(async () => {
      const said = execFileSync(
        process.execPath,
        [fileURLToPath(new URL('../../web/build/space.mjs', import.meta.url))],
        { encoding: 'utf8' },
      );
      const wire = Number(/(\d+) KB over the wire/.exec(said)?.[1]);
      assert.ok(wire <= 543, said);
      site = await serveSite({ root, policy: null }); // its policy is in the page
      browser = await launchBrowser(name);
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });

    /**
     * The Space in a frame of a page of another site, so that its storage is apart from that of a visit.
     * @param {(page: import('puppeteer-core').Page) => Promise<unknown>} [prepare]
     */
    async function visitFramed(prepare) {
      const html = `<!doctype html><iframe src="${site.origin}/space/" sandbox="${sandbox}" width="1000" height="800"></iframe>`;
      const host = await serveSite({ policy: null, pages: { '/host.html': html } });
      const outside = host.origin.replace('127.0.0.1', 'localhost');
      const page = await browser.newPage();
      /** @type {string[]} */
      const faults = [];
      page.on('pageerror', error => faults.push(String(error)));
      page.on('request', request => {
        const { origin, protocol } = new URL(request.url());
        if (![site.origin, outside].includes(origin) && !/^(data|blob):/.test(protocol)) faults.push(request.url());
      });
      await prepare?.(page);
      await page.goto(`${outside}/host.html`);
      const frame = await page.waitForFrame(one => one.url().includes('/space/'));
      const end = async () => {
        await page.close();
        await host.close();
        assert.deepEqual(faults, []);
      };
      return { page, frame, end };
    }

    /** @param {import('puppeteer-core').Frame} frame */
    async function openSample(frame) {
      await (await frame.waitForSelector('#open-sample'))?.evaluate(button =>
        /** @type {HTMLElement} */ (button).click(),
      );
      await frame.waitForSelector(table);
    }

    /**
     * Whether the frame's engine has the result already that it is to keep.
     * @param {import('puppeteer-core').Frame} frame
     */
    const keeps = frame =>
      frame.evaluate(async () => {
        const { createEngine } = await import(new URL('web/index.js', document.baseURI).href);
        const engine = await createEngine({ cache: { persist: true } });
        const births = await engine.load(new URL('web/workbench/sample.csv', document.baseURI));
        const { n, cached } = await births.linear({ outcome: 'lwt', predictors: ['age', 'smoke'] });
        await engine.close();
        return { n, cached };
      });

    it('works in a sandboxed frame of another site, in whose own storage results are kept', async () => {
      const { page, frame, end } = await visitFramed();
      await openSample(frame);
      assert.deepEqual(await keeps(frame), { n: 189, cached: false });
      await page.reload();
      const again = await page.waitForFrame(one => one.url().includes('/space/'));
      await openSample(again);
      assert.deepEqual(await keeps(again), { n: 189, cached: true });
      await end();
    });

    it('works where storage is refused', async () => {
      const { frame, end } = await visitFramed(page =>
        page.evaluateOnNewDocument(() => {
          const refuse = () => {
            throw new DOMException('Storage is refused.', 'SecurityError');
          };
          for (const store of ['localStorage', 'sessionStorage', 'caches', 'indexedDB'])
            Object.defineProperty(globalThis, store, { get: refuse });
          Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: refuse });
        }),
      );
      await openSample(frame);
      assert.deepEqual(await keeps(frame), { n: 189, cached: false });
      assert.deepEqual(await keeps(frame), { n: 189, cached: false });
      await end();
    });

    it('works without its server after one visit', async () => {
      const own = await serveSite({ root, policy: null });
      const page = await browser.newPage();
      await page.goto(`${own.origin}/space/`);
      await page.evaluate(async () => {
        await navigator.serviceWorker.ready;
      });
      await own.close();
      await page.reload();
      await page.click('#open-sample');
      await page.waitForSelector(table);
      assert.match(await page.$eval(table, element => element.textContent ?? ''), /Mother’s age/);
      await page.close();
    });
  });
}
