// `splitEpisodes` against R's survSplit: episodes.json, written by episodes.R.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createEngine } from '../../web/index.js';

/** @type {any} */
const figures = JSON.parse(readFileSync(new URL('episodes.json', import.meta.url), 'utf8'));

for (const [name, start] of /** @type {const} */ ([
  ['fromZero', undefined],
  ['fromEntry', 'entry'],
])) {
  test(`episodes ${name} are those of survSplit`, async () => {
    const engine = await createEngine();
    const table = await engine.table(figures.data);
    const { cuts } = figures;
    const split = await table.splitEpisodes({ time: 'time', event: 'died', start, cuts });
    const wanted = figures[name];
    assert.equal(split.rows, wanted.id.length);
    for (const column of ['id', 'age', 'tstart', 'tstop', 'event', 'episode']) {
      const cells = Array.from(/** @type {Float64Array} */ (await split.column(column)), cell =>
        Number.isNaN(cell) ? null : cell,
      );
      assert.deepEqual(cells, wanted[column], column);
    }
    await engine.close();
  });
}
