// The documents in a browser: the engine runs in the page under its policy, the reader changes an example, pictures
// follow width and scheme, axe finds nothing.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { launchBrowser, repository, serveSite, skipWithout } from './browsers.js';
import { violations, visit as visitPage } from './visits.js';

const folder = mkdtempSync(join(tmpdir(), 'bedside-docs-'));

describe('the documents in chromium', { skip: await skipWithout('chromium') }, () => {
  /** @type {import('puppeteer-core').Browser} */
  let browser;
  /** @type {Awaited<ReturnType<typeof serveSite>>} */
  let site;
  before(async () => {
    execFileSync(process.execPath, [join(repository, 'web/build/docs.mjs'), folder]);
    site = await serveSite({ root: folder, policy: null }); // a page's own policy
    browser = await launchBrowser('chromium');
  });
  after(async () => {
    await browser?.close();
    await site?.close();
    rmSync(folder, { recursive: true });
  });

  /** @param {string} file @param {{ width?: number, scheme?: 'light' | 'dark' }} [options] */
  const visit = (file, options) => visitPage(browser, `${site.origin}/${file}`, options);

  it('an example runs, is changed, and says what is wrong with it', async () => {
    const { page, faults } = await visit('logistic.html');
    await page.waitForSelector('.example .out table');
    await page.waitForSelector('.example .out svg');
    const words = () => page.$eval('.example .out', out => out.textContent ?? '');
    assert.match(await words(), /Mother’s weight \(lb\)/);

    const rewrite = async (/** @type {string} */ from, /** @type {string} */ to) => {
      await page.$eval(
        '.example textarea',
        (box, [a, b]) => {
          /** @type {HTMLTextAreaElement} */ (box).value = /** @type {HTMLTextAreaElement} */ (box).value.replace(a, b);
        },
        [from, to],
      );
      await page.click('.example button');
    };
    await rewrite('"lwt"', '"lwtt"');
    await page.waitForSelector('.example .failure');
    assert.match(await words(), /COLUMN_NOT_FOUND: .*did you mean 'lwt'/);
    await rewrite('"lwtt"', '"lwt"');
    await page.waitForFunction(() =>
      document.querySelector('.example [role=status]')?.textContent?.startsWith('From the cache'),
    );
    assert.deepEqual(faults, []);
    await page.close();
  });

  for (const scheme of /** @type {const} */ (['light', 'dark'])) {
    it(`axe finds nothing, ${scheme}`, async () => {
      for (const file of ['kaplan-meier.html', 'gallery.html']) {
        const { page, faults } = await visit(file, { scheme });
        await page.waitForSelector('[data-state=done] svg');
        assert.deepEqual(await violations(page), [], file);
        assert.deepEqual(faults, [], file);
        await page.close();
      }
    });
  }

  it('a phone has no page that is wider than itself', async () => {
    for (const file of ['index.html', 'cox.html', 'gallery.html', 'validation.html']) {
      const { page } = await visit(file, { width: 360 });
      if (file !== 'validation.html') await page.waitForSelector('[data-state=done] svg');
      const [wide, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(wide <= shown, `${file}: ${wide} > ${shown}`);
      assert.equal(await page.$eval('nav details', one => /** @type {HTMLDetailsElement} */ (one).open), false);
      await page.close();
    }
  });
});
