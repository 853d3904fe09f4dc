import { css, html, nothing, type TemplateResult } from 'lit';
import type { Node, NodeFacts } from '../../../../kernel/cli/api-types.ts';
import { PanelElement } from '../../elements/panel-element.ts';
import { renderBytes } from '../../elements/time-words.ts';
import { LiveQuery } from '../../live/live-query.ts';
import { messages } from '../../messages.ts';
import { api } from '../../shell/services.ts';
import '../../elements/problem-view.ts';
import '../../elements/status-badge.ts';
import '../../elements/time-ago.ts';

const words = messages.nodes;
/** No event tells of nodes. */
export const NODE_INTERVAL = 10_000;

/** The machines that run apps. */
export class NodesPage extends PanelElement {
  readonly #nodes = new LiveQuery<Node[]>(this, { key: () => 'nodes', load: api.listNodes, every: NODE_INTERVAL });

  static override styles = [
    ...PanelElement.styles,
    css`
      .nodes {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr));
        gap: 1rem;
      }
      li {
        position: relative;
      }
      li:hover {
        border-color: var(--line-strong);
      }
      h2 a {
        color: var(--ink);
        text-decoration: none;
      }
      h2 a::after {
        content: '';
        position: absolute;
        inset: 0;
        border-radius: var(--radius);
      }
      h2 a:focus-visible {
        outline: none;
      }
      h2 a:focus-visible::after {
        outline: 2px solid var(--accent);
        outline-offset: 2px;
      }
    `,
  ];

  override render() {
    const { value: nodes, problem } = this.#nodes;
    return html`<div class="page">
      <div class="head"><h1>${words.title}</h1></div>
      <fh-problem .problem=${problem} .retry=${() => this.#nodes.reload()}></fh-problem>
      ${nodes?.length === 0 ? html`<div class="card empty"><h2>${words.none.title}</h2><p>${words.none.text}</p></div>` : nothing}
      <ul class="nodes">${nodes?.map(renderNode)}</ul>
    </div>`;
  }
}
customElements.define('fh-nodes', NodesPage);

/** `Debian 12`. */
export function renderSystem({ os: { id, version } }: NodeFacts): string {
  return `${id.charAt(0).toUpperCase()}${id.slice(1)} ${version}`;
}

function renderNode({ name, facts, reachable, lastSeenAt, plugins }: Node): TemplateResult {
  return html`<li class="card">
    <header>
      <h2><a href="/nodes/${name}">${name}</a></h2>
      <fh-status tone=${reachable ? 'good' : 'warn'} label=${reachable ? words.reachable : words.silent}></fh-status>
    </header>
    <div class="body">
      <p class="soft">${
        facts
          ? `${renderSystem(facts)}, ${facts.cpus} CPU, ${renderBytes(facts.memoryBytes)}, ${words.diskFree(renderBytes(facts.diskFreeBytes), renderBytes(facts.diskBytes))}`
          : words.notEnrolled
      }</p>
      <p class="row">${plugins.map((plugin) => html`<span class="tag">${plugin}</span>`)}</p>
      <p class="small soft">${words.lastSeen} <fh-time at=${lastSeenAt ?? ''}></fh-time></p>
    </div>
  </li>`;
}
