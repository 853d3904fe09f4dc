import { css, html } from 'lit';
import { type ApiProblem, toProblem } from '../../api/problem.ts';
import { PanelElement } from '../../elements/panel-element.ts';
import { messages } from '../../messages.ts';
import { setTitle } from '../../shell/routes.ts';
import { api } from '../../shell/services.ts';
import '../../elements/problem-view.ts';

/** Signs in where one is: afterwards the page of the address is there. */
export class SignInPage extends PanelElement {
  static override properties = { problem: { state: true }, busy: { state: true } };
  declare problem: ApiProblem | undefined;
  declare busy: boolean;

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
    const { title, email, password, submit, busy, hint } = messages.signIn;
    setTitle(title);
    return html`<form @submit=${this.#signIn}>
      <img src="/icon.svg" alt="" />
      <h1>${title}</h1>
      <fh-problem .problem=${this.problem}></fh-problem>
      <div class="field">
        <label for="email">${email}</label>
        <input id="email" name="email" type="email" autocomplete="username" required autofocus />
      </div>
      <div class="field">
        <label for="password">${password}</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required />
      </div>
      <button class="button primary" ?disabled=${this.busy}>${this.busy ? busy : submit}</button>
      <p class="hint">${hint}</p>
    </form>`;
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  async #signIn(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    [this.busy, this.problem] = [true, undefined];
    try {
      await api.signIn(`${form.get('email')}`.trim(), `${form.get('password')}`);
    } catch (error) {
      this.problem = toProblem(error);
    } finally {
      this.busy = false;
    }
  }
}
customElements.define('fh-sign-in', SignInPage);
