// The engine of the page. Its layers are switched when it is made, so a switch makes another one.

import { createEngine } from '../index.js';

/**
 * @typedef {import('../engine.js').Engine} Engine
 * @typedef {{ cache: boolean, memory: boolean, connection: boolean, budgetMb: number }} Switches
 */

/** @type {Switches} */
export const usual = { cache: true, memory: true, connection: true, budgetMb: 280 };

/** @param {Switches} switches @returns {Promise<Engine>} */
const start = ({ cache, memory, connection, budgetMb }) =>
  createEngine({
    memoryBudget: `${budgetMb}MB`,
    ...(!cache && { cache: false }),
    ...(!memory && { cleanupAt: false }),
    ...(!connection && { retry: false }),
  });

/** Starts the engine of the page. */
export function startEngines() {
  let started = start(usual);
  let switches = usual;
  /** @type {[Parameters<Engine['on']>[0], (event: any) => void][]} */
  const listeners = [];
  /** @type {(() => void)[]} */
  let ends = [];
  return {
    /** The engine in use. */
    current: () => started,
    get switches() {
      return switches;
    },
    /**
     * Listens to the engine in use, whichever it is.
     * @param {Parameters<Engine['on']>[0]} type
     * @param {(event: any) => void} listener
     */
    on(type, listener) {
      listeners.push([type, listener]);
      started.then(
        engine => ends.push(engine.on(type, listener)),
        () => {}, // what failed to start is told elsewhere
      );
    },
    /**
     * Goes on with another engine. The one in use stays when that does not start or the data do not move.
     * @param {Switches} wanted
     * @param {() => Promise<void>} move brings the data to the new engine
     */
    async change(wanted, move) {
      const before = /** @type {const} */ ([started, switches]);
      const next = await start(wanted);
      const nextEnds = listeners.map(([type, listener]) => next.on(type, listener));
      started = Promise.resolve(next);
      switches = wanted;
      try {
        await move();
      } catch (error) {
        [started, switches] = before;
        next.close();
        throw error;
      }
      for (const end of ends) end();
      ends = nextEnds;
      const old = await before[0].catch(() => null);
      await old?.cleanUp().catch(() => {}); // after its tables are gone
      old?.close();
    },
  };
}

/** @typedef {ReturnType<typeof startEngines>} Engines */
