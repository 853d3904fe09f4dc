import { css, html } from 'lit';
import type { SecondStep } from '../../../../kernel/cli/api-types.ts';
import { type ApiProblem, toProblem } from '../../api/problem.ts';
import { PanelElement } from '../../elements/panel-element.ts';
import { messages } from '../../messages.ts';
import { setTitle } from '../../shell/routes.ts';
import { api } from '../../shell/services.ts';
import '../../elements/problem-view.ts';

/** Signs in where one is: afterwards the page of the address is there. */
export class SignInPage extends PanelElement {
  static override properties = { problem: { state: true }, busy: { state: true }, step: { state: true } };
  declare problem: ApiProblem | undefined;
  declare busy: boolean;
  /** What the second step is done with, when the first is done. */
  declare step: SecondStep['secondFactor'] | undefined;

  static override styles = [
    ...PanelElement.styles,
    css`
      :host {
        display: grid;
        place-items: start center;
        padding-top: clamp(1rem, 14vh, 9rem);
      }
      form {
        display: grid;
        gap: 1.125rem;
        width: min(23rem, 100%);
      }
      img {
        width: 2.75rem;
        height: 2.75rem;
      }
      .button {
        min-height: 2.5rem;
      }
    `,
  ];

  override render() {
    const { title, submit, busy, hint } = messages.signIn;
    setTitle(title);
    return html`<form @submit=${this.#signIn}>
      <img src="/icon.svg" alt="" />
      <h1>${title}</h1>
      <fh-problem .problem=${this.problem}></fh-problem>
      ${this.step ? this.#renderCode() : this.#renderCredentials()}
      <button class="button primary" ?disabled=${this.busy}>${this.busy ? busy : submit}</button>
      <p class="hint">${hint}</p>
    </form>`;
  }

  #renderCredentials() {
    const { email, password } = messages.signIn;
    return html`<div class="field">
        <label for="email">${email}</label>
        <input id="email" name="email" type="email" autocomplete="username" required autofocus />
      </div>
      <div class="field">
        <label for="password">${password}</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required />
      </div>`;
  }

  #renderCode() {
    const { code, onlyPasskey } = messages.signIn;
    if (this.step?.methods.every((method) => method === 'passkey')) return html`<p>${onlyPasskey}</p>`;
    return html`<div class="field">
      <label for="code">${code}</label>
      <input id="code" name="code" autocomplete="one-time-code" required autofocus />
    </div>`;
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  async #signIn(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    [this.busy, this.problem] = [true, undefined];
    try {
      if (this.step) await api.showSecondFactor(this.step.token, `${form.get('code')}`.trim());
      else this.step = await api.signIn(`${form.get('email')}`.trim(), `${form.get('password')}`);
    } catch (error) {
      this.problem = toProblem(error);
      if (this.problem.code === 'sign-in-step-over') this.step = undefined;
    } finally {
      this.busy = false;
    }
  }
}
customElements.define('fh-sign-in', SignInPage);
