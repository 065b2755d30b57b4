// bedside/report's toR: scripts that print the engine's figures, and text from data that ends no string, name or comment.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createEngine } from '../../web/index.js';
import { methods, toR } from '../../web/report/index.js';
import { columnsOfTerm, rComment, rName, rString } from '../../web/report/r/syntax.js';

const data = (/** @type {string} */ file) => fileURLToPath(new URL(`../conformance/data/${file}`, import.meta.url));

/** @param {string} expression */
const inR = expression => spawnSync('Rscript', ['-e', expression], { encoding: 'utf8', cwd: folder });
const r = spawnSync('Rscript', ['--version']).status === 0;
/** @param {string} name */
const hasPackage = name => r && inR(`quit(status = !requireNamespace("${name}", quietly = TRUE))`).status === 0;

const folder = mkdtempSync(join(tmpdir(), 'bedside-r-'));
/** @type {import('../../web/index.js').Engine} */
let engine;
before(async () => {
  engine = await createEngine();
});
after(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

/**
 * Every figure stands among the numbers that R printed, to the digits that it prints.
 * @param {string} output
 * @param {number[]} figures
 */
function holds(output, figures) {
  const printed = Array.from(output.matchAll(/-?\d+\.?\d*(?:e[+-]?\d+)?/gi), ([text]) => Number(text));
  for (const figure of figures) {
    const near = printed.some(number => Math.abs(number - figure) <= 2e-5 * Math.abs(figure) + 1e-12);
    assert.ok(near, `${figure} is not in R's output:\n${output}`);
  }
}

/** @type {{ analysis: string, file: string, spec: object, packages?: string[], figures: (result: any) => number[] }[]} */
const cases = [
  {
    analysis: 'logistic',
    file: 'reg-birthwt.csv',
    spec: {
      outcome: 'low',
      predictors: ['age', 'lwt', 'race', 'smoke', 'age:race'],
      method: 'ml',
      reference: { race: 'black' },
    },
    figures: ({ terms, model }) => [
      ...terms.flatMap((/** @type {any} */ t) => [t.estimate, t.se, t.oddsRatio, t.orLow]),
      model.logLik,
    ],
  },
  {
    analysis: 'linear',
    file: 'reg-mtcars.csv',
    spec: { outcome: 'mpg', predictors: ['wt', 'hp', 'cyl'], categorical: ['cyl'], robust: 'HC3', confLevel: 0.9 },
    packages: ['sandwich'],
    figures: ({ terms }) => terms.flatMap((/** @type {any} */ t) => [t.estimate, t.se, t.ciLow]),
  },
  {
    analysis: 'poisson',
    file: 'reg-warpbreaks.csv',
    spec: { outcome: 'breaks', predictors: ['wool', 'tension'] },
    figures: ({ terms }) => terms.flatMap((/** @type {any} */ t) => [t.estimate, t.se, t.irr]),
  },
  {
    analysis: 'describe',
    file: 'reg-airquality.csv',
    spec: { columns: ['Ozone', 'Wind'] },
    figures: ({ variables }) => variables.flatMap((/** @type {any} */ v) => [v.mean, v.sd, v.median, v.q1]),
  },
  {
    analysis: 'kaplanMeier',
    file: 'surv-lung.csv',
    spec: { time: 'time', event: 'status', group: 'sex', tau: 700, times: [365], ciType: 'log-log' },
    packages: ['survival'],
    figures: ({ curves, logRank }) => [
      ...curves.flatMap((/** @type {any} */ c) => [c.median, c.medianLow, c.rmst, c.survival[40], c.ciLow[40]]),
      logRank.statistic,
    ],
  },
  {
    analysis: 'nelsonAalen',
    file: 'surv-colon.csv',
    spec: { time: 'time', event: 'status', group: 'rx', weights: 'wt' },
    packages: ['survival'],
    figures: ({ curves }) =>
      curves.flatMap((/** @type {any} */ c) => [c.cumulativeHazard[40], c.se[40], c.ciLow[40], c.ciHigh[40]]),
  },
  ...[{}, { weights: 'freq', rho: 1 }, { weights: 'wt' }].map(more => ({
    analysis: 'logRank',
    file: 'surv-colon.csv',
    spec: { time: 'time', event: 'status', group: 'rx', strata: ['sex', 'extent'], ...more },
    packages: ['survival'],
    figures: (/** @type {any} */ { spec, statistic, groups }) =>
      spec.weights === 'wt' ? [statistic] : groups.map((/** @type {any} */ { expected }) => expected),
  })),
];

describe('toR', { skip: !r && 'R is not installed' }, () => {
  for (const { analysis, file, spec, packages = [], figures } of cases) {
    it(`${analysis}: the script prints the same figures`, async t => {
      const lacking = packages.filter(name => !hasPackage(name));
      if (lacking.length) return t.skip(`R has no package ${lacking.join(', ')}`);
      copyFileSync(data(file), join(folder, file));
      const table = await engine.load(new URL(`../conformance/data/${file}`, import.meta.url));
      const result = await table.analyze(analysis, spec);
      writeFileSync(join(folder, 'script.R'), toR(result, { file }));
      const { status, stdout, stderr } = spawnSync('Rscript', ['script.R'], { encoding: 'utf8', cwd: folder });
      assert.equal(status, 0, stderr);
      holds(stdout, figures(result));
    });
  }

  it('hostile names, levels and file names stay what they are', async () => {
    const name = 'a "b" `c` \\ \n#)';
    const table = await engine.table({
      [name]: ['x")', 'y`\\', 'x")', 'y`\\', 'x")', 'y`\\'],
      T: [1, 2, 3, 4, 6, 5],
      low: [0, 1, 0, 0, 1, 1],
    });
    const result = await table.logistic({ outcome: 'low', predictors: [name, 'T'], method: 'ml' });
    const script = toR(result, { file: 'no "such"\nfile.csv' });
    writeFileSync(join(folder, 'hostile.R'), script);
    // It parses, and the names in it are those of the data.
    const check = inR('e <- parse("hostile.R"); cat(all.vars(e), sep = "\\n")');
    assert.equal(check.status, 0, check.stderr);
    assert.ok(check.stdout.includes('a "b" `c` \\ \n#)'), check.stdout);
  });
});

describe('R syntax', () => {
  it('escapes what would end a string, a name or a comment', () => {
    assert.equal(rString('a"b\\c\n'), '"a\\"b\\\\c\\x0a"');
    assert.equal(rName('age'), 'age');
    assert.equal(rName('TRUE'), '`TRUE`');
    assert.equal(rName('a`b'), '`a\\`b`');
    assert.equal(rComment('one\ntwo\u2028three'), '# one two three');
  });
  it('reads terms as specs spell them', () => {
    assert.deepEqual(columnsOfTerm('age:sex'), ['age', 'sex']);
    assert.deepEqual(columnsOfTerm('`a:b`:`c``d`'), ['a:b', 'c`d']);
  });
});

describe('methods', () => {
  it('is a sentence with the model, its terms and what was left out', async () => {
    const table = await engine.load(new URL('../conformance/data/reg-airquality.csv', import.meta.url));
    const result = await table.linear({ outcome: 'Ozone', predictors: ['Wind', 'Temp'], robust: 'HC3' });
    assert.match(
      methods(result),
      /^Mean differences for Ozone were estimated by linear regression on Wind and Temp, with 95% confidence intervals; standard errors are heteroscedasticity-consistent \(HC3\)\. 37 patients with missing values were left out; 116 remain\. Analyses were made with bedside \d/,
    );
  });
  it('names strata and weights where there are any', async () => {
    const table = await engine.load(new URL('../conformance/data/surv-colon.csv', import.meta.url));
    const spec = { time: 'time', event: 'status', group: 'rx' };
    assert.match(methods(await table.logRank(spec)), /^Survival by rx was compared by the log-rank test\. /);
    assert.match(
      methods(await table.logRank({ ...spec, strata: ['sex', 'extent'], weights: 'wt' })),
      /^Survival by rx was compared by the log-rank test, stratified by sex and extent, weighted by wt\. /,
    );
  });
  it('refuses what is no result', () => {
    assert.throws(() => methods({}), { code: 'INVALID_SPEC' });
    assert.throws(() => toR({}), { code: 'INVALID_SPEC' });
  });
});
