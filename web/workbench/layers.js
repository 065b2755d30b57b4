// The three layers at work: cache, memory, connection.

import { h, svg } from './dom.js';
import { layers as words } from './words.js';

/** @typedef {import('../engine.js').Engine} Engine */

/**
 * Shows the engine's figures and keeps them current.
 * @param {HTMLElement} place
 * @param {Engine} engine
 * @returns {() => Promise<void>} brings them up to date
 */
export function showLayers(place, engine) {
  const cache = cell('cache');
  const memory = cell('memory');
  const connection = cell('connection');
  place.replaceChildren(cache.element, memory.element, connection.element);

  const refresh = async () => {
    const stats = await engine.stats();
    showCache(cache, stats.cache);
    showMemory(memory, stats.memory);
    showConnection(connection, stats.connection);
  };
  // Events come in flocks, and a listener that asks the engine again would make more of them.
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      refresh().catch(() => {}); // a closed engine has no figures
    }, 250);
  };
  engine.on('cache', soon);
  engine.on('memory', soon);
  engine.on('retry', event => {
    connection.note.textContent = event.paused ? words.paused : words.retrying(event);
  });
  return refresh;
}

/** @param {'cache' | 'memory' | 'connection'} name */
function cell(name) {
  const value = h('strong', {});
  const note = h('span', { class: 'note' });
  const picture = h('div', { class: 'picture' });
  const element = h(
    'div',
    { class: 'layer', 'data-layer': name },
    h('span', { class: 'name' }, words[name]),
    value,
    picture,
    note,
  );
  return { element, value, note, picture };
}

/** @typedef {ReturnType<typeof cell>} Cell */

/**
 * @param {Cell} at
 * @param {any} figures
 */
function showCache(at, figures) {
  at.value.textContent = figures.totalRequests === 0 ? words.noRequests : words.hits(figures.hitRate);
  bar(at, words.cacheMeter, figures.hitRate, null, 'OK');
  at.note.textContent = words.cacheNote(figures);
}

/**
 * @param {Cell} at
 * @param {any} figures
 */
function showMemory(at, figures) {
  at.value.textContent = words.used(figures);
  bar(at, words.memoryMeter, figures.usagePct / 100, figures.thresholdMb / figures.maxMb, figures.status);
  at.note.textContent = words.memoryNote(figures);
}

/**
 * @param {Cell} at
 * @param {any} figures
 */
function showConnection(at, figures) {
  const { requests, exhausted, successRate } = figures;
  at.value.textContent = requests === 0 ? words.noRequests : words.succeeded(successRate);
  bar(at, words.connectionMeter, requests === 0 ? 0 : successRate, null, exhausted > 0 ? 'WARNING' : 'OK');
  at.note.textContent = words.connectionNote(figures);
}

/**
 * A bar, with a tick where layer 2 begins to clean up.
 * @param {Cell} at
 * @param {string} label
 * @param {number} share
 * @param {number | null} threshold
 * @param {string} status
 */
function bar({ picture }, label, share, threshold, status) {
  const width = Math.max(0, Math.min(100, 100 * share));
  const drawing = svg(
    'svg',
    { viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true', 'data-status': status },
    svg('rect', { class: 'track', width: 100, height: 6 }),
    svg('rect', { class: 'fill', width, height: 6 }),
    ...(threshold === null ? [] : [svg('rect', { class: 'tick', x: 100 * threshold, width: 0.7, height: 6 })]),
  );
  picture.setAttribute('role', 'meter');
  picture.setAttribute('aria-label', label);
  picture.setAttribute('aria-valuemin', '0');
  picture.setAttribute('aria-valuemax', '100');
  picture.setAttribute('aria-valuenow', width.toFixed(1));
  picture.replaceChildren(drawing);
}
