/**
 * @typedef {() => Promise<number>} Measure milliseconds of one run
 * @typedef {{ [peer: string]: number[] }} Times
 */

/**
 * Runs the peers in turn, A B A B …, so that a machine that grows slower or busier does so for all of them.
 * The first round warms up and does not count.
 * @param {{ [peer: string]: Measure }} peers
 * @param {number} rounds
 * @returns {Promise<Times>}
 */
export async function interleaved(peers, rounds) {
  /** @type {Times} */
  const times = {};
  for (const peer of Object.keys(peers)) times[peer] = [];
  for (let round = 0; round <= rounds; round++) {
    for (const [peer, measure] of Object.entries(peers)) {
      const ms = await measure();
      if (round > 0) times[peer].push(ms);
    }
  }
  return times;
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Of all timed calls: milliseconds by the clock, and those that the processor worked for this process. */
const spent = { wall: 0, cpu: 0 };

/**
 * Milliseconds that an asynchronous call takes in this process.
 * @param {() => Promise<unknown>} call
 */
export async function timed(call) {
  const before = process.cpuUsage();
  const start = performance.now();
  await call();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  spent.wall += ms;
  spent.cpu += (user + system) / 1000;
  return ms;
}

/** The share of the timed calls in which the processor did something else: near 0 on a machine that does only this. */
export function awayShare() {
  return spent.wall > 0 ? Math.max(0, 1 - spent.cpu / spent.wall) : 0;
}
