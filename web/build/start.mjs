/**
 * The main job, from file to tables: the bundled sample is fetched from this machine's own server through layer 3,
 * described and analysed, then analysed again from the cache. `--no-serve` ends after the tables; else the page stays
 * served. `PORT` names the port that is tried first.
 */
import { createEngine, version } from '../index.js';
import { toText } from '../report/index.js';
import { sample } from '../workbench/sample.js';
import { serve } from './serve.mjs';

const step = (/** @type {string} */ text) => console.log(`\n▸ ${text}`);
const say = (/** @type {string} */ text) => console.log(text.replace(/(.{1,100})(?: |$)/g, '  $1\n').trimEnd());
const ms = (/** @type {number} */ time) => `${time < 10 ? time.toFixed(2) : time.toFixed(0)} ms`;
const mb = (/** @type {number} */ size) => `${size.toFixed(1)} MB`;

/**
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<[T, number]>} what it gave, and the time it took, ms
 */
async function timed(work) {
  const before = performance.now();
  const value = await work();
  return [value, performance.now() - before];
}

const asked = process.env.PORT ?? '8080';
if (!/^\d{1,5}$/.test(asked) || Number(asked) > 65_535) {
  console.error(`PORT is '${asked}': it must be a number from 0 to 65535. Set another, or none for 8080.`);
  process.exit(1);
}
const site = await serve({ port: Number(asked) }).catch(error => {
  console.error(`No page can be served: ${error.message}. Set PORT to a free port, such as PORT=9000 npm start.`);
  process.exit(1);
});

step(`bedside ${version}: the main job on the bundled sample`);
say(sample.origin);
/** @type {string[]} */
const log = [];
const [engine, startMs] = await timed(() => createEngine({ logger: { info: line => log.push(String(line)) } }));
const address = new URL('/workbench/sample.csv', site.origin);
const [table, loadMs] = await timed(() => engine.load(address, { dictionary: sample.dictionary }));
say(`Engine started in ${ms(startMs)}; ${table.rows} rows × ${table.columns.length} columns loaded in ${ms(loadMs)}.`);

step('Description of the patients\n');
console.log(toText(await table.analyze('describe')));

step('Univariable and multivariable odds ratios\n');
const job = () => table.analyze('analyzeOutcome', { outcome: sample.outcome });
const [result, computedMs] = await timed(job);
console.log(toText(result));

step('The same job again: layer 1, the computation cache');
log.length = 0;
const [again, cachedMs] = await timed(job);
if (!again.cached) throw new Error('The repeated analysis was computed again.');
for (const line of log) say(line);
say(
  `Computed in ${ms(computedMs)}, from the cache in ${ms(cachedMs)}: ${Math.round(computedMs / cachedMs)} times as fast.`,
);

const { cache, memory, connection } = await engine.stats();
step('The three layers');
say(
  `Cache       ${cache.cachedItems} results of at most ${cache.maxSize}, ${cache.hits} of ${cache.totalRequests} requests were hits (${Math.round(100 * cache.hitRate)}%), ${ms(cache.savedMs)} saved`,
);
say(
  `Memory      ${mb(memory.currentMb)} in use (peak ${mb(memory.peakMb)}, ${memory.usagePct.toFixed(1)}%) of a budget of ${mb(memory.maxMb)}, clean-up at ${mb(memory.thresholdMb)}: ${memory.status}`,
);
say(
  `Connection  ${connection.requests} request, ${connection.attempts} attempt, ${connection.successfulRetries} retries, ${Math.round(100 * connection.successRate)}% succeeded, ${connection.bytes} bytes`,
);
await engine.close();

if (process.argv.includes('--no-serve')) {
  await site.close();
} else {
  step('The page: analyse a file of your own; it does not leave this machine');
  say(`${site.origin}/workbench/   (Ctrl+C ends)`);
}
