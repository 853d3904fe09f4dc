import { html, nothing } from 'lit';
import { messages } from '../messages.ts';
import { PanelElement } from './panel-element.ts';
import { renderAgo, renderMoment } from './time-words.ts';

const shown = new Set<TimeAgo>();
setInterval(() => {
  for (const one of shown) one.requestUpdate();
}, 20_000);

/** A moment as people speak of it: `3 minutes ago`, with the whole of it on hover. */
export class TimeAgo extends PanelElement {
  static override properties = { at: {} };
  declare at: string | null | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.style.setProperty('display', 'inline');
    shown.add(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    shown.delete(this);
  }

  override render() {
    if (!this.at) return messages.never;
    return html`<time datetime=${this.at} title=${renderMoment(this.at)}>${renderAgo(this.at, Date.now())}</time>${nothing}`;
  }
}
customElements.define('fh-time', TimeAgo);
