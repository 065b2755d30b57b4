/** Version of the package. The WASM carries its own, taken from package.json; the two refuse to mix. */
export const version = '0.1.0';
