// The documents: every link leads somewhere, every analysis has a page, every example runs to a result.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createEngine } from '../../web/index.js';
import { methods, plot, plotKinds, toHTML, toR } from '../../web/report/index.js';
import { kebab } from '../../web/spectext.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bedside-docs-'));

/** @type {import('../../web/index.js').Engine} */
let engine;
/** @type {Map<string, string>} */
const pages = new Map();

before(async () => {
  execFileSync(process.execPath, [join(root, 'web/build/docs.mjs'), folder]);
  for (const file of readdirSync(folder)) {
    if (file.endsWith('.html')) pages.set(file, readFileSync(join(folder, file), 'utf8'));
  }
  engine = await createEngine();
});
after(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

/** @type {Record<string, string>} */
const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const text = (/** @type {string} */ markup) => markup.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name]);

/** Values of an attribute in a page. @param {string} markup @param {string} attribute */
const valuesOf = (markup, attribute) =>
  Array.from(markup.matchAll(new RegExp(`\\s${attribute}="([^"]*)"`, 'g')), ([, value]) => text(value));

describe('the documents', () => {
  it('have no link that leads nowhere, and none of their own to elsewhere', () => {
    for (const [file, markup] of pages) {
      for (const address of [...valuesOf(markup, 'href'), ...valuesOf(markup, 'src')]) {
        if (/^[a-z]+:/.test(address)) continue;
        const [path, anchor] = address.split('#');
        assert.ok(path === '' || existsSync(join(folder, path)), `${file}: ${address}`);
        if (!anchor) continue;
        const target = pages.get(path || file) ?? '';
        assert.ok(valuesOf(target, 'id').includes(decodeURIComponent(anchor)), `${file}: ${address}`);
      }
      assert.doesNotMatch(markup, /<(script|link|img)[^>]*(src|href)="[a-z]+:/, file);
      assert.doesNotMatch(markup, /\sstyle="|<script(?![^>]*src=)/, file);
    }
  });

  it('have a page for each analysis, with every field and a runnable example', async () => {
    for (const { name, spec, result } of await engine.analyses()) {
      const markup = pages.get(`${kebab(name)}.html`) ?? assert.fail(`There is no page of ${name}.`);
      for (const field of [...spec, ...result])
        assert.match(markup, new RegExp(`<code>${field.name}(\\[\\])?</code>`), `${name}: ${field.name}`);
      const examples = valuesOf(markup, 'data-example').map(one => JSON.parse(one));
      assert.ok(
        examples.length > 0 && examples.every(one => one.analysis === name) && markup.includes('<h2 id="errors">'),
        `web/docs/analyses/${name}.md has no example of it or no errors`,
      );
    }
  });

  it('have examples and pictures that run to a result', async t => {
    let count = 0;
    for (const [file, markup] of pages) {
      for (const one of valuesOf(markup, 'data-example').map(json => JSON.parse(json))) {
        const { analysis, spec, specs = [spec], column, load } = one;
        const on = one.file ? await engine.load(pathToFileURL(join(folder, one.file)), load) : engine;
        count++;
        if (column) {
          assert.ok((await /** @type {any} */ (on).column(column.values)).length > 0);
          continue;
        }
        if (file === 'errors.html') {
          await assert.rejects(on.analyze(analysis, spec), {
            code: 'COLUMN_NOT_FOUND',
            message: /did you mean 'smoke'/,
          });
          continue;
        }
        for (const each of specs) {
          const result = await on.analyze(analysis, each);
          assert.match(toHTML(result), /<table/, `${file}: ${analysis}`);
          assert.match(methods(result), /\.$/, `${file}: ${analysis}`);
          assert.ok(toR(result).length > 0, `${file}: ${analysis}`);
          if (plotKinds(result).length) assert.match(plot(result, one.plot), /^<svg/, `${file}: ${analysis}`);
        }
      }
    }
    t.diagnostic(`${count} examples and pictures`);
    assert.ok(count >= 40);
  });

  it('show the conformance of the last run, with what R ran', () => {
    const markup = pages.get('validation.html') ?? '';
    assert.match(markup, /(\d+) of \1 cases agree/);
    assert.match(markup, /survfit\(Surv\(time, status\) ~ 1/);
    assert.match(markup, /<td>Longley<\/td>/);
    assert.doesNotMatch(markup, /differs/);
  });
});
