/**
 * The documents as a static site, into `dist/docs` or the folder named: pages from the Markdown in web/docs, one for each analysis from the
 * schema, the validation from a run of the reference cases. Its examples run in the page, with the modules beside it.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEngine } from '../index.js';
import { html, Markup } from '../report/markup.js';
import { kebab } from '../spectext.js';
import { conformance, scripts } from './conformance.mjs';
import { datasets } from './datasets.mjs';
import { page } from './markdown.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const web = join(root, 'web');
const source = join(web, 'docs');
const out = resolve(process.argv[2] ?? join(root, 'dist/docs'));
const read = (/** @type {string[]} */ ...path) => readFileSync(join(...path), 'utf8');

/** The site's contents: titles of groups, files of pages. */
const guides = [
  { title: 'Guide', files: ['index', 'gallery', 'expressions', 'embedding', 'layers', 'errors'] },
  { title: 'Trust', files: ['validation', 'privacy', 'limits'] },
];
const families = {
  'Describe and compare': ['describe', 'tableOne', 'contingency', 'mantelHaenszel', 'eValue'],
  'Risk factors': ['analyzeOutcome', 'logistic', 'linear', 'poisson', 'negativeBinomial', 'subgroup'],
  'Time to event': [
    'kaplanMeier',
    'nelsonAalen',
    'logRank',
    'cox',
    'predictSurvival',
    'cumulativeIncidence',
    'fineGray',
  ],
  'Comparable groups': ['propensity', 'match', 'ipw'],
};

const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:; worker-src 'self'; base-uri 'none'; form-action 'none'";

/** Sections of the reference, by analysis: its tables of fields. */
const reference = new Map(
  read(web, 'reference.md')
    .split(/^## /m)
    .slice(1)
    .map(section => /** @type {[string, string]} */ ([section.split('\n', 1)[0], section])),
);

/** @param {import('../analyses.js').AnalysisSchema} schema the page's Markdown, with fields and defaults */
function analysisPage({ name, title }) {
  const tables = (reference.get(name) ?? '').split('\n').slice(3).join('\n').trim().split(/\n\n/);
  const [spec, result] = ['| spec |', '| result |'].map(head => tables.find(one => one.startsWith(head)) ?? '');
  return `# ${title}

\`${name}\`

${existsSync(join(source, 'analyses', `${name}.md`)) ? read(source, 'analyses', `${name}.md`) : ''}

Any analysis can also fail as [errors and warnings](errors.md) says.

## Spec

${spec.replace('| spec | type | default | |', '| field | type | default | meaning |')}

## Result

${result.replace('| result | type | |', '| field | type | meaning |')}

Every result also has \`analysis\`, \`spec\` (defaults filled in), \`engine\`, \`cached\`, \`data\` and \`labels\`.
`;
}

/** @param {{ file: string, title: string }[]} pages @param {string} here */
const listOf = (pages, here) =>
  html`<ul>${pages.map(({ file, title }) =>
    file === here
      ? html`<li><a href="${file}.html" aria-current="page">${title}</a></li>`
      : html`<li><a href="${file}.html">${title}</a></li>`,
  )}</ul>`;

/**
 * @param {{ file: string, title: string, body: string, pieces: unknown[] }} page
 * @param {{ title: string, pages: { file: string, title: string }[] }[]} contents
 */
const written = ({ file, title, body, pieces }, contents) =>
  html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <title>${file === 'index' ? 'bedside: documents' : `${title}: bedside`}</title>
    <link rel="icon" href="web/workbench/icon.svg">
    <link rel="stylesheet" href="web/workbench/colours.css">
    <link rel="stylesheet" href="web/docs/docs.css">
    <script type="module" src="web/docs/menu.js"></script>
    ${pieces.length ? [html`<script type="module" src="web/docs/page.js"></script>`] : []}
  </head>
  <body>
    <a class="skip" href="#main">To the text</a>
    <header class="top">
      <a href="index.html"><img src="web/workbench/icon.svg" alt="" width="28" height="28">bedside</a>
      <a class="app" href="web/workbench/index.html">Open the page</a>
    </header>
    <div class="frame">
      <nav aria-label="Documents"><details><summary>Contents</summary>
        ${contents.map(group => html`<h2>${group.title}</h2>${listOf(group.pages, file)}`)}
      </details></nav>
      <main id="main">${new Markup(body)}</main>
    </div>
  </body>
</html>
`.text;

const engine = await createEngine();
try {
  const analyses = await engine.analyses();
  const grouped = Object.values(families).flat();
  const others = analyses.map(({ name }) => name).filter(name => !grouped.includes(name));
  const groups = Object.entries({ ...families, ...(others.length && { 'More analyses': others }) });

  const begun = performance.now();
  const { markdown, failed } = await conformance(engine);
  const guide = (/** @type {string} */ file) =>
    file === 'expressions'
      ? read(web, 'expressions.md')
      : read(source, `${file}.md`).replace('<!-- conformance -->', () => markdown);

  const contents = [
    ...guides.map(({ title, files }) => ({
      title,
      pages: files.map(file => ({ file, ...page(guide(file)) })),
    })),
    ...groups.map(([title, names]) => ({
      title,
      pages: names.map(name => {
        const schema = analyses.find(one => one.name === name);
        if (!schema) throw new Error(`There is no analysis '${name}'.`);
        return { file: kebab(name), ...page(analysisPage(schema)) };
      }),
    })),
  ];

  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, 'data'), { recursive: true });
  const left = /^(build|space|cli)(\/|$)|^docs\/(?!\w+\.(js|css)$)|^cli\.js$|\.(d\.ts|md)$/;
  for (const entry of readdirSync(web, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name).slice(web.length + 1);
    if (!entry.isFile() || left.test(path)) continue;
    mkdirSync(join(out, 'web', path, '..'), { recursive: true });
    cpSync(join(web, path), join(out, 'web', path));
  }
  for (const [name, { file }] of Object.entries(datasets))
    cpSync(join(root, 'tests/conformance/data', file), join(out, 'data', `${name}.csv`));
  for (const name of scripts) cpSync(join(root, 'tests/conformance', `${name}.R`), join(out, 'r', `${name}.R`));
  cpSync(join(root, 'LICENSE'), join(out, 'LICENSE'));
  const pages = contents.flatMap(group => group.pages);
  for (const one of pages) writeFileSync(join(out, `${one.file}.html`), written(one, contents));

  console.log(
    `${relative(root, out)}: ${pages.length} pages; the reference cases ran in ${((performance.now() - begun) / 1000).toFixed(1)} s.`,
  );
  if (failed.length) {
    console.error(`These cases do not agree: ${failed.join(', ')}`);
    process.exitCode = 1;
  }
} finally {
  await engine.close();
}
