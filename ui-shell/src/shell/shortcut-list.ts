import { css, html } from 'lit';
import { icon } from '../elements/icons.ts';
import { PanelElement } from '../elements/panel-element.ts';
import { messages } from '../messages.ts';
import { enableShortcuts, shortcutsEnabled } from './shortcuts.ts';

const keys = messages.keys;
const LIST: readonly [keys: readonly string[], what: string][] = [
  [['/'], keys.search],
  [['c'], keys.create],
  [['g', 'a'], keys.apps],
  [['g', 'n'], keys.nodes],
  [['g', 'p'], keys.plugins],
  [['g', 't'], keys.tenants],
  [['?'], keys.help],
];

/** What keys do, and a switch that turns them off. */
export class ShortcutList extends PanelElement {
  static override styles = [
    ...PanelElement.styles,
    css`
      dialog {
        width: min(24rem, calc(100vw - 2rem));
        padding: 1.25rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        color: var(--ink);
        box-shadow: var(--shadow-high);
      }
      dialog::backdrop {
        background: rgb(10 12 14 / 45%);
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        margin-bottom: 0.75rem;
      }
      dl > div {
        display: flex;
        justify-content: space-between;
        padding: 0.4375rem 0;
        border-top: 1px solid var(--line);
      }
      .check {
        margin-top: 1rem;
      }
    `,
  ];

  show(): void {
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  override render() {
    return html`<dialog aria-labelledby="title">
      <header>
        <h2 id="title">${keys.title}</h2>
        <button class="button quiet icon" aria-label=${messages.close} @click=${this.#close}>${icon('close')}</button>
      </header>
      <dl>
        ${LIST.map(
          ([sequence, what]) =>
            html`<div><dt>${what}</dt><dd>${sequence.map((key, index) => html`${index > 0 ? ` ${keys.next} ` : ''}<kbd>${key}</kbd>`)}</dd></div>`,
        )}
      </dl>
      <div class="check">
        <input id="enabled" type="checkbox" .checked=${shortcutsEnabled()}
          @change=${({ target }: Event) => enableShortcuts((target as HTMLInputElement).checked)} />
        <label for="enabled">${keys.enabled}</label>
      </div>
    </dialog>`;
  }

  #close(): void {
    this.renderRoot.querySelector('dialog')?.close();
  }
}
customElements.define('fh-shortcut-list', ShortcutList);
