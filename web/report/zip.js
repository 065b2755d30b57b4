// A ZIP archive (APPNOTE 6.3.10), as office documents are: deflated where the platform can, else stored.

/**
 * @param {Record<string, string>} files texts by path, in their order
 * @returns {Promise<BlobPart[]>} the bytes
 */
export async function zip(files) {
  /** @type {BlobPart[]} */
  const parts = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const directory = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const name = new TextEncoder().encode(path);
    const bytes = new TextEncoder().encode(text);
    const { method, data } = await deflated(bytes);
    // Version 2.0, names in UTF-8, 1980-01-01: the same document has the same bytes.
    const common = [20, 2, 0x0800, 2, method, 2, 0, 2, 0x21, 2, crc32(bytes), 4, data.length, 4, bytes.length, 4];
    const head = fields([0x04034b50, 4, ...common, name.length, 2, 0, 2]);
    parts.push(head, name, data);
    directory.push(fields([0x02014b50, 4, 20, 2, ...common, name.length, 2, 0, 4, 0, 4, 0, 4, offset, 4]), name);
    offset += head.length + name.length + data.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const count = directory.length / 2;
  return [...parts, ...directory, fields([0x06054b50, 4, 0, 4, count, 2, count, 2, size, 4, offset, 4, 0, 2])];
}

/**
 * Little-endian fields.
 * @param {number[]} values each followed by its number of bytes, 2 or 4
 */
function fields(values) {
  /** @type {number[]} */
  const bytes = [];
  for (let i = 0; i < values.length; i += 2) {
    for (let byte = 0; byte < values[i + 1]; byte++) bytes.push((values[i] >>> (8 * byte)) & 255);
  }
  return Uint8Array.from(bytes);
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function deflated(bytes) {
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
    return { method: 8, data: new Uint8Array(await new Response(stream).arrayBuffer()) };
  } catch {
    return { method: 0, data: bytes }; // Chrome 103, Firefox 113 and Node 20.12 were the first that know it
  }
}

/** @param {Uint8Array} bytes */
function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
