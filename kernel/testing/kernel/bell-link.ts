import type { Readable } from 'node:stream';
import type { EnrolRequest, EnrolResponse, ExchangeRequest, ExchangeResponse } from '@freehold/sdk/protocol';
import type { ExchangeLink } from '../../agent/exchange/exchange-link.ts';
import type { Server } from '../../server/server.ts';
import { InProcessLink, unlessAborted } from '../in-process-link.ts';
import { ExchangeRecords } from './exchange-records.ts';
import { Reachability } from './reachability.ts';

/** As much work as the server gives in one answer: there may be more. */
const FULL_ANSWER = 50;

/**
 * The way from the agent to the server. The server answers at once whether it has work; the agent's question then rests here
 * until the server tells that there may be some. So it is known, and not guessed, when neither has anything left to do.
 */
export class BellLink implements ExchangeLink {
  readonly reachability = new Reachability();
  readonly records = new ExchangeRecords();
  readonly #link: InProcessLink;
  /** How often it rang, and how often it had when the server was last asked. */
  #rung = 1;
  #asked = 0;
  #isResting = false;
  #bell = Promise.withResolvers<void>();
  #rest = Promise.withResolvers<void>();

  constructor(server: Pick<Server, 'exchange' | 'enrolment'>) {
    this.#link = new InProcessLink(server);
  }

  /** The server may have work. */
  ring(): void {
    this.#rung++;
    this.wake();
  }

  /** Lets the agent ask, if only for what the harness itself wants of it. */
  wake(): void {
    this.#bell.resolve();
    this.#bell = Promise.withResolvers();
  }

  /** The agent knows all that the server would tell it. */
  assumeQuiet(): void {
    this.#asked = this.#rung;
  }

  /** Returns when the server was asked since the bell rang last, and the agent waits for it to ring again. */
  async quiet(): Promise<void> {
    while (!(this.#isResting && this.#asked === this.#rung)) await this.#rest.promise;
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
    const reports = this.records.sift(request.reports);
    const canned = this.records.lastResponse;
    if (reports.length === 0 && !request.facts && canned) return { ...canned, work: [], cancelled: [] };
    await this.reachability.open(signal, { delivery: true });
    const response = await this.#link.exchange({ ...request, reports }, signal);
    this.records.recordBrought(reports, response);
    return response;
  }

  async #ask(request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeResponse> {
    for (;;) {
      await this.reachability.open(signal);
      const questions = this.records.takeQuestions();
      if (questions) return questions;
      const bell = this.#bell.promise;
      if (this.#asked !== this.#rung) {
        const response = await this.#askServer(request, signal);
        if (response) return response;
      }
      if (this.#asked === this.#rung) await this.#restUntil(bell, signal);
    }
  }

  async #askServer(request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeResponse | undefined> {
    const asked = this.#rung;
    const response = await this.#link.exchangeAtOnce(request, signal);
    this.#asked = asked;
    const { work, cancelled, settingsVersion } = response;
    this.records.recordGiven(response);
    if (work.length >= FULL_ANSWER) this.ring();
    return work.length + cancelled.length > 0 || settingsVersion !== request.settingsVersion ? response : undefined;
  }

  async #restUntil(bell: Promise<void>, signal: AbortSignal): Promise<void> {
    this.#isResting = true;
    this.#rest.resolve();
    this.#rest = Promise.withResolvers();
    try {
      await unlessAborted(bell, signal);
    } finally {
      this.#isResting = false;
    }
  }
}
