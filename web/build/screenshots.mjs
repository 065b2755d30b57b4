/**
 * The README's pictures, into web/docs/images: the page with results, a Kaplan–Meier plot, a forest plot. Run by hand
 * after a build, with Chromium on PATH; what it writes is kept in git.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { launchBrowser, repository, serveSite } from '../../tests/browser/browsers.js';
import { createEngine } from '../index.js';
import { plot } from '../report/index.js';
import { datasets } from './datasets.mjs';

const out = join(repository, 'web/docs/images');
const mostBytes = 60 * 1024;

/**
 * A PNG with a palette: a third of one in true colour. The colours are the 64 that are met most often, rounded first;
 * every other becomes the nearest of them.
 * @param {{ width: number, height: number, pixels: Uint8Array }} image RGBA
 */
function paletted({ width, height, pixels }) {
  /** @type {Map<number, number>} */
  const met = new Map();
  const keyAt = (/** @type {number} */ i) =>
    ((pixels[i] & 0xfc) << 16) | ((pixels[i + 1] & 0xfc) << 8) | (pixels[i + 2] & 0xfc);
  for (let i = 0; i < pixels.length; i += 4) met.set(keyAt(i), (met.get(keyAt(i)) ?? 0) + 1);
  const palette = Array.from(met)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 64)
    .map(([key]) => [key >> 16, (key >> 8) & 255, key & 255].map(value => value | (value >> 6)));
  /** @type {Map<number, number>} */
  const nearest = new Map();
  const indexOf = (/** @type {number} */ i) => {
    const key = keyAt(i);
    let best = nearest.get(key);
    if (best === undefined) {
      const away = palette.map(
        ([r, g, b]) => (r - pixels[i]) ** 2 + (g - pixels[i + 1]) ** 2 + (b - pixels[i + 2]) ** 2,
      );
      best = away.indexOf(Math.min(...away));
      nearest.set(key, best);
    }
    return best;
  };
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = indexOf(4 * (y * width + x));
  }
  const chunk = (/** @type {string} */ name, /** @type {Uint8Array} */ body) => {
    const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(name), body, Buffer.alloc(4)]);
    bytes.writeUInt32BE(body.length, 0);
    bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
    return bytes;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8); // eight bits, palette
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const browser = await launchBrowser('chromium');
const site = await serveSite();
const engine = await createEngine();
try {
  mkdirSync(out, { recursive: true });
  const blank = await browser.newPage();

  /** @param {string} name @param {string} png in base64 */
  const keep = async (name, png) => {
    // The browser decodes what it wrote.
    const { width, height, base64 } = await blank.evaluate(async source => {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${source}`)).blob());
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      let text = '';
      for (let i = 0; i < data.length; i += 8192) text += String.fromCharCode(...data.subarray(i, i + 8192));
      return { width: image.width, height: image.height, base64: btoa(text) };
    }, png);
    const bytes = paletted({ width, height, pixels: Buffer.from(base64, 'base64') });
    writeFileSync(join(out, `${name}.png`), bytes);
    console.log(`${name}.png: ${width} × ${height}, ${(bytes.length / 1024).toFixed(0)} KB`);
    if (bytes.length > mostBytes) {
      console.error(`${name}.png is larger than ${mostBytes / 1024} KB.`);
      process.exitCode = 1;
    }
  };

  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  await page.setViewport({ width: 1200, height: 820 });
  await page.goto(`${site.origin}/web/workbench/`, { waitUntil: 'load' });
  await page.click('#open-sample');
  await page.waitForSelector('[data-analysis=describe] table');
  await page.click('button[type=submit]');
  await page.waitForSelector('[data-analysis=analyzeOutcome] svg');
  await page.evaluate(() => {
    for (const open of document.querySelectorAll('[data-analysis] details[open]')) open.removeAttribute('open');
    scrollTo(0, 0);
  });
  await keep('workbench', await page.screenshot({ encoding: 'base64' }));

  /** @param {string} name @param {string} data @param {string} analysis @param {object} spec */
  const draw = async (name, data, analysis, spec) => {
    const { file, load } = datasets[data];
    const bytes = new Uint8Array(readFileSync(join(repository, 'tests/conformance/data', file)));
    const table = await engine.load(bytes, { format: 'csv', ...load });
    const svg = plot(await table.analyze(analysis, spec), { width: 720, height: 480 });
    await page.setViewport({ width: 720, height: 480, deviceScaleFactor: 2 });
    await page.setContent(`<body style="margin:0;font-family:system-ui,sans-serif">${svg}</body>`);
    const drawn = await page.$('svg');
    await keep(name, /** @type {string} */ (await drawn?.screenshot({ encoding: 'base64' })));
  };
  await draw('kaplan-meier', 'lung', 'kaplanMeier', { time: 'time', event: 'status', eventValue: 2, group: 'sex' });
  await draw('forest', 'births', 'logistic', {
    outcome: 'low',
    predictors: ['age', 'lwt', 'race', 'smoke', 'ht', 'ui'],
    method: 'ml',
  });
} finally {
  await engine.close();
  await browser.close();
  await site.close();
}
