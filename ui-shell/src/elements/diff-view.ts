import { css, html } from 'lit';
import { messages } from '../messages.ts';
import { PanelElement } from './panel-element.ts';

/** A unified diff. Signs tell what colours tell. */
export class DiffView extends PanelElement {
  static override properties = { diff: {} };
  declare diff: string;

  static override styles = [
    ...PanelElement.styles,
    css`
      pre {
        overflow-x: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        background: var(--sunken);
        padding: 0.5rem 0;
        font-size: 0.8125rem;
        line-height: 1.55;
        tab-size: 4;
      }
      span {
        display: block;
        width: max-content;
        min-width: 100%;
        min-height: 1.55em;
        padding: 0 0.75rem;
      }
      .added {
        background: color-mix(in srgb, var(--good) 12%, transparent);
        color: var(--good);
      }
      .removed {
        background: color-mix(in srgb, var(--bad) 10%, transparent);
        color: var(--bad);
      }
      .place {
        color: var(--ink-soft);
      }
    `,
  ];

  override render() {
    const lines = (this.diff ?? '').replace(/\n$/, '').split('\n');
    return html`<pre tabindex="0" role="region" aria-label=${messages.diff}>${lines.map(
      (line) => html`<span class=${classOf(line)}>${line}</span>`,
    )}</pre>`;
  }
}
customElements.define('fh-diff', DiffView);

function classOf(line: string): string {
  if (/^(?:---|\+\+\+|@@)/.test(line)) return 'place';
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : '';
}
