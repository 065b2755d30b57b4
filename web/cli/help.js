// Help from the schema.

import { kebab } from '../spectext.js';
import { loadFlags } from './command.js';

/**
 * @typedef {import('./command.js').Analysis} Analysis
 * @typedef {import('./command.js').Field} Field
 */

const width = 100;

/**
 * Two columns, the second wrapped.
 * @param {[string, string][]} rows
 */
function columns(rows) {
  const first = Math.min(34, Math.max(...rows.map(([name]) => name.length)) + 2);
  return rows
    .map(([name, words]) => {
      const lines = [''];
      for (const word of words.split(' ')) {
        if ((lines.at(-1) ?? '').length + word.length + 1 > width - first - 2) lines.push('');
        lines[lines.length - 1] += `${lines.at(-1) === '' ? '' : ' '}${word}`;
      }
      const head = name.length + 2 > first ? `  ${name}\n  ${' '.repeat(first)}` : `  ${name.padEnd(first)}`;
      return `${head}${lines.join(`\n  ${' '.repeat(first)}`)}\n`;
    })
    .join('');
}

/** @param {string[]} formats @returns {[string, string]} */
const output = formats => [
  formats
    .filter(name => name !== 'text')
    .map(name => `--${name}`)
    .join(', '),
  'what to print instead of tables as text',
];

/** @returns {[string, string][]} */
const loading = () => Object.entries(loadFlags).map(([name, [takes, words]]) => [`--${name} ${takes}`, words]);

/**
 * @param {readonly Analysis[]} analyses
 * @param {string[]} formats
 */
export const generalHelp = (analyses, formats) => `bedside ANALYSIS FILE --FIELD VALUE …

Medical statistics on this device. FILE is a CSV or TSV file, a URL, or - for standard input.

Analyses (bedside ANALYSIS --help tells their fields):
${columns(analyses.map(({ name, title }) => [kebab(name), title]))}
Reading the file:
${columns(loading())}
Output:
${columns([output(formats)])}
Example:
  bedside logistic patients.csv --outcome died --predictors age,sex,age:sex --reference sex=Female
`;

/**
 * @param {Analysis} analysis
 * @param {string[]} formats
 */
export const helpOf = (
  analysis,
  formats,
) => `bedside ${kebab(analysis.name)}${analysis.needsTable ? ' FILE' : ' [FILE]'} --FIELD VALUE …

${analysis.title}.

Fields:
${columns(analysis.spec.map(field => [`--${kebab(field.name)} ${takes(field)}`, `${field.doc}${fallback(field)}`]))}
Reading the file:
${columns(loading())}
Output:
${columns([output(formats)])}`;

/** @type {Record<string, string>} */
const placeholders = {
  boolean: '',
  column: 'COLUMN',
  columns: 'COLUMN,…',
  integer: 'NUMBER',
  interval: 'LOW,HIGH',
  level: 'VALUE',
  levels: 'COLUMN=LEVEL,…',
  number: 'NUMBER',
  numbers: 'NUMBER,…',
  profiles: 'COLUMN=VALUE,… (may be repeated)',
  string: 'TEXT',
  strings: 'TEXT,…',
  terms: 'COLUMN,COLUMN:COLUMN,…',
  vectors: 'JSON',
};

/** @param {Field} field */
function takes(field) {
  if (field.words) return field.words.join(' | ');
  return placeholders[field.type] ?? 'VALUE';
}

/** @param {Field} field */
function fallback(field) {
  if (field.required) return ' Required.';
  const { default: value } = field;
  if (value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)) return '';
  return typeof value === 'object' ? '' : ` Default: ${value}.`;
}
