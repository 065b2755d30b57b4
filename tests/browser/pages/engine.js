// What the tests of the engine do in a page. `globalThis.scenes` is where they find it.

import { createEngine } from '../../../web/index.js';
import { analyse } from './figures.js';

const sample = new URL('../../../web/workbench/sample.csv', import.meta.url);

/** Every worker that the page has started, in order. @type {Worker[]} */
const workers = [];
globalThis.Worker = class extends Worker {
  /** @param {ConstructorParameters<typeof Worker>} args */
  constructor(...args) {
    super(...args);
    workers.push(this);
  }
};

const scenes = {
  /** Digests of the analyses, and how many workers were at work. */
  async figures() {
    const engine = await createEngine();
    const digests = await analyse(engine, sample);
    await engine.close();
    return { digests, workers: workers.length };
  },
};

/** @typedef {typeof scenes} Scenes */
Object.assign(globalThis, { scenes });
