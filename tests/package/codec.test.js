// The one form in which everything crosses between JavaScript and the engine.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decode, encode } from '../../web/codec.js';
import { createEngine } from '../../web/index.js';
import { model, patients } from './patients.js';

const seed = 20260101;

/** Values that both sides know. */
const { value } = fc.letrec((/** @type {(name: string) => fc.Arbitrary<any>} */ tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.integer(),
    fc.nat(300),
    fc.string({ unit: 'binary' }),
    fc.string({ minLength: 20, maxLength: 40 }),
    fc.float64Array(),
    fc.int32Array(),
    fc.uint8Array(),
    fc.array(tie('value'), { maxLength: 8 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', '<b>')), tie('value')),
  ),
}));

/** As `decode` gives it back: objects with `Object.prototype`. @param {any} given @returns {any} */
function plain(given) {
  if (Array.isArray(given)) return given.map(plain);
  if (given === null || typeof given !== 'object' || ArrayBuffer.isView(given)) return given;
  return Object.fromEntries(Object.entries(given).map(([name, each]) => [name, plain(each)]));
}

test('what is written is read again: every number, text, vector, nesting', () => {
  fc.assert(
    fc.property(value, given => {
      assert.deepEqual(decode(encode(given)), plain(given));
    }),
    { seed, numRuns: 2000 },
  );
  for (const text of ['\uFEFF', '\uFEFFa name', `\uFEFF${'long '.repeat(9)}`]) assert.equal(decode(encode(text)), text);
  for (const number of [0, -0, 127, 128, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, 5e-324]) {
    assert.ok(Object.is(decode(encode(number)), number), String(number));
  }
});

test('hostile names become fields, never a prototype', () => {
  const given = JSON.parse('{"__proto__":{"polluted":1},"constructor":2,"toString":"x","a":{"__proto__":[1]}}');
  const got = decode(encode(given));
  assert.deepEqual(Object.keys(got), ['__proto__', 'constructor', 'toString', 'a']);
  assert.equal(Object.getPrototypeOf(got), Object.prototype);
  assert.equal(Object.getOwnPropertyDescriptor(got, '__proto__')?.value.polluted, 1);
  assert.equal(/** @type {any} */ ({}).polluted, undefined);
});

test('undefined fields are left out, holes and undefined elements are null', () => {
  assert.deepEqual(decode(encode({ a: undefined, b: [undefined, new Array(1)] })), { b: [null, [null]] });
});

test('other typed arrays arrive as numbers; a message lies anywhere in its buffer', () => {
  assert.deepEqual(decode(encode(new Float32Array([1.5, Number.NaN]))), new Float64Array([1.5, Number.NaN]));
  assert.deepEqual(decode(encode(new Uint16Array([1, 65535]))), new Float64Array([1, 65535]));
  const message = encode({ x: new Float64Array([1, 2, 3]), y: new Int32Array([4]) });
  for (let offset = 0; offset < 9; offset++) {
    const moved = new Uint8Array(message.length + offset);
    moved.set(message, offset);
    assert.deepEqual(decode(moved.subarray(offset)), { x: new Float64Array([1, 2, 3]), y: new Int32Array([4]) });
  }
});

test('what cannot be sent is named with its place', () => {
  const deep = { at: [1, { here: /** @type {any} */ (null) }] };
  for (const [wrong, what] of /** @type {[any, RegExp][]} */ ([
    [() => 1, /function/],
    [1n, /BigInt/],
    [Symbol('x'), /symbol/],
    [new Map(), /Map/],
    [new Date(), /Date/],
    [new (class Patient {})(), /Patient/],
    [new DataView(new ArrayBuffer(1)), /DataView/],
    [BigInt64Array.of(1n), /BigInt64Array/],
  ])) {
    /** @type {any} */ (deep.at[1]).here = wrong;
    assert.throws(() => encode(deep), { name: 'BedsideError', code: 'INVALID_SPEC', message: what });
    assert.throws(() => encode(deep), /'at\[1\]\.here'/);
  }
});

test('nesting is refused before either side could overflow', async () => {
  const nested = (/** @type {number} */ depth) => {
    let out = /** @type {any} */ ([]);
    for (let i = 1; i < depth; i++) out = [out];
    return out;
  };
  assert.deepEqual(decode(encode(nested(150))), nested(150));
  assert.throws(() => encode(nested(100_000)), { code: 'INVALID_SPEC' });
  const engine = await createEngine();
  const table = await engine.table({ x: [1, 2] });
  for (const depth of [10, 150, 185, 189, 195, 1000]) {
    await assert.rejects(table.analyze('describe', { columns: nested(depth) }), { code: 'INVALID_SPEC' });
  }
  assert.equal((await table.describe()).n, 2);
  await engine.close();
});

test('typed arrays of a result have buffers of their own: one may be transferred without the others', async () => {
  const engine = await createEngine();
  const table = await engine.table(patients(5000));
  const { fitted, covariance } = await table.logistic(model);
  assert.equal(fitted.buffer.byteLength, fitted.byteLength);
  assert.equal(covariance.buffer.byteLength, covariance.byteLength);
  assert.notEqual(fitted.buffer, covariance.buffer);
  await engine.close();
});

test('bytes that are no message are refused', () => {
  for (const bytes of [[], [0xc1], [0xdf, 0, 0, 0, 2, 0xc0]]) assert.throws(() => decode(new Uint8Array(bytes)));
});
