import { css, html, nothing, type TemplateResult } from 'lit';
import { type ApiProblem, faultsBelow, toProblem } from '../../api/problem.ts';
import { PanelElement } from '../../elements/panel-element.ts';
import { tenantsOf } from '../../live/shared-queries.ts';
import { messages } from '../../messages.ts';
import { setTitle } from '../../shell/routes.ts';
import { api, router } from '../../shell/services.ts';
import '../../elements/problem-view.ts';

const words = messages.tenants;

/** Makes a tenant. */
export class TenantCreatePage extends PanelElement {
  static override properties = { problem: { state: true }, busy: { state: true } };
  declare problem: ApiProblem | undefined;
  declare busy: boolean;
  readonly #tenants = tenantsOf(this);

  static override styles = [
    ...PanelElement.styles,
    css`
      :host {
        max-width: 28rem;
      }
    `,
  ];

  override render() {
    setTitle(words.create, words.title);
    const parents = (this.#tenants.value ?? []).filter(({ kind }) => kind !== 'customer');
    return html`<form class="page" novalidate @submit=${this.#create}>
      <div><p class="trail"><a href="/tenants">${words.title}</a></p><h1>${words.create}</h1></div>
      ${this.#renderText('name', words.name)}
      ${this.#renderText('slug', words.slug, words.slugHint)}
      ${this.#renderChoice(
        'kind',
        words.kind,
        (['customer', 'reseller'] as const).map((kind) => [kind, words.kinds[kind] ?? kind]),
      )}
      ${
        parents.length > 1
          ? this.#renderChoice(
              'parent',
              words.parent,
              parents.map(({ id, name }) => [id, name]),
            )
          : nothing
      }
      <fh-problem .problem=${this.problem} .shown=${['/name', '/slug', '/kind', '/parent']}></fh-problem>
      <div class="buttons">
        <button class="button primary" ?disabled=${this.busy}>${this.busy ? words.busy : words.submit}</button>
        <a class="button quiet" href="/tenants">${messages.cancel}</a>
      </div>
    </form>`;
  }

  #renderText(name: string, label: string, hint = ''): TemplateResult {
    const fault = faultsBelow(this.problem, `/${name}`).get('');
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <input id=${name} name=${name} autocomplete="off" aria-invalid=${fault ? 'true' : 'false'} aria-describedby="${name}-hint ${name}-fault" />
      <p class="hint" id="${name}-hint" ?hidden=${!hint}>${hint}</p>
      <p class="fault" id="${name}-fault" ?hidden=${!fault}>${fault}</p>
    </div>`;
  }

  #renderChoice(name: string, label: string, options: readonly (readonly [string, string])[]): TemplateResult {
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <select id=${name} name=${name}>${options.map(([value, text]) => html`<option value=${value}>${text}</option>`)}</select>
    </div>`;
  }

  async #create(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const given = [...new FormData(event.target as HTMLFormElement)].map(([name, value]) => [name, `${value}`.trim()]);
    this.busy = true;
    try {
      await api.createTenant(Object.fromEntries(given.filter(([name, value]) => name === 'name' || value !== '')));
      router.go('/tenants');
    } catch (error) {
      this.problem = toProblem(error);
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    } finally {
      this.busy = false;
    }
  }
}
customElements.define('fh-tenant-create', TenantCreatePage);
