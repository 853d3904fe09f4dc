import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { App, AppType, Operation, OperationProgress } from '../../../../kernel/cli/api-types.ts';
import { icon } from '../../elements/icons.ts';
import { PanelElement } from '../../elements/panel-element.ts';
import { appOf, operationOf } from '../../live/event-subject.ts';
import { LiveQuery } from '../../live/live-query.ts';
import { appTypesOf, nameOf, nodesOf, tenantsOf } from '../../live/shared-queries.ts';
import { messages } from '../../messages.ts';
import { setTitle } from '../../shell/routes.ts';
import { api, live } from '../../shell/services.ts';
import { findAppState } from './app-state.ts';
import { isOpen } from './operation-words.ts';
import '../../elements/problem-view.ts';
import '../../elements/status-badge.ts';
import './app-logs.ts';
import './app-operations.ts';
import './app-overview.ts';
import './app-releases.ts';
import './app-settings.ts';

const words = messages.app;
const PARTS = ['overview', 'settings', 'releases', 'operations', 'logs'] as const;
type Part = (typeof PARTS)[number];

/** One app: how it is, and everything that can be done with it. */
export class AppPage extends PanelElement {
  static override properties = { app: {}, tab: {}, progress: { state: true } };
  declare app: string;
  declare tab: string;
  declare progress: (OperationProgress & { readonly operation: string }) | undefined;
  readonly #tenants = tenantsOf(this);
  readonly #nodes = nodesOf(this);
  readonly #types = appTypesOf(this);
  readonly #app = new LiveQuery<App>(this, {
    key: () => `app ${this.app}`,
    load: () => api.loadApp(this.app),
    concerns: (event) => appOf(event) === this.app && event.type !== 'operation.progress',
    every: 30_000,
  });
  readonly #operations = new LiveQuery<readonly Operation[]>(this, {
    key: () => `operations ${this.app}`,
    load: () => api.listAppOperations(this.app),
    concerns: (event) => appOf(event) === this.app && event.type !== 'operation.progress',
  });
  #unlisten: (() => void) | undefined;

  static override styles = [
    ...PanelElement.styles,
    css`
      .tabs {
        display: flex;
        gap: 1.375rem;
        border-bottom: 1px solid var(--line);
        overflow-x: auto;
        scrollbar-width: none;
      }
      .tabs a {
        flex: none;
        padding: 0.4375rem 0;
        border-bottom: 2px solid transparent;
        color: var(--ink-soft);
        font-weight: 500;
        text-decoration: none;
      }
      .tabs a:focus-visible {
        outline-offset: -2px;
      }
      .tabs a:hover {
        color: var(--ink);
      }
      .tabs a[aria-current] {
        border-color: var(--accent);
        color: var(--ink);
      }
      .title {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.25rem 1rem;
        min-height: 2.5rem;
      }
      .activity {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.375rem 0.875rem;
        min-height: 2.75rem;
        padding: 0.5rem 1rem;
        border: 1px solid color-mix(in srgb, var(--info) 30%, var(--surface));
        border-radius: var(--radius-small);
        background: color-mix(in srgb, var(--info) 6%, var(--surface));
      }
      progress {
        width: 8rem;
        height: 0.375rem;
        appearance: none;
        border: 0;
        border-radius: 1rem;
        background: var(--line);
        overflow: hidden;
      }
      progress::-webkit-progress-bar {
        background: var(--line);
      }
      progress::-webkit-progress-value {
        background: var(--info);
        transition: width 0.2s;
      }
      progress::-moz-progress-bar {
        background: var(--info);
      }
      .wait {
        height: 14rem;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unlisten = live.listen((event) => {
      if (appOf(event) !== this.app) return;
      const operation = operationOf(event);
      if (event.type === 'operation.progress' && operation) {
        if (this.progress?.operation !== operation) void this.#operations.reload();
        this.progress = { ...(event.data as unknown as OperationProgress), operation };
      } else if (event.type === 'operation.finished') this.progress = undefined;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unlisten?.();
  }

  /** On a narrow screen the part at hand is among those that are in view. */
  protected override updated(changes: PropertyValues<this>): void {
    const tabs = changes.has('tab') ? this.renderRoot.querySelector<HTMLElement>('.tabs') : null;
    const current = tabs?.querySelector<HTMLElement>('[aria-current]');
    if (tabs && current)
      tabs.scrollLeft = current.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;
  }

  override render() {
    const app = this.#app.value;
    const part = PARTS.find((one) => one === this.tab);
    if (!part) return html`<fh-not-found></fh-not-found>`;
    setTitle(...(part === 'overview' ? [] : [words.tabs[part]]), app?.name ?? this.app, messages.apps.title);
    return html`<div class="page">
      <div>
        <p class="trail"><a href="/apps">${messages.apps.title}</a></p>
        ${app ? this.#renderTitle(app) : html`<div class="title"><h1>${this.#app.problem ? this.app : html`<span class="skeleton">Loading app</span>`}</h1></div>`}
      </div>
      ${this.#renderTabs(part, app)}
      ${app ? this.#renderActivity() : nothing}
      <fh-problem .problem=${this.#app.problem} .retry=${() => this.#app.reload()}></fh-problem>
      ${app ? this.#renderPart(part, app) : this.#app.problem ? nothing : html`<div class="card wait" role="status" aria-label=${messages.loading}></div>`}
    </div>`;
  }

  #renderTitle(app: App): TemplateResult {
    const { tone, label } = findAppState(app);
    const link = app.lifecycle === 'present' ? app.links[0] : undefined;
    return html`<div class="title">
      <h1>${app.name}</h1>
      <fh-status role="status" tone=${tone} label=${label}></fh-status>
      ${link ? html`<a class="button push" href=${link.url} target="_blank" rel="noreferrer">${words.open} ${icon('external', 15)}</a>` : nothing}
    </div>`;
  }

  #renderTabs(part: Part, app: App | undefined): TemplateResult {
    const type = app && this.#typeOf(app);
    const shown = PARTS.filter((one) => one !== 'releases' || !type || type.files);
    return html`<nav class="tabs" aria-label=${words.tabs.title}>${shown.map(
      (one) =>
        html`<a href=${one === 'overview' ? `/apps/${this.app}` : `/apps/${this.app}/${one}`} aria-current=${one === part ? 'page' : nothing}>${words.tabs[one]}</a>`,
    )}</nav>`;
  }

  /** What is being done at the moment. */
  #renderActivity(): TemplateResult | typeof nothing {
    const running = this.#operations.value?.find(({ state }) => isOpen(state));
    if (!running) return nothing;
    const { done, total, message } = (this.progress?.operation === running.id ? this.progress : running.progress) ?? {};
    const { kinds, states } = messages.operations;
    return html`<div class="activity" role="status">
      <fh-status tone="busy" label=${kinds[running.kind] ?? running.kind}></fh-status>
      <span class="small soft">${message || states[running.state]}</span>
      ${total ? html`<progress class="push" value=${done ?? 0} max=${total} aria-label=${messages.operations.progress(done ?? 0, total)}></progress>` : nothing}
    </div>`;
  }

  #renderPart(part: Part, app: App): TemplateResult {
    const type = this.#typeOf(app);
    const operations = this.#operations.value ?? [];
    const begun = (changed?: App) => {
      if (changed) this.#app.set({ ...this.#app.value, ...changed });
      void this.#operations.reload();
    };
    switch (part) {
      case 'overview':
        return html`<fh-app-overview .app=${app} .type=${type} .begun=${begun}
          .tenant=${nameOf(this.#tenants.value, app.tenant)} .node=${nameOf(this.#nodes.value, app.node)}></fh-app-overview>`;
      case 'settings':
        return this.#types.value
          ? html`<fh-app-settings .app=${app} .type=${type} .begun=${begun}></fh-app-settings>`
          : html``;
      case 'releases':
        return html`<fh-app-releases .app=${app} .type=${type} .begun=${begun}></fh-app-releases>`;
      case 'operations':
        return html`<fh-app-operations .operations=${this.#operations.value} .progress=${this.progress} .problem=${this.#operations.problem} .begun=${begun}></fh-app-operations>`;
      case 'logs':
        return html`<fh-app-logs .app=${app.id} .settled=${operations.length}></fh-app-logs>`;
    }
  }

  #typeOf(app: App): AppType | undefined {
    return this.#types.value?.find(({ id }) => id === app.type);
  }
}
customElements.define('fh-app', AppPage);
