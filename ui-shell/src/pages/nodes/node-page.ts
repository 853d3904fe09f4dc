import { css, html, nothing, type TemplateResult } from 'lit';
import type { Node, NodePlugin } from '../../../../kernel/cli/api-types.ts';
import { type ApiProblem, toProblem } from '../../api/problem.ts';
import { PanelElement } from '../../elements/panel-element.ts';
import { renderBytes } from '../../elements/time-words.ts';
import { LiveQuery } from '../../live/live-query.ts';
import { messages } from '../../messages.ts';
import { setTitle } from '../../shell/routes.ts';
import { api } from '../../shell/services.ts';
import { NODE_INTERVAL, renderSystem } from './nodes-page.ts';
import '../../elements/diff-view.ts';
import '../../elements/problem-view.ts';
import '../../elements/status-badge.ts';
import '../../elements/time-ago.ts';

const words = messages.nodes;

/** One machine: what it is, what it runs, and whether it is as it should be. */
export class NodePage extends PanelElement {
  static override properties = { node: {}, failure: { state: true }, busy: { state: true } };
  declare node: string;
  declare failure: ApiProblem | undefined;
  declare busy: boolean;
  readonly #node = new LiveQuery<Node>(this, {
    key: () => `node ${this.node}`,
    load: () => api.loadNode(this.node),
    every: NODE_INTERVAL,
  });
  readonly #plugins = new LiveQuery<NodePlugin[]>(this, {
    key: () => `node plugins ${this.node}`,
    load: () => api.listNodePlugins(this.node),
    concerns: ({ type }) => type === 'operation.finished',
    every: NODE_INTERVAL,
  });

  static override styles = [
    ...PanelElement.styles,
    css`
      .title {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.25rem 1rem;
        min-height: 2.5rem;
      }
      .plugin {
        display: grid;
        gap: 0.5rem;
        padding: 0.875rem 1.25rem;
        border-top: 1px solid var(--line);
      }
      .plugin:first-of-type {
        border-top: 0;
      }
    `,
  ];

  override render() {
    const { value: node, problem } = this.#node;
    setTitle(node?.name ?? this.node, words.title);
    return html`<div class="page">
      <div>
        <p class="trail"><a href="/nodes">${words.title}</a></p>
        <div class="title">
          <h1>${node?.name ?? this.node}</h1>
          ${
            node
              ? html`<fh-status role="status" tone=${node.reachable ? 'good' : 'warn'} label=${node.reachable ? words.reachable : words.silent}></fh-status>
            <button class="button push" ?disabled=${this.busy} @click=${this.#check}>${this.busy ? words.checking : words.check}</button>`
              : nothing
          }
        </div>
      </div>
      <fh-problem .problem=${this.failure ?? problem}></fh-problem>
      ${node ? html`${this.#renderWarnings(node)} ${this.#renderFacts(node)} ${this.#renderPlugins()}` : nothing}
    </div>`;
  }

  #renderWarnings({ facts }: Node): TemplateResult | typeof nothing {
    if (!facts || facts.warnings.length === 0) return nothing;
    return html`<div class="note warning"><h3>${words.warnings}</h3>${facts.warnings.map((one) => html`<p>${one}</p>`)}</div>`;
  }

  #renderFacts({ facts, lastSeenAt, lastSweep, drift, checkInterval }: Node): TemplateResult {
    const names = words.facts;
    const list: readonly [string, unknown][] = [
      ...(facts
        ? ([
            [names.system, `${renderSystem(facts)}, ${facts.os.arch}`],
            [names.processors, facts.cpus],
            [names.memory, renderBytes(facts.memoryBytes)],
            [names.disk, words.diskFree(renderBytes(facts.diskFreeBytes), renderBytes(facts.diskBytes))],
            [names.agent, `${facts.agentVersion}${facts.privileged ? '' : `, ${words.unprivileged(facts.user)}`}`],
            [names.services, words.managers[facts.serviceManager] ?? facts.serviceManager],
            [names.ports, `${facts.ports.http}, ${facts.ports.https}`],
          ] as [string, unknown][])
        : []),
      [names.drift, words.drift[drift] ?? drift],
      [names.interval, words.seconds(checkInterval)],
      [words.lastSeen, html`<fh-time at=${lastSeenAt ?? ''}></fh-time>`],
      [
        names.sweep,
        lastSweep
          ? html`<fh-time at=${lastSweep.at}></fh-time>: ${words.sweep(lastSweep.owners, lastSweep.resources, lastSweep.changes)}`
          : messages.never,
      ],
    ];
    return html`<div class="card"><dl class="facts body">${list.map(([term, value]) => html`<div class=${term === names.sweep ? 'double' : ''}><dt>${term}</dt><dd>${value}</dd></div>`)}</dl></div>`;
  }

  #renderPlugins(): TemplateResult {
    const { value: plugins = [], problem } = this.#plugins;
    return html`<section class="card" aria-labelledby="plugins">
      <header><h2 id="plugins">${words.plugins}</h2></header>
      <fh-problem .problem=${problem}></fh-problem>
      ${plugins.length === 0 && this.#plugins.value ? html`<p class="plugin soft">${words.noPlugins}</p>` : nothing}
      ${plugins.map(renderPlugin)}
    </section>`;
  }

  async #check(): Promise<void> {
    [this.busy, this.failure] = [true, undefined];
    try {
      await api.checkNode(this.node);
      await Promise.all([this.#node.reload(), this.#plugins.reload()]);
    } catch (error) {
      this.failure = toProblem(error);
    } finally {
      this.busy = false;
    }
  }
}
customElements.define('fh-node', NodePage);

function renderPlugin({ plugin, version, conditions, drift = [] }: NodePlugin): TemplateResult {
  const ready = conditions.find(({ type }) => type === 'Ready');
  const tone = ready?.status === 'True' ? 'good' : ready?.status === 'False' ? 'bad' : 'busy';
  return html`<div class="plugin">
    <div class="row">
      <h3>${plugin}</h3><span class="small soft">${version}</span>
      <fh-status class="push" tone=${tone} label=${messages.conditions.Ready?.[ready?.status ?? 'Unknown'] ?? ''}></fh-status>
    </div>
    <p class="soft small">${ready?.message}</p>
    ${drift.length > 0 ? html`<h4>${words.driftFound}</h4>` : nothing}
    ${drift.map(
      ({ resource, summary, diff, action, message }) => html`<div class="stack">
        <p>${summary} <code class="soft">${resource}</code> <span class="tag">${words.driftActions[action] ?? action}</span> ${message}</p>
        ${diff ? html`<fh-diff .diff=${diff}></fh-diff>` : nothing}
      </div>`,
    )}
  </div>`;
}
