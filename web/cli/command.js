// From the words of a command line to a spec, by the schema.

import { camel, fieldValue, kebab, lists, pair, SpecTextError } from '../spectext.js';

/**
 * @typedef {import('../analyses.js').AnalysisSchema} Analysis
 * @typedef {Analysis['spec'][number]} Field
 *
 * @typedef {object} Command
 * @property {'' | 'general' | 'analysis' | 'version'} help
 * @property {Analysis} analysis
 * @property {string} [file] absent: the analysis runs without data; '-': standard input
 * @property {Record<string, unknown>} spec
 * @property {Record<string, any>} load options of `engine.load`
 * @property {{ filter?: string, derive?: Record<string, string> }} prepare
 * @property {string} format
 */

/** What the user wrote is no command. */
export class UsageError extends Error {}

/** Flags beside those of the analysis: what they take, and what they do. @type {Record<string, [string, string]>} */
export const loadFlags = {
  types: ['COLUMN=TYPE,…', 'read columns as numeric, categorical or date'],
  missing: ['TEXT,…', 'further texts that mean a missing value'],
  format: ['csv | tsv', 'of the file; default: by its name and content'],
  dictionary: ['FILE', 'JSON with labels, units, levels and missing codes of the columns'],
  filter: ['EXPRESSION', 'rows to keep, such as \'age >= 18 & sex == "Female"\''],
  derive: ['NAME=EXPRESSION', 'a column to add; may be given several times'],
};

/**
 * @param {string[]} words
 * @param {readonly Analysis[]} analyses
 * @param {string[]} formats
 * @returns {Command}
 * @throws {UsageError}
 */
export function readCommand(words, analyses, formats) {
  /** @type {Command} */
  const command = { help: '', analysis: analyses[0], spec: {}, load: {}, prepare: {}, format: 'text' };
  const { flags, plain } = parted(words, formats);
  if (flags.has('version')) return { ...command, help: 'version' };
  if (plain.length === 0) return { ...command, help: 'general' };
  const analysis = analyses.find(({ name }) => name === camel(plain[0]));
  if (!analysis) {
    throw new UsageError(
      `There is no analysis '${plain[0]}'. There are: ${analyses.map(({ name }) => kebab(name)).join(', ')}.`,
    );
  }
  command.analysis = analysis;
  if (flags.has('help')) return { ...command, help: 'analysis' };
  command.file = plain[1];
  if (plain.length > 2)
    throw new UsageError(
      `One file is read, and '${plain[2]}' is a second: lists are joined by commas, without blanks.`,
    );
  if (command.file === undefined && analysis.needsTable) {
    throw new UsageError(`${kebab(analysis.name)} needs a file: bedside ${kebab(analysis.name)} patients.csv …`);
  }
  for (const [name, values] of flags) {
    const field = analysis.spec.find(one => one.name === camel(name));
    if (field)
      command.spec[field.name] = understood(name, () =>
        field.type === 'profiles'
          ? values.flatMap(value => fieldValue(field, value))
          : fieldValue(field, values.at(-1) ?? true),
      );
    else if (formats.includes(name)) command.format = name;
    else if (Object.hasOwn(loadFlags, name)) addLoading(command, name, values);
    else {
      const known = analysis.spec.map(one => `--${kebab(one.name)}`).join(', ');
      throw new UsageError(`${kebab(analysis.name)} has no --${name}. It has: ${known}.`);
    }
  }
  return command;
}

/**
 * Flags with their values (`--a b`, `--a=b`, `--a`), and the words without.
 * @param {string[]} words
 * @param {string[]} formats flags that take no value
 */
function parted(words, formats) {
  /** @type {Map<string, (string | true)[]>} */
  const flags = new Map();
  const plain = [];
  const bare = new Set([...formats, 'help', 'version']);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] === '-h' ? '--help' : words[i];
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) {
      plain.push(word);
      continue;
    }
    const next = words[i + 1];
    // A negative number is a value.
    const takes = value === undefined && !bare.has(name) && next !== undefined && !/^--[a-z]/.test(next);
    if (takes) i++;
    flags.set(name, [...(flags.get(name) ?? []), value ?? (takes ? next : true)]);
  }
  return { flags, plain };
}

/**
 * @template T
 * @param {string} flag
 * @param {() => T} read
 * @returns {T}
 */
function understood(flag, read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof SpecTextError) throw new UsageError(`--${flag} ${error.message}.`);
    throw error;
  }
}

/**
 * @param {Command} command
 * @param {string} name
 * @param {(string | true)[]} values
 */
function addLoading(command, name, values) {
  const texts = values.map(value => {
    if (value === true) throw new UsageError(`--${name} needs a value: ${loadFlags[name][0]}.`);
    return value;
  });
  const pairs = (/** @type {string[]} */ parts) => understood(name, () => Object.fromEntries(parts.map(pair)));
  if (name === 'filter') command.prepare.filter = texts.map(text => `(${text})`).join(' & ');
  else if (name === 'derive') command.prepare.derive = pairs(texts);
  else if (name === 'types') command.load.types = pairs(texts.flatMap(lists));
  else command.load[name] = name === 'missing' ? texts.flatMap(lists) : texts.at(-1);
}
