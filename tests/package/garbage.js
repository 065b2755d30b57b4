// Garbage collection on demand, without flags on the command line.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** Collects, and lets finalizers run. */
export async function collectGarbage() {
  await new Promise(resolve => setTimeout(resolve, 1)); // a fresh stack, which holds nothing
  collect();
  await new Promise(resolve => setTimeout(resolve, 1));
}
