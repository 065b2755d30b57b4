// The same analyses wherever the engine runs, and a fingerprint of every figure that they give.

/** @typedef {import('../../../web/engine.js').Engine} Engine */

const predictors = ['age', 'lwt', 'smoke', 'ht', 'ui'];

/**
 * @param {Engine} engine
 * @param {URL} csv the births that the first page opens as its sample
 */
export async function analyse(engine, csv) {
  const table = await engine.load(csv);
  /** @type {[string, object][]} */
  const requests = [
    ['describe', {}],
    ['logistic', { outcome: 'low', predictors: [...predictors, 'race'], categorical: ['race'], ci: 'profile' }],
    ['linear', { outcome: 'lwt', predictors: ['age', 'smoke', 'ht'], robust: 'HC3' }],
    ['analyzeOutcome', { outcome: 'low' }],
  ];
  /** @type {Record<string, string>} */
  const digests = {};
  for (const [name, spec] of requests) {
    const { cached: _, ...figures } = await table.analyze(name, spec);
    digests[name] = await digest(figures);
  }
  return digests;
}

/**
 * SHA-256 of a result: bit by bit, the order of its fields apart.
 * @param {unknown} result
 */
export async function digest(result) {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonical(result)));
  return hex(new Uint8Array(bytes));
}

/**
 * @param {any} value
 * @returns {string}
 */
function canonical(value) {
  if (typeof value === 'number') return hex(new Uint8Array(Float64Array.of(value).buffer));
  if (ArrayBuffer.isView(value)) {
    return `${value.constructor.name}:${hex(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))}`;
  }
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const fields = Object.keys(value).sort();
  return `{${fields.map(name => `${JSON.stringify(name)}:${canonical(value[name])}`)}}`;
}

/** @param {Uint8Array} bytes */
const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
