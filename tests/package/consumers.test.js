// The packed package in projects as their authors write them (`consumers/`): no bundler and four, another origin, a
// strict policy, React, a server. Each is built, run in Chromium or Node, and has to give its figures.

import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { version } from '../../web/version.js';
import { launchBrowser, serveSite, skipWithout } from '../browser/browsers.js';
import { installPacked, root, run } from './packed.js';

const [major, minor] = process.versions.node.split('.').map(Number);
const oldNode = major === 20 && minor < 19 && 'Vite needs Node 20.19';

const expected = { or: 9, kept: 7, drawn: true, version };

/** @type {string} */
let consumer;
before(async () => {
  ({ consumer } = await installPacked());
  await cp(fileURLToPath(new URL('consumers/', import.meta.url)), consumer, { recursive: true });
  for (const name of ['react', 'react-dom', 'scheduler']) {
    await symlink(join(root, 'node_modules', name), join(consumer, 'node_modules', name));
  }
});
after(() => rm(consumer, { recursive: true }));

/** A page of the project under another path. @param {string} folder @param {(page: string) => string} [change] */
async function placePage(folder, change = page => page) {
  await mkdir(join(consumer, folder), { recursive: true });
  const page = await readFile(join(consumer, 'index.html'), 'utf8');
  await writeFile(join(consumer, folder, 'index.html'), change(page));
}

describe('in Chromium', { skip: await skipWithout('chromium') }, () => {
  /** @type {import('puppeteer-core').Browser} */
  let browser;
  /** @type {Awaited<ReturnType<typeof serveSite>>} */
  let site;
  before(async () => {
    browser = await launchBrowser('chromium');
    site = await serveSite({ root: consumer });
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  /**
   * What a page shows when it is done; nothing may have been refused, and the work was a worker's.
   * @param {string} url
   * @param {(page: import('puppeteer-core').Page) => Promise<unknown>} done
   */
  async function visit(url, done) {
    const page = await browser.newPage();
    /** @type {string[]} */
    const faults = [];
    let workers = 0;
    page.on('pageerror', error => faults.push(String(error)));
    page.on('console', message => {
      if (message.type() === 'error' && !message.location().url?.endsWith('/favicon.ico')) faults.push(message.text());
    });
    page.on('workercreated', () => workers++);
    await page.goto(url);
    const shown = await done(page).catch(error => `${error}`);
    await page.close();
    assert.deepEqual(faults, [], String(shown));
    assert.ok(workers > 0, 'no worker was started');
    return shown;
  }

  /** @param {string} url */
  async function checkStudy(url) {
    const shown = await visit(url, async page => {
      await page.waitForFunction(() => document.querySelector('#figures')?.textContent, { timeout: 60_000 });
      return page.$eval('#figures', element => element.textContent ?? '');
    });
    assert.match(String(shown), /^\{/, String(shown));
    assert.deepEqual(JSON.parse(String(shown)), expected);
  }

  /** The study without a bundler: its modules by address. @param {string} folder @param {string} web */
  async function placeScripts(folder, web) {
    await placePage(folder);
    await cp(join(consumer, 'page.js'), join(consumer, folder, 'page.js'));
    const study = (await readFile(join(consumer, 'study.js'), 'utf8'))
      .replace("'bedside'", `'${web}index.js'`)
      .replace("'bedside/layers'", `'${web}layers.js'`)
      .replace("'bedside/report'", `'${web}report/index.js'`);
    await writeFile(join(consumer, folder, 'study.js'), study);
  }

  test('a script tag, in a folder, under a strict policy', async () => {
    await placeScripts('some/where/', '../../node_modules/bedside/web/');
    await checkStudy(`${site.origin}/some/where/`);
  });

  test('from another origin, under the policy that the README gives', async t => {
    const other = await serveSite({ root: consumer, policy: null, headers: { 'access-control-allow-origin': '*' } });
    const policy = [
      "default-src 'none'",
      `script-src 'self' ${other.origin} 'wasm-unsafe-eval'`,
      `worker-src blob: ${other.origin}`,
      `connect-src ${other.origin}`,
    ].join('; ');
    const own = await serveSite({ root: consumer, policy });
    await placeScripts('elsewhere/', `${other.origin}/node_modules/bedside/web/`);
    t.after(() => Promise.all([own.close(), other.close()]));
    await checkStudy(`${own.origin}/elsewhere/`);
  });

  test('webpack', async () => {
    const { default: webpack } = await import('webpack');
    const path = join(consumer, 'from-webpack');
    const compiler = webpack({
      mode: 'production',
      context: consumer,
      entry: './page.js',
      output: { path, filename: 'page.js' },
      performance: { hints: false },
      optimization: { minimize: false }, // the others do, in a tenth of the time
    });
    const stats = await new Promise((resolve, reject) =>
      compiler?.run((error, result) => (error ? reject(error) : resolve(result))),
    );
    await new Promise(resolve => compiler?.close(resolve));
    assert.ok(!stats.hasErrors() && !stats.hasWarnings(), stats.toString());
    // The worker is a chunk of its own; its source is not copied beside it.
    assert.deepEqual(
      Object.keys(stats.compilation.assets)
        .filter(name => !/page\.js$/.test(name))
        .map(name => name.split('.')[1]),
      ['wasm', 'wasm'],
    );
    await placePage('from-webpack', page => page.replace('type="module"', 'defer'));
    await checkStudy(`${site.origin}/from-webpack/`);
  });

  test('esbuild: worker and WASM are entry points beside the page', async () => {
    const { build } = await import('esbuild');
    const { warnings } = await build({
      absWorkingDir: consumer,
      entryPoints: {
        page: './page.js',
        worker: 'bedside/worker.js',
        bedside: 'bedside/bedside.wasm',
        layers: 'bedside/layers.wasm',
      },
      loader: { '.wasm': 'copy' },
      bundle: true,
      format: 'esm',
      minify: true,
      outdir: 'from-esbuild',
      logLevel: 'silent',
    });
    assert.deepEqual(warnings, []);
    await placePage('from-esbuild');
    await checkStudy(`${site.origin}/from-esbuild/`);
  });

  describe('Vite', { skip: oldNode }, () => {
    /** @type {import('vite').InlineConfig} */
    const config = { configFile: false, base: './', logLevel: 'silent' };

    test('builds the page, and one in React', async () => {
      const { build } = await import('vite');
      /** @type {string[]} */
      const warnings = [];
      await build({
        ...config,
        root: consumer,
        build: {
          outDir: 'from-vite',
          rollupOptions: {
            input: ['index.html', 'react.html'].map(name => join(consumer, name)),
            onwarn: ({ message }) => warnings.push(message),
          },
        },
      });
      assert.deepEqual(warnings, []);
      await checkStudy(`${site.origin}/from-vite/`);

      await cp(join(consumer, 'patients.csv'), join(consumer, 'from-vite/patients.csv'));
      const shown = await visit(`${site.origin}/from-vite/react.html`, async page => {
        await page.waitForFunction(
          () =>
            document.querySelector('#figure')?.textContent !== 'computing' &&
            document.querySelector('bedside-analysis')?.shadowRoot?.querySelector('table'),
          { timeout: 60_000 },
        );
        return page.$$eval('#figure, #shown', elements => elements.map(({ textContent }) => textContent));
      });
      assert.deepEqual(shown, ['9.000', 'logistic']);
    });

    test('serves the page while it is written', async t => {
      const { createServer } = await import('vite');
      const server = await createServer({
        ...config,
        root: consumer,
        server: { port: 0, host: '127.0.0.1', fs: { strict: false } },
        optimizeDeps: { exclude: ['bedside'] },
      });
      t.after(() => server.close());
      await server.listen();
      await checkStudy(String(server.resolvedUrls?.local[0]));
    });
  });
});

test('a server without a window imports all, renders React, and computes', async () => {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: consumer,
    entryPoints: ['./server.jsx'],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    jsx: 'automatic',
    outfile: 'server.mjs',
    logLevel: 'silent',
  });
  const { html, added, figures } = JSON.parse(await run(process.execPath, ['server.mjs'], consumer));
  assert.deepEqual(added, []);
  assert.deepEqual(figures, expected);
  assert.match(html, /<bedside-analysis src="patients.csv" analysis="logistic" outcome="ill" predictors="exposed"/);
});
