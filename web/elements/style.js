// The look of the elements: the page's font, journal tables, four variables. A constructed sheet stands under a policy
// without inline styles.

/** @type {CSSStyleSheet | null} */
let made = null;

/** @returns {CSSStyleSheet} the same for every element */
export function sheet() {
  if (made) return made;
  made = new CSSStyleSheet();
  made.replaceSync(`
    :host { display: block; color: var(--bedside-text, inherit); }
    :host([hidden]) { display: none; }
    [part=table] { overflow-x: auto; }
    [part=plot] svg { display: block; max-width: 100%; }
    [part=error] { color: var(--bedside-error, #a4161a); border: 1px solid; padding: 0.75em 1em; white-space: pre-wrap; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 0 0 1em; }
    caption { text-align: start; font-weight: 600; padding: 0 0 0.5em; }
    th, td { text-align: start; vertical-align: top; padding: 0.2em 1em 0.2em 0; font-weight: normal; white-space: nowrap; }
    thead th { font-weight: 600; border-bottom: 1px solid var(--bedside-line, currentColor); }
    thead tr:first-child th, thead tr:first-child td { border-top: 2px solid var(--bedside-line, currentColor); }
    tbody:last-of-type tr:last-child > * { border-bottom: 2px solid var(--bedside-line, currentColor); }
    tr.level > th { padding-inline-start: 1.25em; }
    tr.section > th { font-weight: 600; }
    tfoot td { white-space: normal; color: var(--bedside-muted, inherit); font-size: 0.9em; }
  `);
  return made;
}
