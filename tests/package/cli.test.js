// The command line: flags are the fields of the spec, help is the schema, codes tell how it ended.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { analyses } from '../../web/analyses.js';
import { serve } from '../../web/build/serve.mjs';
import { readCommand, UsageError } from '../../web/cli/command.js';

const cli = fileURLToPath(new URL('../../web/cli.js', import.meta.url));
const births = fileURLToPath(new URL('../conformance/data/reg-birthwt.csv', import.meta.url));

/**
 * @param {string[]} words
 * @param {string} [input]
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
const bedside = (words, input) =>
  new Promise(resolve => {
    const child = execFile(process.execPath, [cli, ...words], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    child.stdin?.end(input ?? '');
  });

describe('bedside on the command line', () => {
  it('prints the tables of an analysis', async () => {
    const { code, stdout, stderr } = await bedside([
      'logistic',
      births,
      '--outcome',
      'low',
      '--predictors',
      'age,smoke',
      '--method',
      'ml',
    ]);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.match(stdout, /Logistic regression: low/);
    assert.match(stdout, /OR \(95% CI\)/);
  });

  it('prints JSON whose figures are those of the engine', async () => {
    const { stdout } = await bedside([
      'logistic',
      births,
      '--outcome=low',
      '--predictors=age,smoke',
      '--method=ml',
      '--json',
    ]);
    const { terms, fitted } = JSON.parse(stdout);
    // R: coef(glm(low ~ age + smoke, binomial, MASS::birthwt))
    assert.ok(Math.abs(terms[1].estimate - -0.04977) < 1e-4);
    assert.equal(fitted.length, 189);
  });

  for (const [flag, pattern] of /** @type {[string, RegExp][]} */ ([
    ['--csv', /^Variable,/],
    ['--markdown', /\| *Variable/],
    ['--r', /read\.csv\("reg-birthwt\.csv"/],
    ['--svg', /^<svg /],
    ['--methods', /^Mean differences for bwt/],
    ['--html', /^<table/],
  ])) {
    it(`${flag} is another form of it`, async () => {
      const { stdout, code } = await bedside(['linear', births, '--outcome', 'bwt', '--predictors', 'age', flag]);
      assert.equal(code, 0);
      assert.match(stdout, pattern);
    });
  }

  it('reads standard input, and a URL through layer 3', async () => {
    const csv = 'died,age\n1,70\n0,50\n1,65\n0,66\n1,80\n0,40\n';
    const piped = await bedside(['describe', '-', '--columns', 'age'], csv);
    assert.match(piped.stdout, /61\.8/);
    const site = await serve({ port: 0 });
    const read = await bedside(['describe', `${site.origin}/workbench/sample.csv`, '--columns', 'age,lwt']);
    assert.match(read.stdout, /n = 189/);
    await site.close();
  });

  it('helps from the schema', async () => {
    const general = await bedside(['--help']);
    for (const { title } of analyses) assert.ok(general.stdout.includes(title), title);
    const one = await bedside(['negative-binomial', '--help']);
    const schema = analyses.find(({ name }) => name === 'negativeBinomial');
    for (const { name } of schema?.spec ?? assert.fail()) {
      assert.ok(one.stdout.includes(`--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`), name);
    }
  });

  it('tells by its code how it ended', async () => {
    const unknown = await bedside(['logistics', births]);
    assert.deepEqual([unknown.code, unknown.stdout], [2, '']);
    assert.match(unknown.stderr, /no analysis 'logistics'.*logistic/s);
    const flag = await bedside(['logistic', births, '--outcom', 'low']);
    assert.equal(flag.code, 2);
    assert.match(flag.stderr, /has no --outcom\..*--outcome/s);
    const column = await bedside(['logistic', births, '--outcome', 'lowe', '--predictors', 'age']);
    assert.equal(column.code, 1);
    assert.match(column.stderr, /^COLUMN_NOT_FOUND: .*did you mean 'low'/);
    const file = await bedside(['describe', '/no/such/file.csv']);
    assert.equal(file.code, 1);
    assert.equal(file.stdout, '');
  });
});

describe('reading a command', () => {
  const read = (/** @type {string} */ line) => readCommand(line.split(' '), analyses, ['text', 'json']);

  it('gives each field the type that it has', () => {
    const { spec, load, format } = read(
      'logistic f.csv --outcome died --predictors age,age:sex --reference sex=Female --conf-level 0.9 --robust --missing 9,99 --types race=categorical --json',
    );
    assert.deepEqual(spec, {
      outcome: 'died',
      predictors: ['age', 'age:sex'],
      reference: { sex: 'Female' },
      confLevel: 0.9,
      robust: true,
    });
    assert.deepEqual(load, { missing: ['9', '99'], types: { race: 'categorical' } });
    assert.equal(format, 'json');
  });

  it('takes a negative number for a value', () => {
    assert.equal(read('analyze-outcome f.csv --outcome y --screen-p -1').spec.screenP, -1);
  });

  for (const line of [
    'logistic',
    'logistic a.csv b.csv',
    'logistic a.csv --outcome',
    'logistic a.csv --conf-level x',
    'logistic a.csv --reference sex',
  ]) {
    it(`refuses '${line}'`, () => {
      assert.throws(() => read(line), UsageError);
    });
  }
});
