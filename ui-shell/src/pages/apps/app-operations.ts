import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { App, Operation, OperationProgress } from '../../../../kernel/cli/api-types.ts';
import { type ApiProblem, toProblem } from '../../api/problem.ts';
import { PanelElement } from '../../elements/panel-element.ts';
import { renderDuration } from '../../elements/time-words.ts';
import { messages } from '../../messages.ts';
import { api } from '../../shell/services.ts';
import { isOpen, nameOfOperation, toneOf } from './operation-words.ts';
import '../../elements/problem-view.ts';
import '../../elements/status-badge.ts';
import '../../elements/time-ago.ts';
import './operation-detail.ts';

const words = messages.operations;

/** What was done with an app, the newest first. One that is opened tells its steps and its log, while it runs too. */
export class AppOperations extends PanelElement {
  static override properties = {
    operations: { attribute: false },
    progress: { attribute: false },
    problem: { attribute: false },
    begun: { attribute: false },
    opened: { state: true },
    failure: { state: true },
  };
  declare operations: readonly Operation[] | undefined;
  declare progress: (OperationProgress & { readonly operation: string }) | undefined;
  declare problem: ApiProblem | undefined;
  declare begun: (app?: App) => void;
  declare opened: ReadonlySet<string>;
  declare failure: ApiProblem | undefined;

  constructor() {
    super();
    this.opened = new Set();
  }

  static override styles = [
    ...PanelElement.styles,
    css`
      details + details {
        border-top: 1px solid var(--line);
      }
      summary {
        display: grid;
        grid-template-columns: 8rem minmax(0, 1fr) auto;
        align-items: center;
        gap: 0.125rem 1rem;
        min-height: 3.5rem;
        padding: 0.625rem 1.25rem;
        cursor: pointer;
        list-style: none;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      summary:hover {
        background: var(--hover);
      }
      summary:focus-visible {
        outline-offset: -2px;
      }
      .name {
        font-weight: 600;
      }
      .inside {
        display: grid;
        gap: 1rem;
        padding: 0.25rem 1.25rem 1.25rem;
        grid-template-columns: minmax(0, 1fr);
      }
      @media (max-width: 40rem) {
        summary {
          grid-template-columns: minmax(0, 1fr) auto;
          padding: 0.625rem 1rem;
        }
        summary fh-status {
          grid-area: 1 / 2;
        }
        .when {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  override render() {
    const { operations } = this;
    return html`<div class="stack">
      <fh-problem .problem=${this.failure ?? this.problem}></fh-problem>
      ${operations?.length === 0 ? html`<div class="card empty"><h2>${words.none.title}</h2><p>${words.none.text}</p></div>` : nothing}
      ${
        operations && operations.length > 0
          ? html`<div class="card">${repeat(
              operations,
              ({ id }) => id,
              (one, index) => this.#renderOperation(one, index),
            )}</div>`
          : nothing
      }
    </div>`;
  }

  #renderOperation(operation: Operation, index: number): TemplateResult {
    const { id, state, actor, createdAt, startedAt, finishedAt, outcome, inverse } = operation;
    const open = this.opened.has(id);
    const newest = index === 0;
    return html`<details ?open=${open} @toggle=${({ target }: Event) => this.#toggle(id, (target as HTMLDetailsElement).open)}>
      <summary>
        <fh-status tone=${toneOf(state)} label=${words.states[state] ?? state}></fh-status>
        <span><span class="name">${nameOfOperation(operation)}</span> <span class="small soft">${words.by} ${actor.name}</span></span>
        <span class="small soft when"><fh-time at=${createdAt}></fh-time>${startedAt && finishedAt ? `, ${renderDuration(Date.parse(finishedAt) - Date.parse(startedAt))}` : ''}</span>
      </summary>
      ${
        open
          ? html`<div class="inside">
            ${outcome && outcome.kind !== 'inSync' ? html`<p class="note error"><strong>${outcome.reason}</strong> ${outcome.message}</p>` : nothing}
            <fh-operation .operation=${id} .state=${state}></fh-operation>
            <div class="buttons">
              ${state === 'failed' && newest ? html`<button class="button" @click=${() => this.#do(api.retryOperation(id))}>${words.retry}</button>` : nothing}
              ${inverse && !isOpen(state) && newest ? html`<button class="button" @click=${() => this.#do(api.undoOperation(id))}>${words.undo}</button>` : nothing}
            </div>
          </div>`
          : nothing
      }
    </details>`;
  }

  #toggle(id: string, open: boolean): void {
    if (open === this.opened.has(id)) return;
    this.opened = new Set(open ? [...this.opened, id] : [...this.opened].filter((one) => one !== id));
  }

  async #do(request: Promise<unknown>): Promise<void> {
    this.failure = undefined;
    try {
      await request;
      this.begun();
    } catch (error) {
      this.failure = toProblem(error);
    }
  }
}
customElements.define('fh-app-operations', AppOperations);
