// Cox models as their users see them: what is refused and in which order, what a fit can meet, what is kept.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createEngine } from '../../web/index.js';
import { randomOf } from './patients.js';

/** @type {import('../../web/index.js').Engine} */
let engine;
before(async () => {
  engine = await createEngine();
});
after(() => engine.close());

/**
 * Patients followed up: an event comes sooner in arm B and with age.
 * @param {number} rows
 * @param {number} [seed]
 */
function followed(rows, seed = 1) {
  const random = randomOf(seed);
  const age = Float64Array.from({ length: rows }, () => Math.round(400 + 500 * random()) / 10);
  const arm = Array.from({ length: rows }, () => 'ABC'[Math.floor(3 * random())]);
  const sex = Array.from({ length: rows }, () => (random() < 0.5 ? 'female' : 'male'));
  const hazard = (/** @type {number} */ i) => Math.exp((age[i] - 65) / 20 + (arm[i] === 'B' ? 0.7 : 0));
  const failure = Array.from({ length: rows }, (_, i) => (-Math.log(1 - random()) / hazard(i)) * 10);
  const censoring = Array.from({ length: rows }, () => 20 * random());
  return {
    age,
    arm,
    sex,
    time: Float64Array.from(failure, (at, i) => Math.ceil(10 * Math.min(at, censoring[i])) / 10),
    died: failure.map((at, i) => (at <= censoring[i] ? 1 : 0)),
  };
}

const model = { time: 'time', event: 'died', predictors: ['age', 'arm'] };

/** The columns without what only tells runs apart. @param {any} result */
const figures = ({ cached, data, labels, engine: version, ...rest }) => rest;

describe('what is refused', () => {
  const inf = Number.POSITIVE_INFINITY;
  const columns = {
    time: [5, 8, 3, 9, 4, 7, 2, 6],
    start: [0, 0, 3, 0, 4, 0, 0, 0],
    status: [1, 0, 1, 1, 0, 1, 1, 0],
    never: [0, 0, 0, 0, 0, 0, 0, 0],
    three: [0, 1, 2, 0, 1, 2, 0, 1],
    text: ['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b'],
    site: ['x', 'x', 'x', 'x', 'x', 'x', 'x', 'x'],
    x: [1, 3, 2, 5, 4, 8, 6, 7],
    twice: [2, 6, 4, 10, 8, 16, 12, 14],
    wide: [1, 3, 2, inf, 4, 8, 6, 7],
    empty: [null, null, null, null, null, null, null, null],
    minus: [1, 1, -1, 1, 1, 1, 1, 1],
  };
  const spec = { time: 'time', event: 'status', predictors: ['x'] };
  /** Each with the fault of the next one too, so that the order shows. @type {[string, string, any, RegExp][]} */
  const cases = [
    ['an unknown field', 'INVALID_SPEC', { ...spec, weight: 'x', time: 'tme' }, /'weight'.*'weights'/],
    ['no time', 'INVALID_SPEC', { event: 'status', predictors: ['xx'] }, /needs 'time'/],
    ['no predictors', 'INVALID_SPEC', { ...spec, time: 'tme', predictors: [] }, /predictors/],
    ['a word that is none', 'INVALID_SPEC', { ...spec, ties: 'exactly', time: 'tme' }, /'exactly'/],
    ['a residual that is none', 'INVALID_SPEC', { ...spec, residuals: ['score'], time: 'tme' }, /residuals/],
    ['a formula beside fields', 'INVALID_SPEC', { ...spec, formula: 'Surv(tme, status) ~ x' }, /formula/],
    ['a formula without Surv', 'INVALID_SPEC', { formula: 'tme ~ x' }, /Surv/],
    [
      'strata in both places',
      'INVALID_SPEC',
      { formula: 'Surv(time, status) ~ x + strata(text)', strata: 'site' },
      /strata/,
    ],
    ['the event among the predictors', 'INVALID_SPEC', { ...spec, predictors: ['x', 'status'] }, /'status'/],
    ['Firth with clusters', 'INVALID_SPEC', { ...spec, method: 'firth', cluster: 'st' }, /'cluster'/],
    ['an unknown column', 'COLUMN_NOT_FOUND', { ...spec, time: 'text', strata: ['sitee'] }, /'sitee'/],
    ['a reference for no column', 'COLUMN_NOT_FOUND', { ...spec, time: 'text', reference: { sx: 'm' } }, /'sx'/],
    ['times of text', 'NOT_NUMERIC', { ...spec, time: 'text', event: 'three' }, /'text'/],
    ['an event with three values', 'NOT_BINARY', { ...spec, event: 'three', weights: 'minus' }, /'three'/],
    ['a negative weight', 'INVALID_SPEC', { ...spec, predictors: ['empty'], weights: 'minus' }, /'minus'.*-1/],
    [
      'a reference that does not occur',
      'INVALID_SPEC',
      { ...spec, predictors: ['text', 'empty'], reference: { text: 'c' } },
      /'c'/,
    ],
    ['no complete row', 'TOO_FEW_ROWS', { ...spec, predictors: ['empty', 'wide'] }, /'empty'/],
    ['an infinite value', 'NOT_FINITE', { ...spec, predictors: ['wide'], start: 'start' }, /'wide'.*row 4/],
    [
      'an empty interval',
      'INVALID_SPEC',
      { ...spec, predictors: ['site'], start: 'start' },
      /row 3.*'start' \(3\).*'time' \(3\)/,
    ],
    ['a factor with one level', 'ONE_GROUP', { ...spec, event: 'never', predictors: ['x', 'site'] }, /'site'/],
    ['no events', 'NO_EVENTS', { ...spec, event: 'never', predictors: ['x', 'twice'] }, /'never'.*= '1'/],
    ['a value that is no event', 'NO_EVENTS', { ...spec, event: 'three', eventValue: 9 }, /'9'/],
    ['collinear terms', 'SINGULAR', { ...spec, predictors: ['x', 'twice'] }, /'twice'/],
    ['a constant', 'SINGULAR', { ...spec, predictors: ['x', 'never'] }, /'never'/],
    ['a column constant in each stratum', 'SINGULAR', { ...spec, predictors: ['x', 'text'], strata: 'text' }, /'text'/],
  ];
  /** @type {import('../../web/index.js').Table} */
  let table;
  before(async () => {
    table = await engine.table(/** @type {any} */ (columns));
  });
  for (const [what, code, wrong, message] of cases) {
    test(`${what}: ${code}`, () => assert.rejects(table.cox(wrong), { name: 'BedsideError', code, message }));
  }

  const at = [{ x: 4 }];
  const predict = { ...spec, at, times: [5] };
  /** @type {[string, string, any, RegExp][]} */
  const predictions = [
    ['nobody', 'INVALID_SPEC', { ...predict, at: [] }, /'at'/],
    ['no times', 'INVALID_SPEC', { ...spec, at }, /'times'/],
    ['times of text', 'INVALID_SPEC', { ...predict, times: 'five' }, /'times'/],
    ['a predictor without a value', 'INVALID_SPEC', { ...predict, at: [{ x: 4 }, { text: 'a' }] }, /at\[1\].*'x'/],
    ['a stratum without a value', 'INVALID_SPEC', { ...predict, strata: 'text' }, /'text'/],
    ['a column that is none', 'COLUMN_NOT_FOUND', { ...predict, at: [{ x: 4, y: 5 }] }, /'y'/],
    ['text for a number', 'INVALID_SPEC', { ...predict, at: [{ x: 'four' }] }, /'four'/],
    [
      'a level that does not occur',
      'INVALID_SPEC',
      { ...predict, predictors: ['x', 'text'], at: [{ x: 4, text: 'c' }] },
      /'c'.*'a', 'b'/,
    ],
    ['a stratum that does not occur', 'INVALID_SPEC', { ...predict, strata: 'text', at: [{ x: 4, text: 'c' }] }, /'c'/],
  ];
  for (const [what, code, wrong, message] of predictions) {
    test(`predicting for ${what}: ${code}`, () =>
      assert.rejects(table.predictSurvival(wrong), { name: 'BedsideError', code, message }));
  }
});

describe('a formula', () => {
  test('is the fields: the same request, found again', async () => {
    const table = await engine.table(followed(300));
    const pairs = [
      ['Surv(time, died) ~ age + arm', model],
      ['Surv(time, died) ~ arm * age', { ...model, predictors: ['arm', 'age', 'arm:age'] }],
      [
        'Surv(time, died) ~ age + strata(sex) + cluster(arm)',
        { ...model, predictors: ['age'], strata: 'sex', cluster: 'arm' },
      ],
      ['Surv(time, died) ~ age + strata(sex, arm)', { ...model, predictors: ['age'], strata: ['sex', 'arm'] }],
      ['Surv(time, died) ~ age + strata(sex) + strata(arm)', { ...model, predictors: ['age'], strata: ['sex', 'arm'] }],
    ];
    for (const [formula, fields] of /** @type {[string, any][]} */ (pairs)) {
      const byFormula = await table.cox({ formula, ties: 'breslow' });
      assert.equal(byFormula.spec.formula, null);
      const byFields = await table.cox({ ...fields, ties: 'breslow' });
      assert.equal(byFields.cached, true, formula);
      assert.deepEqual(figures(byFields), figures(byFormula));
    }
    const beside = await table.cox({ formula: 'Surv(time, died) ~ age', strata: 'sex', confLevel: 0.9 });
    assert.deepEqual(beside.spec.strata, ['sex']);
    await table.free();
  });
});

describe('a fit', () => {
  test('counts an event at time 0 and at negative times', async () => {
    const { age, arm, time, died } = followed(200);
    const shifted = { age, arm, died, time: time.map(at => at - 5) };
    const table = await engine.table({ age, arm, died, time });
    const earlier = await engine.table(shifted);
    const [a, b] = [await table.cox(model), await earlier.cox(model)];
    for (const [i, row] of a.terms.entries()) assert.ok(Math.abs(row.estimate - b.terms[i].estimate) < 1e-9);
    assert.ok(b.baseline[0].time[0] < 0);
    await Promise.all([table.free(), earlier.free()]);
  });

  test('with fewer clusters than columns: the Wald test is that of coxph', async () => {
    const lung = await engine.load(new URL('../conformance/data/surv-lung.csv', import.meta.url));
    const ages = /** @type {Float64Array} */ (await lung.column('age'));
    const third = Array.from(ages, age => `${age % 3}`);
    const clustered = await lung.derive({ third });
    const predictors = ['age', 'sex', 'ph.karno', 'pat.karno'];
    const fit = await clustered.cox({ time: 'time', event: 'status', eventValue: 2, predictors, cluster: 'third' });
    // coxph(Surv(time, status == 2) ~ age + sex + ph.karno + pat.karno, cluster = age %% 3)$wald.test
    assert.ok(Math.abs(fit.model.waldStatistic - 18.5450427217948) < 1e-6, `${fit.model.waldStatistic}`);
    assert.ok(Number.isFinite(fit.model.waldP));
    await Promise.all([lung.free(), clustered.free()]);
  });

  test('with one event, and with the last observation an event', async () => {
    const table = await engine.table({ time: [1, 2, 3, 4], one: [0, 1, 0, 0], last: [1, 0, 1, 1], x: [9, 2, 1, 3] });
    const single = await table.cox({ time: 'time', event: 'one', predictors: ['x'] });
    assert.equal(single.events, 1);
    assert.equal(single.converged, true);
    assert.ok(Number.isNaN(single.phTest.global.statistic) && Number.isNaN(single.phTest.terms[0].p), 'one event time');
    const last = await table.cox({ time: 'time', event: 'last', predictors: ['x'] });
    assert.ok(last.terms.every(({ estimate, se }) => Number.isFinite(estimate) && Number.isFinite(se)));
    await table.free();
  });

  test('with a stratum that has no event: its hazard is 0', async () => {
    const { age, sex, time, died } = followed(200);
    const table = await engine.table({ age, sex, time, died: died.map((d, i) => (sex[i] === 'male' ? 0 : d)) });
    const { baseline } = await table.cox({ ...model, predictors: ['age'], strata: 'sex' });
    assert.deepEqual(
      baseline.map(({ stratum }) => stratum),
      ['female', 'male'],
    );
    assert.ok(Number(baseline[0].cumulativeHazard.at(-1)) > 0);
    assert.ok(baseline[1].cumulativeHazard.every(hazard => hazard === 0));
    assert.equal(baseline[1].time.length, new Set(time.filter((_, i) => sex[i] === 'male')).size);
    await table.free();
  });

  test('with a group that has no event: finite figures, a warning that names it and Firth', async () => {
    const { age, arm, time, died } = followed(200);
    const table = await engine.table({ age, arm, time, died: died.map((d, i) => (arm[i] === 'C' ? 0 : d)) });
    const ml = await table.cox(model);
    assert.equal(ml.converged, false);
    const warning = ml.warnings.find(({ code }) => code === 'SEPARATION');
    assert.match(String(warning?.message), /'arm' \(level 'C'\).*method: 'firth'/);
    assert.doesNotMatch(String(warning?.message), /'age'|level 'B'/);
    assert.ok(ml.terms.every(({ estimate, se }) => Number.isFinite(estimate) && Number.isFinite(se)));
    const c = ml.terms[2];
    assert.deepEqual([c.level, c.events], ['C', 0]);
    const firth = await table.cox({ ...model, method: 'firth' });
    assert.equal(firth.converged, true);
    assert.deepEqual(
      firth.warnings.map(({ code }) => code),
      [],
    );
    assert.ok(firth.terms[2].estimate > -10 && firth.terms[2].estimate < 0);
    assert.deepEqual([firth.model.scoreStatistic, firth.model.scoreP, firth.terms[0].robustSe], [null, null, null]);
    await table.free();
  });

  test('few events for each coefficient are told', async () => {
    const table = await engine.table(followed(40));
    const { warnings, events } = await table.cox({ ...model, predictors: ['age', 'arm', 'sex'] });
    assert.ok(events < 40);
    assert.match(
      String(warnings.find(({ code }) => code === 'FEW_EVENTS')?.message),
      new RegExp(`^${events} events for 4`),
    );
    await table.free();
  });

  test('rows of weight 0 are not in the table; whole weights are repeated rows; others make it robust', async () => {
    const columns = followed(240);
    const weight = columns.age.map((_, i) => i % 3);
    const repeated = Array.from(weight, (w, i) => Array(w).fill(i)).flat();
    const pick = (/** @type {ArrayLike<any>} */ values) => repeated.map(i => values[i]);
    const weighted = await engine.table({ ...columns, weight, half: weight.map(w => w / 2) });
    const rows = await engine.table(Object.fromEntries(Object.entries(columns).map(([name, of]) => [name, pick(of)])));
    const breslow = { ...model, ties: /** @type {const} */ ('breslow') };
    const [a, b] = [await weighted.cox({ ...breslow, weights: 'weight' }), await rows.cox(breslow)];
    assert.equal(a.n, 160);
    assert.equal(a.nMissing, 0);
    for (const [i, { estimate, se, robustSe }] of a.terms.entries()) {
      assert.ok(Math.abs(estimate - b.terms[i].estimate) < 1e-9 && Math.abs(se - b.terms[i].se) < 1e-9);
      assert.equal(robustSe, null);
    }
    const half = await weighted.cox({ ...breslow, weights: 'half' });
    for (const [i, { estimate, se, robustSe, statistic }] of half.terms.entries()) {
      assert.ok(Math.abs(estimate - a.terms[i].estimate) < 1e-9);
      assert.ok(robustSe !== null && robustSe !== se && Math.abs(statistic - estimate / robustSe) < 1e-9);
    }
    assert.deepEqual(
      half.warnings.filter(({ code }) => code === 'ROBUST_ADVISED'),
      [],
    );
    await Promise.all([weighted.free(), rows.free()]);
  });

  test('takes times that differ by rounding for one, and says when that empties an interval', async () => {
    const exact = [0.3, 0.3, 0.7, 0.3, 0.7, 0.9];
    const rounded = [0.1 + 0.2, 0.3, 0.7, 0.3, 0.1 + 0.6, 0.9];
    assert.notDeepEqual(exact, rounded);
    const beside = { died: [1, 1, 1, 0, 1, 0], x: [1, 4, 2, 3, 5, 0] };
    const spec = { time: 'time', event: 'died', predictors: ['x'] };
    const [a, b] = [await engine.table({ time: exact, ...beside }), await engine.table({ time: rounded, ...beside })];
    assert.deepEqual((await a.cox(spec)).terms, (await b.cox(spec)).terms);
    const late = await engine.table({ time: rounded, start: [0.3, 0, 0, 0, 0, 0], ...beside });
    await assert.rejects(late.cox({ ...spec, start: 'start' }), { code: 'INVALID_SPEC', message: /row 1/ });
    await Promise.all([a.free(), b.free(), late.free()]);
  });

  test('leaves out rows without a time and numbers the residuals’ rows', async () => {
    const columns = followed(60);
    const time = Array.from(columns.time, (at, i) => (i === 4 ? null : at));
    const table = await engine.table({ ...columns, time });
    const { n, nMissing, rows, residuals } = await table.cox({ ...model, residuals: ['martingale', 'dfbeta'] });
    assert.deepEqual([n, nMissing, rows?.length, rows?.[4]], [59, 1, 59, 5]);
    assert.deepEqual([residuals?.dfbeta?.length, residuals?.dfbeta?.[0].length, residuals?.deviance], [3, 59, null]);
    const sum = Array.from(residuals?.martingale ?? []).reduce((total, residual) => total + residual, 0);
    assert.ok(Math.abs(sum) < 1e-9, 'martingale residuals add up to 0');
    assert.equal((await table.cox(model)).rows, null);
    await table.free();
  });

  test('sees no shift and no scale of a column', async () => {
    const columns = followed(300);
    const table = await engine.table({
      ...columns,
      far: columns.age.map(x => 1e9 + x),
      tiny: columns.age.map(x => x * 1e-7),
    });
    const of = async (/** @type {string} */ x) => (await table.cox({ ...model, predictors: [x, 'arm'] })).terms[0];
    const [age, far, tiny] = [await of('age'), await of('far'), await of('tiny')];
    assert.ok(Math.abs(far.estimate / age.estimate - 1) < 1e-6 && Math.abs(far.se / age.se - 1) < 1e-6);
    assert.ok(Math.abs((tiny.estimate * 1e-7) / age.estimate - 1) < 1e-9);
    await table.free();
  });
});

describe('a stored fit', () => {
  test('serves another confLevel: nothing is fitted again', async t => {
    const ratios = [];
    for (let seed = 1; seed <= 5; seed++) {
      const table = await engine.table(followed(20_000, seed));
      const timed = async (/** @type {number} */ confLevel) => {
        const begun = performance.now();
        const { cached, terms, phTest, model: fit } = await table.cox({ ...model, confLevel });
        assert.equal(cached, false);
        return { ms: performance.now() - begun, terms, phTest, fit };
      };
      const [first, again] = [await timed(0.95), await timed(0.9)];
      assert.deepEqual([again.phTest, again.fit], [first.phTest, first.fit]);
      assert.ok(again.terms[0].ciHigh < first.terms[0].ciHigh && again.terms[0].estimate === first.terms[0].estimate);
      ratios.push(first.ms / again.ms);
      await table.free();
    }
    ratios.sort((a, b) => a - b);
    t.diagnostic(`a fit takes ${ratios[2].toFixed(1)} times as long as another confLevel of it`);
    assert.ok(ratios[2] > 2, String(ratios));
  });

  test('serves predictions: at covariates 0 they are the baseline', async () => {
    const table = await engine.table(followed(500));
    const { baseline } = await table.cox({ ...model, strata: 'sex' });
    const at = [
      { age: 0, arm: 'A', sex: 'male' },
      { sex: 'female', age: 0, arm: 'A' },
    ];
    const times = [3, 10, 1];
    const { curves } = await table.predictSurvival({ ...model, strata: 'sex', residuals: ['deviance'], at, times });
    assert.deepEqual(
      curves.map(curve => curve.at),
      at,
    );
    for (const [curve, stratum] of /** @type {const} */ ([
      [curves[0], 1],
      [curves[1], 0],
    ])) {
      assert.deepEqual(Array.from(curve.time), times);
      const { time, cumulativeHazard } = baseline[stratum];
      for (const [i, asked] of times.entries()) {
        const last = time.findLastIndex(known => known <= asked);
        const survival = Math.exp(last < 0 ? 0 : -cumulativeHazard[last]);
        assert.ok(Math.abs(curve.survival[i] - survival) < 1e-10);
      }
    }
    await table.free();
  });

  test('a value for a factor is a number or its text, and comes back as it was given', async () => {
    const { age, arm, time, died } = followed(300);
    const table = await engine.table({ age, time, died, group: arm.map(level => 'ABC'.indexOf(level)) });
    const spec = { ...model, predictors: ['age', 'group'], categorical: ['group'], times: [2, 5] };
    const of = async (/** @type {any} */ group) =>
      (await table.predictSurvival({ ...spec, at: [{ age: 60, group }] })).curves[0];
    const [number, text] = [await of(1), await of('1')];
    assert.deepEqual([number.at.group, text.at.group], [1, '1']);
    assert.deepEqual(number.survival, text.survival);
    assert.notDeepEqual(number.survival, (await of(0)).survival);
    await table.free();
  });
});

describe('a million rows', () => {
  test('progress rises to 1; an abort rejects at once and the next answer comes within a second', async t => {
    const worker = await createEngine({ worker: true });
    const columns = followed(1_000_000);
    const more = Object.fromEntries(
      Array.from({ length: 6 }, (_, k) => [`x${k}`, columns.age.map((x, i) => ((x * (k + 3) + i * (k + 7)) % 97) / 9)]),
    );
    const table = await worker.table({ ...columns, ...more });
    const small = await worker.table(followed(200));
    const spec = { ...model, predictors: ['age', 'arm', ...Object.keys(more)] };

    const times = [];
    for (let attempt = 1; attempt <= 3; attempt++) {
      /** @type {(value?: unknown) => void} */ let begun = () => {};
      const running = new Promise(resolve => (begun = resolve));
      const controller = new AbortController();
      const doomed = table.cox(spec, { signal: controller.signal, onProgress: ({ done }) => done > 0.1 && begun() });
      await Promise.race([running, doomed]);
      const aborted = performance.now();
      controller.abort();
      await assert.rejects(doomed, { code: 'ABORTED' });
      assert.ok(performance.now() - aborted < 200);
      assert.equal((await small.cox({ ...model, confLevel: 0.9 + attempt / 100 })).n, 200);
      times.push(performance.now() - aborted);
    }
    t.diagnostic(`the next answers came after ${times.map(ms => ms.toFixed(0)).join(', ')} ms`);
    assert.ok(Math.min(...times) < 1000, 'once at least, whatever else the machine is doing');

    /** @type {number[]} */ const seen = [];
    const { n, converged } = await table.cox(spec, { onProgress: ({ done }) => seen.push(done) });
    assert.deepEqual([n, converged], [1_000_000, true]);
    assert.ok(seen.length > 5, String(seen));
    assert.ok(seen.every((done, i) => i === 0 || done > seen[i - 1]));
    assert.equal(seen.at(-1), 1);
    await worker.close();
  });
});
