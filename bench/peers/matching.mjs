import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createEngine } from '../../web/index.js';
import { interleaved, median, timed } from './compare.mjs';
import { covariates, writeTreated } from './data.mjs';

/** @typedef {(what: string, ours: number, peer?: string, theirs?: number, format?: (figure: number) => string) => void} Row */

const spec = { treatment: 'treated', covariates };
const thousands = (/** @type {number} */ n) => n.toLocaleString('en').replaceAll(',', ' ');

/**
 * `match` against `MatchIt::matchit` with its `summary`, which holds the figures of `balance`; then a million rows
 * against a tenth of them, and what a run holds beyond the table.
 * @param {{ folder: string, r: import('./r.mjs').R | null, row: Row, quick: boolean }} surroundings
 * @returns {Promise<string>} the version of MatchIt, '' without it
 */
export async function matching({ folder, r, row, quick }) {
  const version = r ? await r.ask('matchit') : 'none';
  if (r && version === 'none') console.log('R has no MatchIt here (Debian: r-cran-matchit): ours alone is measured.');
  const engine = await createEngine({ memoryBudget: '1GB', cache: false });
  for (const rows of quick ? [20_000] : [20_000, 100_000]) {
    const path = join(folder, `treated-${rows}.csv`);
    await writeTreated(path, rows);
    const table = await engine.load(pathToFileURL(path));
    /** @type {{ [peer: string]: () => Promise<number> }} */
    const peers = { ours: () => timed(() => table.analyze('match', spec)) };
    if (r && version !== 'none') {
      // Its pairs are not compared: for a vector of scores MatchIt 4.5.1 misses the nearest control at times. Those of its
      // slower way are in tests/conformance.
      peers.matchit = async () => (await r.figures(`match ${rows}`))[0];
    }
    const times = await interleaved(peers, rows > 50_000 ? 1 : 3);
    const theirs = times.matchit && median(times.matchit);
    row(`\`match\`, ${thousands(rows)} rows`, median(times.ours), theirs ? '`matchit` and `summary`' : '', theirs);
    await table.free();
  }
  await engine.close();
  if (!quick) await aMillion(folder, row);
  return version === 'none' ? '' : version;
}

/** @param {string} folder @param {Row} row */
async function aMillion(folder, row) {
  await writeTreated(join(folder, 'treated-1000000.csv'), 1_000_000);
  /** @type {{ [rows: number]: number }} */
  const times = {};
  let bytesPerRow = 0;
  for (const rows of [100_000, 1_000_000]) {
    const engine = await createEngine({ memoryBudget: '1GB', cache: false });
    const table = await engine.load(pathToFileURL(join(folder, `treated-${rows}.csv`)));
    const { memory } = await engine.stats();
    /** @type {number[]} */
    const each = [];
    for (let run = 0; run < 3; run++) each.push(await timed(() => table.analyze('match', spec)));
    times[rows] = median(each);
    // Loading peaks higher than the table: counted from the peak only where the run passed it.
    const after = (await engine.stats()).memory;
    bytesPerRow = ((after.peakMb - memory.currentMb) * 2 ** 20) / rows;
    if (after.peakMb <= memory.peakMb) bytesPerRow = NaN;
    await engine.close();
  }
  row(`\`match\`, ${thousands(1_000_000)} rows`, times[1_000_000]);
  console.log(
    `match: a million rows take ${(times[1_000_000] / times[100_000]).toFixed(1)} × the time of 100 000; ` +
      `${Number.isNaN(bytesPerRow) ? 'less than loading' : `${bytesPerRow.toFixed(1)} bytes a row`} beyond the table.`,
  );
}
