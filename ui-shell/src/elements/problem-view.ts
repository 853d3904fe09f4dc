import { html, nothing, type PropertyValues } from 'lit';
import { type ApiProblem, faultsElsewhere } from '../api/problem.ts';
import { messages } from '../messages.ts';
import { PanelElement } from './panel-element.ts';

/** An error: what happened, what to do about it, and what to name when asking for help. */
export class ProblemView extends PanelElement {
  static override properties = {
    problem: { attribute: false },
    shown: { attribute: false },
    retry: { attribute: false },
  };
  declare problem: ApiProblem | undefined;
  /** Pointers whose faults stand at their fields. */
  declare shown: readonly string[];
  declare retry: (() => void) | undefined;

  constructor() {
    super();
    this.shown = [];
  }

  override render() {
    if (!this.problem) return nothing;
    const { title, detail, remedy, code, retryable } = this.problem.document;
    const words = messages.remedies[code] ?? remedy;
    const others = faultsElsewhere(this.problem, this.shown);
    return html`<div class="note error stack" role="alert">
      <div>
        <p><strong>${title}</strong></p>
        <p>${detail}</p>
        ${others.map(({ pointer, message, remedy }) => html`<p><code>${pointer}</code> ${message} ${remedy}</p>`)}
        ${words ? html`<p class="soft">${words}</p>` : nothing}
      </div>
      <p class="row small soft">
        ${retryable && this.retry ? html`<button class="button" @click=${this.retry}>${messages.tryAgain}</button>` : nothing}
        ${this.problem.requestId ? html`<span>${messages.problem.request} <code>${this.problem.requestId}</code></span>` : nothing}
      </p>
    </div>`;
  }

  protected override willUpdate(): void {
    this.hidden = !this.problem;
  }

  protected override updated(changes: PropertyValues<this>): void {
    // A long form has its button at the end and this above it or below it: it comes into view by itself.
    if (changes.has('problem') && this.problem) this.scrollIntoView({ block: 'nearest' });
  }
}
customElements.define('fh-problem', ProblemView);
