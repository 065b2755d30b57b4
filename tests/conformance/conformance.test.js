// The reference cases (figures computed with R, not by this project) through the public API on the built package. How a
// case reads stands in each suite: what was called in R under `source`, the versions under `made`.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { createEngine } from '../../web/index.js';
import { agrees, lookUp, shown } from './agreement.js';

const folder = new URL('./', import.meta.url);

/** Of expressions and episodes, which are no analyses, other tests here read the figures. */
const suites = (
  await Promise.all(
    (
      await readdir(folder)
    )
      .filter(name => name.endsWith('.json'))
      .sort()
      .map(async name => JSON.parse(await readFile(new URL(name, folder), 'utf8'))),
  )
).filter(({ suite }) => suite);

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

    for (const { id, data, load, analysis, spec, expect, source } of cases) {
      test(`${id}: ${source}`, async () => {
        const bytes = new Uint8Array(await readFile(new URL(`data/${data}`, folder)));
        const run = async () => {
          const table = await engine.load(bytes, { format: 'csv', ...load });
          try {
            return await table.analyze(analysis, spec);
          } finally {
            await table.free();
          }
        };
        if (expect.error) return assert.rejects(run, { name: 'BedsideError', code: expect.error });
        const result = await run();
        for (const { path, value, rtol = 1e-6, atol = 1e-9 } of expect) {
          const got = lookUp(result, path);
          assert.ok(agrees(got, value, rtol, atol), `${path}: got ${shown(got)}, R says ${shown(value)}`);
        }
      });
    }
  });
}
