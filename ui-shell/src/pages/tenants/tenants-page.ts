import { css, html, nothing, type TemplateResult } from 'lit';
import type { Tenant } from '../../../../kernel/cli/api-types.ts';
import { icon } from '../../elements/icons.ts';
import { PanelElement } from '../../elements/panel-element.ts';
import { nameOf, tenantsOf } from '../../live/shared-queries.ts';
import { messages } from '../../messages.ts';
import '../../elements/problem-view.ts';
import '../../elements/time-ago.ts';

const words = messages.tenants;

/** Who owns things. */
export class TenantsPage extends PanelElement {
  readonly #tenants = tenantsOf(this);

  static override styles = [
    ...PanelElement.styles,
    css`
      li {
        display: grid;
        grid-template-columns: minmax(0, 1.5fr) minmax(0, 1fr) minmax(0, 1fr) auto;
        align-items: center;
        gap: 0.125rem 1rem;
        min-height: 3.5rem;
        padding: 0.625rem 1.25rem;
        border-top: 1px solid var(--line);
      }
      li:first-child {
        border-top: 0;
      }
      h2 {
        overflow-wrap: anywhere;
      }
      @media (max-width: 40rem) {
        li {
          grid-template-columns: minmax(0, 1fr) auto;
          padding: 0.75rem 1rem;
        }
        .when,
        .parent {
          display: none;
        }
      }
    `,
  ];

  override render() {
    const { value: tenants, problem } = this.#tenants;
    return html`<div class="page">
      <div class="head"><h1>${words.title}</h1><a class="button primary" href="/tenants/new">${icon('plus', 16)}${words.create}</a></div>
      <fh-problem .problem=${problem} .retry=${() => this.#tenants.reload()}></fh-problem>
      ${tenants && tenants.length > 0 ? html`<ul class="card">${tenants.map((tenant) => this.#renderTenant(tenant, tenants))}</ul>` : nothing}
    </div>`;
  }

  #renderTenant({ id, name, slug, kind, parent, createdAt }: Tenant, tenants: readonly Tenant[]): TemplateResult {
    return html`<li>
      <div><h2>${name}</h2><span class="small soft">${slug}</span></div>
      <span class="row"><span class="tag">${words.kinds[kind] ?? kind}</span><span class="small soft parent">${parent ? nameOf(tenants, parent) : ''}</span></span>
      <span class="small soft when">${words.created} <fh-time at=${createdAt}></fh-time></span>
      <a class="small" href="/apps?tenant=${id}" aria-label="${words.apps}: ${name}">${words.apps}</a>
    </li>`;
  }
}
customElements.define('fh-tenants', TenantsPage);
