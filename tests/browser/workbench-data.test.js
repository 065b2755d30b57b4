// The page's data, as its users meet them: ways in, rows, columns, steps, what is kept.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launchBrowser, serveSite, skipWithout } from './browsers.js';

const descriptionTable = '[data-analysis=describe] table';
const timeout = 60_000;
const patients = 'age,sex,died\n61,f,1\n50,m,0\n,m,1\n44,f,0\n';

/** @typedef {import('puppeteer-core').Page} Page */

describe('the data of the page', { skip: await skipWithout('chromium') }, () => {
  /** @type {import('puppeteer-core').Browser} */
  let browser;
  /** @type {Awaited<ReturnType<typeof serveSite>>} */
  let site;
  let refusals = 0;
  before(async () => {
    site = await serveSite({
      policy: null, // the page has its own
      pages: {
        '/files/patients.csv': patients,
        '/files/late.csv': () => (refusals-- > 0 ? { status: 503, body: '' } : { status: 200, body: patients }),
      },
    });
    browser = await launchBrowser('chromium');
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  /** @param {{ width?: number, scheme?: 'light' | 'dark', before?: (page: Page) => Promise<unknown> }} [options] */
  async function visit({ width = 1280, scheme = 'light', before } = {}) {
    const page = await browser.newPage();
    page.setDefaultTimeout(timeout);
    /** @type {string[]} */
    const faults = [];
    page.on('pageerror', error => faults.push(`error: ${error}`));
    page.on('request', request => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(site.origin)) faults.push(request.url());
    });
    await page.setViewport({ width, height: 800 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await before?.(page);
    await page.goto(`${site.origin}/web/workbench/`, { waitUntil: 'load' });
    return { page, faults };
  }

  describe('ways in', () => {
    it('opens a web address, and says in words when it has to try again', async () => {
      refusals = 1;
      const { page, faults } = await visit();
      await page.evaluate(() => {
        const note = /** @type {HTMLElement} */ (document.getElementById('data-note'));
        /** @type {string[]} */
        const notes = [];
        Object.assign(globalThis, { notes });
        new MutationObserver(() => notes.push(note.textContent ?? '')).observe(note, { childList: true });
      });
      await page.click('.ways > summary');
      await page.type('#address', `${site.origin}/files/late.csv`);
      await page.keyboard.press('Enter');
      await page.waitForSelector(descriptionTable);
      assert.match(await textOf(page, '#data-summary'), /late\.csv 4 rows, 3 columns/);
      const notes = await page.evaluate(() => /** @type {any} */ (globalThis)['notes']);
      assert.match(notes.join(' '), /The server is busy\. Trying again in 500 ms \(attempt 2\)\./);
      assert.equal(await textOf(page, '#data-note'), '');
      assert.deepEqual(faults, []);
      await page.close();
    });

    it('keeps what was open when an address gives nothing, and refuses what is no address', async () => {
      const { page } = await visit();
      await openText(page, patients);
      await page.click('.ways > summary');
      await page.type('#address', 'javascript:alert(1)\n');
      await page.waitForSelector('#address[aria-invalid=true]');
      assert.match(await textOf(page, '#address-error'), /no web address/);
      await page.click('#address', { count: 3 });
      await page.type('#address', '/files/nothing.csv\n');
      await page.waitForSelector('#data-error:not([hidden])');
      assert.match(await textOf(page, '#data-error'), /404/);
      assert.match(await textOf(page, '#data-summary'), /Pasted rows 4 rows/);
      await page.close();
    });

    it('takes rows pasted anywhere but into a field, and by the box', async () => {
      const { page, faults } = await visit();
      await paste(page, 'body', 'age\tnote\n61\ta, b\n50\tc\n');
      await page.waitForFunction(() => document.getElementById('data-summary')?.textContent?.includes('2 rows'));
      await page.click('.ways > summary');
      await paste(page, '#address', 'age\tnote\n61\ta\n');
      await page.type('#paste', 'a;b\n1;2\n3;4\n5;6');
      await page.click('#open-paste');
      await page.waitForFunction(() => document.getElementById('data-summary')?.textContent?.includes('3 rows'));
      assert.match(await textOf(page, '#data-summary'), /2 columns/);
      assert.deepEqual(faults, []);
      await page.close();
    });
  });
});

/**
 * @param {Page} page
 * @param {string} selector
 */
const textOf = (page, selector) => page.$eval(selector, element => element.textContent ?? '');

/**
 * @param {Page} page
 * @param {string} selector
 * @param {string} text
 */
const paste = (page, selector, text) =>
  page.$eval(
    selector,
    (element, content) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', content);
      element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    },
    text,
  );

/**
 * Opens rows and waits until they are described.
 * @param {Page} page
 * @param {string} text
 */
async function openText(page, text) {
  await paste(page, 'body', text);
  await page.waitForSelector(descriptionTable);
}
