import { BedsideError } from './errors.js';
import createModule from './layers-glue.js';
import { instantiate, readModule } from './loader.js';

/**
 * The functions of `layers.wasm`: ids, numbers, texts and bytes. Those that may find no memory answer `null`.
 *
 * @typedef {import('./layers-glue.js').MainModule} Layers
 */

/** @type {Promise<Layers> | undefined} */
let started;

/**
 * The one instance of `layers.wasm` on this thread, started when first asked for. It holds policies, caches and budgets
 * by id, and none of them knows another.
 *
 * @returns {Promise<Layers>} rejects with `ENGINE_UNAVAILABLE`
 */
export function loadLayers() {
  started ??= readModule('layers').then(module => instantiate(createModule, module));
  started.catch(() => (started = undefined));
  return started;
}

/**
 * What a function of `layers.wasm` answered, unless that is "nothing".
 *
 * @template T
 * @param {T | null} answer
 * @returns {T}
 */
export function answered(answer) {
  if (answer === null) throw new BedsideError('MEMORY_BUDGET', 'There is no memory left for the layers of this page.');
  return answer;
}
