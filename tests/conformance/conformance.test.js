// The reference cases on the built package.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createEngine } from '../../web/index.js';
import { agrees, lookUp, shown } from './agreement.js';
import { run, suites } from './suites.js';

test('every suite of the engine is here', () => {
  assert.deepEqual(
    suites.map(({ suite }) => suite),
    [
      'analyze-outcome',
      'competing-further',
      'competing-risks',
      'contingency',
      'count',
      'cox-further',
      'cox',
      'describe',
      'e-value',
      'ipw',
      'linear',
      'loading',
      'logistic',
      'logrank',
      'mantel-haenszel',
      'match',
      'matching-further',
      'nelson-aalen',
      'promises-matching',
      'promises-survival',
      'propensity',
      'subgroup',
      'survival-further',
      'survival-km',
      'table-one',
      'tables',
    ],
  );
});

for (const { suite, made, cases } of suites) {
  describe(`${suite} (${made})`, () => {
    /** @type {import('../../web/engine.js').Engine} */
    let engine;
    before(async () => {
      engine = await createEngine();
    });
    after(() => engine.close());

    for (const each of cases) {
      const { id, expect, source } = each;
      test(`${id}: ${source}`, async () => {
        if (expect.error) return assert.rejects(run(engine, each), { name: 'BedsideError', code: expect.error });
        const result = await run(engine, each);
        for (const { path, value, rtol = 1e-6, atol = 1e-9 } of expect) {
          const got = lookUp(result, path);
          assert.ok(agrees(got, value, rtol, atol), `${path}: got ${shown(got)}, R says ${shown(value)}`);
        }
      });
    }
  });
}
