import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createEngine } from '../../web/index.js';
import { interleaved, median, timed } from './compare.mjs';

/** @typedef {import('./r.mjs').R} R */

/**
 * Survival curves of two groups, and the test between them, beside R's `survfit` and `survdiff`.
 * @param {object} setting
 * @param {string} setting.folder where patients.csv and morePatients.csv lie
 * @param {string[]} setting.sizes their rows, as words
 * @param {R | null} setting.r
 * @param {number} setting.rounds
 * @param {string} setting.budget
 * @param {(what: string, ours: number, peer?: string, theirs?: number) => void} setting.row
 */
export async function curves({ folder, sizes, r, rounds, budget, row }) {
  const engine = await createEngine({ memoryBudget: budget, cache: false });
  const fields = { time: 'time', event: 'event', group: 'arm' };
  const table = await engine.load(pathToFileURL(join(folder, 'patients.csv')));
  const found = {
    kaplanMeier: await table.analyze('kaplanMeier', fields),
    logRank: await table.analyze('logRank', fields),
  };

  /** @type {{ [peer: string]: () => Promise<number> }} */
  const peers = {
    kaplanMeier: () => timed(() => table.analyze('kaplanMeier', fields)),
    logRank: () => timed(() => table.analyze('logRank', fields)),
  };
  if (r) {
    const [, ...medians] = await r.figures('survfit');
    const [, statistic] = await r.figures('survdiff');
    const ours = [...found.kaplanMeier.curves.map((/** @type {any} */ curve) => curve.median), found.logRank.statistic];
    [...medians, statistic].forEach((figure, i) => {
      if (Math.abs(figure - ours[i]) > 1e-6 * Math.abs(figure)) throw new Error(`R has ${figure}, not ${ours[i]}`);
    });
    for (const call of ['survfit', 'survdiff']) peers[call] = async () => (await r.figures(call))[0];
  }
  const times = await interleaved(peers, rounds);
  const theirs = (/** @type {string} */ call) => times[call] && median(times[call]);
  const what = `${sizes[0]} rows in 2 groups, all times distinct`;
  row(`\`kaplanMeier\`, ${what}`, median(times.kaplanMeier), r ? '`survfit`' : '', theirs('survfit'));
  row(`\`logRank\`, ${what}`, median(times.logRank), r ? '`survdiff`' : '', theirs('survdiff'));
  await table.free();

  const more = await engine.load(pathToFileURL(join(folder, 'morePatients.csv')));
  const large = await interleaved(
    {
      kaplanMeier: () => timed(() => more.analyze('kaplanMeier', fields)),
      logRank: () => timed(() => more.analyze('logRank', fields)),
    },
    Math.min(rounds, 3),
  );
  row(`\`kaplanMeier\`, ${sizes[1]} rows`, median(large.kaplanMeier));
  row(`\`logRank\`, ${sizes[1]} rows`, median(large.logRank));
  await engine.close();
}
