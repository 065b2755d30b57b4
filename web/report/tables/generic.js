// Any other analysis: tables derived from the descriptions of its result.

import { fixed, general, none, percent, pValue, ratio } from '../format.js';
import { Labels, spoken } from '../labels.js';
import { figures, row, table, words } from '../table.js';

/**
 * @typedef {import('../schema.js').FieldSchema} Field
 * @typedef {import('../table.js').Table} Table
 * @typedef {import('../table.js').Section} Section
 */

/** Fields that every result has and that are shown elsewhere. */
const common = new Set(['warnings', 'n', 'nMissing']);

const figureTypes = new Set(['number', 'integer']);
const plain = new Set([...figureTypes, 'string', 'word', 'boolean', 'level']);

/**
 * One table of the single figures, an `object` field as a section of it, and one for each field that is a list of rows.
 * Long vectors (`fitted`, `scores`) are not for reading and are left out.
 * @param {import('../index.js').Result} result
 * @param {{ title: string, warnings: string[], schema: import('../schema.js').AnalysisSchema }} frame
 * @returns {Table[]}
 */
export function genericTables(result, { title, warnings, schema }) {
  const fields = schema.result.filter(field => !common.has(field.name) && result[field.name] !== undefined);
  const labels = new Labels(result);
  const rowsUsed = [
    `${result.n} patients used${result.nMissing ? `, ${result.nMissing} left out for a missing value` : ''}.`,
  ];
  const notes = schema.needsTable && result.n !== undefined ? rowsUsed : [];

  /** @type {Section[]} */
  const sections = [
    { title: '', rows: single(result, fields) },
    ...fields
      .filter(field => field.type === 'object' && result[field.name] !== null)
      .map(field => ({ title: spoken(field.name), rows: single(result[field.name], field.fields ?? []) })),
  ];
  const lists = fields.filter(field => field.type === 'objects' && result[field.name]?.length > 0);
  const tables = [
    ...(sections.some(section => section.rows.length > 0)
      ? [table({ title, columns: [words('Figure'), figures('Value')], sections })]
      : []),
    ...lists.map(field => list(`${title}: ${spoken(field.name)}`, result[field.name], field.fields ?? [], labels)),
  ];
  const last = tables.at(-1) ?? table({ title, columns: [words('Figure')], sections: [] });
  return [...tables.slice(0, -1), { ...last, notes: [...last.notes, ...notes], warnings }];
}

/**
 * @param {any} values
 * @param {readonly Field[]} fields
 */
const single = (values, fields) =>
  fields
    .filter(field => plain.has(field.type))
    .map(field => row(spoken(field.name), [cell(values[field.name], field)]));

/**
 * A list of rows: the first field that is a word leads each, the fields of its kind that follow stay words.
 * @param {string} title
 * @param {any[]} entries
 * @param {readonly Field[]} fields
 * @param {Labels} labels
 */
function list(title, entries, fields, labels) {
  const shown = fields.filter(field => plain.has(field.type));
  const lead = shown.find(field => !figureTypes.has(field.type)) ?? shown[0];
  const others = shown.filter(field => field !== lead);
  const nameOf = (/** @type {any} */ value) => (typeof value === 'string' ? labels.column(value) : cell(value, lead));
  return table({
    title,
    columns: [
      words(spoken(lead.name)),
      ...others.map(field => (figureTypes.has(field.type) ? figures(spoken(field.name)) : words(spoken(field.name)))),
    ],
    sections: [
      {
        title: '',
        rows: entries.map(entry =>
          row(
            nameOf(entry[lead.name]),
            others.map(field => cell(entry[field.name], field)),
          ),
        ),
      },
    ],
  });
}

/**
 * @param {any} value
 * @param {Field} field
 * @returns {string}
 */
function cell(value, { type, format }) {
  if (value === null || value === undefined) return figureTypes.has(type) ? none : '';
  if (type === 'boolean') return value ? 'yes' : 'no';
  if (!figureTypes.has(type)) return String(value);
  if (format === 'pValue') return pValue(value);
  if (format === 'ratio') return ratio(value);
  if (format === 'share') return percent(value);
  return format === 'count' ? fixed(value, 0) : general(value);
}
