import { css, html } from 'lit';
import type { App } from '../../../../kernel/cli/api-types.ts';
import { type ApiProblem, toProblem } from '../../api/problem.ts';
import { PanelElement } from '../../elements/panel-element.ts';
import { renderMoment } from '../../elements/time-words.ts';
import { messages } from '../../messages.ts';
import { api } from '../../shell/services.ts';
import '../../elements/problem-view.ts';
import '../../elements/time-ago.ts';

const words = messages.app;

const styles = css`
  .line {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1.5rem;
    padding: 0.875rem 1.25rem;
  }
  .line + .line {
    border-top: 1px solid var(--line);
  }
  .line > div:first-child {
    flex: 1 1 16rem;
  }
  fh-problem {
    margin: 0 1.25rem 0.875rem;
  }
`;

/** Does something that needs no question, and shows what went wrong. */
abstract class LifeElement extends PanelElement {
  static override properties = {
    app: { attribute: false },
    begun: { attribute: false },
    problem: { state: true },
    busy: { state: true },
  };
  static override styles = [...PanelElement.styles, styles];
  declare app: App;
  declare begun: (app?: App) => void;
  declare problem: ApiProblem | undefined;
  declare busy: boolean;

  protected async act(act: () => Promise<App>): Promise<void> {
    [this.busy, this.problem] = [true, undefined];
    try {
      this.begun(await act());
    } catch (error) {
      this.problem = toProblem(error);
    } finally {
      this.busy = false;
    }
  }

  protected tell(what: 'suspend' | 'remove' | 'purge'): void {
    this.dispatchEvent(new CustomEvent(what));
  }
}

/** Suspending, resuming and removing an app that is there. */
export class AppLife extends LifeElement {
  override render() {
    const { suspended } = this.app;
    const { suspend, resume, remove, life } = words;
    return html`<section class="card" aria-labelledby="life">
      <header><h2 id="life">${life}</h2></header>
      <div class="line">
        ${
          suspended.length > 0
            ? html`<div>
                <h3>${resume.note}</h3>
                ${suspended.map(({ reason, note, at }) => html`<p class="small soft">${note || reason}, <fh-time at=${at}></fh-time></p>`)}
              </div>
              <button class="button" ?disabled=${this.busy} @click=${() => this.act(() => api.resumeApp(this.app.id))}>${resume.button}</button>`
            : html`<div><h3>${suspend.button}</h3><p class="small soft">${suspend.text}</p></div>
              <button class="button" @click=${() => this.tell('suspend')}>${suspend.button}</button>`
        }
      </div>
      <div class="line">
        <div><h3>${remove.button}</h3><p class="small soft">${remove.trash}</p></div>
        <button class="button danger" @click=${() => this.tell('remove')}>${remove.button}</button>
      </div>
      <fh-problem .problem=${this.problem}></fh-problem>
    </section>`;
  }
}
customElements.define('fh-app-life', AppLife);

/** An app in the trash: how long it is kept, and the two ways out. */
export class AppTrash extends LifeElement {
  override render() {
    const { removedAt, purgeAfter, id } = this.app;
    const { title, text, removed, until, restore, purge } = words.trash;
    return html`<section class="card" aria-labelledby="trash">
      <header><h2 id="trash">${title}</h2></header>
      <div class="line">
        <div>
          <p>${text}</p>
          <p class="small soft">${removed} <fh-time at=${removedAt ?? ''}></fh-time>.
            ${purgeAfter ? html`${until} <fh-time at=${purgeAfter}></fh-time>, ${renderMoment(purgeAfter)}.` : ''}</p>
        </div>
        <div class="buttons">
          <button class="button primary" ?disabled=${this.busy} @click=${() => this.act(() => api.restoreApp(id))}>${restore}</button>
          <button class="button danger" @click=${() => this.tell('purge')}>${purge}</button>
        </div>
      </div>
      <fh-problem .problem=${this.problem}></fh-problem>
    </section>`;
  }
}
customElements.define('fh-app-trash', AppTrash);
