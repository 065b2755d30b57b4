// One engine from nothing, in a process of its own: prints the milliseconds it took.
// `compiled`: the module is compiled beforehand, as a page does that keeps it from the visit before.
import { readFile } from 'node:fs/promises';

const wasm = new URL('../../web/bedside.wasm', import.meta.url);
const compiled = process.argv[2] === 'compiled' ? await WebAssembly.compile(await readFile(wasm)) : undefined;

const start = performance.now();
const { createEngine } = await import('../../web/index.js');
const engine = await createEngine(compiled ? { wasm: compiled } : {});
const ms = performance.now() - start;
await engine.close();
process.stdout.write(`${ms}\n`);
