// Regressions as their users meet them where a formula has no value.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createEngine } from '../../web/index.js';

/** @type {import('../../web/index.js').Engine} */
let engine;
before(async () => {
  engine = await createEngine();
});
after(() => engine.close());

describe('a level with one row', () => {
  /** @type {import('../../web/index.js').Table} */
  let cars;
  before(async () => {
    cars = await engine.load(new URL('../conformance/data/reg-mtcars.csv', import.meta.url));
  });
  after(() => cars.free());

  const model = { outcome: 'mpg', predictors: ['wt', 'carb'], categorical: ['carb'] };

  test('has leverage 1 and no Cook’s distance, as in R', async () => {
    const { leverage, cooksDistance } = await cars.linear(model);
    for (const [row, h] of leverage.entries()) {
      assert.equal(h === 1, row === 29 || row === 30, `row ${row}`);
      assert.equal(Number.isNaN(cooksDistance[row]), h === 1);
    }
    assert.ok(Math.abs(cooksDistance[16] - 0.1663671) < 1e-6);
  });

  test('leaves HC3 without errors and says what to do; HC1 has them', async () => {
    for (const [analysis, outcome] of /** @type {const} */ ([
      ['linear', 'mpg'],
      ['poisson', 'cyl'],
    ])) {
      const { terms, warnings } = await cars.analyze(analysis, { ...model, outcome, robust: 'HC3' });
      assert.ok(
        terms.every((/** @type {any} */ term) => Number.isNaN(term.se)),
        analysis,
      );
      const [warning] = warnings.filter(({ code }) => code === 'LEVERAGE_ONE');
      assert.match(warning.message, /HC0 or HC1/);
    }
    const { terms, warnings } = await cars.linear({ ...model, robust: 'HC1' });
    assert.ok(Math.abs(terms[1].se - 0.711417751) < 1e-8); // sandwich::vcovHC(lm(mpg ~ wt + factor(carb)), 'HC1')
    assert.equal(warnings.length, 0);
  });
});
