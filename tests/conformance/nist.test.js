// The certified linear sets through the public API, scored in digits: −log₁₀ of the relative error (McCullough 1998), of
// every estimate, standard error, sigma and R². Ceres, R and others publish the same scores.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createEngine } from '../../web/index.js';
import { digitsOf } from './agreement.js';
import { certifiedSets } from './nist_strd.js';

/** @type {import('../../web/engine.js').Engine} */
let engine;
before(async () => {
  engine = await createEngine();
});
after(() => engine.close());

for (const { name, digits, columns, estimates, errors, sigma, rSquared } of certifiedSets) {
  const predictors = Object.keys(columns).filter(column => column !== 'y');

  test(`${name}: ${digits} digits of the certified figures`, async t => {
    const table = await engine.table(columns);
    const { terms, model } = await table.linear({ outcome: 'y', predictors });
    await table.free();
    assert.deepEqual(
      terms.map(({ term }) => term),
      ['(Intercept)', ...predictors],
    );
    const scores = [
      ...terms.map(({ term, estimate }, i) => ({ of: `estimate of ${term}`, agree: digitsOf(estimate, estimates[i]) })),
      ...terms.map(({ term, se }, i) => ({ of: `error of ${term}`, agree: digitsOf(se, errors[i]) })),
      { of: 'sigma', agree: digitsOf(model.sigma, sigma) },
      { of: 'R²', agree: digitsOf(model.rSquared, rSquared) },
    ];
    const worst = scores.reduce((a, b) => (b.agree < a.agree ? b : a));
    t.diagnostic(`${name}: ${worst.agree.toFixed(1)} digits (${worst.of})`);
    assert.ok(worst.agree >= digits, `${worst.of}: ${worst.agree.toFixed(1)} digits`);
  });

  test(`${name}: the data lie about the certified line`, () => {
    // Guards the data themselves: with a wrong cell the certified sum of squares is missed.
    const y = columns.y;
    const n = y.length;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const fitted = predictors.reduce((sum, x, k) => sum + estimates[k + 1] * columns[x][i], estimates[0]);
      squares += (y[i] - fitted) ** 2;
    }
    const scale = Math.max(...y.map(Math.abs));
    assert.ok(Math.abs(Math.sqrt(squares / (n - predictors.length - 1)) - sigma) < 1e-5 * sigma + 1e-9 * scale);
  });
}

test('ill-conditioned is not collinear: a column that is truly a sum of others is SINGULAR and named', async () => {
  const [, , longley] = certifiedSets;
  const table = await engine.table({
    ...longley.columns,
    both: longley.columns.unemployed.map((each, i) => each + longley.columns.forces[i]),
  });
  const predictors = Object.keys(longley.columns).filter(column => column !== 'y');
  await assert.rejects(
    table.linear({ outcome: 'y', predictors: [...predictors, 'both'] }),
    (/** @type {any} */ error) => {
      assert.equal(error.code, 'SINGULAR');
      assert.match(error.message, /both|unemployed|forces/);
      return true;
    },
  );
  assert.equal((await table.linear({ outcome: 'y', predictors })).n, 16);
  await table.free();
});
