import { css, html, nothing } from 'lit';
import type { LogLine, Operation, OperationState } from '../../../../kernel/cli/api-types.ts';
import { PanelElement } from '../../elements/panel-element.ts';
import { renderClock } from '../../elements/time-words.ts';
import { operationOf } from '../../live/event-subject.ts';
import { LiveQuery } from '../../live/live-query.ts';
import { messages } from '../../messages.ts';
import { api } from '../../shell/services.ts';
import '../../elements/change-list.ts';
import '../../elements/problem-view.ts';

const words = messages.operations;

/** Steps and log of one operation, as they come. */
export class OperationDetail extends PanelElement {
  static override properties = { operation: {}, state: {} };
  declare operation: string;
  declare state: OperationState;
  readonly #loaded = new LiveQuery<{ operation: Operation; log: readonly LogLine[] }>(this, {
    key: () => `operation ${this.operation} ${this.state}`,
    load: async () => {
      const [operation, log] = await Promise.all([
        api.loadOperation(this.operation),
        api.loadOperationLog(this.operation),
      ]);
      return { operation, log };
    },
    concerns: (event) => operationOf(event) === this.operation,
  });

  static override styles = [
    ...PanelElement.styles,
    css`
      h2 {
        font-size: 0.875rem;
      }
      .log {
        max-height: 20rem;
        overflow: auto;
        padding: 0.625rem 0.75rem;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        background: var(--sunken);
        font-size: 0.8125rem;
        line-height: 1.55;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .error {
        color: var(--bad);
      }
      .warning {
        color: var(--warn);
      }
    `,
  ];

  override render() {
    const { value, problem } = this.#loaded;
    if (!value)
      return html`<fh-problem .problem=${problem}></fh-problem>${problem ? nothing : html`<p class="soft">${messages.loading} …</p>`}`;
    const { operation, log } = value;
    const steps = operation.steps ?? [];
    const finished = operation.finishedAt !== null;
    return html`<div class="stack">
      ${
        steps.length > 0
          ? html`<div><h2>${words.steps}</h2><fh-changes folded .changes=${steps}></fh-changes></div>`
          : finished && operation.state === 'succeeded'
            ? html`<p class="soft">${words.noSteps}</p>`
            : nothing
      }
      ${
        log.length > 0
          ? html`<div class="stack"><h2>${words.log}</h2><pre class="log" tabindex="0" role="log" aria-label=${words.log}>${log.map(
              ({ at, level, message }) =>
                html`<span class="soft">${renderClock(at)}</span> <span class=${level}>${message}</span>\n`,
            )}</pre></div>`
          : nothing
      }
    </div>`;
  }
}
customElements.define('fh-operation', OperationDetail);
