#!/usr/bin/env node
/**
 * An analysis on the command line: `npx bedside logistic patients.csv --outcome died --predictors age,sex`. Flags are
 * the fields of the analysis' spec in kebab case, help and checks come from the schema.
 *
 * Exit codes: 0, done; 1, the data or the analysis failed; 2, the command was not understood.
 *
 * @module bedside/cli
 */
import { analyses } from './analyses.js';
import { readCommand, UsageError } from './cli/command.js';
import { generalHelp, helpOf } from './cli/help.js';
import { createEngine, version } from './index.js';
import { methods, plot, toCSV, toHTML, toMarkdown, toR, toText } from './report/index.js';

const { stdout, stderr, argv } = process;

/** @type {Record<string, (result: any, file: string | undefined) => string>} */
const formats = {
  text: result => toText(result),
  csv: result => toCSV(result),
  html: result => toHTML(result),
  json: result => `${JSON.stringify(result, plain, 2)}\n`,
  markdown: result => toMarkdown(result),
  methods: result => `${methods(result)}\n`,
  r: (result, file) => toR(result, { file: file?.split(/[\\/]/).at(-1) }),
  svg: result => `${plot(result)}\n`,
};

/**
 * JSON knows no NaN and no typed arrays.
 * @param {string} _key
 * @param {unknown} value
 */
function plain(_key, value) {
  if (ArrayBuffer.isView(value)) return Array.from(/** @type {Float64Array} */ (value));
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/**
 * A line that is written over, where somebody watches.
 * @param {string} text
 */
function progress(text) {
  if (stderr.isTTY) stderr.write(`\r\u001b[2K${text}`);
}

/** @param {ReturnType<typeof readCommand>} command */
async function run({ analysis, file, spec, load, prepare, format }) {
  const engine = await createEngine();
  try {
    engine.on('retry', ({ url, attempt, delayMs, reason }) =>
      progress(`${url}: ${reason}; attempt ${attempt} in ${(delayMs / 1000).toFixed(1)} s`),
    );
    if (file === undefined) return formats[format](await engine.analyze(analysis.name, spec), file);
    const { readFileSync } = process.getBuiltinModule('fs');
    const { pathToFileURL } = process.getBuiltinModule('url');
    const dictionary = load.dictionary && JSON.parse(readFileSync(String(load.dictionary), 'utf8'));
    const source = file === '-' ? readFileSync(0) : /^https?:/.test(file) ? new URL(file) : pathToFileURL(file);
    let table = await engine.load(source, {
      ...load,
      ...(dictionary && { dictionary }),
      ...(file === '-' && { format: load.format ?? 'csv' }),
      onProgress: ({ loaded, total }) =>
        progress(`Reading ${file}: ${total ? `${Math.floor((100 * loaded) / total)}%` : `${loaded} bytes`}`),
    });
    if (prepare.derive) table = await table.derive(prepare.derive);
    if (prepare.filter) table = await table.filter(prepare.filter);
    for (const { message } of table.warnings) stderr.write(`Warning: ${message}\n`);
    const result = await table.analyze(analysis.name, spec, {
      onProgress: ({ done }) => progress(`${analysis.title}: ${Math.floor(100 * done)}%`),
    });
    return formats[format](result, file);
  } finally {
    progress('');
    await engine.close();
  }
}

try {
  const command = readCommand(argv.slice(2), analyses, Object.keys(formats));
  if (command.help === 'version') stdout.write(`${version}\n`);
  else if (command.help === 'general') stdout.write(generalHelp(analyses, Object.keys(formats)));
  else if (command.help === 'analysis') stdout.write(helpOf(command.analysis, Object.keys(formats)));
  else stdout.write(await run(command));
} catch (error) {
  const usage = error instanceof UsageError;
  const { code, message } = /** @type {{ code?: string, message: string }} */ (error);
  stderr.write(`${code && !usage ? `${code}: ` : ''}${message}\n${usage ? 'Try: bedside --help\n' : ''}`);
  process.exitCode = usage ? 2 : 1;
}
