/**
 * How the built package agrees with R and with NIST's certified figures: a run of the reference cases of
 * tests/conformance, as Markdown.
 */
import { readdirSync } from 'node:fs';
import { agrees, deviation, digitsOf, lookUp } from '../../tests/conformance/agreement.js';
import { certifiedSets } from '../../tests/conformance/nist_strd.js';
import { run, suites } from '../../tests/conformance/suites.js';

const folder = new URL('../../tests/conformance/', import.meta.url);

/** Suites whose whole R script is kept. */
export const scripts = readdirSync(folder).flatMap(name => (name.endsWith('.R') ? [name.slice(0, -2)] : []));

/** @typedef {{ passed: boolean, figures: number, largest: number }} Outcome */

/** Numbers in an expected value. @param {any} value @returns {number} */
const countOf = value => (Array.isArray(value) ? value.reduce((sum, each) => sum + countOf(each), 0) : 1);

/**
 * @param {import('../engine.js').Engine} engine
 * @param {import('../../tests/conformance/suites.js').Case} each
 * @returns {Promise<Outcome>}
 */
async function outcomeOf(engine, each) {
  const { expect } = each;
  const code = await run(engine, each).then(
    result => ({ result }),
    error => ({ error: error.code }),
  );
  if (expect.error) return { passed: 'error' in code && code.error === expect.error, figures: 0, largest: 0 };
  if (!('result' in code)) return { passed: false, figures: 0, largest: 0 };
  let [passed, figures, largest] = [true, 0, 0];
  for (const { path, value, rtol = 1e-6, atol = 1e-9 } of expect) {
    const got = lookUp(code.result, path);
    passed &&= agrees(got, value, rtol, atol);
    figures += countOf(value);
    largest = Math.max(largest, deviation(got, value));
  }
  return { passed, figures, largest };
}

/** @param {number} value */
const scientific = value => (value === 0 ? '0' : value.toExponential(0).replace('e-', ' × 10^-'));
/** @param {string} text */
const raised = text =>
  text.replace(/\^-(\d+)/, (_, digits) => `⁻${Array.from(digits, d => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(d)]).join('')}`);
/** @param {number} value */
const small = value => raised(scientific(value));
/** What a cell of a Markdown table holds. @param {string} text */
const cell = text => text.replace(/[|<>*_`\\[\]]/g, '\\$&').replace(/\s+/g, ' ');

/**
 * @param {import('../engine.js').Engine} engine
 * @returns {Promise<{ markdown: string, failed: string[] }>}
 */
export async function conformance(engine) {
  /** @type {string[]} */
  const failed = [];
  const rows = [];
  const details = [];
  let [cases, figures] = [0, 0];
  for (const { suite, made, cases: those } of suites) {
    const lines = [];
    /** @type {Outcome[]} */
    const outcomes = [];
    for (const each of those) {
      const outcome = await outcomeOf(engine, each);
      outcomes.push(outcome);
      if (!outcome.passed) failed.push(`${suite}/${each.id}`);
      const seen = each.expect.error ? `rejected: ${each.expect.error}` : String(outcome.figures);
      lines.push(
        `| ${cell(each.id)} | ${cell(each.source)} | ${outcome.passed ? seen : `**differs**: ${seen}`} | ${each.expect.error ? '' : small(outcome.largest)} |`,
      );
    }
    const sum = outcomes.reduce((total, one) => total + one.figures, 0);
    const passed = outcomes.filter(one => one.passed).length;
    cases += passed;
    figures += sum;
    rows.push(
      `| [${suite}](#${suite}) | ${made} | ${passed} of ${those.length} | ${sum} | ${small(Math.max(...outcomes.map(one => one.largest)))} |`,
    );
    details.push(
      `### ${suite}\n\n${made}${scripts.includes(suite) ? ` ([script](r/${suite}.R))` : ''}\n\n| case | in R | figures | largest deviation |\n| --- | --- | ---: | ---: |\n${lines.join('\n')}\n`,
    );
  }
  const nist = [];
  for (const { name, columns, estimates, errors, sigma, rSquared } of certifiedSets) {
    const table = await engine.table(columns);
    const predictors = Object.keys(columns).filter(column => column !== 'y');
    const { terms, model } = await table.analyze('linear', { outcome: 'y', predictors });
    await table.free();
    const least = (/** @type {number[]} */ digits) => Math.min(15, ...digits).toFixed(1);
    nist.push(
      `| ${name} | ${least(terms.map((/** @type {any} */ { estimate }, /** @type {number} */ i) => digitsOf(estimate, estimates[i])))} | ${least(terms.map((/** @type {any} */ { se }, /** @type {number} */ i) => digitsOf(se, errors[i])))} | ${least([digitsOf(model.sigma, sigma)])} | ${least([digitsOf(model.rSquared, rSquared)])} |`,
    );
  }
  const markdown = `${cases} of ${suites.reduce((sum, one) => sum + one.cases.length, 0)} cases agree; ${figures.toLocaleString('en')} figures were compared.

| suite | made with | cases that agree | figures | largest deviation |
| --- | --- | ---: | ---: | ---: |
${rows.join('\n')}

## NIST: digits that agree

| set | estimates | standard errors | residual SD | R² |
| --- | ---: | ---: | ---: | ---: |
${nist.join('\n')}

## Each case

${details.join('\n')}`;
  return { markdown, failed };
}
