import { BedsideError, cutUrl } from './errors.js';
import { retriedStatuses, retryDefaults } from './retry.js';

/**
 * Where a `.wasm` comes from when it does not lie beside the package.
 *
 * @typedef {URL | string | BufferSource | WebAssembly.Module} ModuleSource
 */

// Written out one by one: bundlers find a file by this very form.
const places = {
  bedside: () => new URL('./bedside.wasm', import.meta.url),
  layers: () => new URL('./layers.wasm', import.meta.url),
};

/** @type {Map<string, Promise<WebAssembly.Module>>} */
const compiled = new Map();

/**
 * The compiled module of a `.wasm` of this package. Read and compiled once, however often it is asked for; a failure is
 * not kept.
 *
 * @param {keyof typeof places} name
 * @param {ModuleSource} [override]
 * @returns {Promise<WebAssembly.Module>} rejects with `ENGINE_UNAVAILABLE`
 */
export function readModule(name, override) {
  if (override !== undefined) return compile(override, name);
  let module = compiled.get(name);
  if (!module) {
    module = compile(places[name](), name);
    compiled.set(name, module);
    module.catch(() => compiled.delete(name));
  }
  return module;
}

/**
 * An instance of a module, by the factory that its glue exports.
 *
 * @template T
 * @param {(options: object) => Promise<T>} factory
 * @param {WebAssembly.Module} module
 * @param {object} [options] for the glue, such as `wasmMemory`
 * @returns {Promise<T>} rejects with `ENGINE_UNAVAILABLE`
 */
export function instantiate(factory, module, options = {}) {
  return new Promise((resolve, reject) => {
    const fail = (/** @type {unknown} */ cause) =>
      reject(new BedsideError('ENGINE_UNAVAILABLE', `The WebAssembly did not start: ${messageOf(cause)}`, { cause }));
    factory({
      ...options,
      // Compiled already, and Node needs no branch in the glue. What fails in here never settles the factory.
      instantiateWasm(/** @type {WebAssembly.Imports} */ imports, /** @type {Function} */ receive) {
        WebAssembly.instantiate(module, imports)
          .then(instance => receive(instance, module))
          .catch(fail);
        return {};
      },
    }).then(resolve, fail);
  });
}

/**
 * @param {ModuleSource} source
 * @param {string} name
 * @returns {Promise<WebAssembly.Module>}
 */
async function compile(source, name) {
  try {
    if (source instanceof WebAssembly.Module) return source;
    if (typeof source !== 'string' && !(source instanceof URL)) return await WebAssembly.compile(source);
    const url = new URL(source, globalThis.location?.href);
    const fileSystem = url.protocol === 'file:' && globalThis.process?.getBuiltinModule?.('node:fs');
    return await WebAssembly.compile(fileSystem ? await fileSystem.promises.readFile(url) : await fetchBytes(url));
  } catch (cause) {
    const place = typeof source === 'string' || source instanceof URL ? ` (${cutUrl(source)})` : '';
    throw new BedsideError(
      'ENGINE_UNAVAILABLE',
      `${name}.wasm${place} could not be used: ${messageOf(cause)}. ${remedy(cause)}`,
      {
        cause,
      },
    );
  }
}

/**
 * Bytes at an address, with the waits of layer 3, which is itself in one of these modules.
 *
 * @param {URL} url
 * @returns {Promise<ArrayBuffer>}
 */
async function fetchBytes(url) {
  let delayMs = retryDefaults.initialDelay;
  for (let retry = 0; ; ++retry, delayMs *= retryDefaults.factor) {
    try {
      const response = await fetch(url, { credentials: 'same-origin' });
      if (response.ok) return await response.arrayBuffer();
      const error = new Error(`the server answered ${response.status}`);
      if (!retriedStatuses.includes(response.status)) throw Object.assign(error, { final: true });
      throw error;
    } catch (error) {
      if (retry >= retryDefaults.retries || /** @type {any} */ (error).final) throw error;
    }
    await new Promise(resolve => setTimeout(resolve, delayMs));
  }
}

/** @param {unknown} error */
const messageOf = error => (error instanceof Error ? error.message : String(error));

/** @param {unknown} cause */
function remedy(cause) {
  const message = messageOf(cause);
  if (/content security policy|unsafe-eval/i.test(message)) {
    return "The page's Content Security Policy must allow 'wasm-unsafe-eval' in script-src.";
  }
  if (cause instanceof WebAssembly.CompileError) {
    return 'Either the file is damaged, or this browser lacks WebAssembly SIMD and exceptions (Chrome 95, Firefox 100, Safari 16.4).';
  }
  return 'It must lie beside the JavaScript of the package, or be named by the option `wasm`.';
}
