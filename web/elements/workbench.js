// The whole page in a frame: its styles and its policy stay its own.

const Base = typeof HTMLElement === 'undefined' ? /** @type {typeof HTMLElement} */ (class {}) : HTMLElement;

/** `<bedside-workbench>`: the page of this package, as high as its `height` attribute says (default 800 pixels). */
export class BedsideWorkbench extends Base {
  connectedCallback() {
    if (this.shadowRoot) return;
    const frame = document.createElement('iframe');
    frame.src = new URL('../workbench/index.html', import.meta.url).href;
    frame.title = this.getAttribute('title') ?? 'bedside: medical statistics on this device';
    frame.width = '100%';
    frame.height = this.getAttribute('height') ?? '800';
    frame.setAttribute('frameborder', '0');
    frame.setAttribute('part', 'frame');
    this.attachShadow({ mode: 'open' }).append(frame);
  }
}
