/**
 * Where the panel is. The address bar is the only place that keeps it, so that every page can be linked to, reloaded and gone
 * back to. Tells `navigate` after each change. The History API alone: all browsers have it, and it needs no second way.
 */
export class Router extends EventTarget {
  constructor() {
    super();
    addEventListener('popstate', () => this.#tell());
    document.addEventListener('click', (event) => this.#followLink(event));
  }

  get path(): string {
    return location.pathname;
  }

  get query(): URLSearchParams {
    return new URLSearchParams(location.search);
  }

  go(address: string): void {
    if (address !== location.pathname + location.search) {
      history.pushState(null, '', address);
      scrollTo(0, 0);
    }
    this.#tell();
  }

  /** Changes the address and not the page: what a search field holds. */
  replace(address: string): void {
    history.replaceState(null, '', address);
  }

  /** Ordinary links lead within the panel, from every element. What people do with other keys and buttons is the browser's. */
  #followLink(event: MouseEvent): void {
    const { button, metaKey, ctrlKey, shiftKey, altKey, defaultPrevented } = event;
    if (defaultPrevented || button !== 0 || metaKey || ctrlKey || shiftKey || altKey) return;
    const link = event.composedPath().find((one): one is HTMLAnchorElement => one instanceof HTMLAnchorElement);
    if (!link || link.origin !== location.origin || link.target || link.hasAttribute('download')) return;
    if (/^\/(?:v\d+|health|ready)(?:\/|$)/.test(link.pathname)) return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }

  #tell(): void {
    this.dispatchEvent(new Event('navigate'));
  }
}
