// The reference cases (figures computed with R, not by this project). How a case reads stands in each suite: what was
// called in R under `source`, the versions under `made`.

import { readdir, readFile } from 'node:fs/promises';

const folder = new URL('./', import.meta.url);

/**
 * @typedef {{ path: string, value: any, rtol?: number, atol?: number }} Figure
 *
 * @typedef {object} Case
 * @property {string} id
 * @property {string} data a file of `data/`
 * @property {any} [load] options of `engine.load`
 * @property {string} analysis
 * @property {any} spec
 * @property {Figure[] & { error?: string }} expect figures, or `{ error: code }`
 * @property {string} source
 *
 * @typedef {{ suite: string, made: string, cases: Case[] }} Suite
 */

/** Of expressions and episodes, which are no analyses, other tests read the figures. @type {Suite[]} */
export const suites = (
  await Promise.all(
    (
      await readdir(folder)
    )
      .filter(name => name.endsWith('.json'))
      .sort()
      .map(async name => JSON.parse(await readFile(new URL(name, folder), 'utf8'))),
  )
).filter(({ suite }) => suite);

/**
 * The case through the public API.
 * @param {import('../../web/engine.js').Engine} engine
 * @param {Case} each
 * @returns {Promise<any>} the result
 */
export async function run(engine, { data, load, analysis, spec }) {
  const bytes = new Uint8Array(await readFile(new URL(`data/${data}`, folder)));
  const table = await engine.load(bytes, { format: 'csv', ...load });
  try {
    return await table.analyze(analysis, spec);
  } finally {
    await table.free();
  }
}
