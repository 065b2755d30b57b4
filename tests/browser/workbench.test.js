// The first page, as its users meet it: in Chromium and Firefox, by keyboard, on a phone, in light and dark, with files
// that mean no good.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { serve } from '../../web/build/serve.mjs';
import { browserNames, launchBrowser, serveSite, skipWithout } from './browsers.js';
import { dropFile, textOf, violations, visit as visitPage } from './visits.js';

const outcomeTable = '[data-analysis=analyzeOutcome] table';
const descriptionTable = '[data-analysis=describe] table';

/** @typedef {import('puppeteer-core').Page} Page */

for (const name of browserNames) {
  describe(`the page in ${name}`, { skip: await skipWithout(name) }, () => {
    /** @type {import('puppeteer-core').Browser} */
    let browser;
    /** @type {Awaited<ReturnType<typeof serve>>} */
    let site;
    before(async () => {
      site = await serve({ port: 0 });
      browser = await launchBrowser(name);
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });

    /** @param {{ width?: number, scheme?: 'light' | 'dark', address?: string }} [options] */
    const visit = ({ address = `${site.origin}/workbench/`, ...options } = {}) => visitPage(browser, address, options);

    it('opens the sample, describes it, and finds what goes with the outcome', async () => {
      const { page, faults } = await visit();
      await page.click('#open-sample');
      await page.waitForSelector(descriptionTable);
      await page.click('button[type=submit]');
      await page.waitForSelector(outcomeTable);
      const row = await page.$$eval(`${outcomeTable} tr`, rows => {
        const smoking = rows.findIndex(one => one.textContent?.startsWith('Smoking in pregnancy'));
        return Array.from(rows[smoking + 2].children, cell => cell.textContent?.trim());
      });
      assert.deepEqual(row.slice(0, 6), ['Yes', '44 (33.8%)', '30 (50.8%)', '', '2.02 (1.08–3.78)', '0.028']);

      // Its picture is as wide as the card; the sentence and the script stand below.
      const [picture, frame] = await page.$$eval(
        '[data-analysis=analyzeOutcome] .picture svg, [data-analysis=analyzeOutcome] .picture',
        found => found.map(one => one.getBoundingClientRect().width).sort((a, b) => a - b),
      );
      assert.ok(picture > 300 && picture <= frame);
      assert.match(await page.$eval('[data-analysis=analyzeOutcome] pre', pre => pre.textContent ?? ''), /read\.csv/);

      await page.click('button[type=submit]'); // the same again
      await page.waitForSelector('[data-analysis=analyzeOutcome] .hit');
      await page.waitForFunction(() =>
        document.querySelector('[data-layer=cache]')?.textContent?.includes('1 of 3 requests'),
      );
      assert.match(await textOf(page, '[data-layer=memory]'), /of 280 MB.*OK/);
      assert.match(await textOf(page, '[data-layer=connection]'), /100% succeeded.*1 request/);
      assert.deepEqual(faults, []);
      await page.close();
    });

    it('works from any folder, under a policy of the server’s own', async () => {
      const other = await serveSite();
      const { page, faults } = await visit({ address: `${other.origin}/web/workbench/` });
      await page.click('#open-sample');
      await page.waitForSelector(descriptionTable);
      assert.deepEqual(faults, []);
      await page.close();
      await other.close();
    });

    if (name !== 'chromium') return; // what follows does not depend on the browser

    it('is used by keyboard alone', async () => {
      const { page, faults } = await visit();
      await tabTo(page, 'Open the sample');
      await page.keyboard.press('Enter');
      await page.waitForSelector(descriptionTable);
      // The focus waits where one goes on.
      assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ''), /What goes with an outcome/);
      await tabTo(page, 'Run');
      const outline = await page.evaluate(
        () => getComputedStyle(/** @type {Element} */ (document.activeElement)).outlineStyle,
      );
      assert.equal(outline, 'solid');
      await page.keyboard.press('Enter');
      await page.waitForSelector(outcomeTable);
      assert.match(await textOf(page, '#announce'), /the table is ready/);
      assert.deepEqual(faults, []);
      await page.close();
    });

    it('puts an error beside the field that it is about, with the focus there', async () => {
      const { page } = await visit();
      await page.click('#open-sample');
      await page.waitForSelector(descriptionTable);
      await page.select('form select[name=analysis]', 'logistic');
      await page.click('button[type=submit]');
      await page.waitForSelector('[aria-invalid=true]');
      assert.deepEqual(await focused(page), {
        label: 'Predictors',
        error: 'Tick at least one column.',
      });

      await page.click('input[value=age]');
      await page.click('summary ::-p-text(More options)');
      const level = await page.$('label ::-p-text(Confidence level)');
      await level?.click();
      await page.keyboard.press('Backspace');
      await page.keyboard.type('5000');
      await page.click('button[type=submit]');
      await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
      const { label, error } = await focused(page);
      assert.equal(label, 'Confidence level');
      assert.match(error, /between 0 and 1/);
      await page.close();
    });

    it('shows long work and ends it on request; what was open stays', async () => {
      const { page, faults } = await visit();
      await page.click('#open-sample');
      await page.waitForSelector(descriptionTable);
      await page.setRequestInterception(true);
      page.on('request', request => {
        if (!request.url().endsWith('/sample.csv')) request.continue(); // the sample's server is silent for ever
      });
      await page.click('#open-sample');
      await page.waitForSelector('progress');
      await page.click('.busy button');
      await page.waitForFunction(() => !document.querySelector('progress'));
      assert.equal(await page.$eval('#data-error', element => element.hasAttribute('hidden')), true);
      await page.click('button[type=submit]');
      await page.waitForSelector(outcomeTable);
      assert.deepEqual(faults, []);
      await page.close();
    });

    it('takes a dropped file whose names and values are markup as text', async () => {
      const { page, faults } = await visit();
      const evil = '<img src=x onerror=document.title=1>';
      const lines = [`died,${evil},__proto__`];
      for (let row = 0; row < 40; row++) lines.push(`${row % 2},${row % 3 ? evil : '<b>no</b>'},${(row * 7) % 11}`);
      await dropFile(page, `${evil}.csv`, lines.join('\n'));
      await page.waitForSelector(descriptionTable);
      await page.select('select[name=outcome]', 'died');
      await page.click('button[type=submit]');
      await page.waitForSelector(outcomeTable);
      assert.match(await textOf(page, outcomeTable), /<img src=x onerror=document.title=1>/);
      assert.equal(await page.$$eval('main img, main b', found => found.length), 0);
      assert.notEqual(await page.title(), '1');
      assert.deepEqual(faults, []);
      await page.close();
    });

    it('says what is wrong with a file, and takes the next one', async () => {
      const { page } = await visit();
      await dropFile(page, 'broken.csv', 'a,b\n1,"2');
      await page.waitForFunction(() => !document.getElementById('data-error')?.hidden);
      assert.match(await textOf(page, '#data-error'), /line 2/i);
      await dropFile(page, 'mended.csv', 'a,b\n1,2\n3,4');
      await page.waitForSelector(descriptionTable);
      assert.equal(await page.$eval('#data-error', element => element.hasAttribute('hidden')), true);
      await page.close();
    });

    for (const scheme of /** @type {const} */ (['light', 'dark'])) {
      it(`is accessible, ${scheme}, at desk and phone`, async () => {
        for (const width of [1280, 360]) {
          const { page } = await visit({ width, scheme });
          await page.waitForSelector('.layer');
          assert.deepEqual(await violations(page), [], `empty, ${width}`);
          await page.click('#open-sample');
          await page.waitForSelector(descriptionTable);
          await page.click('button[type=submit]');
          await page.waitForSelector(outcomeTable);
          await page.$$eval('main details', all => {
            for (const one of all) one.open = true;
          });
          assert.deepEqual(await violations(page), [], `with results, ${width}`);
          await page.select('form select[name=analysis]', 'logistic');
          await page.click('button[type=submit]');
          await page.waitForSelector('[aria-invalid=true]');
          assert.deepEqual(await violations(page), [], `with an error, ${width}`);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(wide <= 0, `${wide} pixels stand out at ${width}`);
          await page.close();
        }
      });
    }
  });
}

/**
 * Presses Tab until the focus is on a control with this text.
 * @param {Page} page
 * @param {string} text
 */
async function tabTo(page, text) {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate(() => document.activeElement?.textContent)) === text) return;
  }
  assert.fail(`'${text}' is not reached by Tab`);
}

/**
 * The label of the field that has the focus, and the error beside it.
 * @param {Page} page
 */
const focused = page =>
  page.evaluate(() => {
    const frame = document.activeElement?.closest('fieldset, .field');
    return {
      label: frame?.querySelector('legend, label')?.textContent ?? '',
      error: frame?.querySelector('.error')?.textContent ?? '',
    };
  });
