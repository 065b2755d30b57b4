// The analyses of the page: every one of them from its form to its card.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { analyses } from '../../web/analyses.js';
import { serve } from '../../web/build/serve.mjs';
import { menuOf } from '../../web/workbench/menu.js';
import { launchBrowser, skipWithout } from './browsers.js';

const timeout = 60_000;

/** @typedef {import('puppeteer-core').Page} Page */

/** @param {string} name of a bundled data set */
const bundled = name => readFile(new URL(`../conformance/data/${name}.csv`, import.meta.url), 'utf8');

/**
 * What is chosen in each form, by data set; the rest is as the form proposes it.
 * @type {Record<string, Record<string, { choose?: Record<string, string>, tick?: Record<string, string[]>,
 *   type?: Record<string, string> }>>}
 */
const journeys = {
  sample: {
    describe: {},
    tableOne: { choose: { group: 'smoke' } },
    contingency: { choose: { row: 'smoke', column: 'low' } },
    mantelHaenszel: { choose: { row: 'smoke', column: 'low', strata: 'race' } },
    subgroup: { choose: { treatment: 'smoke', subgroup: 'race', outcome: 'low' } },
    analyzeOutcome: {},
    logistic: { tick: { predictors: ['age', 'smoke'] } },
    linear: { choose: { outcome: 'lwt' }, tick: { predictors: ['age', 'race'] } },
    poisson: { choose: { outcome: 'ftv' }, tick: { predictors: ['age'] } },
    negativeBinomial: { choose: { outcome: 'ftv' }, tick: { predictors: ['age'] } },
    propensity: { choose: { treatment: 'smoke' }, tick: { covariates: ['age', 'race'] } },
    match: { choose: { treatment: 'smoke' }, tick: { covariates: ['age', 'race'] } },
    ipw: { choose: { treatment: 'smoke', outcome: 'low' }, tick: { covariates: ['age', 'race'] } },
    eValue: { type: { estimate: '2.5' } },
  },
  'surv-lung': {
    kaplanMeier: { choose: { group: 'sex' } },
    logRank: { choose: { group: 'sex' } },
    nelsonAalen: {},
    cox: { tick: { predictors: ['age', 'sex'], residuals: ['scaledSchoenfeld'] } },
    predictSurvival: { tick: { predictors: ['age', 'sex'] } },
  },
  melanoma: {
    cumulativeIncidence: { choose: { censorValue: '2', group: 'sex' } },
    fineGray: { choose: { censorValue: '2', cause: '1' }, tick: { predictors: ['age', 'thickness'] } },
  },
};

it('offers every analysis in the menu, in groups that have names', () => {
  const groups = menuOf(analyses);
  const offered = groups.flatMap(({ entries }) => entries.map(({ name }) => name));
  assert.deepEqual(offered.sort(), analyses.map(({ name }) => name).sort());
  assert.ok(!groups.some(({ title }) => title === 'Other analyses'));
  const unknown = menuOf([.../** @type {any} */ (analyses), { name: 'tomorrow', title: 'Of tomorrow' }]);
  assert.deepEqual(unknown.at(-1), {
    title: 'Other analyses',
    entries: [{ name: 'tomorrow', title: 'Of tomorrow' }],
  });
});

describe('the analyses of the page', { skip: await skipWithout('chromium') }, () => {
  /** @type {import('puppeteer-core').Browser} */
  let browser;
  /** @type {Awaited<ReturnType<typeof serve>>} */
  let site;
  before(async () => {
    site = await serve({ port: 0 });
    browser = await launchBrowser('chromium');
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  /**
   * The page with data open; `faults` are errors that nobody caught and violations of its policy.
   * @param {string} data `sample`, or the name of a bundled data set
   */
  async function visit(data) {
    const page = await browser.newPage();
    page.setDefaultTimeout(timeout);
    /** @type {string[]} */
    const faults = [];
    page.on('pageerror', error => faults.push(`error: ${error}`));
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warn') faults.push(`console: ${message.text()}`);
    });
    await page.setViewport({ width: 1280, height: 900 });
    await page.goto(`${site.origin}/workbench/`, { waitUntil: 'load' });
    if (data === 'sample') await page.click('#open-sample');
    else await dropFile(page, `${data}.csv`, await bundled(data));
    await page.waitForSelector('[data-analysis=describe] table');
    return { page, faults };
  }

  for (const [data, journey] of Object.entries(journeys)) {
    it(`leads from form to card: ${Object.keys(journey).join(', ')}`, async () => {
      const { page, faults } = await visit(data);
      for (const [analysis, choices] of Object.entries(journey)) {
        await fill(page, analysis, choices);
        const shown = await page.$$eval('form [data-field]', found =>
          found.map(one => one.getAttribute('data-field') ?? ''),
        );
        const required = analyses.find(({ name }) => name === analysis)?.spec.filter(field => 'required' in field);
        for (const { name } of required ?? [])
          assert.ok(shown.includes(name), `${analysis} has no control for ${name}`);
        await page.click('button[type=submit]');
        await page.waitForFunction(
          name => document.querySelector(`[data-analysis=${name}] table, form .error:not([hidden])`),
          {},
          analysis,
        );
        const said = await page.$$eval('form .error:not([hidden])', found => found.map(one => one.textContent));
        assert.deepEqual(said, [], analysis);
      }
      assert.deepEqual(faults, []);
      await page.close();
    });
  }

  it('knows a journey through every analysis', () => {
    const walked = Object.values(journeys).flatMap(Object.keys);
    assert.deepEqual(walked.sort(), analyses.map(({ name }) => name).sort());
  });
});

/**
 * Chooses an analysis and fills its form.
 * @param {Page} page
 * @param {string} analysis
 * @param {{ choose?: Record<string, string>, tick?: Record<string, string[]>, type?: Record<string, string> }} choices
 */
async function fill(page, analysis, { choose = {}, tick = {}, type = {} }) {
  await page.select('form select[name=analysis]', analysis);
  for (const [field, value] of Object.entries(choose)) {
    await page.waitForSelector(`form select[name=${field}] option[value="${value}"]`);
    await page.select(`form select[name=${field}]`, value);
  }
  for (const [field, values] of Object.entries(tick)) {
    for (const value of values) {
      await page.$eval(`form [data-field=${field}] input[value="${value}"]`, box => {
        const input = /** @type {HTMLInputElement} */ (box);
        if (!input.checked) input.click();
      });
    }
  }
  for (const [field, value] of Object.entries(type)) {
    await page.$eval(
      `form [name=${field}]`,
      (input, text) => {
        /** @type {HTMLInputElement} */ (input).value = text;
        input.dispatchEvent(new Event('change', { bubbles: true }));
      },
      value,
    );
  }
  // Values that the engine was asked for, such as levels and medians, have come.
  await page.waitForFunction(() =>
    Array.from(document.querySelectorAll('form [data-field=times] input, form .profile input')).every(
      input => /** @type {HTMLInputElement} */ (input).value !== '' || input.closest('details'),
    ),
  );
}

/**
 * @param {Page} page
 * @param {string} name
 * @param {string} text
 */
const dropFile = (page, name, text) =>
  page.evaluate(
    (fileName, content) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], fileName));
      document.getElementById('drop')?.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
    },
    name,
    text,
  );
