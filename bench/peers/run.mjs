// Measures the package beside R: the same data, the same run, medians of runs that take turns.
// `node bench/peers/run.mjs [--quick] [--only PART]`; without R (Debian: r-base-core r-cran-data.table r-cran-survival
// r-cran-cmprsk r-cran-matchit) ours alone. Parts: logistic, records, curves, cox, risks, filter, tables, starts,
// matching.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createEngine } from '../../web/index.js';
import { awayShare, interleaved, median, timed } from './compare.mjs';
import { cox } from './cox.mjs';
import { curves } from './curves.mjs';
import {
  predictors,
  writeCompeting,
  writeFollowUp,
  writeHazards,
  writeOutcomes,
  writeRecords,
  writeTrial,
} from './data.mjs';
import { filter } from './filter.mjs';
import { matching } from './matching.mjs';
import { R } from './r.mjs';
import { risks } from './risks.mjs';
import { machine, markdown, milliseconds, putBetweenMarkers, ratio } from './table.mjs';
import { tables } from './tables.mjs';

const quick = process.argv.includes('--quick');
const at = process.argv.indexOf('--only');
const only = at < 0 ? null : process.argv[at + 1];
const wanted = (/** @type {string} */ part) => only === null || only === part;
const outcomeRows = quick ? 10_000 : 100_000;
const recordRows = quick ? 100_000 : 1_000_000;
const fineGrayRows = quick ? 1000 : 5000; // crr's sums over n² pairs take seconds
const rounds = quick ? 3 : 5;
const budget = '1GB';
const thousands = (/** @type {number} */ n) => n.toLocaleString('en').replaceAll(',', ' ');

/** @type {string[][]} */
const rows = [];
/**
 * @param {string} what
 * @param {number} ours
 * @param {string} [peer]
 * @param {number} [theirs]
 * @param {(figure: number) => string} [format]
 */
function row(what, ours, peer = '', theirs = undefined, format = milliseconds) {
  rows.push([what, format(ours), peer, theirs === undefined ? '' : format(theirs), ratio(ours, theirs)]);
}

/**
 * @param {string} folder
 * @param {R | null} r
 */
async function logistic(folder, r) {
  const spec = { outcome: 'y', predictors, method: /** @type {const} */ ('ml') };
  const source = pathToFileURL(join(folder, 'outcomes.csv'));
  const uncached = await createEngine({ memoryBudget: budget, cache: false });
  const cached = await createEngine({ memoryBudget: budget });
  const table = await uncached.load(source);
  const tableOfCached = await cached.load(source);
  const result = await table.analyze('logistic', spec);
  await tableOfCached.analyze('logistic', spec);

  /** @type {{ [peer: string]: () => Promise<number> }} */
  const peers = {
    ours: () => timed(() => table.analyze('logistic', spec)),
    hit: () => timed(() => tableOfCached.analyze('logistic', spec)),
  };
  if (r) {
    const [, ...coefficients] = await r.figures('logistic');
    coefficients.forEach((b, i) => {
      const difference = Math.abs(result.terms[i].estimate - b);
      if (difference > 1e-6 * Math.abs(b)) throw new Error(`coefficient ${i} is ${difference} away from R's`);
    });
    peers.glm = async () => (await r.figures('logistic'))[0];
  }
  const times = await interleaved(peers, rounds);
  const glm = times.glm && median(times.glm);
  const what = `\`logistic\`, ${thousands(outcomeRows)} × ${predictors.length}`;
  row(what, median(times.ours), r ? '`glm.fit`' : '', glm);
  row('the same again (layer 1)', median(times.hit), r ? '`glm.fit`' : '', glm);
  await uncached.close();
  await cached.close();
}

/**
 * @param {string} folder
 * @param {R | null} r
 * @param {string[]} readers those that R has
 */
async function records(folder, r, readers) {
  const path = join(folder, 'records.csv');
  const source = pathToFileURL(path);
  const mb = ((await stat(path)).size / 2 ** 20).toFixed(0);
  const loading = await createEngine({ memoryBudget: budget, cache: false });
  const load = async () => {
    /** @type {import('../../web/table.js').Table | undefined} */
    let loaded;
    const ms = await timed(async () => {
      loaded = await loading.load(source);
    });
    await loaded?.free();
    return ms;
  };
  /** @type {{ [peer: string]: () => Promise<number> }} */
  const loads = { ours: load };
  if (r) for (const reader of readers) loads[reader] = async () => (await r.figures(`load ${reader}`))[0];
  const times = await interleaved(loads, Math.min(rounds, 3));
  await loading.close();
  const what = `\`load\`, CSV of ${thousands(recordRows)} × 10 (${mb} MB)`;
  if (readers.length === 0) row(what, median(times.ours));
  for (const reader of readers) row(what, median(times.ours), peerName(reader), median(times[reader]));

  const engine = await createEngine({ memoryBudget: budget, cache: false });
  const table = await engine.load(source);
  const { memory } = await engine.stats();
  const scratch = memory.peakMb - memory.currentMb;
  const format = (/** @type {number} */ figure) => `${figure.toFixed(1)} MB`;
  const scratchWhat = `memory while loading, beyond the table (${format(memory.currentMb)})`;
  const theirs = r ? (await r.figures('scratch read.csv'))[0] : undefined;
  row(scratchWhat, scratch, r ? peerName('read.csv') : '', theirs, format);

  /** @type {{ [peer: string]: () => Promise<number> }} */
  const describes = { ours: () => timed(() => table.analyze('describe', {})) };
  if (r) describes.r = async () => (await r.figures('describe'))[0];
  const described = await interleaved(describes, rounds);
  const describeWhat = `\`describe\`, ${thousands(recordRows)} × 10`;
  row(describeWhat, median(described.ours), r ? '`mean`, `sd`, `quantile`, …' : '', described.r && median(described.r));
  await engine.close();
}

/** @param {string} reader */
function peerName(reader) {
  return reader === 'fread' ? '`fread`, one thread' : `\`${reader}\``;
}

/** @param {boolean} withR */
async function starts(withR) {
  const run = promisify(execFile);
  const script = fileURLToPath(new URL('./start.mjs', import.meta.url));
  const start = async (/** @type {string} */ kind) => Number((await run(process.execPath, [script, kind])).stdout);
  /** @type {{ [peer: string]: () => Promise<number> }} */
  const peers = { first: () => start('first'), compiled: () => start('compiled') };
  if (withR) {
    peers.r = async () => {
      const begun = performance.now(); // not `timed`: this process only waits
      await run('Rscript', ['--vanilla', '-e', '0']);
      return performance.now() - begun;
    };
  }
  const times = await interleaved(peers, quick ? 3 : 9);
  const r = times.r && median(times.r);
  row('`createEngine`, first ever', median(times.first), withR ? 'start of R' : '', r);
  row('`createEngine`, module compiled before', median(times.compiled), withR ? 'start of R' : '', r);
}

const folder = await mkdtemp(join(tmpdir(), 'bedside-peers-'));
/** @type {R | null} */
let r = null;
try {
  if (wanted('logistic')) await writeOutcomes(join(folder, 'outcomes.csv'), outcomeRows);
  if (wanted('records')) await writeRecords(join(folder, 'records.csv'), recordRows);
  if (wanted('curves')) {
    await writeFollowUp(join(folder, 'patients.csv'), outcomeRows);
    await writeFollowUp(join(folder, 'morePatients.csv'), 10 * outcomeRows);
  }
  if (wanted('tables')) await writeTrial(join(folder, 'trial.csv'), outcomeRows);
  if (wanted('cox')) {
    await writeHazards(join(folder, 'hazards.csv'), outcomeRows);
    await writeHazards(join(folder, 'moreHazards.csv'), 10 * outcomeRows);
  }
  if (wanted('risks')) {
    await writeCompeting(join(folder, 'competing.csv'), fineGrayRows);
    await writeCompeting(join(folder, 'manyCompeting.csv'), outcomeRows);
    await writeCompeting(join(folder, 'moreCompeting.csv'), 10 * outcomeRows);
  }
  r = await R.start(folder);
  if (!r) console.log('No R here (Debian: apt-get install r-base-core r-cran-data.table): ours alone is measured.');
  const fread = r ? await r.ask('fread') : 'none';
  if (r && fread === 'none') console.log('R has no data.table here: fread is left out.');
  const readers = r ? ['read.csv', ...(fread === 'none' ? [] : ['fread'])] : [];

  if (wanted('logistic')) await logistic(folder, r);
  if (wanted('records')) await records(folder, r, readers);
  if (wanted('curves')) {
    const survival = r && (await r.ask('survival')) !== 'none' ? r : null;
    const sizes = [thousands(outcomeRows), thousands(10 * outcomeRows)];
    await curves({ folder, sizes, r: survival, rounds, budget, row });
  }
  if (wanted('filter'))
    await filter({ count: recordRows, what: `\`filter\`, ${thousands(recordRows)} rows`, rounds, budget, row });
  if (wanted('tables')) await tables({ folder, size: thousands(outcomeRows), r, rounds, budget, row });
  if (wanted('cox')) {
    const survival = r && (await r.ask('survival')) !== 'none' ? r : null;
    const sizes = [thousands(outcomeRows), thousands(10 * outcomeRows)];
    await cox({ folder, sizes, r: survival, rounds, budget, row });
  }
  if (wanted('risks')) {
    const cmprsk = r && (await r.ask('cmprsk')) !== 'none' ? r : null;
    const sizes = [fineGrayRows, outcomeRows, 10 * outcomeRows].map(thousands);
    await risks({ folder, sizes, r: cmprsk, rounds, budget, row });
  }
  if (wanted('starts')) await starts(r !== null);
  const matchIt = wanted('matching') ? await matching({ folder, r, row, quick }) : '';

  const versions = [`Node ${process.versions.node}`];
  if (r) versions.push(`R ${await r.ask('version')} (${await r.ask('blas')})`);
  if (fread !== 'none') versions.push(`data.table ${fread}`);
  if (matchIt) versions.push(`MatchIt ${matchIt}`);
  const date = new Date().toISOString().slice(0, 10);
  const table = markdown(['', 'bedside', 'peer', '', 'ratio'], rows);
  const text = `${table}\n\nMedians of runs taken in turns, ${date}; ${machine()}; ${versions.join(', ')}.`;
  console.log(`\n${text}`);
  const away = `the machine was busy elsewhere ${(100 * awayShare()).toFixed(0)} % of the time`;
  const against = only
    ? `${only} alone`
    : quick
      ? 'a quick run'
      : r === null
        ? 'without R'
        : awayShare() > 0.2
          ? away
          : null;
  if (against) {
    console.log(`\nNot for README.md: ${against}.`);
  } else if (await putBetweenMarkers(new URL('../../README.md', import.meta.url), text)) {
    console.log('\nREADME.md updated.');
  }
} finally {
  r?.stop();
  await rm(folder, { recursive: true, force: true });
}
