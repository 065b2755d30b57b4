// The three layers at work: cache, memory, connection.

import { h, svg } from './dom.js';
import { counted, duration, size } from './words.js';

/** @typedef {import('../engine.js').Engine} Engine */

/**
 * Shows the engine's figures and keeps them current.
 * @param {HTMLElement} place
 * @param {Engine} engine
 * @returns {() => Promise<void>} brings them up to date
 */
export function showLayers(place, engine) {
  const cache = cell('Cache');
  const memory = cell('Memory');
  const connection = cell('Connection');
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
    const why = event.paused
      ? 'The device is offline: waiting'
      : `Attempt ${event.attempt} failed: trying again in ${duration(event.delayMs)}`;
    connection.note.textContent = why;
  });
  return refresh;
}

/** @param {string} title */
function cell(title) {
  const value = h('strong', {});
  const note = h('span', { class: 'note' });
  const picture = h('div', { class: 'picture' });
  const element = h(
    'div',
    { class: 'layer', 'data-layer': title.toLowerCase() },
    h('span', { class: 'name' }, title),
    value,
    picture,
    note,
  );
  return { element, value, note, picture };
}

/** @typedef {ReturnType<typeof cell>} Cell */

const percent = (/** @type {number} */ share) => `${Math.round(100 * share)}%`;

/**
 * @param {Cell} at
 * @param {any} figures
 */
function showCache(at, { cachedItems, maxSize, hits, totalRequests, hitRate, savedMs }) {
  at.value.textContent = totalRequests === 0 ? 'no requests yet' : `${percent(hitRate)} hits`;
  bar(at, 'Share of requests answered from the cache', hitRate, null, 'OK');
  at.note.textContent = `${hits} of ${counted(totalRequests, 'request')}, ${cachedItems} of ${maxSize} results kept, ${duration(savedMs)} saved`;
}

/**
 * @param {Cell} at
 * @param {any} figures
 */
function showMemory(at, { currentMb, peakMb, maxMb, thresholdMb, usagePct, status, cleanups }) {
  at.value.textContent = `${currentMb.toFixed(1)} of ${maxMb.toFixed(0)} MB`;
  bar(at, 'Share of the memory budget in use', usagePct / 100, thresholdMb / maxMb, status);
  const cleaned = cleanups > 0 ? `, ${counted(cleanups, 'clean-up')}` : '';
  at.note.textContent = `${status}, peak ${peakMb.toFixed(1)} MB, cleans up at ${thresholdMb.toFixed(0)} MB${cleaned}`;
}

/**
 * @param {Cell} at
 * @param {any} figures
 */
function showConnection(at, { requests, successfulRetries, exhausted, successRate, bytes }) {
  at.value.textContent = requests === 0 ? 'no requests yet' : `${percent(successRate)} succeeded`;
  bar(at, 'Share of requests that succeeded', requests === 0 ? 0 : successRate, null, exhausted > 0 ? 'WARNING' : 'OK');
  at.note.textContent = `${counted(requests, 'request')}, ${successfulRetries} saved by a retry, ${exhausted} lost, ${size(bytes)} read`;
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
