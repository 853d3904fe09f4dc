import { css, html, nothing, type TemplateResult } from 'lit';
import type { App, AppType, Plan, Spec } from '../../../../kernel/cli/api-types.ts';
import { type ApiProblem, faultsBelow, toProblem } from '../../api/problem.ts';
import { PanelElement } from '../../elements/panel-element.ts';
import { messages } from '../../messages.ts';
import { completeDraft, findMergePatch } from '../../schema-form/draft.ts';
import { listFields } from '../../schema-form/field.ts';
import type { SchemaForm } from '../../schema-form/schema-form.ts';
import { api } from '../../shell/services.ts';
import '../../elements/change-list.ts';
import '../../elements/problem-view.ts';
import '../../schema-form/schema-form.ts';

const words = messages.settings;

/** What a tenant wants of an app. A change is planned by the node, shown as a diff, and only then applied. */
export class AppSettings extends PanelElement {
  static override properties = {
    app: { attribute: false },
    type: { attribute: false },
    begun: { attribute: false },
    draft: { state: true },
    plan: { state: true },
    problem: { state: true },
    busy: { state: true },
  };
  declare app: App;
  declare type: AppType | undefined;
  declare begun: (app?: App) => void;
  /** What stands in the form; undefined as long as nobody has written into it. */
  declare draft: unknown;
  declare plan: Plan | undefined;
  declare problem: ApiProblem | undefined;
  declare busy: boolean;
  /** What the draft began with: the app may be changed by others meanwhile. */
  #base: { readonly spec: Spec; readonly generation: number } | undefined;

  static override styles = [
    ...PanelElement.styles,
    css`
      .bar {
        position: sticky;
        z-index: 2;
        bottom: 0;
        padding: 0.75rem 1.25rem;
        border-top: 1px solid var(--line);
        border-radius: 0 0 var(--radius) var(--radius);
        background: var(--surface);
      }
      fh-changes {
        padding: 0 1.25rem;
      }
      .plan-problems {
        margin: 1rem 1.25rem 0;
      }
      .nothing {
        padding: 1.25rem;
      }
      @media (max-width: 48rem) {
        .bar {
          bottom: 4.2rem;
        }
      }
    `,
  ];

  override render() {
    const { app, type, plan } = this;
    if (!type || app.lifecycle !== 'present') {
      const json = JSON.stringify(app.spec, null, 2);
      return html`<div class="stack">${type ? nothing : html`<p class="note warning">${words.typeMissing}</p>`}<div class="card"><pre class="body">${json}</pre></div></div>`;
    }
    return html`${plan ? this.#renderPlan(plan) : nothing}
      <form class="card" novalidate ?hidden=${plan !== undefined} @submit=${this.#review}>
        <div class="body">
          ${this.#base && app.generation > this.#base.generation ? html`<p class="note warning">${words.meanwhile}</p>` : nothing}
          <fh-schema-form unfolded .schema=${type.spec} .draft=${this.draft ?? app.spec} .faults=${faultsBelow(this.problem, '/spec')}
            @draft=${({ detail }: CustomEvent) => this.#keep(detail)}></fh-schema-form>
          <fh-problem .problem=${this.problem} .shown=${['/spec']}></fh-problem>
        </div>
        ${this.#renderBar(this.#findPatch() !== undefined)}
      </form>`;
  }

  #renderBar(changed: boolean): TemplateResult {
    return html`<div class="bar row">
      <span class="small soft" role="status">${changed ? words.changed : words.unchanged}</span>
      <span class="push buttons">
        ${changed ? html`<button type="button" class="button quiet" @click=${this.#discard}>${words.discard}</button>` : nothing}
        <button class="button primary" ?disabled=${!changed || this.busy}>${this.busy ? words.reviewing : words.review}</button>
      </span>
    </div>`;
  }

  #renderPlan({ changes, problems }: Plan): TemplateResult {
    return html`<section class="card" aria-labelledby="plan">
      <header><h2 id="plan" tabindex="-1">${words.plan}</h2></header>
      ${
        problems.length > 0
          ? html`<div class="note error plan-problems"><h3>${words.problems}</h3>${problems.map((one) => html`<p>${one}</p>`)}</div>`
          : nothing
      }
      ${changes.length > 0 ? html`<fh-changes .changes=${changes}></fh-changes>` : html`<p class="nothing soft">${words.planNothing}</p>`}
      <fh-problem .problem=${this.problem} .shown=${['/spec']}></fh-problem>
      <div class="bar row">
        <button class="button quiet" @click=${this.#back}>${words.back}</button>
        <button class="button primary push" ?disabled=${this.busy} @click=${this.#apply}>${this.busy ? words.applying : words.apply}</button>
      </div>
    </section>`;
  }

  #keep(draft: unknown): void {
    this.#base ??= { spec: this.app.spec, generation: this.app.generation };
    this.draft = draft;
  }

  #findPatch(): Spec | undefined {
    if (!this.#base || this.draft === undefined) return undefined;
    const wanted = completeDraft(listFields(this.type?.spec ?? {}), this.draft);
    return findMergePatch(this.#base.spec, wanted) as Spec | undefined;
  }

  #discard(): void {
    [this.#base, this.draft, this.plan, this.problem] = [undefined, undefined, undefined, undefined];
  }

  #back(): void {
    [this.plan, this.problem] = [undefined, undefined];
  }

  async #review(event: Event): Promise<void> {
    event.preventDefault();
    const patch = this.#findPatch();
    if (!patch || this.busy) return;
    // What was left empty goes, so that places in the answer are places in the form.
    this.draft = completeDraft(listFields(this.type?.spec ?? {}), this.draft);
    await this.#do(async () => {
      this.plan = await api.planApp(this.app.id, patch);
    });
    await this.updateComplete;
    if (this.plan) this.renderRoot.querySelector<HTMLElement>('#plan')?.focus();
    else await this.renderRoot.querySelector<SchemaForm>('fh-schema-form')?.showFaults();
  }

  async #apply(): Promise<void> {
    const patch = this.#findPatch();
    if (!patch || !this.#base) return;
    const { generation } = this.#base;
    await this.#do(async () => {
      const changed = await api.changeApp(this.app.id, { spec: patch, generation });
      this.#discard();
      this.begun(changed);
    });
    if (this.problem?.document.errors) this.plan = undefined;
  }

  async #do(act: () => Promise<void>): Promise<void> {
    [this.busy, this.problem] = [true, undefined];
    try {
      await act();
    } catch (error) {
      this.problem = toProblem(error);
    } finally {
      this.busy = false;
    }
  }
}
customElements.define('fh-app-settings', AppSettings);
