// A page as its user meets it: at a width, in a scheme, with a file dropped on it, and what goes wrong there.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** @typedef {import('puppeteer-core').Page} Page */

/** How long a page may take on a busy machine, ms. */
export const patience = 60_000;

const axe = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/**
 * Opens a page. `faults` collects what goes wrong in it: errors that nobody caught, what the console complains of,
 * violations of its policy, refused requests, and requests to anywhere else.
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} address
 * @param {{ width?: number, scheme?: 'light' | 'dark', expected?: RegExp, before?: (page: Page) => Promise<unknown> }}
 *   [options] scheme: for Chromium alone; expected: faults that the test brings about; before: the page is asked for
 * @returns {Promise<{ page: Page, faults: string[] }>}
 */
export async function visit(browser, address, { width = 1280, scheme, expected = /$^/, before } = {}) {
  const page = await browser.newPage();
  page.setDefaultTimeout(patience);
  /** @type {string[]} */
  const faults = [];
  const tell = (/** @type {string} */ fault) => {
    if (!expected.test(fault)) faults.push(fault);
  };
  page.on('pageerror', error => tell(`error: ${error}`));
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warn') tell(`console: ${message.text()}`);
  });
  page.on('request', request => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && new URL(url).origin !== new URL(address).origin) tell(`request: ${url}`);
  });
  page.on('response', response => {
    if (response.status() >= 400) tell(`status ${response.status()}: ${response.url()}`);
  });
  await page.evaluateOnNewDocument(() =>
    addEventListener('securitypolicyviolation', event =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
    ),
  );
  await page.setViewport({ width, height: 900 });
  if (scheme) await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await before?.(page);
  await page.goto(address, { waitUntil: 'load' });
  return { page, faults };
}

/**
 * Drops a file on the page.
 * @param {Page} page
 * @param {string} name
 * @param {string} text
 */
export const dropFile = (page, name, text) =>
  page.evaluate(
    (fileName, content) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], fileName));
      document.getElementById('drop')?.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
    },
    name,
    text,
  );

/**
 * @param {Page} page
 * @param {string} selector
 */
export const textOf = (page, selector) => page.$eval(selector, element => element.textContent ?? '');

/**
 * What axe-core finds against WCAG 2.2 AA and good practice.
 * @param {Page} page
 * @param {string} [part] of the page
 * @returns {Promise<string[]>}
 */
export async function violations(page, part = 'html') {
  // As high as the page: what the line at the foot happens to lie over can be scrolled from under it.
  const { width, height } = /** @type {import('puppeteer-core').Viewport} */ (page.viewport());
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewport({ width, height: Math.max(height, whole + 3000) });
  await page.evaluate(axe);
  const said = await page.evaluate(async at => {
    const { violations: found } = await /** @type {any} */ (globalThis).axe.run(at, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return found.map(
      (/** @type {any} */ { id, nodes }) =>
        `${id}: ${nodes.map((/** @type {any} */ node) => `${node.target} ${node.failureSummary}`).join(', ')}`,
    );
  }, part);
  await page.setViewport({ width, height });
  return said;
}
