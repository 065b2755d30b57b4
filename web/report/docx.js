// Tables as a Word document (ECMA-376, WordprocessingML), as journals set them: a caption above, three horizontal rules,
// notes below.

import { html, Markup } from './markup.js';
import { aligned, digitsOf, spanners } from './table.js';
import { zip } from './zip.js';

/** @typedef {import('./table.js').Table} Table */

const empty = html``;
const w = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const part = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
const header = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** What XML 1.0 cannot hold, not even escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unwritable = /[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/gu;

/**
 * A run of text.
 * @param {string} text
 * @param {boolean} [bold]
 */
const run = (text, bold) =>
  html`<w:r>${bold ? html`<w:rPr><w:b/></w:rPr>` : empty}<w:t xml:space="preserve">${text.replace(unwritable, '')}</w:t></w:r>`;

/**
 * @param {string} style
 * @param {Markup[]} runs
 * @param {{ indent?: number, center?: boolean }} [options]
 */
const paragraph = (style, runs, { indent = 0, center = false } = {}) =>
  html`<w:p><w:pPr><w:pStyle w:val="${style}"/>${
    indent ? html`<w:ind w:left="${indent * 220}"/>` : empty
  }${center ? html`<w:jc w:val="center"/>` : empty}</w:pPr>${runs}</w:p>`;

/**
 * @param {Markup} content
 * @param {{ span?: number, rule?: boolean }} [options] rule: a line below
 */
const cell = (content, { span = 1, rule = false } = {}) =>
  html`<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/>${span > 1 ? html`<w:gridSpan w:val="${span}"/>` : empty}${
    rule ? html`<w:tcBorders><w:bottom w:val="single" w:sz="4" w:space="0" w:color="auto"/></w:tcBorders>` : empty
  }</w:tcPr>${content}</w:tc>`;

/** @param {Markup[]} cells @param {boolean} [heading] repeated on each page */
const row = (cells, heading) =>
  html`<w:tr><w:trPr><w:cantSplit/>${heading ? html`<w:tblHeader/>` : empty}</w:trPr>${cells}</w:tr>`;

/** @param {Table} table */
function written({ title, columns, sections, notes, warnings }) {
  const digits = digitsOf(columns, sections);
  const over = spanners(columns);
  const rows = [];
  if (over.some(span => span.title !== '')) {
    const cells = over.map(({ title, span }) =>
      cell(paragraph('TableText', title ? [run(title, true)] : [], { center: true }), { span, rule: title !== '' }),
    );
    rows.push(row(cells, true));
  }
  rows.push(
    row(
      columns.map(column => cell(paragraph('TableText', [run(column.title, true)]), { rule: true })),
      true,
    ),
  );
  for (const section of sections) {
    if (section.title) {
      rows.push(row([cell(paragraph('TableText', [run(section.title, true)]), { span: columns.length })]));
    }
    for (const { label, indent, cells } of section.rows) {
      const figures = cells.map((text, index) => cell(paragraph('TableText', [run(aligned(text, digits[index + 1]))])));
      rows.push(row([cell(paragraph('TableText', [run(label)], { indent })), ...figures]));
    }
  }
  const rule = html`w:val="single" w:sz="8" w:space="0" w:color="auto"`;
  return html`${paragraph('Caption', [run(title)])}<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders><w:top ${rule}/><w:bottom ${rule}/></w:tblBorders><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar><w:tblCaption w:val="${title.replace(unwritable, '')}"/></w:tblPr><w:tblGrid>${columns.map(() => html`<w:gridCol/>`)}</w:tblGrid>${rows}</w:tbl>${notes.map(
    note => paragraph('TableNote', [run(note)]),
  )}${warnings.map(warning => paragraph('TableNote', [run('Warning: ', true), run(warning)]))}<w:p/>`;
}

/** @param {string} id @param {string} name @param {Markup} paragraph @param {Markup} text */
const style = (id, name, paragraph, text) =>
  html`<w:style w:type="paragraph" w:customStyle="${name === 'caption' ? 0 : 1}" w:styleId="${id}"><w:name w:val="${name}"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>${paragraph}</w:pPr><w:rPr>${text}</w:rPr></w:style>`;

const styles = html`<w:styles xmlns:w="${w}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/><w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr><w:spacing w:after="120"/></w:pPr></w:style>${[
  style('Caption', 'caption', html`<w:keepNext/><w:spacing w:after="80"/>`, html`<w:b/>`),
  style('TableText', 'Table Text', html`<w:spacing w:before="20" w:after="20"/>`, html`<w:sz w:val="20"/>`),
  style('TableNote', 'Table Note', html`<w:spacing w:before="40" w:after="0"/>`, html`<w:sz w:val="18"/>`),
]}</w:styles>`;

/** @param {[id: string, type: string, target: string][]} links */
const relations = links =>
  html`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${links.map(
    ([id, type, target]) => html`<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`,
  )}</Relationships>`;

/**
 * A4; upright, or with many columns lying.
 * @param {Table[]} tables
 * @param {string} [sentence] below the tables
 * @returns {Promise<Blob>}
 */
export async function tablesToDocx(tables, sentence) {
  const lying = tables.some(({ columns }) => columns.length > 7);
  const size = lying
    ? html`<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>`
    : html`<w:pgSz w:w="11906" w:h="16838"/>`;
  const margins = html`<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="708" w:footer="708" w:gutter="0"/>`;
  const files = {
    '[Content_Types].xml': html`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${part}.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="${part}.styles+xml"/></Types>`,
    '_rels/.rels': relations([['rId1', 'officeDocument', 'word/document.xml']]),
    'word/_rels/document.xml.rels': relations([['rId1', 'styles', 'styles.xml']]),
    'word/styles.xml': styles,
    'word/document.xml': html`<w:document xmlns:w="${w}"><w:body>${tables.map(written)}${
      sentence ? paragraph('Normal', [run(sentence)]) : empty
    }<w:sectPr>${size}${margins}</w:sectPr></w:body></w:document>`,
  };
  const texts = Object.fromEntries(Object.entries(files).map(([path, { text }]) => [path, header + text]));
  return new Blob(await zip(texts), { type: `${part}.document` });
}
