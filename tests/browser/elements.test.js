// bedside/elements on a page as its author writes it: tags alone, a strict policy, errors that help.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { browserNames, launchBrowser, serveSite, skipWithout } from './browsers.js';

const page = (/** @type {string} */ body) =>
  `<!doctype html><html lang="en"><title>Study</title><script type="module" src="/web/elements/index.js"></script><body>${body}</body></html>`;

const births = '/web/workbench/sample.csv';
const pages = {
  '/logistic.html': page(
    `<bedside-analysis src="${births}" analysis="logistic" outcome="low" predictors="age,race,smoke" categorical="race,smoke" method="ml" conf-level="0.9">Wait …</bedside-analysis>`,
  ),
  '/parts.html': page(`
    <bedside-table src="${births}" analysis="linear" outcome="lwt" predictors="age,smoke"></bedside-table>
    <bedside-plot src="${births}" analysis="linear" outcome="lwt" predictors="age,smoke" kind="qq"></bedside-plot>`),
  '/errors.html': page(`
    <bedside-analysis id="name" src="${births}" analysis="logit"></bedside-analysis>
    <bedside-analysis id="column" src="${births}" analysis="linear" outcome="weight" predictors="age"></bedside-analysis>
    <bedside-analysis id="number" src="${births}" analysis="linear" outcome="lwt" predictors="age" conf-level="high"></bedside-analysis>
    <bedside-analysis id="file" src="/nothing.csv" analysis="describe"></bedside-analysis>
    <bedside-plot id="plot" src="${births}" analysis="describe"></bedside-plot>`),
  '/workbench.html': page('<bedside-workbench height="600"></bedside-workbench>'),
};

for (const name of browserNames) {
  describe(`elements in ${name}`, { skip: await skipWithout(name) }, () => {
    /** @type {import('puppeteer-core').Browser} */
    let browser;
    /** @type {Awaited<ReturnType<typeof serveSite>>} */
    let site;
    before(async () => {
      site = await serveSite({ pages });
      browser = await launchBrowser(name);
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });

    /** @param {keyof typeof pages} path */
    async function visit(path) {
      const opened = await browser.newPage();
      /** @type {string[]} */
      const faults = [];
      opened.on('pageerror', error => faults.push(String(error)));
      opened.on('request', request => {
        if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(site.origin)) faults.push(request.url());
      });
      await opened.evaluateOnNewDocument(() =>
        addEventListener('securitypolicyviolation', event => {
          throw new Error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
        }),
      );
      await opened.goto(site.origin + path);
      return { opened, faults };
    }

    /** What the shadow root of an element shows. @param {import('puppeteer-core').Page} opened @param {string} selector */
    const shown = (opened, selector) =>
      opened.$eval(selector, element => element.shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '');

    it('shows tables and plot of an analysis, and runs again when an attribute changes', async () => {
      const { opened, faults } = await visit('/logistic.html');
      await opened.waitForFunction(() => document.querySelector('bedside-analysis')?.shadowRoot?.querySelector('svg'));
      assert.match(await shown(opened, 'bedside-analysis'), /OR \(90% CI\)/);
      const [first, result] = await opened.evaluate(
        () =>
          new Promise(resolve => {
            const element = /** @type {any} */ (document.querySelector('bedside-analysis'));
            const before = element.result.spec.confLevel;
            element.addEventListener('bedside-result', (/** @type {any} */ event) =>
              resolve([before, event.detail.spec.confLevel]),
            );
            element.setAttribute('conf-level', '0.99');
          }),
      );
      assert.deepEqual([first, result], [0.9, 0.99]);
      assert.match(await shown(opened, 'bedside-analysis'), /OR \(99% CI\)/);
      assert.deepEqual(faults, []);
      await opened.close();
    });

    it('shows the table or the plot alone, the file read once', async () => {
      site.requested.length = 0;
      const { opened, faults } = await visit('/parts.html');
      await opened.waitForFunction(
        () =>
          document.querySelector('bedside-table')?.shadowRoot?.querySelector('table') &&
          document.querySelector('bedside-plot')?.shadowRoot?.querySelector('svg'),
      );
      assert.equal(site.requested.filter(path => path === births).length, 1);
      assert.equal(await opened.$eval('bedside-table', element => element.shadowRoot?.querySelector('svg')), null);
      assert.equal(
        await opened.$eval('bedside-plot', element => element.shadowRoot?.querySelectorAll('.point').length),
        189,
      );
      assert.deepEqual(faults, []);
      await opened.close();
    });

    it('tells the author of a page what is wrong', async () => {
      const { opened } = await visit('/errors.html');
      await opened.waitForFunction(() =>
        Array.from(document.querySelectorAll('[id]')).every(element =>
          element.shadowRoot?.querySelector('[role=alert]'),
        ),
      );
      assert.match(await shown(opened, '#name'), /analysis="logit" is none of: .*logistic/);
      assert.match(await shown(opened, '#column'), /COLUMN_NOT_FOUND: .*'weight'/);
      assert.match(await shown(opened, '#number'), /conf-level="…" takes a number, and 'high' is none/);
      assert.match(await shown(opened, '#file'), /FETCH_FAILED: .*404/);
      assert.match(await shown(opened, '#plot'), /no plot/);
      await opened.close();
    });

    it('has the whole page as a tag', async () => {
      // The page in the frame has a policy of its own; the site's would forbid any frame.
      const open = await serveSite({ pages, policy: null });
      const opened = await browser.newPage();
      await opened.goto(`${open.origin}/workbench.html`);
      const frame = await opened.waitForFrame(one => one.url().includes('/workbench/'));
      await frame.waitForSelector('#open-sample');
      await opened.close();
      await open.close();
    });
  });
}
