// toDocx: read back by another reader of ZIP and XML, Python's.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { createEngine } from '../../web/index.js';
import { toDocx } from '../../web/report/index.js';
import { sample } from '../../web/workbench/sample.js';

/** Checks the archive's sums and that each part is XML; tells what the document holds. */
const reader = `
import io, json, sys, zipfile
import xml.etree.ElementTree as tree
book = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))
assert book.testzip() is None
parts = {name: tree.fromstring(book.read(name)) for name in book.namelist()}
w = '{http://schemas.openxmlformats.org/wordprocessingml/2006/main}'
text = lambda at: ''.join(run.text or '' for run in at.iter(w + 't'))
body = parts['word/document.xml'].find(w + 'body')
styles = {style.get(w + 'styleId') for style in parts['word/styles.xml'].iter(w + 'style')}
used = {style.get(w + 'val') for style in body.iter(w + 'pStyle')}
def row(at):
    spans = [cell.find(w + 'tcPr/' + w + 'gridSpan') for cell in at.iter(w + 'tc')]
    return {'cells': [text(cell) for cell in at.iter(w + 'tc')], 'heading': at.find(w + 'trPr/' + w + 'tblHeader') is not None,
            'width': sum(1 if span is None else int(span.get(w + 'val')) for span in spans),
            'indent': at.find('.//' + w + 'ind') is not None}
sides = {side.tag[len(w):] for borders in body.iter(w + 'tblBorders') for side in borders}
print(json.dumps({'names': list(parts), 'stored': [part.compress_type for part in book.infolist()], 'unknown': list(used - styles),
    'sides': sorted(sides), 'wide': body.find(w + 'sectPr/' + w + 'pgSz').get(w + 'orient'),
    'blocks': [{'columns': len(list(at.iter(w + 'gridCol'))), 'rows': [row(each) for each in at.iter(w + 'tr')]}
               if at.tag == w + 'tbl' else text(at) for at in body if at.tag != w + 'sectPr']}))
`;

/** @param {Blob} blob */
async function read(blob) {
  assert.equal(blob.type, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document');
  const answer = execFileSync('python3', ['-c', reader], { input: new Uint8Array(await blob.arrayBuffer()) });
  return JSON.parse(String(answer));
}

describe('toDocx', () => {
  /** @type {import('../../web/index.js').Engine} */
  let engine;
  /** @type {import('../../web/index.js').Table} */
  let births;
  before(async () => {
    engine = await createEngine();
    births = await engine.load(sample.url, { dictionary: sample.dictionary });
  });
  after(() => engine.close());

  it('holds the table with its headings, figures, notes and the sentence asked for', async () => {
    const result = await births.analyzeOutcome({ outcome: 'low', columns: ['age', 'smoke', 'race'] });
    const { names, stored, unknown, sides, blocks } = await read(await toDocx(result, { methods: true }));
    assert.deepEqual(names.slice().sort(), [
      '[Content_Types].xml',
      '_rels/.rels',
      'word/_rels/document.xml.rels',
      'word/document.xml',
      'word/styles.xml',
    ]);
    assert.deepEqual([...new Set(stored)], [8]);
    assert.deepEqual(unknown, []);
    assert.deepEqual(sides, ['bottom', 'top'], 'horizontal rules only');
    const [caption, table, ...below] = blocks;
    assert.match(caption, /birth weight/i);
    for (const { width } of table.rows) assert.equal(width, table.columns);
    assert.deepEqual(table.rows[0].cells.slice(1), ['Low birth weight (< 2.5 kg)', 'Univariable', 'Multivariable']);
    const headings = table.rows.filter((/** @type {any} */ row) => row.heading);
    assert.ok(
      headings.length > 0 && headings.every((/** @type {any} */ row) => table.rows.indexOf(row) < headings.length),
    );
    const age = table.rows.find((/** @type {any} */ row) => /Mother’s age/.test(row.cells[0]));
    assert.equal(age.cells[4], '0.95 (0.89–1.01)');
    assert.ok(
      table.rows.some((/** @type {any} */ row) => row.indent),
      'levels stand below their variable',
    );
    assert.match(below.join('\n'), /Mann–Whitney/);
    assert.match(below.at(-1), /\.$/);
  });

  it('pads figures, so that their points stand below each other', async () => {
    const result = await births.linear({ outcome: 'lwt', predictors: ['age', 'smoke'] });
    const { blocks } = await read(await toDocx(result));
    const cells = blocks[1].rows.map((/** @type {any} */ row) => row.cells[1]);
    assert.ok(
      cells.some((/** @type {string} */ cell) => cell.startsWith('\u2007')),
      cells.join('|'),
    );
  });

  it('gives the same bytes for the same result, without words that were not asked for', async () => {
    const result = await births.describe({ columns: ['age'] });
    const [one, two] = await Promise.all([toDocx(result), toDocx(result)]);
    assert.deepEqual(new Uint8Array(await one.arrayBuffer()), new Uint8Array(await two.arrayBuffer()));
    const { blocks } = await read(await toDocx(result, { title: 'Mothers' }));
    assert.match(blocks[0], /^Mothers/);
  });

  it('writes hostile text as text', async () => {
    const odd = '</w:t><w:p/>&amp; "x" \u0000\u0008\u001b\ufffe\ud800 é 漢 😀';
    const plain = '</w:t><w:p/>&amp; "x"  é 漢 😀';
    const columns = [
      { title: odd, align: /** @type {const} */ ('left') },
      { title: 'n', over: odd, align: /** @type {const} */ ('decimal') },
    ];
    const table = {
      title: odd,
      columns,
      sections: [{ title: odd, rows: [{ label: odd, indent: 1, cells: [odd] }] }],
      notes: [odd],
      warnings: [odd],
    };
    const { blocks } = await read(await toDocx([table, table]));
    assert.equal(blocks[0], plain);
    assert.deepEqual(
      blocks[1].rows.map((/** @type {any} */ row) => row.cells),
      [['', plain], [plain, 'n'], [plain], [plain, plain]],
    );
    assert.deepEqual(blocks.slice(2, 4), [plain, `Warning: ${plain}`]);
    assert.equal(blocks.length, 10, 'two tables, parted');
  });

  it('lays a page of many columns down', async () => {
    const columns = Array.from({ length: 9 }, (_, i) => ({ title: `${i}`, align: /** @type {const} */ ('left') }));
    const table = { title: '', columns, sections: [], notes: [], warnings: [] };
    assert.equal((await read(await toDocx(table))).wide, 'landscape');
    assert.equal((await read(await toDocx({ ...table, columns: columns.slice(5) }))).wide, null);
  });

  it('stores where the platform cannot deflate', async () => {
    const { CompressionStream } = globalThis;
    try {
      globalThis.CompressionStream = /** @type {any} */ (undefined);
      const { stored } = await read(await toDocx(await births.describe({ columns: ['age'] })));
      assert.deepEqual([...new Set(stored)], [0]);
    } finally {
      globalThis.CompressionStream = CompressionStream;
    }
  });
});
