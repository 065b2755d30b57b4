// npm start: the main job, and the little server under it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { serve } from '../../web/build/serve.mjs';

const start = fileURLToPath(new URL('../../web/build/start.mjs', import.meta.url));

/**
 * @param {string[]} flags
 * @param {Record<string, string>} environment
 */
function run(flags, environment = {}) {
  const child = spawn(process.execPath, [start, ...flags], { env: { ...process.env, PORT: '0', ...environment } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', data => (output += data));
  const ended = new Promise(resolve => child.on('close', code => resolve(code)));
  return { child, ended, output: () => output };
}

describe('npm start', () => {
  it('prints the tables, the cache hit and the figures, and ends with --no-serve', async () => {
    const job = run(['--no-serve']);
    assert.equal(await job.ended, 0, job.output());
    const text = job.output();
    assert.match(text, /Hosmer DW, Lemeshow S/);
    assert.match(text, /Mother’s age \(years\) +189 +0 +23\.2 \(5\.3\)/);
    assert.match(text, /Yes +44 \(33\.8%\) +30 \(50\.8%\) +2\.02 \(1\.08–3\.78\) +0\.028 +\d\.\d\d \(/);
    assert.match(text, /Cache HIT analyzeOutcome \(\d+\.\d ms saved\)/);
    assert.match(text, /Computed in [\d.]+ ms, from the cache in [\d.]+ ms/);
    assert.match(text, /1 of 3 requests were hits/);
    assert.match(text, /of a budget of 280\.0 MB, clean-up at 224\.0 MB: OK/);
    assert.match(text, /1 request, 1 attempt, 0 retries, 100% succeeded, 3987 bytes/);
    assert.doesNotMatch(text, /http:/);
  });

  it('serves the page when it was not told otherwise', async () => {
    const job = run([]);
    try {
      const address = await new Promise((resolve, reject) => {
        job.child.stdout.on('data', () => {
          const found = /http:\/\/127\.0\.0\.1:\d+\/workbench\//.exec(job.output());
          if (found) resolve(found[0]);
        });
        job.ended.then(() => reject(new Error(job.output())));
      });
      const page = await fetch(address);
      assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
      assert.match(await page.text(), /Content-Security-Policy/);
    } finally {
      job.child.kill();
      await job.ended;
    }
  });

  it('names the remedy for a port that is none', async () => {
    const job = run(['--no-serve'], { PORT: 'web' });
    assert.equal(await job.ended, 1);
    assert.match(job.output(), /PORT is 'web': it must be a number/);
  });
});

describe('the server', () => {
  /** @type {string} */
  let folder;
  /** @type {Awaited<ReturnType<typeof serve>>} */
  let site;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bedside-serve-'));
    await mkdir(join(folder, 'web/page'), { recursive: true });
    await writeFile(join(folder, 'secret.txt'), 'secret');
    await writeFile(join(folder, 'web/page/index.html'), '<!doctype html>');
    await writeFile(join(folder, 'web/engine.wasm'), 'wasm');
    await writeFile(join(folder, 'web/code.js'), 'export {};');
    await symlink(join(folder, 'secret.txt'), join(folder, 'web/link.txt'));
    site = await serve({ root: join(folder, 'web'), port: 0, home: '/page/' });
  });
  after(async () => {
    await site.close();
    await rm(folder, { recursive: true });
  });

  /**
   * `fetch` would tidy the path up before it asks.
   * @param {string} path
   * @param {string} [method]
   * @returns {Promise<{ status: number, headers: import('node:http').IncomingHttpHeaders, body: string }>}
   */
  const ask = (path, method = 'GET') =>
    new Promise((resolve, reject) => {
      const { port } = new URL(site.origin);
      request({ host: '127.0.0.1', port, path, method }, response => {
        let body = '';
        response.on('data', data => (body += data));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      })
        .on('error', reject)
        .end();
    });

  it('gives files with the types that browsers insist on', async () => {
    assert.equal((await ask('/engine.wasm')).headers['content-type'], 'application/wasm');
    assert.match((await ask('/code.js')).headers['content-type'] ?? '', /^text\/javascript/);
    assert.equal((await ask('/page/')).body, '<!doctype html>');
    assert.deepEqual([(await ask('/page')).status, (await ask('/page')).headers.location], [302, '/page/']);
    assert.equal((await ask('/')).headers.location, '/page/');
    const head = await ask('/code.js', 'HEAD');
    assert.deepEqual([head.status, head.headers['content-length'], head.body], [200, '10', '']);
  });

  for (const path of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/page/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/link.txt',
    '//secret.txt',
    '/%',
    '/page/%00',
    '/nothing',
  ]) {
    it(`gives nothing for ${path}`, async () => {
      const { status, body } = await ask(path);
      assert.ok(status === 404 || status === 400, String(status));
      assert.doesNotMatch(body, /secret/);
    });
  }

  it('only reads', async () => assert.equal((await ask('/code.js', 'PUT')).status, 405));

  it('moves on from a port that is taken', async () => {
    const other = createServer();
    await new Promise(resolve => other.listen(0, '127.0.0.1', () => resolve(undefined)));
    const { port } = /** @type {import('node:net').AddressInfo} */ (other.address());
    const second = await serve({ root: folder, port });
    assert.ok(Number(new URL(second.origin).port) > port);
    await second.close();
    other.close();
  });
});
