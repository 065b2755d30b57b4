import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createEngine } from '../../web/index.js';
import { interleaved, median, timed } from './compare.mjs';
import { trial } from './data.mjs';

/**
 * Table 1 of `trial.csv`, and Fisher's test of a table of R's help page.
 * @param {object} bench
 * @param {string} bench.folder where the data lie
 * @param {string} bench.size rows of `trial.csv`, as they are written
 * @param {import('./r.mjs').R | null} bench.r
 * @param {number} bench.rounds
 * @param {string} bench.budget
 * @param {(what: string, ours: number, peer?: string, theirs?: number) => void} bench.row adds a row to the report
 */
export async function tables({ folder, size, r, rounds, budget, row }) {
  const engine = await createEngine({ memoryBudget: budget, cache: false });
  const table = await engine.load(pathToFileURL(join(folder, 'trial.csv')));
  const spec = { group: 'arm', nonnormal: trial.skewed };
  const { variables } = await table.tableOne(spec);

  /** @type {{ [peer: string]: () => Promise<number> }} */
  const peers = { ours: () => timed(() => table.tableOne(spec)) };
  if (r) {
    const [, ...figures] = await r.figures('tableOne');
    for (const [i, { name, p, smd }] of variables.entries()) {
      for (const [got, want] of [
        [/** @type {number} */ (p), figures[2 * i]],
        [smd, figures[2 * i + 1]],
      ]) {
        if (Math.abs(got - want) > 1e-6 * Math.abs(want)) throw new Error(`${name}: ${got} is not R's ${want}`);
      }
    }
    peers.r = async () => (await r.figures('tableOne'))[0];
  }
  const times = await interleaved(peers, rounds);
  const what = `\`tableOne\`, ${size} × ${variables.length}`;
  row(what, median(times.ours), r ? '`t.test`, `wilcox.test`, `chisq.test`, SMDs' : '', times.r && median(times.r));

  const counts = [
    [1, 3, 10, 6],
    [2, 3, 10, 7],
    [1, 6, 14, 12],
    [0, 1, 9, 11],
  ];
  const exact = () => engine.analyze('contingency', { counts });
  /** @type {{ [peer: string]: () => Promise<number> }} */
  const tests = { ours: () => timed(exact) };
  if (r) tests.r = async () => (await r.figures('fisher'))[0];
  const tested = await interleaved(tests, 2 * rounds);
  row('Fisher’s test of a 4 × 4 table', median(tested.ours), r ? '`fisher.test`' : '', tested.r && median(tested.r));
  await engine.close();
}
