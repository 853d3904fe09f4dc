import { isDeepStrictEqual } from 'node:util';
import type { Observed } from '@freehold/sdk';
import type {
  Change,
  CheckedReport,
  ExchangeRequest,
  ExchangeResponse,
  OwnerKey,
  PlanWork,
  Report,
  StateDocument,
} from '@freehold/sdk/protocol';

interface Question {
  readonly work: PlanWork;
  readonly answer: PromiseWithResolvers<readonly Change[]>;
}

/** What went over the link, and questions that a test asks the agent without the server's knowing. */
export class ExchangeRecords {
  /** Grows with each piece of work that was given and each outcome that was brought. */
  progress = 0;
  lastResponse: ExchangeResponse | undefined;
  /** All that was brought of drift. */
  readonly checked: CheckedReport[] = [];
  /** What was last brought of each owner's resources. */
  readonly observed = new Map<string, Observed>();
  readonly #documents = new Map<OwnerKey, StateDocument>();
  /** What was observed of each owner when its document was computed. */
  readonly #foundation = new Map<OwnerKey, Observed>();
  readonly #applied = new Set<OwnerKey>();
  readonly #questions = new Map<string, Question>();
  #unasked: PlanWork[] = [];

  recordGiven(response: ExchangeResponse): void {
    this.lastResponse = response;
    this.progress += response.work.length;
    for (const work of response.work) {
      if (work.kind === 'apply') this.#recordDocument(work.document);
      if (work.kind === 'remove') this.#documents.delete(work.owner);
    }
  }

  recordBrought(reports: readonly Report[], response: ExchangeResponse): void {
    this.lastResponse = response;
    for (const report of reports) {
      if (report.kind === 'applied' || report.kind === 'acted' || report.kind === 'checked') this.progress++;
      if (report.kind === 'checked') this.checked.push(report);
      if (report.kind === 'checked' || report.kind === 'applied') this.observed.set(report.owner, report.observed);
      if (report.kind === 'applied' && report.outcome.kind === 'inSync') this.#applied.add(report.owner);
    }
  }

  /** Owners that were applied since the last call, and still are to be there. */
  takeApplied(): OwnerKey[] {
    const applied = [...this.#applied].filter((owner) => this.#documents.has(owner));
    this.#applied.clear();
    return applied;
  }

  /** Whether the document of an owner was computed from what is observed now. */
  isCurrent(owner: OwnerKey): boolean {
    return isDeepStrictEqual(this.#foundation.get(owner), this.observed.get(owner) ?? {});
  }

  /** What the agent would change to make an owner what the server last asked for. To be followed by a wake. */
  askPlan(owner: OwnerKey): Promise<readonly Change[]> {
    const document = this.#documents.get(owner);
    if (!document) return Promise.resolve([]);
    const work: PlanWork = { kind: 'plan', request: `harness ${owner}`, document };
    const answer = Promise.withResolvers<readonly Change[]>();
    this.#questions.set(work.request, { work, answer });
    this.#unasked.push(work);
    return answer.promise;
  }

  #recordDocument(document: StateDocument): void {
    this.#documents.set(document.owner, document);
    this.#foundation.set(document.owner, this.observed.get(document.owner) ?? {});
  }

  takeQuestions(): ExchangeResponse | undefined {
    const work = this.#unasked;
    if (work.length === 0 || !this.lastResponse) return undefined;
    this.#unasked = [];
    return { ...this.lastResponse, cancelled: [], work };
  }

  /** Takes out answers to questions, and what may be lost and nobody here would see: progress, and sweeps that nobody asked for. */
  sift(reports: ExchangeRequest['reports']): readonly Report[] {
    return reports.filter((report) => {
      const question = report.kind === 'planned' ? this.#questions.get(report.request) : undefined;
      if (report.kind === 'planned' && question) question.answer.resolve(report.changes);
      return report.kind !== 'progress' && !question && (report.kind !== 'swept' || report.request !== undefined);
    });
  }
}
