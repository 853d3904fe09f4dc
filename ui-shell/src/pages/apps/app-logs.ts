import { css, html, nothing, type PropertyValues } from 'lit';
import { type ApiProblem, toProblem } from '../../api/problem.ts';
import { PanelElement } from '../../elements/panel-element.ts';
import { LiveQuery } from '../../live/live-query.ts';
import { messages } from '../../messages.ts';
import { api, router } from '../../shell/services.ts';
import '../../elements/problem-view.ts';
import '../../elements/status-badge.ts';

const words = messages.logs;
/** Lines that are kept: more is nothing that anybody reads in a browser. */
const KEPT = 2_000;

/** The logs of an app, live. Which one is chosen stands in the address. */
export class AppLogs extends PanelElement {
  static override properties = {
    app: {},
    settled: { attribute: false },
    lines: { state: true },
    filter: { state: true },
    following: { state: true },
    problem: { state: true },
    ended: { state: true },
  };
  declare app: string;
  declare lines: readonly string[];
  declare filter: string;
  /** Whether the end stays in view. */
  declare following: boolean;
  declare problem: ApiProblem | undefined;
  declare ended: boolean;
  declare settled: number;
  #reading: { readonly key: string; readonly stop: AbortController } | undefined;
  readonly #logs = new LiveQuery<{ id: string; title: string }[]>(this, {
    key: () => `logs ${this.app} ${this.settled}`,
    load: () => api.listLogs(this.app),
  });

  constructor() {
    super();
    [this.lines, this.filter, this.following, this.ended] = [[], '', true, false];
  }

  static override styles = [
    ...PanelElement.styles,
    css`
      .tools {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 1rem;
      }
      .tools select {
        width: auto;
        max-width: 100%;
      }
      .tools .filter {
        flex: 1 1 12rem;
      }
      .check {
        align-items: center;
      }
      .check input {
        margin: 0;
      }
      .check label {
        font-weight: 400;
      }
      pre {
        height: clamp(18rem, calc(100dvh - 21rem), 48rem);
        overflow: auto;
        padding: 0.75rem 1rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--sunken);
        font-size: 0.8125rem;
        line-height: 1.6;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      @media (max-width: 48rem) {
        pre {
          height: max(14rem, calc(100dvh - 29.5rem));
        }
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#reading?.stop.abort();
    this.#reading = undefined;
  }

  get #log(): string | undefined {
    const logs = this.#logs.value ?? [];
    const wanted = router.query.get('log');
    return logs.find(({ id }) => id === wanted)?.id ?? logs[0]?.id;
  }

  override render() {
    const logs = this.#logs.value;
    if (!logs || logs.length === 0)
      return html`<fh-problem .problem=${this.#logs.problem}></fh-problem>
        ${logs ? html`<div class="card empty"><h2>${words.none.title}</h2><p>${words.none.text}</p></div>` : nothing}`;
    const wanted = this.filter.toLowerCase();
    const shown = wanted ? this.lines.filter((line) => line.toLowerCase().includes(wanted)) : this.lines;
    const chosen = logs.find(({ id }) => id === this.#log);
    return html`<div class="stack">
      <div class="tools">
        <select aria-label=${words.choose} @change=${({ target }: Event) => this.#choose((target as HTMLSelectElement).value)}>
          ${logs.map(({ id, title }) => html`<option value=${id} ?selected=${id === this.#log}>${title}</option>`)}
        </select>
        <input class="filter" type="search" placeholder=${words.filter} aria-label=${words.filter} autocomplete="off"
          @input=${({ target }: Event) => {
            this.filter = (target as HTMLInputElement).value;
          }} />
        <div class="check">
          <input type="checkbox" id="following" .checked=${this.following} @change=${({ target }: Event) => {
            this.following = (target as HTMLInputElement).checked;
          }} /><label for="following">${words.follow}</label>
        </div>
        <fh-status tone=${this.ended ? 'idle' : 'good'} label=${this.ended ? words.ended : words.live}></fh-status>
      </div>
      <fh-problem .problem=${this.problem}></fh-problem>
      <pre tabindex="0" role="region" aria-label=${chosen?.title ?? words.choose}>${shown.length > 0 ? shown.join('\n') : html`<span class="soft">${words.waiting}</span>`}</pre>
    </div>`;
  }

  protected override updated(_: PropertyValues): void {
    const log = this.#log;
    if (log && this.#reading?.key !== `${this.app} ${log}`) void this.#read(log);
    const box = this.renderRoot.querySelector('pre');
    if (box && this.following) box.scrollTop = box.scrollHeight;
  }

  #choose(log: string): void {
    router.replace(`${router.path}?log=${encodeURIComponent(log)}`);
    this.requestUpdate();
  }

  async #read(log: string): Promise<void> {
    this.#reading?.stop.abort();
    const stop = new AbortController();
    this.#reading = { key: `${this.app} ${log}`, stop };
    [this.lines, this.problem, this.ended] = [[], undefined, false];
    try {
      for await (const { data } of api.followLog(this.app, log, stop.signal)) {
        const { lines, problem } = JSON.parse(data) as { lines: readonly string[]; problem?: string };
        this.lines = [...this.lines, ...lines, ...(problem ? [problem] : [])].slice(-KEPT);
      }
    } catch (error) {
      if (!stop.signal.aborted) this.problem = toProblem(error);
    } finally {
      if (!stop.signal.aborted) this.ended = true;
    }
  }
}
customElements.define('fh-app-logs', AppLogs);
