import type { Readable } from 'node:stream';
import type {
  CheckedReport,
  EnrolRequest,
  EnrolResponse,
  ExchangeRequest,
  ExchangeResponse,
} from '@freehold/sdk/protocol';
import type { ExchangeLink } from '../../agent/exchange/exchange-link.ts';
import type { Server } from '../../server/server.ts';
import { InProcessLink, unlessAborted } from '../in-process-link.ts';
import { Reachability } from './reachability.ts';

interface Waiting {
  readonly number: number;
  readonly resolve: () => void;
}

/**
 * The way from the agent to the server, on which the server answers at once whether it has work, and the agent's question
 * rests here until the bell rings. So it is known, and not guessed, when neither has anything left to do.
 */
export class BellLink implements ExchangeLink {
  readonly #link: InProcessLink;
  #rung = 0;
  #bell = Promise.withResolvers<void>();
  #waiting: Waiting[] = [];
  #settings = '';
  /** Grows with each piece of work that was given and each outcome that was brought. */
  progress = 0;
  readonly reachability = new Reachability();
  /** What was brought of drift. */
  readonly checked: CheckedReport[] = [];
  /** What was brought of each owner's resources. */
  readonly observed = new Map<string, Readonly<Record<string, unknown>>>();
  readonly #applied = new Set<string>();

  constructor(server: Pick<Server, 'exchange' | 'enrolment'>) {
    this.#link = new InProcessLink(server);
  }

  /** There may be work. */
  notice(): void {
    this.#rung++;
    this.#bell.resolve();
    this.#bell = Promise.withResolvers();
  }

  /** Returns when the server was asked after this call and had nothing to do, or all it had was given and asked for again. */
  ring(): Promise<void> {
    this.notice();
    const number = this.#rung;
    return new Promise((resolve) => this.#waiting.push({ number, resolve }));
  }

  /** Owners that were applied since the last call. */
  takeApplied(): string[] {
    const applied = [...this.#applied];
    this.#applied.clear();
    return applied;
  }

  use(key: string): void {
    this.#link.use(key);
  }

  async enrol(request: EnrolRequest): Promise<EnrolResponse> {
    return this.#link.enrol(request);
  }

  async upload(sha256: string): Promise<Readable> {
    return this.#link.upload(sha256);
  }

  async exchange(request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeResponse> {
    return request.wait === 0 ? this.#bring(request, signal) : this.#ask(request, signal);
  }

  async #bring(request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeResponse> {
    await this.reachability.open(signal, { delivery: true });
    const response = await this.#link.exchange(request, signal);
    for (const report of request.reports) this.#record(report);
    return response;
  }

  async #ask(request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeResponse> {
    for (;;) {
      await this.reachability.open(signal);
      const [number, bell] = [this.#rung, this.#bell.promise];
      const response = await this.#link.exchangeAtOnce(request, signal);
      const { work, cancelled, settings } = response;
      if (work.length + cancelled.length > 0 || this.#isNews(settings)) {
        this.progress += work.length;
        return response;
      }
      this.#tellQuiet(number);
      await unlessAborted(bell, signal);
    }
  }

  #record(report: ExchangeRequest['reports'][number]): void {
    if (OUTCOMES.includes(report.kind)) this.progress++;
    if (report.kind === 'checked') this.checked.push(report);
    if (report.kind === 'checked' || report.kind === 'applied') this.observed.set(report.owner, report.observed);
    if (report.kind === 'applied' && report.outcome.kind === 'inSync') this.#applied.add(report.owner);
  }

  #isNews(settings: ExchangeResponse['settings']): boolean {
    const before = this.#settings;
    this.#settings = JSON.stringify(settings);
    return before !== this.#settings;
  }

  #tellQuiet(number: number): void {
    const heard = this.#waiting.filter((one) => one.number <= number);
    this.#waiting = this.#waiting.filter((one) => one.number > number);
    for (const { resolve } of heard) resolve();
  }
}

/** Reports that may be a reason for more work. */
const OUTCOMES = ['applied', 'acted', 'checked'];
