// The three layers at work: a line with the cache, the memory and the connection, that opens to figures against their
// targets, switches and what happened last.

import { h, showText, svg } from './dom.js';
import { layers as words } from './words.js';

/**
 * @typedef {import('./engines.js').Engines} Engines
 * @typedef {import('./engines.js').Switches} Switches
 * @typedef {'cache' | 'memory' | 'connection'} Layer
 */

/** @type {Layer[]} */
const names = ['cache', 'memory', 'connection'];
/** So many events are told. */
const TOLD = 8;
/** The budgets to choose from. */
const BUDGET = { min: 64, max: 1024, step: 8 };

/** What should hold when a page has been in use for a while. @type {[string, (stats: any) => number | null, (value: number) => boolean][]} */
const targets = [
  ['hitRate', ({ cache }) => (cache.totalRequests > 0 ? cache.hitRate : null), share => share > 0.5],
  ['items', ({ cache }) => cache.cachedItems, items => items > 10],
  ['usage', ({ memory }) => memory.usagePct / 100, share => share < 0.8],
  ['success', ({ connection }) => (connection.requests > 0 ? connection.successRate : null), share => share > 0.95],
];

/**
 * Shows the engine's figures and keeps them current.
 * @param {HTMLElement} place
 * @param {Engines} engines
 * @param {(switches: Switches) => Promise<void>} change goes on with other switches; rejects with what is wrong
 * @returns {() => Promise<void>} brings the figures up to date
 */
export function showLayers(place, engines, change) {
  const short = Object.fromEntries(names.map(name => [name, h('span', {})]));
  const cells = Object.fromEntries(names.map(name => [name, cell(name)]));
  const rows = targets.map(([name]) => ({ now: h('td', {}), met: h('td', {}), name }));
  const events = h('ol', { class: 'events' }, h('li', {}, words.noEvents));
  const error = h('p', { class: 'error', role: 'alert', hidden: true });
  const said = h('span', { class: 'said', role: 'status' });

  const refresh = async () => {
    const stats = await (await engines.current()).stats();
    const { switches } = engines;
    for (const name of names) {
      const value = switches[name] || name === 'memory' ? words.value[name](stats[name]) : words.off;
      short[name].textContent = value;
      cells[name].value.textContent = value;
      cells[name].note.textContent = words.note[name](stats[name]);
      cells[name].toggle.checked = switches[name];
    }
    const { cache, memory, connection } = stats;
    bar(cells.cache, cache.hitRate, null, 'OK');
    bar(cells.memory, memory.usagePct / 100, switches.memory ? memory.thresholdMb / memory.maxMb : null, memory.status);
    const share = connection.requests === 0 ? 0 : connection.successRate;
    bar(cells.connection, share, null, connection.exhausted > 0 ? 'WARNING' : 'OK');
    targets.forEach(([name, read, holds], index) => {
      const value = read(stats);
      rows[index].now.textContent = value === null ? words.noRequests : words.figure[name](value);
      rows[index].met.textContent = value === null ? '' : holds(value) ? words.met : words.notMet;
      rows[index].met.className = value !== null && holds(value) ? 'met' : '';
    });
  };
  // Events come in flocks, and a listener that asks the engine again would make more of them.
  let waiting = false;
  const tell = (/** @type {string} */ text) => {
    if (text) {
      const item = h('li', {}, h('time', {}, new Date().toLocaleTimeString('en-GB')), ' ', text);
      events.replaceChildren(item, ...[...events.children].filter(one => one.firstElementChild).slice(0, TOLD - 1));
    }
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      refresh().catch(() => {}); // a closed engine has no figures
    }, 250);
  };
  engines.on('cache', event => tell(words.cacheEvent(event)));
  engines.on('memory', event => tell(words.memoryEvent(event)));
  engines.on('retry', event => {
    tell(words.retryEvent(event));
    short.connection.textContent = words.waiting;
  });

  /** @param {Partial<Switches>} some */
  async function changeSome(some) {
    showText(error, '');
    said.textContent = words.restarting;
    for (const control of controls) control.disabled = true;
    try {
      await change({ ...engines.switches, ...some });
      said.textContent = words.restarted;
    } catch (failure) {
      said.textContent = '';
      showText(error, words.notRestarted(failure));
    } finally {
      for (const control of controls) control.disabled = false;
      budget.value = String(engines.switches.budgetMb);
      showBudget();
      await refresh().catch(() => {});
    }
  }
  /** @param {() => Promise<string>} work says what it did */
  const doing = work => async () => {
    said.textContent = await work().catch(words.errorOf);
    await refresh().catch(() => {});
  };

  const budget = h('input', { type: 'range', id: 'budget', ...BUDGET, value: engines.switches.budgetMb });
  const budgetSaid = h('output', { for: 'budget' });
  const showBudget = () => {
    budgetSaid.textContent = words.megabytes(Number(budget.value));
    budget.setAttribute('aria-valuetext', budgetSaid.textContent);
  };
  budget.addEventListener('input', showBudget);
  budget.addEventListener('change', () => changeSome({ budgetMb: Number(budget.value) }));
  showBudget();
  const controls = [budget, ...names.map(name => cells[name].toggle)];
  for (const name of names) {
    const { toggle } = cells[name];
    toggle.addEventListener('change', () => changeSome({ [name]: toggle.checked }));
  }
  const cleanUp = doing(async () => words.cleanedUp(await (await engines.current()).cleanUp()));
  const clear = doing(async () => {
    await (await engines.current()).clearCache();
    return words.cleared;
  });

  place.replaceChildren(
    h(
      'details',
      { onkeydown: (/** @type {KeyboardEvent} */ { key }) => key === 'Escape' && fold() },
      h(
        'summary',
        {},
        ...names.map(name => h('span', { class: 'short' }, h('b', {}, words.names[name]), ' ', short[name])),
      ),
      h(
        'div',
        { class: 'dashboard' },
        ...names.map(name => cells[name].element),
        targetTable(rows),
        h(
          'div',
          { class: 'controls' },
          h('label', { for: 'budget' }, words.budget, ' ', budgetSaid),
          budget,
          h(
            'div',
            { class: 'actions small' },
            h('button', { type: 'button', onclick: cleanUp }, words.cleanUp),
            h('button', { type: 'button', onclick: clear }, words.clear),
          ),
          said,
          error,
        ),
        h('div', {}, h('h3', {}, words.lastEvents), events),
      ),
    ),
  );
  const fold = () => place.querySelector('details')?.removeAttribute('open');
  // What has the focus must be seen: the open dashboard would lie over it.
  document.addEventListener('focusin', ({ target }) => {
    if (!place.contains(/** @type {Node} */ (target))) fold();
  });
  return refresh;
}

/** @param {Layer} name */
function cell(name) {
  const value = h('strong', {});
  const note = h('p', { class: 'note' });
  const picture = h('div', {
    class: 'meter',
    role: 'meter',
    'aria-label': words.meters[name],
    'aria-valuemin': 0,
    'aria-valuemax': 100,
    'aria-valuenow': 0,
  });
  const toggle = h('input', { type: 'checkbox', role: 'switch', checked: true });
  const element = h(
    'div',
    { class: 'layer', 'data-layer': name },
    h('h3', {}, words.names[name]),
    value,
    picture,
    note,
    h('label', { class: 'switch' }, toggle, words.switches[name]),
  );
  return { element, value, note, picture, toggle };
}

/** @param {{ name: string, now: HTMLElement, met: HTMLElement }[]} rows */
function targetTable(rows) {
  return h(
    'table',
    { class: 'columns targets' },
    h('thead', {}, h('tr', {}, ...words.targetHeads.map(title => h('th', { scope: 'col' }, title)))),
    h(
      'tbody',
      {},
      ...rows.map(({ name, now, met }) =>
        h('tr', {}, h('th', { scope: 'row' }, words.targets[name][0]), now, h('td', {}, words.targets[name][1]), met),
      ),
    ),
  );
}

/**
 * A bar, with a tick where layer 2 begins to clean up.
 * @param {ReturnType<typeof cell>} at
 * @param {number} share
 * @param {number | null} threshold
 * @param {string} status
 */
function bar({ picture }, share, threshold, status) {
  const width = Math.max(0, Math.min(100, 100 * share));
  const drawing = svg(
    'svg',
    { viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true', 'data-status': status },
    svg('rect', { class: 'track', width: 100, height: 6 }),
    svg('rect', { class: 'fill', width, height: 6 }),
    ...(threshold === null ? [] : [svg('rect', { class: 'tick', x: 100 * threshold, width: 0.7, height: 6 })]),
  );
  picture.setAttribute('aria-valuenow', width.toFixed(1));
  picture.replaceChildren(drawing);
}
