// The documents in a browser: the engine runs in the page under its policy, the reader changes an example, pictures
// follow width and scheme, axe finds nothing.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launchBrowser, repository, serveSite, skipWithout } from './browsers.js';

const axe = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const timeout = 60_000;
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
  async function visit(file, { width = 1280, scheme = 'light' } = {}) {
    const page = await browser.newPage();
    page.setDefaultTimeout(timeout);
    /** @type {string[]} */
    const faults = [];
    page.on('pageerror', error => faults.push(`error: ${error}`));
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warn') faults.push(`console: ${message.text()}`);
    });
    page.on('request', request => {
      if (!request.url().startsWith(site.origin) && !/^(data|blob):/.test(request.url()))
        faults.push(`request: ${request.url()}`);
    });
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.goto(`${site.origin}/${file}`, { waitUntil: 'load' });
    return { page, faults };
  }

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
        await page.evaluate(axe);
        const found = await page.evaluate(async () => {
          const { violations } = await /** @type {any} */ (globalThis).axe.run(document, {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
          });
          return violations.map((/** @type {any} */ one) => `${one.id}: ${one.nodes[0].html}`);
        });
        assert.deepEqual(found, [], file);
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
