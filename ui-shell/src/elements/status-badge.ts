import { css, html } from 'lit';
import { PanelElement } from './panel-element.ts';

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'idle';

/** A state in a word. Each tone has a shape of its own, for whoever does not see the colours. */
export class StatusBadge extends PanelElement {
  static override properties = { tone: { reflect: true }, label: {} };
  declare tone: Tone;
  declare label: string;

  static override styles = [
    ...PanelElement.styles,
    css`
      :host {
        --tone: var(--ink-soft);
        display: inline-flex;
        align-items: center;
        gap: 0.4375rem;
        color: var(--tone);
        font-size: 0.875rem;
        font-weight: 500;
        white-space: nowrap;
      }
      :host([tone='good']) {
        --tone: var(--good);
      }
      :host([tone='busy']) {
        --tone: var(--info);
      }
      :host([tone='warn']) {
        --tone: var(--warn);
      }
      :host([tone='bad']) {
        --tone: var(--bad);
      }
      i {
        flex: none;
        width: 0.5rem;
        height: 0.5rem;
        border-radius: 50%;
        background: currentcolor;
      }
      :host([tone='busy']) i {
        border: 2px solid currentcolor;
        border-right-color: transparent;
        background: none;
        width: 0.75rem;
        height: 0.75rem;
        margin: -0.125rem;
        animation: turn 0.9s linear infinite;
      }
      :host([tone='warn']) i {
        border-radius: 1px;
        rotate: 45deg;
      }
      :host([tone='bad']) i {
        border-radius: 1px;
      }
      :host([tone='idle']) i {
        border: 1.5px solid currentcolor;
        background: none;
      }
      @keyframes turn {
        to {
          rotate: 360deg;
        }
      }
    `,
  ];

  override render() {
    return html`<i></i><span>${this.label}</span>`;
  }
}
customElements.define('fh-status', StatusBadge);
