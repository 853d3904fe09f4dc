import { Readable } from 'node:stream';
import type { Resource } from '@freehold/sdk';
import {
  type EnrolRequest,
  type EnrolResponse,
  type ExchangeRequest,
  type ExchangeResponse,
  type LoweredResource,
  type NodeFacts,
  type NodeSettings,
  type OwnerKey,
  type Report,
  type Work,
  workKey,
} from '@freehold/sdk/protocol';
import { type ExchangeLink, LinkError } from '../exchange/exchange-link.ts';
import { ALLOWED } from './bench.ts';

interface Row {
  revision: number;
  handled: number;
  work: (revision: number) => Work;
}

/** A server as far as an agent can tell: work is computed from what is wanted and what was reported, at every exchange. */
export class LevelServer implements ExchangeLink {
  readonly reports: Report[] = [];
  readonly requests: ExchangeRequest[] = [];
  readonly extra: Work[] = [];
  readonly cancelled: string[] = [];
  facts: NodeFacts | undefined;
  settings: NodeSettings = { drift: 'repair', checkInterval: 300, retention: 3600, grants: [ALLOWED] };
  /** Tokens that were not traded yet. */
  readonly tokens = new Set(['token']);
  readonly #rows = new Map<OwnerKey, Row>();
  #key: string | undefined;
  #changed: () => void = () => undefined;

  want(owner: OwnerKey, resources: readonly Resource[]): number {
    const lowered = resources.map((resource) => ({ resource, plugin: 'test', via: [] }) as unknown as LoweredResource);
    return this.#change(owner, (revision) => ({
      kind: 'apply',
      document: { owner, title: owner, revision, generation: revision, resources: lowered, secrets: {} },
    }));
  }

  remove(owner: OwnerKey): number {
    return this.#change(owner, (revision) => ({ kind: 'remove', owner, title: owner, revision, purge: false }));
  }

  /** Whether everything that is wanted was reported. */
  isSettled(): boolean {
    return [...this.#rows.values()].every(({ revision, handled }) => handled === revision);
  }

  /** Wakes whoever waits for work. */
  wake(): void {
    this.#changed();
  }

  use(key: string): void {
    this.#key = key;
  }

  async enrol({ token }: EnrolRequest): Promise<EnrolResponse> {
    if (!this.tokens.delete(token)) throw new LinkError('No such token', { status: 401 });
    this.#key = 'key';
    return { node: 'node_1', name: 'local', key: 'key' };
  }

  async exchange(request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeResponse> {
    if (this.#key !== 'key') throw new LinkError('Who are you?', { status: 401 });
    this.requests.push(request);
    this.facts = request.facts ?? this.facts;
    for (const report of request.reports) this.#take(report);
    let work = this.#workBut(request.inHand);
    while (request.wait > 0 && work.length === 0 && this.cancelled.length === 0) {
      await this.#nextChange(signal);
      work = this.#workBut(request.inHand);
    }
    const cancelled = this.cancelled.splice(0);
    return {
      protocol: 1,
      work: request.wait > 0 ? work : [],
      settings: this.settings,
      settingsVersion: JSON.stringify(this.settings),
      cancelled,
    };
  }

  async upload(): Promise<Readable> {
    return Readable.from([]);
  }

  #take(report: Report): void {
    this.reports.push(report);
    if (report.kind !== 'applied') return;
    const row = this.#rows.get(report.owner);
    if (row && report.outcome.kind !== 'retry') row.handled = Math.max(row.handled, report.revision);
  }

  #workBut(inHand: readonly string[]): Work[] {
    const due = [...this.#rows.values()].filter(({ revision, handled }) => revision > handled);
    const work = [...due.map((row) => row.work(row.revision)), ...this.extra];
    return work.filter((piece) => !inHand.includes(workKey(piece)));
  }

  #change(owner: OwnerKey, work: (revision: number) => Work): number {
    const row = this.#rows.get(owner) ?? { revision: 0, handled: 0, work };
    this.#rows.set(owner, { ...row, revision: row.revision + 1, work });
    this.#changed();
    return row.revision + 1;
  }

  async #nextChange(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const before = this.#changed;
      this.#changed = () => {
        before();
        resolve();
      };
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }
}
