import { css, html, nothing, type TemplateResult } from 'lit';
import type { App, AppType, Condition } from '../../../../kernel/cli/api-types.ts';
import type { ConfirmDialog } from '../../elements/confirm-dialog.ts';
import { PanelElement } from '../../elements/panel-element.ts';
import type { Tone } from '../../elements/status-badge.ts';
import { messages } from '../../messages.ts';
import { findAppState } from './app-state.ts';
import { listHostnames } from './hostnames.ts';
import { askForAction, askToPurge, askToRemove, askToSuspend } from './life-questions.ts';
import '../../elements/confirm-dialog.ts';
import '../../elements/copy-command.ts';
import '../../elements/time-ago.ts';
import './app-life.ts';

const words = messages.app;

/** How an app is, what it is, and what can be done with it. */
export class AppOverview extends PanelElement {
  static override properties = {
    app: { attribute: false },
    type: { attribute: false },
    tenant: {},
    node: {},
    begun: { attribute: false },
  };
  declare app: App;
  declare type: AppType | undefined;
  declare tenant: string;
  declare node: string;
  declare begun: (app?: App) => void;

  static override styles = [
    ...PanelElement.styles,
    css`
      .conditions li {
        display: grid;
        grid-template-columns: 11rem minmax(0, 1fr) auto;
        gap: 0.25rem 1rem;
        padding: 0.75rem 1.25rem;
        border-top: 1px solid var(--line);
      }
      .conditions li:first-child {
        border-top: 0;
      }
      .message {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .action {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.5rem 1.5rem;
        padding: 0.875rem 1.25rem;
        border-top: 1px solid var(--line);
      }
      header + .action {
        border-top: 0;
      }
      .action > div {
        flex: 1 1 16rem;
      }
      @media (max-width: 40rem) {
        .conditions li {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        .message {
          grid-row: 2;
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  override render() {
    const { app, type } = this;
    const { tone, message } = findAppState(app);
    const attention = tone === 'bad' || tone === 'warn';
    return html`<div class="stack">
      ${attention && message ? html`<p class="note message ${tone === 'bad' ? 'error' : 'warning'}">${message}</p>` : nothing}
      ${(app.notices ?? []).map(({ severity, message }) => html`<p class="note ${severity}">${message}</p>`)}
      ${
        app.lifecycle === 'present' && type?.files && app.release === null
          ? html`<div class="note stack"><p>${words.deployFirst}</p><fh-command command="npx freehold app deploy ${app.name} ./my-site"></fh-command></div>`
          : nothing
      }
      ${
        app.lifecycle === 'removed'
          ? html`<fh-app-trash .app=${app} .begun=${this.begun} @purge=${() => this.#ask(askToPurge(app, this.begun))}></fh-app-trash>`
          : nothing
      }
      ${this.#renderFacts()}
      <section class="card" aria-labelledby="conditions">
        <header><h2 id="conditions">${words.conditions}</h2></header>
        <ul class="conditions">${app.conditions.filter(({ type }) => type !== 'Drifted' || app.lifecycle === 'present').map(renderCondition)}</ul>
      </section>
      ${app.lifecycle === 'present' ? html`${this.#renderActions()} ${this.#renderLife()}` : nothing}
      <fh-confirm></fh-confirm>
    </div>`;
  }

  #renderFacts(): TemplateResult {
    const { app, type } = this;
    const { facts } = words;
    const hosts = listHostnames(app);
    const generation =
      app.observedGeneration < app.generation
        ? facts.behind(app.generation, app.observedGeneration)
        : `${app.generation}`;
    const list: readonly [string, unknown][] = [
      [
        messages.apps.columns.hostnames,
        hosts.length === 0
          ? messages.none
          : hosts.map(({ name, url }, index) => [
              index > 0 ? html`<br>` : '',
              url && app.lifecycle === 'present'
                ? html`<a href=${url} target="_blank" rel="noreferrer">${name}</a>`
                : name,
            ]),
      ],
      [facts.type, type?.title ?? app.type],
      [facts.tenant, this.tenant],
      [facts.node, this.node],
      ...(type?.files ? ([[facts.release, app.release ?? facts.noRelease]] as [string, unknown][]) : []),
      [facts.generation, generation],
      [facts.created, html`<fh-time at=${app.createdAt}></fh-time>`],
      [facts.id, html`<code>${app.id}</code>`],
    ];
    return html`<div class="card"><dl class="facts body">${list.map(([term, value]) => html`<div class=${term === facts.id ? 'double' : ''}><dt>${term}</dt><dd>${value}</dd></div>`)}</dl></div>`;
  }

  #renderActions(): TemplateResult | typeof nothing {
    // Releases have a page of their own.
    const actions = (this.type?.actions ?? []).filter(({ id }) => id !== 'rollback');
    if (actions.length === 0) return nothing;
    return html`<section class="card" aria-labelledby="actions">
      <header><h2 id="actions">${words.actions}</h2></header>
      ${actions.map(
        (action) => html`<div class="action">
          <div><h3>${action.title}</h3><p class="small soft">${action.description}</p></div>
          <button class="button" aria-label="${words.actionStart}: ${action.title}" @click=${() => this.#ask(askForAction(this.app, action, this.begun))}>${words.actionStart}</button>
        </div>`,
      )}
    </section>`;
  }

  #renderLife(): TemplateResult {
    const { app, begun } = this;
    return html`<fh-app-life .app=${app} .begun=${begun} @suspend=${() => this.#ask(askToSuspend(app, begun))}
      @remove=${() => this.#ask(askToRemove(app, begun))}></fh-app-life>`;
  }

  #ask(question: Parameters<ConfirmDialog['ask']>[0]): void {
    void this.renderRoot.querySelector<ConfirmDialog>('fh-confirm')?.ask(question);
  }
}
customElements.define('fh-app-overview', AppOverview);

function renderCondition(condition: Condition): TemplateResult {
  const { type, status, message, lastTransitionAt } = condition;
  return html`<li>
    <fh-status tone=${toneOf(condition)} label=${messages.conditions[type]?.[status] ?? `${type}: ${status}`}></fh-status>
    <span class="message soft">${message}</span>
    <span class="small soft"><fh-time at=${lastTransitionAt}></fh-time></span>
  </li>`;
}

/** Of Drifted, False is the good one. */
function toneOf({ type, status, reason }: Condition): Tone {
  if (reason === 'Removed') return 'idle';
  if (status === 'Unknown') return 'busy';
  const good = type === 'Drifted' ? 'False' : 'True';
  if (status === good) return 'good';
  return type === 'Ready' ? 'bad' : 'warn';
}
