// Hostile input: whatever is loaded or asked for ends in a result or a BedsideError, and the engine goes on.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createEngine } from '../../web/index.js';
import { csvOf, patients } from '../package/patients.js';

/** @type {import('../../web/index.js').Engine} */
let engine;
before(async () => {
  engine = await createEngine();
});
after(() => engine.close());

test('the example loads', async () => {
  const table = await engine.load(csvOf(patients(40)), { format: 'csv' });
  assert.equal(table.rows, 40);
  await table.free();
});
