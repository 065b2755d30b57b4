/**
 * Medical statistics where the data already are: an engine in WebAssembly, with a computation cache, a memory budget
 * and a resilient connection.
 *
 * @module bedside
 */
export { createEngine, Engine } from './engine.js';
export { BedsideError } from './errors.js';
export { Table } from './table.js';
export { version } from './version.js';

/** Every analysis as a method of `Table`. @typedef {import('./analyses.js').Analyses} Analyses */
