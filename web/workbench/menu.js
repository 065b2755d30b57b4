// What can be asked, in a clinician's order and words.

import { menu } from './words.js';

/**
 * @typedef {import('../analyses.js').AnalysisSchema} AnalysisSchema
 *
 * @param {readonly AnalysisSchema[]} analyses what the engine computes
 * @returns {{ title: string, entries: { name: string, title: string }[] }[]} every one of them, those that the catalogue
 *   does not know in a last group, under their own titles
 */
export function menuOf(analyses) {
  const left = new Map(analyses.map(({ name, title }) => [name, title]));
  const groups = menu.groups.map(([title, entries]) => ({
    title,
    entries: Object.entries(entries)
      .filter(([name]) => left.delete(name))
      .map(([name, words]) => ({ name, title: words })),
  }));
  const others = Array.from(left, ([name, title]) => ({ name, title }));
  return [...groups, { title: menu.others, entries: others }].filter(({ entries }) => entries.length > 0);
}
