// Survival curves and their comparison as users meet them: edge cases decided as R decides them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createEngine } from '../../web/index.js';

/** @type {import('../../web/engine.js').Engine} */
let engine;
before(async () => {
  engine = await createEngine();
});
after(() => engine.close());

/**
 * @param {number[]} time
 * @param {number[]} event
 * @param {Record<string, any>} [more]
 */
const table = (time, event, more = {}) => engine.table({ time, event, ...more });
const fields = { time: 'time', event: 'event' };
const list = (/** @type {Float64Array | null} */ vector) => Array.from(vector ?? []);
const failure = (/** @type {string} */ code, /** @type {RegExp} */ message) => (/** @type {any} */ error) => {
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  return true;
};

describe('kaplanMeier', () => {
  test('a row censored at the time of an event is at risk at it', async () => {
    const { curves } = await (await table([2, 2, 2, 5], [1, 0, 1, 1])).kaplanMeier(fields);
    assert.deepEqual(list(curves[0].time), [2, 5]);
    assert.deepEqual(list(curves[0].nRisk), [4, 1]);
    assert.deepEqual(list(curves[0].nEvent), [2, 1]);
    assert.deepEqual(list(curves[0].nCensor), [1, 0]);
    assert.deepEqual(list(curves[0].survival), [0.5, 0]);
    assert.equal(curves[0].se[1], Number.NaN, 'the last observation is an event');
    assert.equal(curves[0].median, 3.5);
    assert.equal(curves[0].nRiskRows, null);
  });

  test('all censored: a flat curve, no median, no test', async () => {
    const data = await table([1, 2, 3, 4], [0, 0, 0, 0], { arm: ['a', 'b', 'a', 'b'] });
    const { curves, logRank, tau } = await data.kaplanMeier({ ...fields, group: 'arm' });
    assert.equal(logRank, null);
    assert.equal(tau, 4);
    for (const curve of curves) {
      assert.deepEqual(list(curve.survival), [1, 1]);
      assert.deepEqual(
        [list(curve.ciLow), list(curve.ciHigh)],
        [
          [1, 1],
          [1, 1],
        ],
      );
      assert.deepEqual([curve.events, curve.median, curve.rmst, curve.rmstSe], [0, Number.NaN, 4, 0]);
    }
  });

  test('one event; a group without events', async () => {
    const data = await table([1, 2, 3, 4], [0, 1, 0, 0], { arm: ['a', 'a', 'b', 'b'] });
    const { curves, logRank } = await data.kaplanMeier({ ...fields, group: 'arm', ciType: 'log-log' });
    assert.deepEqual(
      curves.map(({ events }) => events),
      [1, 0],
    );
    assert.deepEqual(list(curves[1].ciLow), [Number.NaN, Number.NaN]);
    assert.equal(logRank?.df, 1);
  });

  test('events at 0 and times below 0 count; the restricted mean begins at the smallest', async () => {
    const zero = await (await table([0, 1, 2], [1, 1, 0])).kaplanMeier({ ...fields, times: [-1, 0, 1] });
    assert.deepEqual(
      zero.curves[0].atTimes.map(({ survival, nRisk }) => [survival, nRisk]),
      [
        [1, 3],
        [2 / 3, 3],
        [1 / 3, 2],
      ],
    );
    const below = await (await table([-2, 3, 5], [1, 1, 0])).kaplanMeier(fields);
    assert.ok(Math.abs(below.curves[0].rmst - 4) < 1e-12); // 5 · ⅔ + 2 · ⅓
    const first = await (await table([-2, -1], [1, 1])).kaplanMeier(fields);
    assert.equal(first.curves[0].rmst, 0.5);
  });

  test('times that differ by arithmetic are one', async () => {
    const { curves } = await (await table([0.1 + 0.2, 0.3, 1], [1, 1, 0])).kaplanMeier(fields);
    assert.deepEqual(list(curves[0].time), [0.3, 1]);
    assert.equal(curves[0].nEvent[0], 2);
  });

  test('times in the order asked for; before the first row 1, after the last one that row', async () => {
    const data = await table([1, 3, 4], [1, 1, 0]);
    const { curves } = await data.kaplanMeier({ ...fields, times: [9, 0.5, 3], ciType: 'log-log' });
    const [late, early, at] = curves[0].atTimes;
    assert.deepEqual([late.time, late.nRisk, late.ciLow], [9, 0, curves[0].ciLow[2]]);
    assert.deepEqual([early.nRisk, early.survival, early.ciLow, early.ciHigh], [3, 1, 1, 1]);
    assert.equal(at.survival, curves[0].survival[1]);
  });

  test('a landmark leaves out earlier rows, keeps its own, and counts missing ones before', async () => {
    const data = await table([1, 3, 3, 5, Number.NaN], [1, 1, 0, 1, 1]);
    const result = await data.kaplanMeier({ ...fields, landmark: 3, tau: 5 });
    assert.deepEqual([result.n, result.nExcluded, result.nMissing], [3, 1, 1]);
    assert.deepEqual(list(result.curves[0].time), [3, 5]);
    assert.ok(Math.abs(result.curves[0].rmst - 4 / 3) < 1e-12);
    await assert.rejects(data.kaplanMeier({ ...fields, landmark: 3, tau: 3 }), failure('INVALID_SPEC', /tau.*3/));
    await assert.rejects(data.kaplanMeier({ ...fields, landmark: 6 }), failure('TOO_FEW_ROWS', /landmark 6/));
    await assert.rejects(data.kaplanMeier({ ...fields, tau: 0 }), failure('INVALID_SPEC', /tau/));
  });

  test('whole weights are repeated rows, with the rows at risk beside; weight 0 is no row', async () => {
    const weighted = await table([1, 2, 3, 9], [1, 0, 1, 1], { w: [2, 1, 3, 0] });
    const { n, curves } = await weighted.kaplanMeier({ ...fields, weights: 'w', times: [2] });
    const repeated = await table([1, 1, 2, 3, 3, 3], [1, 1, 0, 1, 1, 1]);
    const other = (await repeated.kaplanMeier({ ...fields, times: [2] })).curves[0];
    assert.equal(n, 3);
    assert.deepEqual({ ...curves[0], n: 6, events: 5, nRiskRows: null }, other);
    assert.deepEqual(list(curves[0].nRiskRows), [3, 2, 1]);
  });

  test('errors name column and remedy, in their order', async () => {
    const data = await table([1, 2, Number.POSITIVE_INFINITY], [1, 0, 1], { w: [1, -1, 1], three: [0, 1, 2] });
    await assert.rejects(data.kaplanMeier({ ...fields, weights: 'w' }), failure('INVALID_SPEC', /w.*-1/));
    await assert.rejects(
      data.kaplanMeier({ time: 'time', event: 'three', weights: 'w' }),
      failure('NOT_BINARY', /three/),
    );
    await assert.rejects(data.kaplanMeier(fields), failure('NOT_FINITE', /time.*3/));
    await assert.rejects(
      data.kaplanMeier(/** @type {any} */ ({ ...fields, weight: 'w' })),
      failure('INVALID_SPEC', /weight/),
    );
    await assert.rejects(
      data.kaplanMeier(/** @type {any} */ ({ ...fields, times: [1, '2'] })),
      failure('INVALID_SPEC', /times/),
    );
  });

  test('a value of several may be the event', async () => {
    const { curves } = await (await table([1, 2, 3], [0, 1, 2])).kaplanMeier({ ...fields, eventValue: 2 });
    assert.deepEqual(list(curves[0].survival), [1, 1, 0]);
    const none = await (await table([1, 2, 3], [0, 1, 2])).kaplanMeier({ ...fields, eventValue: 7 });
    assert.deepEqual(list(none.curves[0].survival), [1, 1, 1]);
  });
});

describe('nelsonAalen', () => {
  test('sums events over those at risk, limits at least 0', async () => {
    const { curves } = await (await table([1, 2, 2, 4], [1, 1, 0, 1])).nelsonAalen(fields);
    assert.deepEqual(list(curves[0].cumulativeHazard), [1 / 4, 1 / 4 + 1 / 3, 1 / 4 + 1 / 3 + 1]);
    assert.equal(curves[0].ciLow[0], 0);
    await assert.rejects(
      (await table([1], [1])).nelsonAalen(/** @type {any} */ ({ ...fields, tau: 1 })),
      failure('INVALID_SPEC', /tau/),
    );
  });
});

describe('logRank', () => {
  const arms = { arm: ['a', 'b', 'a', 'b', 'a', 'b'], site: [1, 1, 1, 2, 2, 2] };

  test('one stratum is a column or an array of one, and asked for twice it is computed once', async () => {
    const data = await table([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 0, 1], arms);
    const one = await data.logRank({ ...fields, group: 'arm', strata: 'site' });
    const array = await data.logRank({ ...fields, group: 'arm', strata: ['site'] });
    assert.deepEqual(one.spec.strata, ['site']);
    assert.equal(array.cached, true);
    assert.deepEqual(one.pairwise, []);
    const none = await data.logRank({ ...fields, group: 'arm', strata: [] });
    assert.equal((await data.logRank({ ...fields, group: 'arm' })).cached, true);
    assert.notEqual(none.statistic, one.statistic);
  });

  test('is the test of kaplanMeier', async () => {
    const data = await table([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 0, 1], arms);
    const { statistic, df, p } = await data.logRank({ ...fields, group: 'arm' });
    assert.deepEqual((await data.kaplanMeier({ ...fields, group: 'arm' })).logRank, { statistic, df, p });
  });

  test('strata that are the groups leave nothing to compare', async () => {
    const data = await table([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 0, 1], arms);
    const { statistic, df, p, groups } = await data.logRank({ ...fields, group: 'arm', strata: 'arm' });
    assert.deepEqual([statistic, df, p], [0, 0, 1]);
    for (const { observed, expected } of groups) assert.ok(Math.abs(observed - expected) < 1e-12);
  });

  test('needs two groups, then an event', async () => {
    const data = await table([1, 2], [0, 0], { one: ['a', 'a'], two: ['a', 'b'] });
    await assert.rejects(data.logRank({ ...fields, group: 'one' }), failure('ONE_GROUP', /'one' = 'a'/));
    await assert.rejects(data.logRank({ ...fields, group: 'two' }), failure('NO_EVENTS', /event/));
  });
});
