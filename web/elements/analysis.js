// An analysis as an element: attributes in, tables and plot out.

import { analyses } from '../analyses.js';
import { plot, plotKinds, tables, toHTML } from '../report/index.js';
import { schemaOf } from '../report/schema.js';
import { camel, fieldValue, kebab, lists, pair, SpecTextError } from '../spectext.js';
import { tableOf, withoutData } from './shared.js';
import { sheet } from './style.js';

/** @typedef {import('../analyses.js').AnalysisSchema} AnalysisSchema */

/** Attributes that are no field of a spec. */
const own = ['src', 'analysis', 'kind', 'types', 'missing', 'format', 'dictionary', 'filter'];

const Base = typeof HTMLElement === 'undefined' ? /** @type {typeof HTMLElement} */ (class {}) : HTMLElement;

/**
 * `src` is the file, `analysis` its name; further attributes are the spec's fields in kebab case, lists by commas.
 * `types`, `missing`, `format` and `dictionary` (JSON) are options of `engine.load`, `filter` an expression, `kind` a
 * plot's. What stands inside the tag is shown until there is a result.
 *
 * Fires `bedside-result` (`detail`: the result) and `bedside-error` (`detail`: the error), both bubbling. Parts:
 * `status`, `error`, `table`, `plot`. Colours are the CSS variables `--bedside-text`, `--bedside-muted`,
 * `--bedside-line`, `--bedside-error`.
 */
export class BedsideAnalysis extends Base {
  /** What subclasses show. */
  static shows = { table: true, plot: true };

  static get observedAttributes() {
    return [...own, ...new Set(analyses.flatMap(({ spec }) => spec.map(field => kebab(field.name))))];
  }

  /** The last result; null before there is one. @type {any} */
  result = null;
  /** @type {AbortController | null} */
  #running = null;
  #asked = false;
  /** @type {HTMLElement | null} */
  #place = null;
  /** @type {ResizeObserver | null} */
  #watch = null;

  connectedCallback() {
    if (!this.shadowRoot) {
      const root = this.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = [sheet()];
      this.#place = document.createElement('div');
      this.#place.append(document.createElement('slot'));
      root.append(this.#place);
    }
    this.#watch = new ResizeObserver(() => this.#draw());
    this.#watch.observe(this);
    this.#ask();
  }

  disconnectedCallback() {
    this.#running?.abort();
    this.#watch?.disconnect();
  }

  /** Several attributes that change together are one run. */
  attributeChangedCallback() {
    if (this.isConnected) this.#ask();
  }

  #ask() {
    if (this.#asked) return;
    this.#asked = true;
    queueMicrotask(() => {
      this.#asked = false;
      if (this.isConnected) this.#run();
    });
  }

  async #run() {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.setAttribute('aria-busy', 'true');
    try {
      const schema = this.#schema();
      const spec = this.#spec(schema);
      const src = this.getAttribute('src');
      const { signal } = running;
      const result = src
        ? await (await tableOf(src, this.#loading(), this.getAttribute('filter') ?? '')).analyze(schema.name, spec, {
            signal,
          })
        : await withoutData(schema.name, spec, { signal });
      if (running !== this.#running) return;
      this.result = result;
      this.#show(result);
      this.dispatchEvent(new CustomEvent('bedside-result', { bubbles: true, composed: true, detail: result }));
    } catch (error) {
      if (running !== this.#running || running.signal.aborted) return;
      this.#fail(/** @type {Error} */ (error));
    } finally {
      if (running === this.#running) this.removeAttribute('aria-busy');
    }
  }

  /** @returns {AnalysisSchema} */
  #schema() {
    const name = this.getAttribute('analysis') ?? '';
    const schema = schemaOf(camel(name));
    if (!schema) {
      throw new SpecTextError(`analysis="${name}" is none of: ${analyses.map(one => one.name).join(', ')}.`);
    }
    if (schema.needsTable && !this.getAttribute('src'))
      throw new SpecTextError(`analysis="${name}" needs src="…", the address of a CSV file.`);
    return schema;
  }

  /** @param {AnalysisSchema} schema */
  #spec(schema) {
    return Object.fromEntries(
      schema.spec.flatMap(field => {
        const text = this.getAttribute(kebab(field.name));
        return text === null
          ? []
          : [[field.name, understood(kebab(field.name), () => fieldValue(field, text === '' ? true : text))]];
      }),
    );
  }

  #loading() {
    const given = (/** @type {string} */ name, /** @type {(text: string) => unknown} */ read) => {
      const text = this.getAttribute(name);
      return text === null ? {} : { [name]: understood(name, () => read(text)) };
    };
    return {
      ...given('types', text => Object.fromEntries(lists(text).map(pair))),
      ...given('missing', lists),
      ...given('format', text => text),
      ...given('dictionary', text => JSON.parse(text)),
    };
  }

  /** @param {any} result */
  #show(result) {
    const { table, plot: drawn } = /** @type {typeof BedsideAnalysis} */ (this.constructor).shows;
    const parts = [];
    if (table) {
      const frame = box('table');
      frame.tabIndex = 0;
      frame.setAttribute('role', 'region');
      frame.setAttribute('aria-label', tables(result)[0].title);
      frame.innerHTML = toHTML(result); // markup of the one escaping template
      parts.push(frame);
    }
    if (drawn && (!table || plotKinds(result).length > 0)) parts.push(box('plot'));
    this.#place?.replaceChildren(...parts);
    this.#draw();
  }

  /** The plot, as wide as the element and in its scheme. */
  #draw() {
    const place = this.shadowRoot?.querySelector('[part=plot]');
    const width = Math.min(760, Math.floor(this.clientWidth));
    if (!place || !this.result || width < 40) return;
    const theme =
      getComputedStyle(this).colorScheme.includes('dark') && matchMedia('(prefers-color-scheme: dark)').matches
        ? 'dark'
        : 'light';
    const kind =
      /** @type {import('../report/plots/index.js').PlotKind | null} */ (this.getAttribute('kind')) ?? undefined;
    try {
      const svg = plot(this.result, { kind, width, height: width < 500 ? 380 : 460, theme });
      place.replaceChildren(
        document.importNode(new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement, true),
      );
    } catch (error) {
      this.#fail(/** @type {Error} */ (error));
    }
  }

  /** @param {Error & { code?: string }} error */
  #fail(error) {
    const message = box('error');
    message.setAttribute('role', 'alert');
    message.textContent = `<${this.localName}>: ${error.code ? `${error.code}: ` : ''}${error.message}`;
    this.#place?.replaceChildren(message);
    this.dispatchEvent(new CustomEvent('bedside-error', { bubbles: true, composed: true, detail: error }));
  }
}

/** @param {string} part */
function box(part) {
  const element = document.createElement('div');
  element.setAttribute('part', part);
  return element;
}

/**
 * @template T
 * @param {string} attribute
 * @param {() => T} read
 * @returns {T}
 */
function understood(attribute, read) {
  try {
    return read();
  } catch (error) {
    throw new SpecTextError(`${attribute}="…" ${/** @type {Error} */ (error).message}.`);
  }
}
