/**
 * Checks the JavaScript of web/ and writes its declarations beside it: `web/index.js` → `web/index.d.ts`.
 *
 * tsc takes a `.d.ts` for the module it lies beside, so those of an earlier run would be checked instead of the
 * sources: they go first. Does nothing while no file is newer than the last run that succeeded.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

process.chdir(join(import.meta.dirname, '../..'));
const config = 'web/build/.tsconfig.json';
const out = 'build/types/web';
const stamp = 'build/types/web.stamp';

/** Files under a folder, as paths relative to it. @param {string} folder */
const filesOf = folder =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    : [];

/** @param {string} path */
const modified = path => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** What was declared from our sources; what is generated or vendored comes with declarations of its own. */
const declarations = () => filesOf(out).filter(file => !/^(vendor\/|bedside\.|layers-glue\.|analyses\.)/.test(file));

const declared = declarations();
const inputs = filesOf('web').filter(file => !declared.includes(file) && /\.(js|ts)$/.test(file));
const newest = Math.max(...[config, '.tsconfig.json', ...inputs.map(file => join('web', file))].map(modified));
const current = newest < modified(stamp) && declared.every(file => existsSync(join('web', file)));
if (current || !inputs.some(file => file.endsWith('.js'))) process.exit(0);

console.log(
  `\n▸ Checking and declaring the types of web/\n  tsc --checkJs --strict; the package ships them (ten seconds)`,
);
for (const file of declared) rmSync(join('web', file), { force: true });
rmSync(out, { recursive: true, force: true });
rmSync(stamp, { force: true });
const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', config, '--outDir', out], {
  stdio: 'inherit',
});
for (const file of declarations()) copyFileSync(join(out, file), join('web', file));
if (status === 0) writeFileSync(stamp, '');
process.exit(status ?? 1);
