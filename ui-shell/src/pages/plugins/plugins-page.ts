import { css, html, nothing, type TemplateResult } from 'lit';
import type { Plugin } from '../../../../kernel/cli/api-types.ts';
import { type ApiProblem, toProblem } from '../../api/problem.ts';
import type { ConfirmDialog } from '../../elements/confirm-dialog.ts';
import { PanelElement } from '../../elements/panel-element.ts';
import type { Tone } from '../../elements/status-badge.ts';
import { LiveQuery } from '../../live/live-query.ts';
import { messages } from '../../messages.ts';
import { api } from '../../shell/services.ts';
import '../../elements/confirm-dialog.ts';
import '../../elements/problem-view.ts';
import '../../elements/status-badge.ts';

const words = messages.plugins;

/** All plugins that were found, and why one does not run. */
export class PluginsPage extends PanelElement {
  static override properties = { failure: { state: true } };
  declare failure: ApiProblem | undefined;
  readonly #plugins = new LiveQuery<Plugin[]>(this, { key: () => 'plugins', load: api.listPlugins, every: 20_000 });

  static override styles = [
    ...PanelElement.styles,
    css`
      .wide {
        display: grid;
        gap: 0.25rem;
      }
      dt {
        color: var(--ink-soft);
        font-size: 0.8125rem;
      }
      summary {
        width: max-content;
        color: var(--ink-soft);
        font-size: 0.8125rem;
        cursor: pointer;
      }
      details dl {
        display: grid;
        gap: 0.75rem;
        padding-top: 0.75rem;
      }
      dd code {
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render() {
    const { value: plugins, problem } = this.#plugins;
    return html`<div class="page">
      <div class="head"><h1>${words.title}</h1></div>
      <fh-problem .problem=${this.failure ?? problem}></fh-problem>
      ${plugins?.length === 0 ? html`<div class="card empty"><h2>${words.none.title}</h2><p>${words.none.text}</p></div>` : nothing}
      <ul class="stack">${plugins?.map((plugin) => this.#renderPlugin(plugin))}</ul>
      <fh-confirm></fh-confirm>
    </div>`;
  }

  #renderPlugin(plugin: Plugin): TemplateResult {
    const { id, displayName, version, state, reason, problems, contributes, capabilities } = plugin;
    return html`<li class="card">
      <header>
        <h2>${displayName} <span class="small soft">${id} ${version}</span></h2>
        <fh-status tone=${toneOf(state)} label=${words.states[state] ?? state}></fh-status>
      </header>
      <div class="body">
        ${reason ? html`<p>${reason}</p>` : nothing}
        ${problems.map(
          ({ message, remedy, code }) =>
            html`<div class="note error"><p>${message}</p><p class="soft">${remedy}</p><p class="small soft"><code>${code}</code></p></div>`,
        )}
        <dl class="wide"><dt>${words.contributes}</dt><dd class="row">${renderNames(contributes)}</dd></dl>
        <details>
          <summary>${words.wants}</summary>
          ${renderCapabilities(capabilities)}
        </details>
        ${plugin.taps.length > 0 ? renderTaps(plugin) : nothing}
        ${this.#renderButtons(plugin)}
      </div>
    </li>`;
  }

  #renderButtons(plugin: Plugin): TemplateResult | typeof nothing {
    if (plugin.state === 'quarantined')
      return html`<div class="buttons"><button class="button" @click=${() => this.#reset(plugin.id)}>${words.reset}</button></div>`;
    if (plugin.state !== 'needs-approval') return nothing;
    return html`<div class="buttons"><button class="button primary" @click=${() => this.#askToApprove(plugin)}>${words.approve}</button></div>`;
  }

  #askToApprove({ id, displayName, capabilities }: Plugin): void {
    void this.renderRoot.querySelector<ConfirmDialog>('fh-confirm')?.ask({
      title: words.approveTitle(displayName),
      confirm: words.approve,
      body: () => html`<p>${words.approveText}</p>${renderCapabilities(capabilities)}`,
      act: async () => {
        await api.approvePlugin(id);
        await this.#plugins.reload();
      },
    });
  }

  async #reset(id: string): Promise<void> {
    this.failure = undefined;
    try {
      await api.resetPlugin(id);
      await this.#plugins.reload();
    } catch (error) {
      this.failure = toProblem(error);
    }
  }
}
customElements.define('fh-plugins', PluginsPage);

function toneOf(state: string): Tone {
  if (state === 'running') return 'good';
  if (['failed', 'quarantined', 'blocked'].includes(state)) return 'bad';
  return state === 'needs-approval' ? 'warn' : 'busy';
}

/** Of each kind of contribution, the names. */
function renderNames(contributes: Plugin['contributes']): TemplateResult[] {
  const names = Object.values(contributes).flatMap((value) =>
    Array.isArray(value) ? value.map(String) : value && typeof value === 'object' ? Object.keys(value) : [],
  );
  return names.map((name) => html`<span class="tag">${name}</span>`);
}

function renderCapabilities(capabilities: Plugin['capabilities']): TemplateResult {
  const entries = Object.entries(capabilities).filter(([, values]) =>
    Array.isArray(values) ? values.length > 0 : values,
  );
  return html`<dl class="stack">${entries.map(
    ([kind, values]) =>
      html`<div><dt>${kind}</dt><dd class="row">${(Array.isArray(values) ? values : [`${values}`]).map((value) => html`<code>${value}</code>`)}</dd></div>`,
  )}</dl>`;
}

function renderTaps({ taps }: Plugin): TemplateResult {
  return html`<dl class="wide"><dt>${words.hooks}</dt>${taps.map(
    ({ hook, calls, failures, p95, breaker }) =>
      html`<dd><code>${hook}</code> <span class="small soft">${words.hookFacts(calls, failures, p95)}${breaker === 'closed' ? '' : `, ${breaker}`}</span></dd>`,
  )}</dl>`;
}
