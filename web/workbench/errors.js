// Which field an error is about.

/** @typedef {import('./frame.js').Field} Field */

/**
 * The field that an error's message names, else the first whose value it quotes.
 * @param {unknown} failure
 * @param {Field[]} fields
 * @returns {Field | undefined}
 */
export function fieldOf(failure, fields) {
  const message = failure instanceof Error ? failure.message : '';
  const quoted = Array.from(message.matchAll(/'([^']+)'/g), match => match[1]);
  const indexed = /\b(\w+)\[\d+\]/.exec(message)?.[1]; // `at[1] gives no value for 'sex'`
  if (indexed) quoted.unshift(indexed);
  if (message.startsWith('formula')) quoted.unshift('formula');
  const seen = fields.filter(({ element }) => !element.hidden);
  for (const word of quoted) {
    const named = seen.find(({ schema }) => schema.name === word.replace(/\[.*/, ''));
    if (named) return named;
  }
  for (const word of quoted) {
    const holding = seen.find(({ read }) => holds(read(), word));
    if (holding) return holding;
  }
  return undefined;
}

/**
 * @param {unknown} value
 * @param {string} word
 */
function holds(value, word) {
  if (Array.isArray(value)) return value.some(part => part === word || String(part).split(':').includes(word));
  if (typeof value === 'object' && value !== null) return Object.hasOwn(value, word);
  return value === word;
}
