import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { App } from '../../../../kernel/cli/api-types.ts';
import { icon } from '../../elements/icons.ts';
import { PanelElement } from '../../elements/panel-element.ts';
import { LiveQuery } from '../../live/live-query.ts';
import { appTypesOf, nameOf, nodesOf, tenantsOf, titleOf } from '../../live/shared-queries.ts';
import { messages } from '../../messages.ts';
import { api, router } from '../../shell/services.ts';
import { listenForShortcuts } from '../../shell/shortcuts.ts';
import { findAppState } from './app-state.ts';
import { appsStyles } from './apps-page.css.ts';
import { listHostnames, matchesSearch } from './hostnames.ts';
import '../../elements/problem-view.ts';
import '../../elements/status-badge.ts';
import '../../elements/time-ago.ts';

const words = messages.apps;
/** Of host names in a line. */
const SHOWN = 2;

/** All apps, as they are now. What is searched for stands in the address. */
export class AppsPage extends PanelElement {
  static override styles = [...PanelElement.styles, appsStyles];
  readonly #tenants = tenantsOf(this);
  readonly #types = appTypesOf(this);
  readonly #nodes = nodesOf(this);
  readonly #apps = new LiveQuery<App[]>(this, {
    key: () => `apps ${this.#lifecycle}`,
    load: () => api.listApps({ lifecycle: this.#lifecycle }),
    concerns: ({ type }) => type.startsWith('app.') || type === 'operation.finished',
    every: 30_000,
  });
  #forgetKeys: (() => void) | undefined;
  #seeAddress = () => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    this.#forgetKeys = listenForShortcuts({ '/': () => this.renderRoot.querySelector('input')?.focus() });
    router.addEventListener('navigate', this.#seeAddress);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#forgetKeys?.();
    router.removeEventListener('navigate', this.#seeAddress);
  }

  get #lifecycle(): 'present' | 'removed' {
    return router.query.get('view') === 'trash' ? 'removed' : 'present';
  }

  override render() {
    const apps = this.#apps.value;
    const found = apps && this.#filter(apps);
    return html`<div class="page">
      <div class="head">
        <h1>${words.title}</h1>
        <a class="button primary" href="/apps/new">${icon('plus', 16)}${words.create}</a>
      </div>
      <nav class="views" aria-label=${words.view}>
        <a href="/apps" aria-current=${this.#lifecycle === 'present' ? 'page' : nothing}>${words.present}</a>
        <a href="/apps?view=trash" aria-current=${this.#lifecycle === 'removed' ? 'page' : nothing}>${words.trash}</a>
      </nav>
      ${apps && apps.length > 0 ? this.#renderTools() : nothing}
      <fh-problem .problem=${this.#apps.problem} .retry=${() => this.#apps.reload()}></fh-problem>
      <p class="visually-hidden" role="status">${found ? words.count(found.length) : ''}</p>
      ${found ? this.#renderFound(found, apps.length) : this.#apps.problem ? nothing : renderSkeleton()}
    </div>`;
  }

  #renderTools(): TemplateResult {
    const { query } = router;
    const types = (this.#types.value ?? []).map(({ id, title }) => ({ id, name: title }));
    return html`<div class="tools" role="search">
      <div class="search">
        ${icon('search')}
        <input type="search" .value=${query.get('search') ?? ''} placeholder=${words.search} aria-label=${words.searchLabel} autocomplete="off"
          @input=${({ target }: Event) => this.#narrow('search', (target as HTMLInputElement).value)} /><kbd aria-hidden="true">/</kbd>
      </div>
      ${this.#renderFilter('type', { label: words.typeFilter, all: words.all, options: types })}
      ${this.#renderFilter('tenant', { label: words.tenantFilter, all: words.allTenants, options: this.#tenants.value ?? [] })}
    </div>`;
  }

  #renderFilter(
    name: 'type' | 'tenant',
    { label, all, options }: { label: string; all: string; options: readonly { id: string; name: string }[] },
  ): TemplateResult {
    const chosen = router.query.get(name);
    return html`<select aria-label=${label} @change=${({ target }: Event) => this.#narrow(name, (target as HTMLSelectElement).value)}>
      <option value="" ?selected=${!chosen}>${all}</option>
      ${options.map((one) => html`<option value=${one.id} ?selected=${one.id === chosen}>${one.name}</option>`)}
    </select>`;
  }

  #renderFound(found: readonly App[], all: number): TemplateResult {
    if (all === 0)
      return this.#lifecycle === 'removed' ? renderEmpty(words.emptyTrash) : renderEmpty(words.empty, words.create);
    if (found.length === 0)
      return html`<div class="card empty"><h2>${words.noMatch.title}</h2><p>${words.noMatch.text}</p>
        <button class="button" @click=${() => this.#clear()}>${words.noMatch.clear}</button></div>`;
    const { columns } = words;
    return html`<div class="card list">
      <div class="line columns" aria-hidden="true">
        <span>${columns.status}</span><span>${columns.name}</span><span>${columns.hostnames}</span><span>${columns.tenant}</span><span>${columns.node}</span><span>${columns.changed}</span>
      </div>
      <ul role="list">${repeat(
        found,
        ({ id }) => id,
        (app) => this.#renderApp(app),
      )}</ul>
    </div>`;
  }

  #renderApp(app: App): TemplateResult {
    const { tone, label, message } = findAppState(app);
    const hosts = listHostnames(app);
    return html`<li class="line">
      <fh-status class="state" tone=${tone} label=${label} title=${message}></fh-status>
      <div class="cell"><a class="name" href="/apps/${app.id}">${app.name}</a><span class="small soft">${titleOf(this.#types.value, app.type)}</span></div>
      <div class="cell hosts small">
        ${hosts
          .slice(0, SHOWN)
          .map(({ name, url }) =>
            url && app.lifecycle === 'present'
              ? html`<a href=${url} target="_blank" rel="noreferrer">${name}</a>`
              : html`<span class="soft">${name}</span>`,
          )}
        ${hosts.length > SHOWN ? html`<span class="soft">${words.more(hosts.length - SHOWN)}</span>` : nothing}
      </div>
      <div class="cell tenant">${nameOf(this.#tenants.value, app.tenant)}</div>
      <div class="cell node soft">${nameOf(this.#nodes.value, app.node)}</div>
      <div class="cell changed soft small"><fh-time at=${app.updatedAt}></fh-time></div>
    </li>`;
  }

  #filter(apps: readonly App[]): readonly App[] {
    const { query } = router;
    const [search, type, tenant] = ['search', 'type', 'tenant'].map((name) => query.get(name) ?? '');
    return apps.filter(
      (app) =>
        (!type || app.type === type) &&
        (!tenant || app.tenant === tenant) &&
        matchesSearch(
          [app.id, app.name, nameOf(this.#tenants.value, app.tenant), ...listHostnames(app).map(({ name }) => name)],
          search ?? '',
        ),
    );
  }

  #narrow(name: string, value: string): void {
    const { query } = router;
    if (value) query.set(name, value);
    else query.delete(name);
    router.replace(query.size > 0 ? `${router.path}?${query}` : router.path);
    this.requestUpdate();
  }

  #clear(): void {
    router.replace(this.#lifecycle === 'removed' ? '/apps?view=trash' : '/apps');
    this.requestUpdate();
  }
}
customElements.define('fh-apps', AppsPage);

function renderEmpty({ title, text }: { title: string; text: string }, action?: string): TemplateResult {
  return html`<div class="card empty"><h2>${title}</h2><p>${text}</p>
    ${action ? html`<a class="button primary" href="/apps/new">${icon('plus', 16)}${action}</a>` : nothing}</div>`;
}

/** As high as what will stand there. */
function renderSkeleton(): TemplateResult {
  return html`<div class="card list" role="status" aria-label=${messages.loading}>${[1, 2, 3].map(
    () =>
      html`<div class="line"><span class="skeleton">…</span><span class="skeleton">…</span><span class="skeleton">…</span></div>`,
  )}</div>`;
}
