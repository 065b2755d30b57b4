// The page's data, as its users meet them: ways in, rows, columns, steps, what is kept.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launchBrowser, serveSite, skipWithout } from './browsers.js';
import { textOf, violations, visit as visitPage } from './visits.js';

const descriptionTable = '[data-analysis=describe] table';
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

  /** @param {Parameters<typeof visitPage>[2]} [options] */
  const visit = options =>
    // The server of these tests refuses some requests at first.
    visitPage(browser, `${site.origin}/web/workbench/`, { expected: /\b503\b/, ...options });

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

  describe('rows', () => {
    it('shows cells in words, missing ones as such, and what each column holds', async () => {
      const { page, faults } = await visit();
      await page.click('#open-sample');
      await page.waitForSelector(descriptionTable);
      await openRows(page);
      await page.waitForFunction(() => document.querySelectorAll('.spread').length >= 5);
      assert.deepEqual((await cellsOf(page, 1)).slice(0, 5), ['1', 'No', '19', '182', 'Black']);
      assert.match(await textOf(page, '.column-head'), /low.*Low birth weight.*2 values.*none missing/);

      await openText(page, patients);
      await page.waitForFunction(() => document.querySelector('.grid [title=missing]')?.textContent === '—');
      assert.deepEqual(await cellsOf(page, 3), ['3', '—', 'm', '1']);
      assert.match(await textOf(page, '.column-head'), /age.*44 – 61.*1 missing/);
      assert.deepEqual(faults, []);
      await page.close();
    });

    it('holds a million of them, and comes to each by keyboard, wheel and number', async () => {
      const { page, faults } = await visit();
      await page.evaluate(() => {
        const lines = ['row,half'];
        for (let row = 1; row <= 1_000_000; row++) lines.push(`${row},${row / 2}`);
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([lines.join('\n')], 'million.csv'));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
      });
      await page.waitForSelector(descriptionTable);
      await openRows(page);
      await waitForRow(page, 1, '0.5');
      await page.focus('.grid');
      await page.keyboard.press('End');
      await waitForRow(page, 1_000_000, '500000');
      assert.ok((await page.$$eval('.grid *', all => all.length)) < 500);
      await page.keyboard.press('Home');
      await waitForRow(page, 1, '0.5');
      await page.type('.go-to input', '654,321\n');
      await waitForRow(page, 654_321, '327160.5');
      // A turn of the wheel is a few rows, not the thousands that the scaled height would make of it.
      await page.hover('.grid');
      await page.mouse.wheel({ deltaY: 280 });
      await page.waitForFunction(() => {
        const first = document.querySelector('.grid-body [role=rowheader]')?.textContent?.replaceAll(',', '');
        return Number(first) > 654_321 && Number(first) < 654_400;
      });
      await page.focus('.grid');
      await page.keyboard.press('End');
      await waitForRow(page, 1_000_000, '500000');
      await page.keyboard.press('PageUp');
      await page.waitForFunction(() => {
        const last = [...document.querySelectorAll('.grid-body [role=rowheader]')].at(-1);
        return last?.textContent !== '1,000,000' && last?.textContent?.startsWith('999,');
      });
      assert.deepEqual(faults, []);
      await page.close();
    });
  });

  describe('columns and steps', () => {
    it('takes a label, a unit, other values and their order, and takes them back', async () => {
      const { page, faults } = await visit();
      await page.click('#open-sample');
      await page.waitForSelector(descriptionTable);
      await openRows(page);
      await editColumn(page, 'race');
      const dialog = 'dialog[open]';
      assert.deepEqual(await focusedField(page), 'Label');
      await page.keyboard.down('Control');
      await page.keyboard.press('a');
      await page.keyboard.up('Control');
      await page.keyboard.type('Origin');
      await page.click(`${dialog} .levels li:nth-child(3) input`, { count: 3 });
      await page.keyboard.type('Neither');
      await page.click(`${dialog} .levels li:nth-child(3) button`);
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Move 3 up');
      await page.keyboard.press('Enter');
      await page.click(`${dialog} button[type=submit]`);
      await page.waitForFunction(() => document.querySelector('#cards')?.textContent?.includes('Neither'));
      const levels = await page.$$eval(`${descriptionTable} .level > th`, cells => cells.map(cell => cell.textContent));
      const at = levels.indexOf('Neither');
      assert.deepEqual(levels.slice(at, at + 3), ['Neither', 'White', 'Black']);
      assert.match(await textOf(page, descriptionTable), /Origin/);
      assert.match(await textOf(page, '.steps'), /Described.*race/);

      // A label that is deleted is gone, and a number becomes a category.
      await editColumn(page, 'ftv');
      await page.click(`${dialog} input`, { count: 3 });
      await page.keyboard.press('Backspace');
      await page.select(`${dialog} select`, 'categorical');
      await page.waitForSelector(`${dialog} .levels li`);
      await page.click(`${dialog} button[type=submit]`);
      await page.waitForFunction(() => !document.querySelector('#cards')?.textContent?.includes('Physician visits'));
      await page.keyboard.press('Escape');
      await undo(page);
      await page.waitForFunction(() => document.querySelector('#cards')?.textContent?.includes('Physician visits'));
      await undo(page);
      await page.waitForFunction(() => !document.querySelector('#cards')?.textContent?.includes('Neither'));
      await undo(page, true);
      await page.waitForFunction(() => document.querySelector('#cards')?.textContent?.includes('Neither'));
      assert.deepEqual(faults, []);
      await page.close();
    });

    it('reads texts as dates in the way that they are written', async () => {
      const { page } = await visit();
      await openText(page, 'seen\tx\n31/01/2024\t1\n29/02/2024\t2\n');
      await openRows(page);
      await editColumn(page, 'seen');
      await page.select('dialog[open] select', 'date');
      await page.type('dialog[open] [list=date-formats]', 'DD/MM/YYYY');
      await page.click('dialog[open] button[type=submit]');
      await page.waitForFunction(() => document.querySelector('.grid-body')?.textContent?.includes('2024-02-29'));
      await page.close();
    });

    it('shows what a filter keeps and what a new column is before they are done; each can go', async () => {
      const { page, faults } = await visit();
      await page.click('#open-sample');
      await page.waitForSelector(descriptionTable);
      await openRows(page);
      await clickText(page, 'Filter rows');
      await page.keyboard.type("smoke == '1' & age >> 20");
      await page.waitForSelector('.step-form .error pre');
      // The caret stands under the character that is wrong.
      const [line, caret] = (await textOf(page, '.step-form .error pre')).split('\n');
      assert.equal(line.slice(0, caret.length), "smoke == '1' & age >>");
      assert.match(await textOf(page, '.step-form .error p'), /position 20 .*expected a column/);
      for (let press = 0; press < 4; press++) await page.keyboard.press('Backspace');
      await page.keyboard.type('= 20');
      await page.waitForFunction(() => document.querySelector('.preview')?.textContent === 'Keeps 51 of 189 rows.');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.steps');
      assert.match(await textOf(page, '.steps'), /51 rows left/);
      await page.waitForFunction(() => document.activeElement?.textContent === 'Filter rows');

      await clickText(page, 'New column');
      await page.keyboard.type('kilos');
      await page.keyboard.press('Tab');
      await page.keyboard.type('lwt * 0.4536');
      await page.waitForSelector('.preview .spread');
      assert.match(await textOf(page, '.preview'), /First values: 47\.628/);
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.querySelector('#cards')?.textContent?.includes('kilos'));
      assert.equal(await page.$eval('#form', form => form.textContent?.includes('kilos')), true);

      await clickText(page, 'Filter rows');
      await page.keyboard.type('kilos > 60\n');
      await page.waitForFunction(() => document.querySelectorAll('.steps li').length === 3);
      // What a later step needs cannot go: all stays.
      await page.click('.steps li:nth-child(2) button');
      await page.waitForSelector('#rows > .error:not([hidden])');
      assert.match(await textOf(page, '#rows > .error'), /^Step 2: .*'kilos'/);
      assert.equal((await page.$$('.steps li')).length, 3);
      await page.click('.steps li:nth-child(1) button');
      await page.waitForFunction(() => document.querySelectorAll('.steps li').length === 2);
      await undo(page);
      await page.waitForFunction(() => document.querySelectorAll('.steps li').length === 3);
      assert.deepEqual(faults, []);
      await page.close();
    });
  });

  describe('keeping', () => {
    const kept = "document.querySelector('#keep')?.textContent?.includes('Kept.')";
    /** The figures on the page. @param {Page} page */
    const figures = page => page.$$eval('#cards table', tables => tables.map(table => table.textContent));

    it('brings the work back after a reload, and forgets it when told to', async () => {
      const { page, faults } = await visit();
      await page.click('#open-sample');
      await page.waitForSelector(descriptionTable);
      await page.click('#keep input');
      await page.waitForFunction(kept);
      await openRows(page);
      await clickText(page, 'Filter rows');
      await page.keyboard.type('age >= 20\n');
      await page.waitForSelector('.steps');
      await editColumn(page, 'age');
      await page.keyboard.type(' at birth');
      await page.click('dialog[open] button[type=submit]');
      await page.waitForFunction(() => document.querySelectorAll('.steps li').length === 2);
      await page.click('#form button[type=submit]');
      await page.waitForSelector('[data-analysis=analyzeOutcome] table');
      await page.waitForFunction(() =>
        document.querySelector('[data-analysis=describe]')?.textContent?.includes('138'),
      );
      const before = await figures(page);
      assert.equal(before.length, 2);
      await page.waitForFunction(
        () =>
          new Promise(done => {
            const asked = indexedDB.open('bedside-work');
            asked.onsuccess = () => {
              const got = asked.result.transaction('work').objectStore('work').get('work');
              got.onsuccess = () => done(got.result?.steps.length === 2 && got.result?.runs.length === 2);
            };
          }),
      );

      await page.reload();
      await page.waitForFunction(
        count => document.querySelectorAll('#cards table').length === count,
        {},
        before.length,
      );
      assert.deepEqual(await figures(page), before);
      assert.match(await textOf(page, '#data-summary'), /Risk factors of a low birth weight/);
      await openRows(page);
      assert.equal((await page.$$('.steps li')).length, 2);
      await page.click('.steps li:first-child button');
      await page.waitForFunction(() => document.querySelector('#rows h2')?.textContent?.startsWith('189'));

      await page.click('#keep button');
      await page.waitForFunction(() => document.querySelector('#keep')?.textContent?.includes('Nothing is kept'));
      await page.reload();
      await page.waitForSelector('.layer');
      assert.deepEqual(await stored(page), []);
      assert.equal(await page.$eval('#views', views => views.hasAttribute('hidden')), true);
      assert.deepEqual(faults, []);
      await page.close();
    });

    it('writes nothing until it is asked to', async () => {
      const { page } = await visit();
      await page.click('#open-sample');
      await page.waitForSelector(descriptionTable);
      assert.deepEqual(await stored(page), []);
      await page.close();
    });

    it('says so where the browser keeps nothing, and goes on', async () => {
      const { page, faults } = await visit({
        before: each =>
          each.evaluateOnNewDocument(() =>
            Object.defineProperty(globalThis, 'indexedDB', {
              get() {
                throw new DOMException('Refused.', 'SecurityError');
              },
            }),
          ),
      });
      await page.click('#open-sample');
      await page.waitForSelector(descriptionTable);
      await page.click('#keep input');
      await page.waitForFunction(() => document.querySelector('#keep')?.textContent?.includes('does not let'));
      assert.equal(await page.$eval('#keep input', box => /** @type {HTMLInputElement} */ (box).checked), false);
      await page.click('#form button[type=submit]');
      await page.waitForSelector('[data-analysis=analyzeOutcome] table');
      assert.deepEqual(faults, []);
      await page.close();
    });
  });

  for (const scheme of /** @type {const} */ (['light', 'dark'])) {
    it(`is accessible, ${scheme}, at desk and phone`, async () => {
      for (const width of [1280, 360]) {
        const { page } = await visit({ width, scheme });
        await page.click('#open-sample');
        await page.waitForSelector(descriptionTable);
        await page.click('.ways > summary');
        await openRows(page);
        await page.waitForSelector('.spread');
        assert.deepEqual(await violations(page), [], `rows, ${width}`);
        await clickText(page, 'New column');
        await page.keyboard.type('a');
        await page.type('.expression', 'age +');
        await page.waitForSelector('.step-form .error pre');
        assert.deepEqual(await violations(page), [], `with an error, ${width}`);
        await page.type('.expression', '1');
        await page.waitForSelector('.preview .spread');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.steps');
        assert.deepEqual(await violations(page), [], `with a step, ${width}`);
        await editColumn(page, 'low');
        assert.deepEqual(await violations(page), [], `a column, ${width}`);
        await page.keyboard.press('Escape');
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${wide} pixels stand out at ${width}`);
        await page.close();
      }
    });
  }
});

/**
 * Shows the rows by keyboard.
 * @param {Page} page
 */
async function openRows(page) {
  await page.focus('#views [aria-selected=true]');
  await page.keyboard.press('ArrowRight');
  await page.waitForSelector('.grid-body [role=row]');
}

/**
 * Opens the window of a column by its head.
 * @param {Page} page
 * @param {string} name
 */
async function editColumn(page, name) {
  await page.$eval('.grid', grid => grid.scrollTo(0, 0));
  const width = await page.$eval('.grid [role=columnheader]:nth-child(2)', head => head.clientWidth);
  for (let at = 0; ; at += width) {
    const there = await page.$$eval(
      '.column-head',
      (heads, wanted) => {
        const head = heads.find(one => one.querySelector('strong')?.textContent === wanted);
        /** @type {HTMLElement | undefined} */ (head)?.click();
        return head !== undefined;
      },
      name,
    );
    if (there) break;
    assert.ok(at < 20 * width, `there is a column ${name}`);
    await page.$eval('.grid', (grid, left) => grid.scrollTo(left, 0), at);
    await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
  }
  await page.waitForSelector('dialog[open]');
}

/**
 * What the page has written to this device.
 * @param {Page} page
 * @returns {Promise<IDBValidKey[]>}
 */
const stored = page =>
  page.evaluate(
    () =>
      new Promise(done => {
        const asked = indexedDB.open('bedside-work');
        asked.onsuccess = () => {
          const { result } = asked;
          if (result.objectStoreNames.length === 0) return done([]);
          const keys = result.transaction('work').objectStore('work').getAllKeys();
          keys.onsuccess = () => done(keys.result);
        };
      }),
  );

/** @param {Page} page */
const focusedField = page =>
  page.evaluate(() => document.activeElement?.closest('.field')?.querySelector('label')?.textContent);

/**
 * Undoes by keyboard, outside of any field.
 * @param {Page} page
 * @param {boolean} [again] takes the undoing back
 */
async function undo(page, again = false) {
  await page.focus('.grid');
  await page.keyboard.down('Control');
  if (again) await page.keyboard.down('Shift');
  await page.keyboard.press('z');
  if (again) await page.keyboard.up('Shift');
  await page.keyboard.up('Control');
}

/**
 * @param {Page} page
 * @param {string} text of a button of the view
 */
const clickText = (page, text) =>
  page.$$eval(
    '#rows button',
    (all, wanted) => /** @type {HTMLElement | undefined} */ (all.find(one => one.textContent === wanted))?.click(),
    text,
  );

/**
 * @param {Page} page
 * @param {number} row
 */
const cellsOf = (page, row) =>
  page.$$eval(`.grid-body [aria-rowindex="${row + 1}"] > *`, cells => cells.map(cell => cell.textContent ?? ''));

/**
 * Waits until a row is in sight, with its last cell.
 * @param {Page} page
 * @param {number} row
 * @param {string} last
 */
const waitForRow = (page, row, last) =>
  page.waitForFunction(
    (index, text) => document.querySelector(`.grid-body [aria-rowindex="${index}"]`)?.lastChild?.textContent === text,
    {},
    row + 1,
    last,
  );

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
