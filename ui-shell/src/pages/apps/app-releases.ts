import { css, html, nothing, type TemplateResult } from 'lit';
import type { App, AppType, Release } from '../../../../kernel/cli/api-types.ts';
import { type ApiProblem, toProblem } from '../../api/problem.ts';
import type { ConfirmDialog } from '../../elements/confirm-dialog.ts';
import { PanelElement } from '../../elements/panel-element.ts';
import { renderBytes } from '../../elements/time-words.ts';
import { appOf } from '../../live/event-subject.ts';
import { LiveQuery } from '../../live/live-query.ts';
import { messages } from '../../messages.ts';
import { api } from '../../shell/services.ts';
import { askToRollBack } from './life-questions.ts';
import '../../elements/confirm-dialog.ts';
import '../../elements/copy-command.ts';
import '../../elements/problem-view.ts';
import '../../elements/time-ago.ts';

const words = messages.releases;

/** The sets of files of an app, how a new one is made, and the way back to an earlier one. */
export class AppReleases extends PanelElement {
  static override properties = {
    app: { attribute: false },
    type: { attribute: false },
    begun: { attribute: false },
    problem: { state: true },
    busy: { state: true },
  };
  declare app: App;
  declare type: AppType | undefined;
  declare begun: (app?: App) => void;
  declare problem: ApiProblem | undefined;
  declare busy: boolean;
  readonly #releases = new LiveQuery<Release[]>(this, {
    key: () => `releases ${this.app.id}`,
    load: () => api.listReleases(this.app.id),
    concerns: (event) => appOf(event) === this.app.id && event.type !== 'operation.progress',
  });

  static override styles = [
    ...PanelElement.styles,
    css`
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.25rem 1rem;
        min-height: 3.5rem;
        padding: 0.625rem 1.25rem;
        border-top: 1px solid var(--line);
      }
      li:first-child {
        border-top: 0;
      }
      h2 {
        font-size: 0.9375rem;
      }
      li > div {
        flex: 1 1 12rem;
      }
      .live {
        color: var(--good);
        border-color: color-mix(in srgb, var(--good) 35%, var(--surface));
      }
      input[type='file'] {
        display: none;
      }
    `,
  ];

  override render() {
    const { app, type } = this;
    const releases = this.#releases.value;
    if (type && !type.files)
      return html`<div class="card empty"><h2>${words.noFiles.title}</h2><p>${words.noFiles.text}</p></div>`;
    return html`<div class="stack">
      ${app.lifecycle === 'present' ? this.#renderDeploy() : nothing}
      <fh-problem .problem=${this.problem ?? this.#releases.problem}></fh-problem>
      ${releases?.length === 0 ? html`<div class="card empty"><h2>${words.none.title}</h2><p>${words.none.text}</p></div>` : nothing}
      ${releases && releases.length > 0 ? html`<ul class="card">${releases.map((one) => this.#renderRelease(one))}</ul>` : nothing}
      <fh-confirm></fh-confirm>
    </div>`;
  }

  #renderDeploy(): TemplateResult {
    return html`<div class="card"><div class="body">
      <p>${words.hint}</p>
      <fh-command command="npx freehold app deploy ${this.app.name} ./my-site"></fh-command>
      <div class="row">
        <button class="button" ?disabled=${this.busy} @click=${() => this.renderRoot.querySelector('input')?.click()}>${this.busy ? words.uploading : words.upload}</button>
        <span class="small soft">${words.uploadHint}</span>
        <input type="file" accept=".tar,.tar.gz,.tgz,application/gzip,application/x-tar" aria-label=${words.upload} @change=${this.#upload} />
      </div>
    </div></div>`;
  }

  #renderRelease(release: Release): TemplateResult {
    const { number, current, createdAt, unpackedBytes, entries } = release;
    return html`<li>
      <div>
        <h2>${words.number(number)} ${current ? html`<span class="tag live">${words.current}</span>` : nothing}</h2>
        <p class="small soft"><fh-time at=${createdAt}></fh-time>, ${words.files(entries)}, ${renderBytes(unpackedBytes)}</p>
      </div>
      ${
        current || this.app.lifecycle !== 'present'
          ? nothing
          : html`<button class="button" aria-label="${words.rollBack}: ${words.number(number)}" @click=${() => this.#ask(release)}>${words.rollBack}</button>`
      }
    </li>`;
  }

  #ask(release: Release): void {
    void this.renderRoot.querySelector<ConfirmDialog>('fh-confirm')?.ask(askToRollBack(this.app, release, this.begun));
  }

  async #upload({ target }: Event): Promise<void> {
    const input = target as HTMLInputElement;
    const [file] = input.files ?? [];
    if (!file) return;
    [this.busy, this.problem] = [true, undefined];
    try {
      await api.deploy(this.app.id, file);
      this.begun();
      await this.#releases.reload();
    } catch (error) {
      this.problem = toProblem(error);
    } finally {
      this.busy = false;
      input.value = '';
    }
  }
}
customElements.define('fh-app-releases', AppReleases);
