import { css, html, nothing, type TemplateResult } from 'lit';
import type { AppType } from '../../../../kernel/cli/api-types.ts';
import { type ApiProblem, faultsBelow, toProblem } from '../../api/problem.ts';
import { PanelElement } from '../../elements/panel-element.ts';
import { appTypesOf, tenantsOf } from '../../live/shared-queries.ts';
import { messages } from '../../messages.ts';
import { completeDraft } from '../../schema-form/draft.ts';
import { listFields } from '../../schema-form/field.ts';
import type { SchemaForm } from '../../schema-form/schema-form.ts';
import { setTitle } from '../../shell/routes.ts';
import { api, router } from '../../shell/services.ts';
import '../../elements/problem-view.ts';
import '../../schema-form/schema-form.ts';

const words = messages.create;
/** What the form shows faults of by itself. */
const SHOWN = ['/name', '/tenant', '/spec'];

/** Makes an app: what kind, whose, which name, and what its type wants to know. */
export class AppCreatePage extends PanelElement {
  static override properties = { type: { state: true }, problem: { state: true }, busy: { state: true } };
  declare type: string | undefined;
  declare problem: ApiProblem | undefined;
  declare busy: boolean;
  #draft: unknown = {};
  readonly #types = appTypesOf(this);
  readonly #tenants = tenantsOf(this);

  static override styles = [
    ...PanelElement.styles,
    css`
      :host {
        max-width: 46rem;
      }
      .types {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr));
        gap: 0.75rem;
        margin-top: 0.75rem;
      }
      .type {
        position: relative;
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.125rem 0.75rem;
        padding: 0.875rem 1rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        cursor: pointer;
      }
      .type:has(:checked) {
        border-color: var(--accent);
        box-shadow: inset 0 0 0 1px var(--accent);
      }
      .type:has(:focus-visible) {
        outline: 2px solid var(--accent);
        outline-offset: 2px;
      }
      .type input {
        width: 1.0625rem;
        min-height: 0;
        margin: 0.25rem 0 0;
        grid-row: 1 / 3;
        align-self: start;
        accent-color: var(--accent);
        outline: none;
      }
      .type span {
        font-weight: 400;
      }
      .two {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr));
        gap: 1.25rem 1.5rem;
      }
    `,
  ];

  override render() {
    setTitle(words.title, messages.apps.title);
    const types = this.#types.value;
    return html`<form class="page" novalidate @submit=${this.#create}>
      <div>
        <p class="trail"><a href="/apps">${messages.apps.title}</a></p>
        <h1>${words.title}</h1>
      </div>
      <fh-problem .problem=${this.#types.problem}></fh-problem>
      ${types?.length === 0 ? html`<div class="card empty"><h2>${words.noTypes.title}</h2><p>${words.noTypes.text}</p></div>` : nothing}
      ${types && types.length > 0 ? this.#renderForm(types) : nothing}
    </form>`;
  }

  #renderForm(types: readonly AppType[]): TemplateResult {
    const type = types.find(({ id }) => id === this.type) ?? types[0];
    if (!type) return html``;
    return html`
      <fieldset>
        <legend>${words.type}</legend>
        <div class="types">
          ${types.map(
            ({ id, title, description }) => html`<label class="type">
              <input type="radio" name="type" value=${id} .checked=${id === type.id} @change=${() => this.#choose(id)} />
              ${title}<span class="small soft">${description}</span>
            </label>`,
          )}
        </div>
      </fieldset>
      <div class="two">${this.#renderName()} ${this.#renderTenant()}</div>
      <section class="stack" aria-labelledby="settings">
        <h2 id="settings">${words.settings}</h2>
        <fh-schema-form .schema=${type.spec} .draft=${this.#draft} .faults=${faultsBelow(this.problem, '/spec')}
          @draft=${({ detail }: CustomEvent) => {
            this.#draft = detail;
          }}></fh-schema-form>
      </section>
      <fh-problem .problem=${this.problem} .shown=${SHOWN}></fh-problem>
      <div class="buttons">
        <button class="button primary" ?disabled=${this.busy}>${this.busy ? words.busy : words.submit}</button>
        <a class="button quiet" href="/apps">${messages.cancel}</a>
      </div>`;
  }

  #renderName(): TemplateResult {
    const fault = faultsBelow(this.problem, '/name').get('');
    return html`<div class="field">
      <label for="name">${words.name}</label>
      <input id="name" name="name" required autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="63"
        aria-invalid=${fault ? 'true' : 'false'} aria-describedby="name-hint name-fault" />
      <p class="hint" id="name-hint">${words.nameHint}</p>
      <p class="fault" id="name-fault" ?hidden=${!fault}>${fault}</p>
    </div>`;
  }

  /** Who has one tenant need not choose. */
  #renderTenant(): TemplateResult | typeof nothing {
    const tenants = (this.#tenants.value ?? []).toSorted((one, other) => rank(one.kind) - rank(other.kind));
    if (tenants.length < 2) return nothing;
    const fault = faultsBelow(this.problem, '/tenant').get('');
    return html`<div class="field">
      <label for="tenant">${words.tenant}</label>
      <select id="tenant" name="tenant" aria-invalid=${fault ? 'true' : 'false'} aria-describedby="tenant-hint tenant-fault">
        ${tenants.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}
      </select>
      <p class="hint" id="tenant-hint">${words.tenantHint}</p>
      <p class="fault" id="tenant-fault" ?hidden=${!fault}>${fault}</p>
    </div>`;
  }

  /** What both types know stays as it was written. */
  #choose(type: string): void {
    this.type = type;
    this.problem = undefined;
    const known = new Set(
      listFields(this.#types.value?.find(({ id }) => id === type)?.spec ?? {}).map(({ name }) => name),
    );
    this.#draft = Object.fromEntries(Object.entries(this.#draft ?? {}).filter(([name]) => known.has(name)));
  }

  async #create(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const types = this.#types.value ?? [];
    const type = types.find(({ id }) => id === this.type) ?? types[0];
    if (!type || this.busy) return;
    const form = new FormData(event.target as HTMLFormElement);
    const tenant = form.get('tenant') ?? this.#tenants.value?.[0]?.id;
    this.#draft = completeDraft(listFields(type.spec), this.#draft);
    this.busy = true;
    try {
      const body = { type: type.id, name: `${form.get('name')}`.trim(), spec: this.#draft };
      const { id } = await api.createApp({ ...body, ...(tenant && { tenant }) });
      router.go(`/apps/${id}`);
    } catch (error) {
      this.problem = toProblem(error);
      await this.updateComplete;
      const own = this.renderRoot.querySelector<HTMLElement>('[aria-invalid="true"]');
      if (own) own.focus();
      else await this.renderRoot.querySelector<SchemaForm>('fh-schema-form')?.showFaults();
    } finally {
      this.busy = false;
    }
  }
}
customElements.define('fh-app-create', AppCreatePage);

/** Most apps are made for customers. */
function rank(kind: string): number {
  return ['customer', 'reseller', 'hoster'].indexOf(kind);
}
