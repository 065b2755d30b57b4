/**
 * What a static Hugging Face Space needs, into `dist/space`: the page at its root, the modules that it loads, a service
 * worker that keeps them, and the Space's own README and .gitattributes. Works from any folder of any host. Scripts and
 * styles are minified one by one: each stays where it is in the package.
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { transformSync } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const web = join(root, 'web');
const out = join(root, 'dist/space');

/** Parts of web/ that the page does not load. */
const left = /^(build|docs|space|cli|elements)(\/|$)|^cli\.js$|\.(d\.ts|md|LICENCE)$/;

/** @param {string} path @param {string} text */
const minified = (path, text) =>
  transformSync(text, { loader: path.endsWith('.css') ? 'css' : 'js', minify: true }).code;

/** @param {string} folder @returns {string[]} paths from it */
const filesIn = folder =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const file of filesIn(web).filter(path => !left.test(path))) {
  const place = join(out, 'web', file);
  mkdirSync(join(place, '..'), { recursive: true });
  if (/\.(js|css)$/.test(file)) writeFileSync(place, minified(file, readFileSync(join(web, file), 'utf8')));
  else cpSync(join(web, file), place);
}
// The licence of what is vendored goes with it.
for (const file of filesIn(join(web, 'vendor')).filter(path => /LICEN[CS]E$/.test(path))) {
  cpSync(join(web, 'vendor', file), join(out, 'web/vendor', file));
}
for (const file of ['README.md', '.gitattributes']) cpSync(join(web, 'space', file), join(out, file));
cpSync(join(root, 'LICENSE'), join(out, 'LICENSE'));

// The page's own references are to its folder; from the root they lead there.
const page = readFileSync(join(web, 'workbench/index.html'), 'utf8')
  .replace(/\b(href|src)="(?![#/]|[a-z]+:)([^"]+)"/g, '$1="web/workbench/$2"')
  .replace('<html lang="en">', '<html lang="en" data-offline="offline.js">');
writeFileSync(join(out, 'index.html'), page);
rmSync(join(out, 'web/workbench/index.html'));

const kept = filesIn(out).filter(path => /\.(html|js|css|wasm|csv|svg)$/.test(path));
const hash = createHash('sha256');
for (const file of kept) hash.update(file).update(readFileSync(join(out, file)));
const version = hash.digest('hex').slice(0, 16);
writeFileSync(
  join(out, 'offline.js'),
  minified(
    'offline.js',
    `self.version = ${JSON.stringify(version)};\nself.files = ${JSON.stringify(kept)};\n${readFileSync(join(web, 'space/offline.js'), 'utf8')}`,
  ),
);

const bytes = kept.reduce((sum, file) => sum + statSync(join(out, file)).size, 0);
const wire = kept.reduce((sum, file) => sum + gzipSync(readFileSync(join(out, file))).length, 0);
console.log(
  `dist/space: ${kept.length} files, ${(bytes / 1024).toFixed(0)} KB, ${(wire / 1024).toFixed(0)} KB over the wire (gzip).`,
);
