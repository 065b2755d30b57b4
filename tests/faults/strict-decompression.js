import zlib from 'node:zlib';

/**
 * The browsers' `DecompressionStream('gzip')` for Node, whose own is laxer: one member, its CRC and length checked as soon
 * as they are there, any further byte an error (Compression Streams, "decompress and enqueue a chunk").
 */
export class StrictDecompressionStream {
  constructor() {
    const inflate = zlib.createInflateRaw();
    /** @type {Buffer[]} */
    const output = [];
    /** @type {Error | undefined} */
    let failure;
    /** @type {(value?: any) => void} */
    let settled = () => {};
    inflate.on('data', piece => output.push(piece));
    inflate.on('error', error => {
      failure = error;
      settled();
    });
    const header = 10;
    const trailer = 8;
    let state = 'header';
    let held = Buffer.alloc(0);
    let crc = 0;
    let size = 0;
    const { readable, writable } = new TransformStream({
      async transform(chunk, controller) {
        let rest = Buffer.concat([held, chunk]);
        held = Buffer.alloc(0);
        if (state === 'header') {
          if (rest.length < header) {
            held = rest;
            return;
          }
          if (rest.readUInt32BE(0) !== 0x1f8b0800) throw new TypeError('incorrect header check');
          rest = rest.subarray(header);
          state = 'data';
        }
        if (state === 'data' && rest.length > 0) {
          const before = inflate.bytesWritten;
          await new Promise(resolve => {
            settled = resolve;
            inflate.write(rest, resolve);
          });
          await new Promise(setImmediate);
          if (failure) throw new TypeError(failure.message);
          for (const piece of output.splice(0)) {
            controller.enqueue(new Uint8Array(piece));
            crc = zlib.crc32(piece, crc);
            size += piece.length;
          }
          rest = rest.subarray(inflate.bytesWritten - before);
          if (rest.length > 0) state = 'trailer'; // what is not taken follows the compressed data
        }
        if (state === 'trailer') {
          if (rest.length < trailer) {
            held = rest;
            return;
          }
          if (rest.readUInt32LE(0) !== crc || rest.readUInt32LE(4) !== size)
            throw new TypeError('incorrect data check');
          rest = rest.subarray(trailer);
          state = 'end';
        }
        if (state === 'end' && rest.length > 0) throw new TypeError('Junk found after end of compressed data.');
      },
      flush() {
        if (state !== 'end') throw new TypeError('Compressed input was truncated.');
      },
    });
    this.readable = readable;
    this.writable = writable;
  }
}
