import { createEngine } from '../../web/index.js';
import { interleaved, median, timed } from './compare.mjs';
import { randomFrom } from './data.mjs';

/**
 * A filter against the loop that one would write for it over typed arrays, both giving the columns of the rows kept.
 * @param {{ count: number, what: string, rounds: number, budget: string,
 *   row: (what: string, ours: number, peer: string, theirs: number) => void }} means
 */
export async function filter({ count, what, rounds, budget, row }) {
  const random = randomFrom(18);
  const age = Float64Array.from({ length: count }, () => 10 + Math.floor(80 * random()));
  const sex = Int32Array.from({ length: count }, () => (random() < 0.5 ? 0 : 1));
  const byHand = async () => {
    const ages = new Float64Array(count);
    const sexes = new Int32Array(count);
    let kept = 0;
    for (let i = 0; i < count; i++) {
      if (age[i] >= 18 && sex[i] === 0) {
        ages[kept] = age[i];
        sexes[kept++] = sex[i];
      }
    }
    return { rows: kept, columns: [ages.slice(0, kept), sexes.slice(0, kept)] };
  };
  const engine = await createEngine({ memoryBudget: budget });
  const words = ['Female', 'Male'];
  const table = await engine.table({ age, sex: Array.from(sex, code => words[code]) });
  /** @type {import('../../web/index.js').Table | undefined} */
  let made;
  const ours = async () => {
    await made?.free();
    return timed(async () => {
      made = await table.filter('age >= 18 & sex == "Female"');
    });
  };
  const times = await interleaved({ ours, hand: () => timed(byHand) }, rounds);
  if (made?.rows !== (await byHand()).rows) throw new Error('the filter and the loop keep different rows');
  row(what, median(times.ours), 'a loop in JavaScript', median(times.hand));
  await engine.close();
}
