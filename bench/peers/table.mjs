import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';

const begin = '<!-- peers:begin -->';
const end = '<!-- peers:end -->';

/** The kind of machine, without its name. */
export function machine() {
  const all = cpus();
  const model = (all[0]?.model ?? 'unknown processor').replace(/\((R|TM)\)|@.*$| Processor| CPU/g, '').trim();
  return `${all.length} cores, ${model}`;
}

/** @param {number} ms */
export function milliseconds(ms) {
  const digits = ms < 1 ? 3 : ms < 10 ? 2 : ms < 100 ? 1 : 0;
  return `${ms.toFixed(digits)} ms`;
}

/**
 * How many times the peer's figure is ours.
 * @param {number} ours
 * @param {number | undefined} theirs
 */
export function ratio(ours, theirs) {
  if (theirs === undefined) return '';
  const times = theirs / ours;
  return `${times < 10 ? times.toFixed(1) : Math.round(times).toLocaleString('en')} ×`;
}

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
export function markdown(head, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 || i === 2 ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/**
 * Puts text between the two markers of a file, if it has them.
 * @param {URL} file
 * @param {string} text
 * @returns {Promise<boolean>} whether it did
 */
export async function putBetweenMarkers(file, text) {
  const old = await readFile(file, 'utf8').catch(() => '');
  const from = old.indexOf(begin);
  const to = old.indexOf(end);
  if (from < 0 || to < from) return false;
  await writeFile(file, `${old.slice(0, from + begin.length)}\n${text}\n${old.slice(to)}`);
  return true;
}
