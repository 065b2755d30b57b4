// Ways in: a file, the sample, a web address, rows copied from a spreadsheet.

import { byId } from '../dom.js';
import { sample } from '../sample.js';
import { ways as words } from '../words.js';

/**
 * @param {(opened: import('./session.js').Opened) => void} open
 * @param {import('../engines.js').Engines} engines
 */
export function waysIn(open, engines) {
  const input = byId('file');
  /** @param {FileList | null | undefined} files */
  const openFirst = files => {
    const file = files?.[0];
    if (file) open({ source: file, title: file.name });
    return Boolean(file);
  };

  byId('choose').addEventListener('click', () => input.click());
  byId('open-sample').addEventListener('click', () => open({ ...sample, source: sample.url }));
  input.addEventListener('change', () => {
    const file = /** @type {HTMLInputElement} */ (input);
    openFirst(file.files);
    file.value = ''; // the same file, mended, can be chosen again
  });

  // A file that misses the box would replace the page: the whole of it takes files.
  const drop = byId('drop');
  addEventListener('dragover', event => {
    event.preventDefault();
    drop.classList.add('over');
  });
  addEventListener('dragleave', event => {
    if (event.relatedTarget === null) drop.classList.remove('over');
  });
  addEventListener('drop', event => {
    event.preventDefault();
    drop.classList.remove('over');
    openFirst(event.dataTransfer?.files);
  });

  const address = /** @type {HTMLInputElement} */ (byId('address'));
  const form = /** @type {HTMLFormElement} */ (byId('address-form'));
  byId('open-address').addEventListener('click', () => form.requestSubmit());
  form.addEventListener('submit', event => {
    event.preventDefault();
    const url = urlOf(address.value);
    if (url) open({ source: url, title: url.pathname.split('/').at(-1)?.replaceAll('%20', ' ') || url.host });
    address.setAttribute('aria-invalid', String(!url));
    byId('address-error').hidden = Boolean(url);
    if (!url) address.focus();
  });

  // Rows from a spreadsheet, wherever they are pasted: the box is for those who look for one.
  const box = /** @type {HTMLTextAreaElement} */ (byId('paste'));
  const openRows = (/** @type {string} */ text) => {
    if (!/\S/.test(text)) return box.focus();
    box.value = '';
    const type = text.includes('\t') ? 'tsv' : 'csv';
    // Text that names its format by its name, and can be read again.
    open({ source: new File([text], `pasted.${type}`), title: words.pasted });
  };
  addEventListener('paste', event => {
    const target = /** @type {Element | null} */ (event.target);
    if (target !== box && target?.closest?.('input, textarea, [contenteditable], dialog')) return;
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (openFirst(event.clipboardData?.files)) event.preventDefault();
    else if (/[\t\r\n]/.test(text)) {
      event.preventDefault();
      openRows(text);
    }
  });
  byId('open-paste').addEventListener('click', () => openRows(box.value));

  const note = byId('data-note');
  engines.on('retry', event => (note.textContent = words.retry(event)));
  engines.on('progress', ({ task }) => {
    if (task === 'load') note.textContent = '';
  });
}

/**
 * A web address as people write it: without its `https://` too.
 * @param {string} text
 */
function urlOf(text) {
  const written = text.trim();
  const full = /^[\w-]+(\.[\w-]+)+(:\d+)?\//.test(written) ? `https://${written}` : written;
  if (!full || !URL.canParse(full, document.baseURI)) return null;
  const url = new URL(full, document.baseURI);
  return /^https?:$/.test(url.protocol) ? url : null;
}
