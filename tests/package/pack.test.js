// The package as npm would hand it to a user.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { version } from '../../web/version.js';

test('the engine is of the version of the package, and needs no other package', async () => {
  const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  assert.equal(version, manifest.version);
  assert.deepEqual(manifest.dependencies ?? {}, {});
});
