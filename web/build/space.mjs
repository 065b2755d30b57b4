/**
 * What a static Hugging Face Space needs, into `dist/space`: the page at its root, the modules that it loads, a service
 * worker that keeps them, and the Space's own README and .gitattributes. Works from any folder of any host.
 *
 * A dozen files instead of a hundred are loaded sooner. Entries stay where they are in the package and what they share lies
 * in `web/`, whence the engine finds its worker and its WASM.
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildSync, transformSync } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const web = join(root, 'web');
const out = join(root, 'dist/space');

/** What pages and workers begin with. */
const entries = ['index.js', 'report/index.js', 'worker.js', 'workbench/workbench.js'];

/** @param {string} folder @returns {string[]} paths from it */
const filesIn = folder =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const bundle = buildSync({
  absWorkingDir: web,
  entryPoints: [...entries, ...filesIn(web).filter(path => /^workbench\/.*\.css$/.test(path))],
  outbase: web,
  outdir: join(out, 'web'),
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: true,
  charset: 'utf8',
});
if (bundle.warnings.length) throw new Error(bundle.warnings.map(({ text }) => text).join('\n'));
for (const file of filesIn(web).filter(path => /^[^/]+\.wasm$|^workbench\/.*\.(csv|svg|png)$/.test(path))) {
  cpSync(join(web, file), join(out, 'web', file));
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

const kept = filesIn(out).filter(path => /\.(html|js|css|wasm|csv|svg|png)$/.test(path));
const hash = createHash('sha256');
for (const file of kept) hash.update(file).update(readFileSync(join(out, file)));
const version = hash.digest('hex').slice(0, 16);
const offline = `self.version = ${JSON.stringify(version)};
self.files = ${JSON.stringify(kept)};
${readFileSync(join(web, 'space/offline.js'), 'utf8')}`;
writeFileSync(join(out, 'offline.js'), transformSync(offline, { minify: true }).code);

const bytes = kept.reduce((sum, file) => sum + statSync(join(out, file)).size, 0);
const wire = kept.reduce((sum, file) => sum + gzipSync(readFileSync(join(out, file))).length, 0);
console.log(
  `dist/space: ${kept.length} files, ${(bytes / 1024).toFixed(0)} KB, ${(wire / 1024).toFixed(0)} KB over the wire (gzip).`,
);
