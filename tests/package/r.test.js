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
import { hasR } from '../../web/report/r/index.js';
import { columnsOfTerm, rComment, rName, rString } from '../../web/report/r/syntax.js';

const data = (/** @type {string} */ file) => fileURLToPath(new URL(`../conformance/data/${file}`, import.meta.url));

/** @param {string} expression */
const inR = expression => spawnSync('Rscript', ['-e', expression], { encoding: 'utf8', cwd: folder });
const r = spawnSync('Rscript', ['--version']).status === 0;
/** @type {Map<string, boolean>} */
const packages = new Map();
/** @param {string} name */
function hasPackage(name) {
  const known = packages.get(name) ?? inR(`quit(status = !requireNamespace("${name}", quietly = TRUE))`).status === 0;
  packages.set(name, known);
  return known;
}

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

/** Figures of each coefficient. @param {...string} names */
const ofTerms =
  (...names) =>
  (/** @type {any} */ { terms }) =>
    terms.flatMap((/** @type {any} */ term) => names.map(name => term[name]));

/** @typedef {{ analysis: string, file: string | null, spec: object, packages?: string[], figures: (result: any) => number[] }} Case */

const lalonde = ['age', 'educ', 'race', 'married', 'nodegree', 're74', 're75'];

/** Matching prints whom it matched and the balance. @param {object} more @returns {Case} */
const matching = more => ({
  analysis: 'match',
  file: 'surv-lalonde-unique.csv',
  spec: { treatment: 'treat', covariates: lalonde, ...more },
  figures: ({ nMatchedTreated, nMatchedControl, totalDistance, balance }) => [
    nMatchedTreated,
    nMatchedControl,
    totalDistance,
    ...balance.flatMap((/** @type {any} */ row) => [
      row.meanTreatedAfter,
      row.meanControlAfter,
      row.smdBefore,
      row.smdAfter,
    ]),
  ],
});

/** @param {object} more @param {string} [outcome] @returns {Case} */
const weighting = (more, outcome) => ({
  analysis: 'ipw',
  file: 'surv-lalonde-unique.csv',
  spec: { treatment: 'treat', covariates: ['age', 'educ', 'race', 're74'], outcome, ...more },
  packages: outcome ? ['survey'] : [],
  figures: ({ effectiveSampleSize, effects, balance }) => [
    effectiveSampleSize,
    ...balance.flatMap((/** @type {any} */ row) => [row.meanTreatedAfter, row.smdBefore, row.smdAfter]),
    ...(effects ?? []).flatMap((/** @type {any} */ one) => [one.estimate, one.se, one.ciLow, one.p]),
  ],
});

/** @param {any} result of `subgroup` */
const ofSubgroups = ({ overall, subgroups, interaction }) => [
  ...[overall, ...subgroups].flatMap(one => [one.estimate, one.ciLow, one.ciHigh, one.p]),
  interaction.statistic,
  interaction.p,
];

/** @param {any} result of `tableOne` */
const ofTable = ({ variables }) =>
  variables
    .flatMap((/** @type {any} */ one) => [
      one.statistic,
      one.p,
      one.weights ? null : one.smd,
      ...(one.test === 'welch-t' || one.test === 'chi-squared' ? [one.difference?.ciLow] : []),
      ...one.byGroup.flatMap((/** @type {any} */ group) =>
        group.levels ? group.levels.map((/** @type {any} */ { count }) => count) : [group.mean, group.sd],
      ),
    ])
    .filter((/** @type {number | null | undefined} */ figure) => figure !== null && figure !== undefined);

/** @param {any} result of `analyzeOutcome` */
const ofOutcome = ({ variables }) =>
  variables.flatMap((/** @type {any} */ { p, crude, adjusted }) => [
    p,
    ...[...crude, ...(adjusted ?? [])].flatMap((/** @type {any} */ term) => [term.oddsRatio, term.orLow]),
  ]);

/** @type {Case[]} */
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
    figures: result => [...ofTerms('estimate', 'se', 'oddsRatio', 'orLow')(result), result.model.logLik],
  },
  {
    analysis: 'logistic',
    file: 'reg-birthwt.csv',
    spec: { outcome: 'smoker', positive: 'no', predictors: ['age', 'lwt'], method: 'ml', cluster: 'lwtHalf' },
    packages: ['sandwich'],
    figures: ofTerms('estimate', 'se', 'orHigh', 'p'),
  },
  {
    analysis: 'logistic',
    file: 'reg-birthwt.csv',
    spec: { formula: 'low ~ lwt * smoke', method: 'ml', ci: 'profile', confLevel: 0.9 },
    packages: ['MASS'],
    figures: ofTerms('estimate', 'orLow', 'orHigh'),
  },
  {
    analysis: 'logistic',
    file: 'reg-esoph-long.csv',
    spec: { outcome: 'status', predictors: ['alcgp'], weights: 'count', method: 'ml' },
    figures: ofTerms('estimate', 'se', 'oddsRatio'),
  },
  {
    analysis: 'logistic',
    file: 'reg-birthwt.csv',
    spec: { outcome: 'low', predictors: ['age', 'ht'], method: 'firth' },
    packages: ['logistf'],
    figures: ofTerms('oddsRatio'),
  },
  {
    analysis: 'linear',
    file: 'reg-mtcars.csv',
    spec: { outcome: 'mpg', predictors: ['wt', 'hp', 'cyl'], categorical: ['cyl'], robust: 'HC3', confLevel: 0.9 },
    packages: ['sandwich'],
    figures: ofTerms('estimate', 'se', 'ciLow'),
  },
  {
    analysis: 'linear',
    file: 'reg-mtcars.csv',
    spec: { formula: 'mpg ~ wt * am + cyl', categorical: ['am'], weights: 'gear' },
    figures: ofTerms('estimate', 'se', 'p'),
  },
  {
    analysis: 'poisson',
    file: 'reg-warpbreaks.csv',
    spec: { outcome: 'breaks', predictors: ['wool', 'tension'] },
    figures: ofTerms('estimate', 'se', 'irr'),
  },
  {
    analysis: 'poisson',
    file: 'reg-esoph.csv',
    spec: { outcome: 'ncases', predictors: ['alcgp', 'tobgp'], offset: 'logTotal', robust: 'HC0' },
    packages: ['sandwich'],
    figures: ofTerms('estimate', 'se', 'irrLow'),
  },
  {
    analysis: 'negativeBinomial',
    file: 'reg-warpbreaks.csv',
    spec: { outcome: 'breaks', predictors: ['wool', 'tension'] },
    packages: ['MASS'],
    figures: ofTerms('estimate', 'irr'),
  },
  {
    analysis: 'cox',
    file: 'surv-lung.csv',
    spec: {
      time: 'time',
      event: 'status',
      eventValue: 2,
      predictors: ['age', 'sex', 'ph.ecog', 'age:sex'],
      strata: ['inst'],
      ties: 'breslow',
      confLevel: 0.9,
    },
    packages: ['survival'],
    figures: result => [
      ...ofTerms('estimate', 'se', 'hazardRatio', 'hrLow', 'p')(result),
      ...['logLik', 'nullLogLik', 'concordance', 'lrStatistic', 'waldStatistic', 'scoreStatistic'].map(
        name => result.model[name],
      ),
      ...result.phTest.terms.map((/** @type {any} */ { statistic }) => statistic),
      result.phTest.global.p,
    ],
  },
  {
    analysis: 'cox',
    file: 'surv-colon.csv',
    spec: {
      time: 'time',
      event: 'status',
      predictors: ['rx', 'sex', 'nodes'],
      cluster: 'site',
      weights: 'wt',
      reference: { rx: 'Obs' },
    },
    packages: ['survival'],
    figures: ofTerms('estimate', 'robustSe', 'hrHigh'),
  },
  {
    analysis: 'cox',
    file: 'surv-heart.csv',
    spec: { formula: 'Surv(start, stop, event) ~ age + year + surgery * transplant' },
    packages: ['survival'],
    figures: ofTerms('estimate', 'se'),
  },
  {
    analysis: 'cox',
    file: 'surv-lung.csv',
    spec: { time: 'time', event: 'status', eventValue: 2, predictors: ['age', 'sex'], method: 'firth' },
    packages: ['survival', 'coxphf'],
    figures: ofTerms('hazardRatio'),
  },
  ...[
    { predictors: ['age', 'sex', 'ph.ecog'], categorical: ['sex'], at: [{ age: 60, sex: 1, 'ph.ecog': 1 }] },
    { predictors: ['age'], strata: 'sex', at: [{ age: 60, sex: 2 }] },
  ].map(more => ({
    analysis: 'predictSurvival',
    file: 'surv-lung.csv',
    spec: { time: 'time', event: 'status', eventValue: 2, times: [100, 365], confLevel: 0.9, ...more },
    packages: ['survival'],
    figures: (/** @type {any} */ { curves: [curve] }) => [...curve.survival, ...curve.se, ...curve.ciLow],
  })),
  {
    analysis: 'cumulativeIncidence',
    file: 'melanoma.csv',
    spec: { time: 'time', event: 'status', censorValue: 2, group: 'ulcer', times: [500, 2000] },
    packages: ['cmprsk'],
    figures: ({ curves, gray }) => [
      ...curves.flatMap((/** @type {any} */ { atTimes }) =>
        atTimes.flatMap((/** @type {any} */ one) => [one.cumulativeIncidence, one.se ** 2]),
      ),
      ...gray.map((/** @type {any} */ { statistic }) => statistic),
    ],
  },
  {
    analysis: 'cumulativeIncidence',
    file: 'competing.csv',
    spec: { time: 'weeks', event: 'what', censorValue: 'alive' },
    packages: ['cmprsk'],
    figures: ({ curves }) => curves.flatMap((/** @type {any} */ one) => [one.cumulativeIncidence[20], one.se[20] ** 2]),
  },
  {
    analysis: 'fineGray',
    file: 'competing.csv',
    spec: {
      time: 'weeks',
      event: 'what',
      censorValue: 'alive',
      cause: 'relapse',
      predictors: ['arm', 'age', 'stage'],
      categorical: ['stage'],
      reference: { arm: 'none' },
    },
    packages: ['cmprsk'],
    figures: ofTerms('estimate', 'se', 'subHazardRatio', 'shrHigh'),
  },
  {
    analysis: 'propensity',
    file: 'surv-lalonde.csv',
    spec: { treatment: 'treat', covariates: ['age', 'educ', 'race', 'married', 're74'] },
    figures: result => [...ofTerms('estimate', 'se')(result), result.overlap.treated.min, result.overlap.control.max],
  },
  matching({}),
  matching({ caliper: null, ratio: 2, order: 'data' }),
  matching({ replace: true, distance: 'probability' }),
  matching({ exact: ['married'], order: 'closest' }),
  matching({ distance: 'mahalanobis' }),
  {
    analysis: 'match',
    file: 'melanoma.csv',
    spec: { treatment: 'ulcer', covariates: ['age', 'thickness', 'year'], method: 'optimal', ratio: 2, caliper: 0.3 },
    packages: ['lpSolve'],
    figures: ({ nMatchedTreated, nMatchedControl, totalDistance }) => [nMatchedTreated, nMatchedControl, totalDistance],
  },
  weighting({ estimand: 'ATE', stabilized: true, truncate: [0.01, 0.99] }, 're78'),
  weighting({ estimand: 'ATT', stabilized: true }),
  weighting({ estimand: 'ATO' }, 'nodegree'),
  {
    analysis: 'tableOne',
    file: 'stat-trial.csv',
    spec: {
      group: 'arm',
      columns: ['age', 'sex', 'stage', 'marker', 'crp', 'response'],
      nonnormal: ['crp'],
      exact: ['stage'],
    },
    figures: ofTable,
  },
  {
    analysis: 'tableOne',
    file: 'reg-birthwt.csv',
    spec: { group: 'low', columns: ['age', 'lwt', 'race', 'smoker', 'ftv'], nonnormal: ['lwt'], categorical: ['ftv'] },
    figures: ofTable,
  },
  {
    analysis: 'tableOne',
    file: 'tables-clinic.csv',
    spec: { group: 'arm', columns: ['age', 'crp', 'grade'], weights: 'w' },
    figures: ({ variables }) =>
      ofTable({ variables: variables.map((/** @type {any} */ one) => ({ ...one, weights: true })) }),
  },
  {
    analysis: 'contingency',
    file: 'stat-birthwt.csv',
    spec: { row: 'smoke', column: 'low' },
    figures: ({ chiSquared, fisher, mcNemar, oddsRatio, riskRatio, riskDifference, cramersV }) => [
      chiSquared.statistic,
      chiSquared.p,
      fisher.p,
      mcNemar.statistic,
      oddsRatio.estimate,
      oddsRatio.ciLow,
      riskRatio.ciHigh,
      riskDifference.ciLow,
      cramersV,
    ],
  },
  {
    analysis: 'contingency',
    file: null,
    spec: {
      counts: [
        [12, 7, 3],
        [5, 19, 6],
      ],
    },
    figures: ({ chiSquared, fisher, cramersV }) => [chiSquared.p, fisher.p, cramersV],
  },
  {
    analysis: 'mantelHaenszel',
    file: 'infert-mh.csv',
    spec: { row: 'spont', column: 'case', strata: 'parity3', confLevel: 0.9 },
    figures: ({ statistic, p, uncorrected, oddsRatio, riskRatio, breslowDay, tarone }) => [
      statistic,
      p,
      uncorrected.statistic,
      oddsRatio.estimate,
      oddsRatio.ciLow,
      riskRatio.estimate,
      riskRatio.ciHigh,
      breslowDay.statistic,
      tarone.p,
    ],
  },
  ...['RR', 'OR', 'HR'].map(measure => ({
    analysis: 'eValue',
    file: null,
    spec: { measure, estimate: 0.6, ciLow: 0.41, ciHigh: 0.88 },
    figures: (/** @type {any} */ { eValue, eValueCi }) => [eValue, eValueCi],
  })),
  {
    analysis: 'subgroup',
    file: 'reg-colon.csv',
    spec: {
      model: 'cox',
      time: 'time',
      event: 'status',
      treatment: 'rx',
      subgroup: 'extent',
      adjust: ['age'],
      reference: { rx: 'Obs' },
    },
    packages: ['survival'],
    figures: ofSubgroups,
  },
  {
    analysis: 'subgroup',
    file: 'reg-birthwt.csv',
    spec: { model: 'logistic', outcome: 'low', treatment: 'smoker', subgroup: 'race', method: 'ml', confLevel: 0.9 },
    figures: ofSubgroups,
  },
  {
    analysis: 'subgroup',
    file: 'reg-birthwt.csv',
    spec: { model: 'logistic', outcome: 'low', treatment: 'smoker', subgroup: 'race' },
    packages: ['logistf'],
    figures: ({ overall, subgroups }) => [overall, ...subgroups].map(({ estimate }) => estimate),
  },
  {
    analysis: 'analyzeOutcome',
    file: 'reg-airquality.csv',
    spec: { outcome: 'hot', columns: ['Ozone', 'Wind', 'Month'], method: 'ml', screenP: 0.3 },
    figures: ofOutcome,
  },
  {
    analysis: 'analyzeOutcome',
    file: 'reg-birthwt.csv',
    spec: { outcome: 'low', columns: ['age', 'race', 'smoker', 'ui'], reference: { race: 'white' } },
    packages: ['logistf'],
    figures: ofOutcome,
  },
  {
    analysis: 'describe',
    file: 'reg-airquality.csv',
    spec: { columns: ['Ozone', 'Wind'] },
    figures: ({ variables }) =>
      variables.flatMap((/** @type {any} */ v) => [v.mean, v.sd, v.median, v.q1, v.skewness, v.missing]),
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
  it('every analysis that has R code is compared', async () => {
    const compared = new Set(cases.map(({ analysis }) => analysis));
    for (const { name } of await engine.analyses())
      assert.ok(!hasR({ analysis: name }) || compared.has(name), `${name} has no case here`);
  });

  for (const { analysis, file, spec, packages: needed = [], figures } of cases) {
    it(`${analysis} ${JSON.stringify(spec)}: the script prints the same figures`, async t => {
      const lacking = needed.filter(name => !hasPackage(name));
      if (lacking.length) return t.skip(`R has no package ${lacking.join(', ')}`);
      if (file) copyFileSync(data(file), join(folder, file));
      const on = file ? await engine.load(new URL(`../conformance/data/${file}`, import.meta.url)) : engine;
      const result = await on.analyze(analysis, spec);
      writeFileSync(join(folder, 'script.R'), toR(result, { file: file ?? undefined }));
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
