import { css, html, nothing } from 'lit';
import type { Change, Step } from '../../../kernel/cli/api-types.ts';
import { messages } from '../messages.ts';
import { PanelElement } from './panel-element.ts';
import { renderDuration } from './time-words.ts';
import './diff-view.ts';

/** A diff that is longer is folded. */
const OPEN_LINES = 40;

/** What would be changed on a node, or was. */
export class ChangeList extends PanelElement {
  static override properties = { changes: { attribute: false }, folded: { type: Boolean } };
  declare changes: readonly (Change | Step)[];
  declare folded: boolean;

  static override styles = [
    ...PanelElement.styles,
    css`
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.5rem;
        padding: 0.625rem 0;
        border-top: 1px solid var(--line);
      }
      li:first-child {
        border-top: 0;
      }
      .resource {
        overflow-wrap: anywhere;
      }
      .action {
        min-width: 4.25rem;
        text-align: center;
      }
      .failed {
        color: var(--bad);
      }
      summary {
        width: max-content;
        cursor: pointer;
        color: var(--ink-soft);
        font-size: 0.8125rem;
      }
      details[open] summary {
        margin-bottom: 0.375rem;
      }
    `,
  ];

  override render() {
    return html`<ul>${this.changes.map((change) => this.#renderChange(change))}</ul>`;
  }

  #renderChange(change: Change | Step) {
    const { action, resource, summary, diff } = change;
    const step = 'state' in change ? change : undefined;
    const open = !this.folded && (diff ?? '').split('\n').length <= OPEN_LINES;
    return html`<li>
      <div class="row">
        <span class="tag action">${messages.changes[action] ?? action}</span>
        <span>${summary}</span>
        ${step && step.state !== 'done' ? html`<strong class="failed small">${step.state}</strong>` : nothing}
        ${step ? html`<span class="push small soft">${renderDuration(step.milliseconds)}</span>` : nothing}
      </div>
      <code class="resource soft">${resource}</code>
      ${diff ? html`<details ?open=${open}><summary>${messages.diff}</summary><fh-diff .diff=${diff}></fh-diff></details>` : nothing}
      ${step?.output ? html`<fh-diff .diff=${step.output}></fh-diff>` : nothing}
    </li>`;
  }
}
customElements.define('fh-changes', ChangeList);
