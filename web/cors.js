/** What other origins let a page read. Where there is no page, as in Node, there is no such limit. */
export class CrossOrigin {
  #own;
  /** Origins that have let this page read an answer. @type {Set<string>} */ #granting = new Set();

  /** @param {string | undefined} own origin of the page */
  constructor(own) {
    this.#own = own;
  }

  /** Whether an address lies on another origin. @param {URL | undefined} url */
  isForeign(url) {
    return this.#own !== undefined && url !== undefined && url.origin !== this.#own;
  }

  /** An answer has come. @param {URL | undefined} url @param {Response} response */
  noteAnswer(url, response) {
    if (url && this.isForeign(url) && response.type === 'cors') this.#granting.add(url.origin);
  }

  /**
   * Whether the server withholds its answers. That and a broken line give a page the same error, but a withholding server
   * can be reached by a request that does not ask to read the answer. One that has ever let the page read is not asked.
   *
   * @param {URL | undefined} url
   * @param {RequestMode | undefined} mode of the request that failed
   * @param {(url: URL, init: RequestInit) => Promise<unknown>} send
   */
  async withholds(url, mode, send) {
    if (!url || !this.isForeign(url) || this.#granting.has(url.origin) || (mode ?? 'cors') !== 'cors') return false;
    return send(url, { method: 'HEAD', mode: 'no-cors', credentials: 'omit', cache: 'no-store' }).then(
      () => true,
      () => false,
    );
  }
}
