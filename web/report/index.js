/**
 * Reports: a result as tables (text, HTML, Markdown, CSV, Word), a picture, a sentence for the Methods section and an R script,
 * by the rules of medical journals. Needs no engine and no DOM.
 *
 * @module bedside/report
 */
import { tableToCsv } from './csv.js';
import { tableToHtml } from './html.js';
import { tableToMarkdown } from './markdown.js';
import { methods } from './methods.js';
import { plot, plotKinds } from './plots/index.js';
import { toR } from './r/index.js';
import { tables } from './tables/index.js';
import { tableToText } from './text.js';

export { methods, plot, plotKinds, tables, toR };

/**
 * @typedef {any} Result what an analysis answers, such as `await table.logistic(spec)`
 *
 * @typedef {import('./table.js').Table} Table
 * @typedef {import('./table.js').Column} Column
 * @typedef {import('./table.js').Section} Section
 * @typedef {import('./table.js').Row} Row
 *
 * @typedef {import('./plots/index.js').PlotOptions} PlotOptions
 *
 * @typedef {object} ReportOptions
 * @property {string} [title] in place of the analysis' own
 * @property {boolean} [warnings] whether the analysis' warnings stand among the footnotes: true
 */

/**
 * Aligned lines for terminals and mail.
 * @param {Result | Table | Table[]} result
 * @param {ReportOptions} [options]
 * @returns {string}
 */
export const toText = (result, options) => written(result, options, tableToText, '\n');

/**
 * `<table>` elements with class `bedside-table`; all text is escaped.
 * @param {Result | Table | Table[]} result
 * @param {ReportOptions} [options]
 * @returns {string}
 */
export const toHTML = (result, options) => written(result, options, tableToHtml, '');

/**
 * Tables in GitHub's Markdown.
 * @param {Result | Table | Table[]} result
 * @param {ReportOptions} [options]
 * @returns {string}
 */
export const toMarkdown = (result, options) => written(result, options, tableToMarkdown, '\n');

/**
 * Tables for spreadsheets, figures as printed, without title and notes; several are parted by an empty line. A cell
 * that would be taken for a formula gets an apostrophe.
 * @param {Result | Table | Table[]} result
 * @param {ReportOptions} [options]
 * @returns {string}
 */
export const toCSV = (result, options) => written(result, options, tableToCsv, '\r\n');

/**
 * A Word document (.docx) with the tables as journals set them, which Word lets users edit and paste.
 * @param {Result | Table | Table[]} result
 * @param {ReportOptions & { methods?: boolean }} [options] methods: whether the sentence for the Methods section stands
 *   below the tables of a result: false
 * @returns {Promise<Blob>}
 */
export async function toDocx(result, options) {
  const { tablesToDocx } = await import('./docx.js');
  const sentence = options?.methods && result?.analysis ? methods(result) : '';
  return tablesToDocx(tablesOf(result, options), sentence);
}

/**
 * @param {Result | Table | Table[]} result
 * @param {ReportOptions | undefined} options
 * @param {(table: Table) => string} write
 * @param {string} between
 */
function written(result, options, write, between) {
  return tablesOf(result, options).map(write).join(between);
}

/**
 * @param {Result | Table | Table[]} result
 * @param {ReportOptions | undefined} options
 * @returns {Table[]}
 */
const tablesOf = (result, options) =>
  Array.isArray(result) ? result : result?.sections ? [result] : tables(result, options);
