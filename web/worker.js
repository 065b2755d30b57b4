// The worker's side: one engine instance, one task at a time. Messages in: `{ start, life }`, then `{ task }`; out:
// `{ started }` or `{ failed }`, `{ reply }`, `{ progress }`. Runs as a module worker in browsers and in worker_threads.

import { Instance } from './instance.js';

/** @type {any} */
const port = globalThis.process?.getBuiltinModule?.('node:worker_threads').parentPort ?? globalThis;

/** @type {Instance} */
let instance;

/** @param {any} message */
async function receive({ start, life, task }) {
  try {
    if (start) {
      instance = await Instance.create({ ...start, onProgress: done => port.postMessage({ progress: done }) });
      return port.postMessage({ started: { budget: instance.budget, alive: await hold(life) } });
    }
    const reply = await instance.run(task);
    const buffers = [reply.head.buffer, reply.body, reply.chunk?.buffer].filter(Boolean);
    port.postMessage({ reply }, buffers);
  } catch (error) {
    port.postMessage({ failed: String(error instanceof Error ? error.message : error) });
  }
}

/**
 * Holds a lock as long as this worker lives. False where there are no locks: Node tells of a worker's end, and pages
 * without a secure context do without.
 * @param {string} life
 * @returns {Promise<boolean>}
 */
function hold(life) {
  return new Promise(resolve => {
    const locks = globalThis.process?.versions?.node ? undefined : globalThis.navigator?.locks;
    if (!locks) return resolve(false);
    const forever = () => {
      resolve(true);
      return new Promise(() => {});
    };
    locks.request(life, forever).catch(() => resolve(false));
  });
}

if (port.on) port.on('message', receive);
else port.onmessage = (/** @type {MessageEvent} */ { data }) => receive(data);
