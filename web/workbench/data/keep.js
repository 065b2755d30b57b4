// Keeps the work on this device, when it is asked to: the bytes of the file, what is said of its columns, the steps, the
// analyses shown. Until then nothing is written, and where storage is refused it says so and goes on without.

import { clear, createStore, getMany, setMany } from '../../vendor/idb-keyval.js';
import { h, newId } from '../dom.js';
import { keep as words } from '../words.js';

/**
 * @typedef {import('./session.js').Session} Session
 * @typedef {import('./session.js').Opened} Opened
 *
 * @typedef {object} Work all but the bytes
 * @property {number} version of this shape
 * @property {Omit<Opened, 'source'>} opened
 * @property {Session['steps']} steps
 * @property {Session['runs']} runs
 */

const VERSION = 1;

/**
 * @param {HTMLElement} place
 * @param {Session} session
 * @param {() => Promise<import('../../engine.js').Engine>} engine the one in use
 * @param {(opened: Opened, work: Work) => Promise<void>} reopen
 */
export async function keeping(place, session, engine, reopen) {
  /** @type {ReturnType<typeof createStore> | undefined} opened by the first who needs it: a refusal throws at once */
  let opened;
  const store = () => (opened ??= createStore('bedside-work', 'work'));
  let on = false;

  const note = h('span', { role: 'status' });
  const box = h('input', { type: 'checkbox', id: newId(), onchange: () => (box.checked ? begin() : forget()) });
  const button = h('button', { type: 'button', onclick: () => forget(), hidden: true }, words.forget);
  place.replaceChildren(
    h('label', { class: 'keep' }, box, words.title),
    h('p', { class: 'hint' }, words.hint, ' ', note),
    button,
  );
  const show = (/** @type {string} */ text) => {
    box.checked = on;
    button.hidden = !on;
    place.hidden = !on && !session.opened;
    note.textContent = text;
  };

  /** One write after the other, the last one of what is then. @type {Promise<unknown>} */
  let writing = Promise.resolve();
  const write = (/** @type {boolean} */ withFile) => {
    writing = writing.then(async () => {
      if (!on || !session.opened) return;
      try {
        const { source, title, origin, outcome, dictionary } = session.opened;
        /** @type {Work} */
        const work = {
          version: VERSION,
          opened: { title, origin, outcome, dictionary },
          steps: session.steps,
          runs: session.runs,
        };
        const file = withFile ? [['file', await bytesOf(source, engine)]] : [];
        if (on) await setMany(/** @type {[string, any][]} */ ([['work', work], ...file]), store());
        if (on) show(words.kept);
      } catch {
        on = false;
        show(words.refused);
      }
    });
    return writing;
  };
  const begin = () => {
    on = true;
    show(words.keeping);
    return write(true);
  };
  async function forget() {
    on = false;
    const focused = document.activeElement === button;
    try {
      await writing;
      await clear(store());
      show(words.forgotten);
    } catch {
      show(words.refused);
    }
    if (focused) box.focus();
  }

  session.addEventListener('opened', () => {
    show('');
    write(true);
  });
  session.addEventListener('changed', () => write(false));
  session.addEventListener('runs', () => write(false));

  show('');
  try {
    const [work, file] = await getMany(['work', 'file'], store());
    if (work?.version !== VERSION || !(file instanceof Blob) || session.opened) return;
    on = true;
    show(words.restored);
    await reopen({ ...work.opened, source: file }, work);
  } catch {
    // Storage is refused: there is nothing to bring back, and it is said when somebody asks to keep something.
  }
}

/**
 * @param {Opened['source']} source
 * @param {() => Promise<import('../../engine.js').Engine>} engine the one in use
 */
async function bytesOf(source, engine) {
  if (source instanceof Blob) return source;
  const response = await (await engine()).fetch(source);
  return new File([await response.blob()], source.pathname.split('/').at(-1) ?? '');
}
