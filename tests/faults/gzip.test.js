import assert from 'node:assert/strict';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { gunzip } from '../../web/gzip.js';
import { StrictDecompressionStream } from './strict-decompression.js';

/** Both ways: Node's zlib, and the browsers' stream. */
const ways = { 'Node zlib': undefined, DecompressionStream: StrictDecompressionStream };

const table = Buffer.from(
  `time,status,age\n${Array.from({ length: 20_000 }, (_, i) => `${(i * 7919) % 1022},${1 + (i % 2)},${40 + (i % 43)}`).join('\n')}\n`,
);

/** @param {Buffer} bytes @param {number} size */
function* inPieces(bytes, size) {
  for (let at = 0; at < bytes.length; at += size) yield new Uint8Array(bytes.subarray(at, at + size));
}

/** @param {AsyncIterable<Uint8Array>} pieces */
async function all(pieces) {
  const parts = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts);
}

/** A stored (uncompressed) member, so that its content stands in the file as it is. @param {Buffer} content */
const stored = content => zlib.gzipSync(content, { level: 0 });

for (const [way, DecompressionStream] of Object.entries(ways)) {
  const options = { name: 'lung.csv.gz', DecompressionStream };
  /** @param {Buffer} bytes */
  const unpack = (bytes, size = bytes.length || 1) => all(gunzip(inPieces(bytes, size), options));

  test(`${way}: one member, whole and in pieces of any size`, async () => {
    const packed = zlib.gzipSync(table);
    for (const size of [packed.length, 65_536, 4096, 7]) assert.deepEqual(await unpack(packed, size), table);
    assert.deepEqual(await unpack(zlib.gzipSync(Buffer.from('a,b\n1,2\n')), 1), Buffer.from('a,b\n1,2\n'));
  });

  test(`${way}: many members are one file`, async () => {
    const members = [...inPieces(table, 5000)].map(part => zlib.gzipSync(part));
    members.splice(3, 0, zlib.gzipSync('')); // an empty one, as bgzip writes at the end
    const packed = Buffer.concat([...members, zlib.gzipSync('')]);
    for (const size of [packed.length, 4096, 999]) assert.deepEqual(await unpack(packed, size), table);
    assert.deepEqual(
      await unpack(Buffer.concat([zlib.gzipSync('a\n'), zlib.gzipSync('1\n')]), 1),
      Buffer.from('a\n1\n'),
    );
  });

  test(`${way}: a member's end that falls on the end of a piece`, async () => {
    const first = zlib.gzipSync(table);
    const second = zlib.gzipSync('last\n');
    const chunks = [first, second].map(part => new Uint8Array(part));
    assert.deepEqual(await all(gunzip(chunks, options)), Buffer.concat([table, Buffer.from('last\n')]));
  });

  test(`${way}: the first bytes of a member inside the data begin none`, async () => {
    const inner = zlib.gzipSync('a file in a file\n');
    const magic = Buffer.from([0x1f, 0x8b, 0x08, 0x00]);
    const content = Buffer.concat([table.subarray(0, 3000), magic, inner, inner, magic, table.subarray(0, 500), magic]);
    for (const size of [content.length * 2, 101, 1]) assert.deepEqual(await unpack(stored(content), size), content);
  });

  test(`${way}: nor do they after what happens to be the length unpacked so far`, async () => {
    const before = Buffer.alloc(1000, 'x');
    const isize = Buffer.alloc(4);
    isize.writeUInt32LE(before.length + 4);
    const content = Buffer.concat([before, isize, zlib.gzipSync('false end'), Buffer.from('the rest')]);
    for (const size of [content.length * 2, 16]) assert.deepEqual(await unpack(stored(content), size), content);
  });

  test(`${way}: zeros after the last member are padding, zeros inside are data`, async () => {
    const zeros = Buffer.alloc(10_240);
    for (const content of [table, Buffer.from(''), zeros, Buffer.concat([Buffer.from('a'), Buffer.alloc(70_000)])]) {
      for (const packed of [zlib.gzipSync(content), stored(content)]) {
        assert.deepEqual(await unpack(Buffer.concat([packed, zeros]), 1000), content);
        assert.deepEqual(await unpack(packed, 1000), content);
      }
    }
  });

  test(`${way}: a file cut off at any byte is a PARSE_ERROR that names it`, async () => {
    const content = table.subarray(0, 300);
    const packed = zlib.gzipSync(content);
    for (let length = 0; length < packed.length; ++length) {
      await assert.rejects(unpack(packed.subarray(0, length), 64), error => {
        assert.ok(error instanceof Error);
        assert.equal(/** @type {any} */ (error).code, 'PARSE_ERROR');
        assert.match(error.message, /^lung\.csv\.gz ends too early/);
        return true;
      });
    }
    const two = Buffer.concat([packed, packed.subarray(0, 50)]);
    await assert.rejects(unpack(two, 64), { code: 'PARSE_ERROR' });
  });

  test(`${way}: damage is a PARSE_ERROR, wherever it lies`, async () => {
    const packed = zlib.gzipSync(table.subarray(0, 2000));
    for (let at = 10; at < packed.length; at += 13) {
      const damaged = Buffer.from(packed);
      damaged[at] ^= 0x55;
      await assert.rejects(unpack(damaged, 100), { code: 'PARSE_ERROR' }, `byte ${at}`);
    }
    const last = Buffer.from(packed);
    last[last.length - 6] ^= 1; // CRC
    await assert.rejects(unpack(last), { code: 'PARSE_ERROR', message: /is damaged/ });
    await assert.rejects(unpack(Buffer.concat([packed, Buffer.from('junk')])), { code: 'PARSE_ERROR' });
  });

  test(`${way}: an error of the source comes through as it is`, async () => {
    const lost = new Error('the line broke');
    async function* source() {
      yield new Uint8Array(zlib.gzipSync(table).subarray(0, 1000));
      throw lost;
    }
    await assert.rejects(all(gunzip(source(), options)), error => error === lost);
  });

  test(`${way}: a consumer that stops reads no further`, async () => {
    let read = 0;
    async function* source() {
      for (const piece of inPieces(zlib.gzipSync(Buffer.concat(Array(50).fill(table)), { level: 1 }), 4096)) {
        ++read;
        yield piece;
      }
    }
    for await (const piece of gunzip(source(), options)) {
      assert.ok(piece.length > 0);
      break;
    }
    await new Promise(setImmediate);
    assert.ok(read < 20, `${read} pieces read`);
  });
}
