import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createEngine } from '../../web/index.js';
import { interleaved, median, timed } from './compare.mjs';

/** @typedef {import('./r.mjs').R} R */

/**
 * Competing risks beside R's `cmprsk`: a Fine–Gray model, whose sums take O(n²) there, and cumulative incidences with
 * Gray's test.
 * @param {object} setting
 * @param {string} setting.folder where competing.csv, manyCompeting.csv and moreCompeting.csv lie
 * @param {string[]} setting.sizes their rows, as words
 * @param {R | null} setting.r
 * @param {number} setting.rounds
 * @param {string} setting.budget
 * @param {(what: string, ours: number, peer?: string, theirs?: number) => void} setting.row
 */
export async function risks({ folder, sizes, r, rounds, budget, row }) {
  const engine = await createEngine({ memoryBudget: budget, cache: false });
  const open = (/** @type {string} */ name) => engine.load(pathToFileURL(join(folder, name)));
  const outcome = { time: 'time', event: 'what', censorValue: 0 };
  const model = { ...outcome, cause: 1, predictors: ['x1', 'x2', 'x3'] };
  const curves = { ...outcome, group: 'arm' };

  const few = await open('competing.csv');
  const found = await few.analyze('fineGray', model);
  /** @type {{ [peer: string]: () => Promise<number> }} */
  const peers = { ours: () => timed(() => few.analyze('fineGray', model)) };
  if (r) {
    const [, ...theirs] = await r.figures('crr');
    const ours = found.terms.flatMap((/** @type {any} */ { estimate, se }) => [estimate, se]);
    same(theirs, ours, 1e-5);
    peers.crr = async () => (await r.figures('crr'))[0];
  }
  const fits = await interleaved(peers, Math.min(rounds, 3));
  const theirs = fits.crr && median(fits.crr);
  row(`\`fineGray\`, ${sizes[0]} × 3`, median(fits.ours), r ? '`crr`' : '', theirs);
  await few.free();

  const many = await open('manyCompeting.csv');
  const { gray } = await many.analyze('cumulativeIncidence', curves);
  /** @type {{ [peer: string]: () => Promise<number> }} */
  const incidences = { ours: () => timed(() => many.analyze('cumulativeIncidence', curves)) };
  if (r) {
    const [, ...statistics] = await r.figures('cuminc');
    same(
      statistics,
      (gray ?? []).map((/** @type {any} */ { statistic }) => statistic),
      1e-6,
    );
    incidences.cuminc = async () => (await r.figures('cuminc'))[0];
  }
  const times = await interleaved(incidences, Math.min(rounds, 3));
  const cuminc = times.cuminc && median(times.cuminc);
  const what = '2 groups, 2 causes, all times distinct';
  row(`\`cumulativeIncidence\`, ${sizes[1]} rows in ${what}`, median(times.ours), r ? '`cuminc`' : '', cuminc);
  const large = await interleaved({ ours: () => timed(() => many.analyze('fineGray', model)) }, Math.min(rounds, 3));
  row(`\`fineGray\`, ${sizes[1]} × 3`, median(large.ours));
  await many.free();

  const more = await open('moreCompeting.csv');
  const largest = await interleaved(
    {
      cumulativeIncidence: () => timed(() => more.analyze('cumulativeIncidence', curves)),
      fineGray: () => timed(() => more.analyze('fineGray', model)),
    },
    Math.min(rounds, 3),
  );
  row(`\`cumulativeIncidence\`, ${sizes[2]} rows`, median(largest.cumulativeIncidence));
  row(`\`fineGray\`, ${sizes[2]} × 3`, median(largest.fineGray));
  await engine.close();
}

/**
 * @param {number[]} theirs
 * @param {number[]} ours
 * @param {number} tolerance
 */
function same(theirs, ours, tolerance) {
  theirs.forEach((figure, i) => {
    if (Math.abs(figure - ours[i]) > tolerance * Math.abs(figure)) throw new Error(`R has ${figure}, not ${ours[i]}`);
  });
}
