import { css, html, nothing, type TemplateResult } from 'lit';
import { type ApiProblem, toProblem } from '../api/problem.ts';
import { messages } from '../messages.ts';
import { icon } from './icons.ts';
import { PanelElement } from './panel-element.ts';
import './problem-view.ts';

export interface Question {
  readonly title: string;
  readonly body: () => TemplateResult;
  readonly confirm: string;
  readonly danger?: boolean;
  /** Whether it can be confirmed as it stands. */
  readonly ready?: () => boolean;
  /** Pointers of which the body shows the faults. */
  readonly shown?: readonly string[];
  /** Does it; the dialog stays, with the problem, when it fails. */
  readonly act: () => Promise<unknown>;
}

/** Asks before something happens, with the browser's own dialog: focus stays in it and goes back where it was. */
export class ConfirmDialog extends PanelElement {
  static override properties = { question: { state: true }, problem: { state: true }, busy: { state: true } };
  declare question: Question | undefined;
  declare problem: ApiProblem | undefined;
  declare busy: boolean;

  static override styles = [
    ...PanelElement.styles,
    css`
      dialog {
        width: min(32rem, calc(100vw - 2rem));
        max-height: calc(100dvh - 2rem);
        padding: 0;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        color: var(--ink);
        box-shadow: var(--shadow-high);
        overflow: auto;
      }
      dialog::backdrop {
        background: rgb(10 12 14 / 45%);
      }
      form {
        display: grid;
        gap: 1rem;
        padding: 1.25rem;
        grid-template-columns: minmax(0, 1fr);
      }
      .top {
        display: flex;
        justify-content: space-between;
        align-items: start;
        gap: 1rem;
      }
      .top .button {
        margin: -0.375rem -0.375rem 0 0;
      }
      h2 {
        font-size: 1.125rem;
        overflow-wrap: anywhere;
      }
      .buttons {
        justify-content: flex-end;
      }
    `,
  ];

  async ask(question: Question): Promise<void> {
    [this.question, this.problem, this.busy] = [question, undefined, false];
    await this.updateComplete;
    this.#dialog?.showModal();
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }

  override render() {
    const { question, busy } = this;
    if (!question) return nothing;
    const ready = question.ready?.() ?? true;
    return html`<dialog aria-labelledby="title" @close=${() => this.#forget()} @input=${() => this.requestUpdate()}>
      <form novalidate @submit=${this.#confirm}>
        <div class="top">
          <h2 id="title">${question.title}</h2>
          <button type="button" class="button quiet icon" aria-label=${messages.close} @click=${() => this.#dialog?.close()}>${icon('close')}</button>
        </div>
        ${question.body()}
        <fh-problem .problem=${this.problem} .shown=${question.shown ?? []}></fh-problem>
        <div class="buttons">
          <button type="button" class="button" @click=${() => this.#dialog?.close()}>${messages.cancel}</button>
          <button class="button ${question.danger ? 'danger filled' : 'primary'}" ?disabled=${busy || !ready}>${question.confirm}</button>
        </div>
      </form>
    </dialog>`;
  }

  async #confirm(event: Event): Promise<void> {
    event.preventDefault();
    const { question } = this;
    if (!question || this.busy || !(question.ready?.() ?? true)) return;
    [this.busy, this.problem] = [true, undefined];
    try {
      await question.act();
      this.#dialog?.close();
    } catch (error) {
      this.problem = toProblem(error);
    } finally {
      this.busy = false;
    }
  }

  /** The event comes a moment after the closing: something else may have been asked by then. */
  #forget(): void {
    if (!this.#dialog?.open) this.question = undefined;
  }
}
customElements.define('fh-confirm', ConfirmDialog);
