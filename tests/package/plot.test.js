// bedside/report's plots: marks stand where the figures say, text from data stays text, nothing that a strict policy
// would refuse.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createEngine } from '../../web/index.js';
import { plot, plotKinds } from '../../web/report/index.js';
import { linear, logarithmic } from '../../web/report/plots/scale.js';
import { normalQuantile } from '../../web/report/plots/smooth.js';
import { sample } from '../../web/workbench/sample.js';

/** @type {import('../../web/index.js').Engine} */
let engine;
/** @type {import('../../web/index.js').Table} */
let births;

before(async () => {
  engine = await createEngine();
  births = await engine.load(sample.url, { dictionary: sample.dictionary });
});
after(() => engine.close());

/** Eight patients in two arms, by hand. @param {object} [more] */
const kaplanMeier = (more = {}) => ({
  analysis: 'kaplanMeier',
  spec: { time: 'months', event: 'died', group: 'arm', confLevel: 0.95 },
  labels: {},
  warnings: [],
  curves: [
    {
      group: 'A',
      n: 4,
      events: 3,
      median: 20,
      time: [10, 20, 30, 40],
      nRisk: [4, 3, 2, 1],
      nEvent: [1, 1, 0, 1],
      nCensor: [0, 0, 1, 0],
      survival: [0.75, 0.5, 0.5, 0],
      ciLow: [0.43, 0.19, 0.19, Number.NaN],
      ciHigh: [1, 1, 1, Number.NaN],
    },
    {
      group: 'B',
      n: 4,
      events: 1,
      median: Number.NaN,
      time: [15, 20, 25, 35],
      nRisk: [4, 3, 2, 1],
      nEvent: [1, 0, 0, 0],
      nCensor: [0, 1, 1, 1],
      survival: [0.75, 0.75, 0.75, 0.75],
      ciLow: [0.43, 0.43, 0.43, 0.43],
      ciHigh: [1, 1, 1, 1],
    },
  ],
  logRank: { statistic: 1.2, df: 1, p: 0.27 },
  ...more,
});

/**
 * Texts of a group of the picture with their places.
 * @param {string} svg
 * @param {string} group its class
 */
function textsOf(svg, group) {
  const inside = new RegExp(`<g class="${group}"[^>]*>(.*?)</g>`, 's').exec(svg)?.[1] ?? '';
  return Array.from(inside.matchAll(/<text x="([^"]+)" y="([^"]+)"[^>]*>([^<]*)<\/text>/g), ([, x, y, text]) => ({
    x: Number(x),
    y: Number(y),
    text,
  }));
}

describe('Kaplan–Meier', () => {
  it('has the numbers at risk just before each tick, below the tick', () => {
    const svg = plot(kaplanMeier(), { width: 600 });
    const ticks = textsOf(svg, 'axis x').filter(({ text }) => /^\d+$/.test(text));
    const risk = textsOf(svg, 'at-risk');
    const rowOf = (/** @type {string} */ name) => {
      const { y } = risk.find(({ text }) => text === name) ?? assert.fail(name);
      return risk.filter(one => one.y === y && one.text !== name);
    };
    assert.ok(ticks.length >= 3);
    for (const name of ['A', 'B'])
      assert.deepEqual(
        rowOf(name).map(({ x }) => x),
        ticks.map(({ x }) => x),
      );
    const at = Object.fromEntries(ticks.map(({ text }, index) => [text, rowOf('A')[index].text]));
    assert.equal(at['0'], '4');
    assert.equal(at['10'], '4'); // the event at 10 is at risk just before it
    assert.equal(at['20'], '3');
    assert.equal(at['40'], '1');
    assert.equal(rowOf('B').at(-1)?.text, '0'); // after its last patient
  });

  it('counts events too when asked', () => {
    const events = textsOf(plot(kaplanMeier(), { width: 600, events: true }), 'events').map(({ text }) => text);
    // at 0, 5, 10 … 40
    assert.deepEqual(events.slice(0, 11), ['Cumulative events', 'A', ...'001122223']);
  });

  it('puts long names above their numbers, and grows rather than pressing the curves flat', () => {
    const result = kaplanMeier();
    result.curves[0].group = 'A treatment with a long name';
    const svg = plot(result, { width: 320, height: 300, events: true });
    const texts = textsOf(svg, 'at-risk');
    const name = texts.find(({ text }) => text === 'A treatment with a long name') ?? assert.fail();
    const first = texts.find(({ text, y }) => text === '4' && y > name.y) ?? assert.fail();
    assert.equal(first.y - name.y, 14);
    const [, top, bottom] =
      /<g class="axis y"[^>]*>.*?<line x1="62" x2="62" y1="([^"]+)" y2="([^"]+)"/s.exec(svg) ?? [];
    assert.ok(Number(bottom) - Number(top) >= 160);
    assert.ok(Number(/height="([^"]+)"/.exec(svg)?.[1]) > 300);
  });

  it('marks censored patients, the medians that exist and the p-value', () => {
    const svg = plot(kaplanMeier());
    assert.equal(svg.match(/class="censored"/g)?.length, 4);
    assert.match(svg, /<title>Median of A: 20<\/title>/);
    assert.doesNotMatch(svg, /Median of B/);
    assert.match(svg, /Log-rank p = 0\.270/);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  });

  it('draws a million times as a path of no more steps than pixels show', () => {
    const n = 1_000_000;
    const time = Float64Array.from({ length: n }, (_, i) => i + 1);
    const ones = new Float64Array(n).fill(1);
    const survival = Float64Array.from({ length: n }, (_, i) => 1 - (i + 1) / n);
    const curve = {
      group: null,
      n,
      events: n,
      median: n / 2,
      time,
      nRisk: ones,
      nEvent: ones,
      nCensor: ones,
      survival,
      ciLow: survival,
      ciHigh: survival,
    };
    const svg = plot(kaplanMeier({ curves: [curve], logRank: null }));
    assert.ok(svg.length < 250_000, `${svg.length} characters`);
  });
});

describe('forest plots', () => {
  it('have a line for each coefficient and reference level, and arrows where an interval is cut', async () => {
    const result = await births.logistic({ outcome: 'low', predictors: ['age', 'race', 'ht'], method: 'ml' });
    const svg = plot(result, { limits: [0.5, 4] });
    for (const words of ['White', 'Black', 'Other', '1 (reference)', 'OR (95% CI)'])
      assert.ok(svg.includes(words), words);
    assert.equal(svg.match(/class="reference"/g)?.length, 2);
    assert.equal(svg.match(/class="estimate"/g)?.length, 4);
    assert.ok(/class="arrow"/.test(svg));
  });

  it('show several models side by side, each term once', async () => {
    const models = [];
    for (const predictors of [['smoke'], ['smoke', 'race']]) {
      models.push(await births.logistic({ outcome: 'low', predictors, method: 'ml' }));
    }
    const svg = plot(models, { names: ['Crude', 'Adjusted'] });
    assert.equal(svg.match(/>Smoking in pregnancy</g)?.length, 1);
    assert.match(svg, /<title>Yes, Crude: 2\.02/);
    assert.match(svg, /<title>Yes, Adjusted: /);
  });

  it('show what analyzeOutcome found, univariable beside multivariable', async () => {
    const svg = plot(await births.analyze('analyzeOutcome', { outcome: 'low' }));
    assert.match(svg, /<title>Yes, Univariable: 2\.02 \(1\.08–3\.78\)<\/title>/);
    assert.match(svg, /, Multivariable: /);
    assert.match(svg, /<title>White: reference<\/title>/);
    assert.ok(svg.includes('>23/96<')); // the reference's patients too
  });
});

describe('forest plots on a phone', () => {
  it('have the figures above the intervals, all within the sheet', async () => {
    const result = await births.logistic({ outcome: 'low', predictors: ['age', 'race', 'ht'], method: 'ml' });
    const svg = plot(result, { width: 320 });
    assert.ok(svg.includes('>History of hypertension<')); // not cut
    const [, left, right] =
      /<g class="axis x"[^>]*>.*?<line x1="(\d+)" x2="(\d+)" y1="([\d.]+)" y2="\3"/s.exec(svg) ?? [];
    assert.deepEqual([Number(left), Number(right)], [24, 296]);
    const marks = Array.from(svg.matchAll(/class="estimate"><title>[^<]*<\/title><line x1="([^"]+)" x2="([^"]+)"/g));
    assert.equal(marks.length, 4);
    for (const [, from, to] of marks) assert.ok(Number(from) >= 24 && Number(to) <= 296);
  });
});

describe('cumulative incidence', () => {
  it('counts the events of each cause, with a colour for each group and a dash for each cause', () => {
    const curve = (/** @type {string} */ group, /** @type {string} */ cause, /** @type {number[]} */ nEvent) => ({
      group,
      cause,
      n: 4,
      events: 2,
      time: [10, 20, 30],
      nRisk: [4, 3, 2],
      nEvent,
      cumulativeIncidence: [0.1, 0.2, 0.3],
      ciLow: [0, 0.1, 0.1],
      ciHigh: [0.3, 0.4, 0.5],
    });
    const result = {
      analysis: 'cumulativeIncidence',
      spec: { time: 'months', event: 'what', group: 'arm' },
      labels: {},
      curves: [
        curve('A', 'relapse', [1, 1, 0]),
        curve('A', 'death', [0, 0, 1]),
        curve('B', 'relapse', [1, 0, 0]),
        curve('B', 'death', [0, 1, 1]),
      ],
      gray: [{ cause: 'relapse', p: 0.0004 }],
    };
    const svg = plot(result, { width: 900, events: true });
    const last = (/** @type {string} */ name) => {
      const texts = textsOf(svg, 'events');
      const at = texts.findIndex(({ text }) => text === name);
      return texts
        .slice(at)
        .filter(({ y }) => y === texts[at].y)
        .at(-1)?.text;
    };
    assert.deepEqual(['A: relapse', 'A: death', 'B: relapse', 'B: death'].map(last), ['2', '1', '1', '2']);
    assert.match(svg, />relapse: Gray’s test p &lt; 0\.001</);
    const lines = Array.from(svg.matchAll(/class="curve"[^>]*stroke="([^"]+)"[^>]*?(?:stroke-dasharray="([^"]+)")?>/g));
    assert.deepEqual(
      lines.map(([, colour, dash]) => `${colour === lines[0][1] ? 'A' : 'B'} ${dash ? 'dashed' : 'solid'}`),
      ['A solid', 'A dashed', 'B solid', 'B dashed'],
    );
  });
});

describe('other plots', () => {
  it('a Love plot has one line for a yes/no covariate', () => {
    const row = (/** @type {string} */ covariate, /** @type {string | null} */ level) => ({
      covariate,
      level,
      smdBefore: -0.4,
      smdAfter: 0.05,
    });
    const balance = [
      row('age', null),
      row('married', '0'),
      row('married', '1'),
      row('race', 'a'),
      row('race', 'b'),
      row('race', 'c'),
    ];
    const svg = plot({ analysis: 'match', spec: {}, labels: {}, balance });
    assert.equal(svg.match(/class="after"/g)?.length, 5);
    assert.ok(svg.includes('married: 1') && !svg.includes('married: 0'));
  });

  it('the bins of a histogram begin at round numbers and do not part whole ones', () => {
    const values = Array.from({ length: 400 }, (_, i) => (i * i) % 7);
    const bars = Array.from(
      plot({ values }).matchAll(/class="bar".*?<title>(\S+) to (\S+):/gs),
      ([, from, to]) => Number(to) - Number(from),
    );
    assert.ok(bars.length > 1 && bars.every(width => width === 1));
  });

  it('overlap shows the scores of both arms', async () => {
    const result = await births.propensity({ treatment: 'smoke', covariates: ['age', 'race'] });
    const svg = plot(result);
    assert.match(svg, />Treated, n = 74</);
    assert.match(svg, />Control, n = 115</);
    const bars = Array.from(svg.matchAll(/<title>Score [^:]*: (\d+) (treated|controls)<\/title>/g));
    const sum = (/** @type {string} */ arm) =>
      bars.reduce((all, [, count, of]) => all + (of === arm ? Number(count) : 0), 0);
    assert.deepEqual([sum('treated'), sum('controls')], [74, 115]);
  });

  it('a linear fit has residuals and a Q–Q plot', async () => {
    const result = await births.linear({ outcome: 'lwt', predictors: ['age', 'smoke'] });
    assert.deepEqual(plotKinds(result), ['forest', 'residuals', 'qq']);
    for (const kind of /** @type {const} */ (['residuals', 'qq'])) {
      assert.equal(plot(result, { kind }).match(/class="point"/g)?.length, 189);
    }
  });

  it('histograms and boxes come from values and groups', () => {
    const data = {
      values: [1, 2, 2, 3, 3, 3, 4, 100, Number.NaN],
      group: ['a', 'a', 'b', 'b', 'a', 'b', 'a', 'a', 'b'],
      label: 'Days',
    };
    const bars = Array.from(plot(data).matchAll(/class="bar".*?<title>[^:]*: (\d+)<\/title>/gs), ([, count]) =>
      Number(count),
    );
    assert.equal(
      bars.reduce((sum, count) => sum + count),
      8,
    );
    const box = plot(data, { kind: 'box' });
    assert.match(box, /b: median 3\.000, quartiles 2\.500 and 3\.000, n = 3/);
    assert.equal(box.match(/class="outlier"/g)?.length, 1);
  });
});

describe('a plot', () => {
  it('keeps text from data as text', () => {
    const hostile = '"><script>alert(1)</script><svg onload="x';
    const result = kaplanMeier({ labels: { months: { label: hostile } } });
    result.curves[0].group = hostile;
    for (const theme of /** @type {const} */ (['light', 'dark'])) {
      const svg = plot(result, { theme });
      assert.doesNotMatch(svg, /<script|onload="/);
      assert.ok(svg.includes('&lt;script&gt;'));
    }
  });

  it('has no style, no script, no reference outside itself', async () => {
    const svg = plot(await births.logistic({ outcome: 'low', predictors: ['age'], method: 'ml' }));
    assert.doesNotMatch(svg, /style=|<style|<script|href|url\(|@import/);
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  });

  it('of a kind that a result has not says which it has', async () => {
    const result = await births.logistic({ outcome: 'low', predictors: ['age'], method: 'ml' });
    assert.throws(() => plot(result, { kind: 'km' }), { code: 'INVALID_SPEC', message: /drawn as 'km'.*forest/ });
    assert.throws(() => plot({}), { code: 'INVALID_SPEC' });
    const described = await births.describe({ columns: ['age'] });
    assert.throws(() => plot(described), { code: 'INVALID_SPEC', message: /no plot/ });
  });
});

describe('scales', () => {
  it('put ticks at round numbers inside the domain', () => {
    assert.deepEqual(linear([0, 1022], [0, 600]).ticks, [0, 200, 400, 600, 800, 1000]);
    assert.deepEqual(linear([-0.05, 0.05], [0, 300], 5).ticks.map(linear([-0.05, 0.05], [0, 300], 5).text), [
      '−0.04',
      '−0.02',
      '0.00',
      '0.02',
      '0.04',
    ]);
    assert.deepEqual(logarithmic([0.4, 12], [0, 300]).ticks, [0.5, 1, 2, 5, 10]);
    const scale = logarithmic([0.25, 4], [0, 100]);
    assert.equal(Math.round(scale.at(1)), 50);
  });

  it('know the normal quantiles', () => {
    // R: qnorm(c(0.975, 0.001, 0.5))
    for (const [p, z] of [
      [0.975, 1.959963984540054],
      [0.001, -3.090232306167813],
      [0.5, 0],
    ]) {
      assert.ok(Math.abs(normalQuantile(p) - z) < 1e-8);
    }
  });
});
