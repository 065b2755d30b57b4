// Expressions of `filter` and `derive` against R: expressions.json, written by expressions.R.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createEngine } from '../../web/index.js';

/** @type {{ data: Record<string, any[]>, cases: [string, (number | string | null)[]][] }} */
const { data, cases } = JSON.parse(readFileSync(new URL('expressions.json', import.meta.url), 'utf8'));

/** @param {unknown} got @param {number | string | null} want */
function agree(got, want) {
  if (want === null) return got === null || Number.isNaN(got);
  if (typeof got === 'string') return got === want;
  const value = want === 'Inf' ? Infinity : want === '-Inf' ? -Infinity : Number(want);
  return got === value || Math.abs(Number(got) - value) <= 1e-9 * Math.abs(value) + 1e-12;
}

test('a thousand expressions give what R gives', async () => {
  assert.equal(cases.length, 1000);
  const engine = await createEngine();
  const table = await engine.table(data, {
    dictionary: { code: { type: 'categorical' }, born: { label: 'Born' } },
  });
  const wrong = [];
  for (let first = 0; first < cases.length; first += 50) {
    const some = cases.slice(first, first + 50);
    const made = await table.derive(Object.fromEntries(some.map(([expression], i) => [`made${i}`, expression])));
    for (const [i, [expression, values]] of some.entries()) {
      const cells = Array.from(/** @type {any[]} */ (await made.column(`made${i}`)));
      if (!values.every((value, row) => agree(cells[row], value))) wrong.push({ expression, cells, values });
    }
    await made.free();
  }
  assert.deepEqual(wrong, []);
  await engine.close();
});

test('filter keeps the rows where R says TRUE', async () => {
  const engine = await createEngine();
  const table = await engine.table({ ...data, row: data.age.map((_, i) => i) });
  let compared = 0;
  for (const [expression, values] of cases) {
    if (!values.every(value => value === 0 || value === 1 || value === null)) continue;
    const kept = await table.filter(expression);
    assert.deepEqual(
      Array.from(/** @type {any[]} */ (await kept.column('row'))),
      values.flatMap((value, row) => (value === 1 ? [row] : [])),
      expression,
    );
    await kept.free();
    compared++;
  }
  assert.ok(compared > 200);
  await engine.close();
});
