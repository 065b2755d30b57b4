// The worker's side: one engine instance, one task at a time. Messages in: `{ start }`, then `{ task }`; out:
// `{ started }` or `{ failed }`, `{ reply }`, `{ progress }`. Runs as a module worker in browsers and in worker_threads.

import { Instance } from './instance.js';

/** @type {any} */
const port = globalThis.process?.getBuiltinModule?.('node:worker_threads').parentPort ?? globalThis;

/** @type {Instance} */
let instance;

/** @param {any} message */
async function receive({ start, task }) {
  try {
    if (start) {
      instance = await Instance.create({ ...start, onProgress: done => port.postMessage({ progress: done }) });
      return port.postMessage({ started: { budget: instance.budget } });
    }
    const reply = await instance.run(task);
    port.postMessage({ reply }, reply.body ? [reply.body, reply.head.buffer] : [reply.head.buffer]);
  } catch (error) {
    port.postMessage({ failed: String(error instanceof Error ? error.message : error) });
  }
}

if (port.on) port.on('message', receive);
else port.onmessage = (/** @type {MessageEvent} */ { data }) => receive(data);
