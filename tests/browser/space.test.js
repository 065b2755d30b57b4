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
      assert.ok(wire <= 620, said);
      site = await serveSite({ root, policy: null }); // its policy is in the page
      browser = await launchBrowser(name);
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });

    it('works in a sandboxed frame of another origin', async () => {
      const host = await serveSite({
        policy: null,
        pages: {
          '/host.html': `<!doctype html><iframe src="${site.origin}/space/" sandbox="${sandbox}" width="1000" height="800"></iframe>`,
        },
      });
      const page = await browser.newPage();
      /** @type {string[]} */
      const elsewhere = [];
      page.on('request', request => {
        const { origin } = new URL(request.url());
        if (origin !== site.origin && origin !== host.origin && !/^(data|blob):/.test(request.url()))
          elsewhere.push(request.url());
      });
      await page.goto(`${host.origin}/host.html`);
      const frame = await page.waitForFrame(one => one.url().includes('/space/'));
      await (await frame.waitForSelector('#open-sample'))?.evaluate(button =>
        /** @type {HTMLElement} */ (button).click(),
      );
      await frame.waitForSelector(table);
      assert.deepEqual(elsewhere, []);
      await page.close();
      await host.close();
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
