import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createEngine } from '../../web/index.js';
import { interleaved, median, timed } from './compare.mjs';

/** @typedef {import('./r.mjs').R} R */

/** Covariates of `writeHazards`. */
const predictors = Array.from({ length: 10 }, (_, j) => `x${j + 1}`);

/**
 * `cox` whole, with concordance, baseline and the test of proportional hazards, beside R's `coxph`, `cox.zph` and
 * `basehaz`; then with heavy ties, with strata, with ten times the rows. (The fit alone is in bench/kernels.)
 * @param {object} setting
 * @param {string} setting.folder where hazards.csv and moreHazards.csv lie
 * @param {string[]} setting.sizes their rows, as words
 * @param {R | null} setting.r
 * @param {number} setting.rounds
 * @param {string} setting.budget
 * @param {(what: string, ours: number, peer?: string, theirs?: number) => void} setting.row
 */
export async function cox({ folder, sizes, r, rounds, budget, row }) {
  const engine = await createEngine({ memoryBudget: budget, cache: false });
  const table = await engine.load(pathToFileURL(join(folder, 'hazards.csv')));
  const spec = { time: 'time', event: 'event', predictors };
  const tied = { ...spec, time: 'day' };
  const stratified = { ...spec, strata: 'site' };
  const fit = (/** @type {object} */ model) => () => timed(() => table.analyze('cox', model));

  /** @type {{ [peer: string]: () => Promise<number> }} */
  const peers = { plain: fit(spec), tied: fit(tied), stratified: fit(stratified) };
  if (r) {
    const [, , ...theirs] = await r.figures('coxph');
    const { terms } = await table.analyze('cox', spec);
    theirs.forEach((b, i) => {
      // coxph stops where the likelihood has settled, a little before its maximum.
      if (Math.abs(b - terms[i].estimate) > 1e-5 * terms[i].se) throw new Error(`R has ${b}, not ${terms[i].estimate}`);
    });
  }
  const times = await interleaved(peers, rounds);
  /** @type {number[][]} */
  const calls = [];
  if (r) for (let round = 0; round < Math.min(rounds, 3); round++) calls.push(await r.figures('coxph'));
  const theirs = (/** @type {number} */ figure) => (r ? median(calls.map(call => call[figure])) : undefined);
  const what = `${sizes[0]} × ${predictors.length}`;
  row(`\`cox\` whole, ${what}`, median(times.plain), r ? '`coxph` + `cox.zph` + `basehaz`' : '', theirs(0));
  row('the same', median(times.plain), r ? '`coxph.fit` alone' : '', theirs(1));
  row('with 500 distinct times', median(times.tied));
  row('in 50 strata', median(times.stratified));
  await table.free();

  const more = await engine.load(pathToFileURL(join(folder, 'moreHazards.csv')));
  const large = await interleaved({ ours: () => timed(() => more.analyze('cox', spec)) }, Math.min(rounds, 3));
  row(`\`cox\` whole, ${sizes[1]} × ${predictors.length}`, median(large.ours));
  await engine.close();
}
