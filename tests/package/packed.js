// The package as npm hands it to a user: packed, and unpacked into a project of its own.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs a command; what it printed is in the error when it fails.
 * @param {string} command
 * @param {string[]} words
 * @param {string} [cwd]
 */
export async function run(command, words, cwd = root) {
  try {
    return (await promisify(execFile)(command, words, { cwd, env: { ...process.env, NO_COLOR: '1' } })).stdout;
  } catch (error) {
    const { stdout, stderr } = /** @type {{ stdout: string, stderr: string }} */ (error);
    return assert.fail(`${command} ${words.join(' ')} failed:\n${stdout}\n${stderr}`);
  }
}

/**
 * A folder whose `node_modules` holds the package; `files` are those of the tarball.
 * @returns {Promise<{ consumer: string, tarball: string, files: string[] }>}
 */
export async function installPacked() {
  const consumer = await mkdtemp(join(tmpdir(), 'consumer-'));
  const [packed] = JSON.parse(await run('npm', ['pack', '--offline', '--json', '--pack-destination', consumer]));
  const tarball = join(consumer, packed.filename);
  const installed = join(consumer, 'node_modules/bedside');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  return { consumer, tarball, files: packed.files.map((/** @type {{ path: string }} */ { path }) => path) };
}
