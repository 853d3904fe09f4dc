import { css, html } from 'lit';
import { messages } from '../messages.ts';
import { icon } from './icons.ts';
import { PanelElement } from './panel-element.ts';

/** A command for a terminal, and a button that copies it. */
export class CopyCommand extends PanelElement {
  static override properties = { command: {}, copied: { state: true } };
  declare command: string;
  declare copied: boolean;

  static override styles = [
    ...PanelElement.styles,
    css`
      div {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        padding: 0.25rem 0.25rem 0.25rem 0.875rem;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        background: var(--sunken);
      }
      code {
        flex: 1;
        min-width: 0;
        padding: 0.25rem 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render() {
    return html`<div>
      <code>${this.command}</code>
      <button type="button" class="button quiet icon" aria-label=${this.copied ? messages.copied : messages.copy} @click=${this.#copy}>
        ${icon(this.copied ? 'check' : 'copy')}
      </button>
    </div>`;
  }

  async #copy(): Promise<void> {
    // Browsers have a clipboard on https and on this machine only; elsewhere the text is selected, to be copied by hand.
    const copied = await navigator.clipboard?.writeText(this.command).then(
      () => true,
      () => false,
    );
    if (!copied) {
      const code = this.renderRoot.querySelector('code');
      if (code) getSelection()?.selectAllChildren(code);
      return;
    }
    this.copied = true;
    setTimeout(() => {
      this.copied = false;
    }, 2_000);
  }
}
customElements.define('fh-command', CopyCommand);
