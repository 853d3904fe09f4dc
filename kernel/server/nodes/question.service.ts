import type { OwnerKey, PlannedReport } from '@freehold/sdk/protocol';
import { problem } from '../errors/problem.ts';
import { LogChunk, LogRequest, Node, PlanRequest, type Proposal, type Sweep } from '../store/entities/index.ts';
import { type NodeId, newId, type RequestId } from '../store/ids.ts';
import { type Notifications, notify } from '../store/notifications.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { isReachable } from './reachable.ts';
import { waitFor } from './wait-for.ts';

/** Seconds that somebody who asks a node waits for its answer. */
const PATIENCE = 30;
/** A log that is followed is renewed this often, and given up when it was not for three times as long. */
export const LOG_RENEWAL = 20_000;
const LONGEST_FOLLOW = 24 * 3_600_000;

export interface LogWish {
  readonly log: string;
  readonly lines: number;
  readonly follow: boolean;
}

export interface LogLines {
  readonly lines: readonly string[];
  /** Why no more come, when not because everything was sent. */
  readonly problem: string | undefined;
}

export type PlanAnswer = Pick<PlannedReport, 'changes' | 'problems'>;

/** Asks nodes and waits for what they answer: the answer may come to another server of the installation. */
export class QuestionService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** What an apply would change. @throws ProblemError node-unreachable */
  async plan(node: NodeId, owner: OwnerKey, proposal: Proposal): Promise<PlanAnswer> {
    const id = newId('req');
    const createdAt = this.#needs.clock.now();
    await this.#needs.store.transaction(async (tx) => {
      tx.create(PlanRequest, { id, node, owner, proposal, answer: null, createdAt }, { persist: true });
      await notify(tx, 'freehold_work', node);
    });
    try {
      return await this.#wait(node, id, async () => {
        const request = await this.#needs.store.reader().findOne(PlanRequest, { id });
        return request?.answer ?? undefined;
      });
    } finally {
      await this.#needs.store.reader().nativeDelete(PlanRequest, { id });
    }
  }

  /** Compares everything with the machine now. @throws ProblemError node-unreachable */
  async check(node: NodeId): Promise<Sweep> {
    const id = newId('req');
    const asked = await this.#needs.store.transaction(async (tx) => {
      const found = await tx.findOneOrFail(Node, { id: node });
      // Two who ask at the same time wait for the same comparison.
      found.checkRequest ??= id;
      await notify(tx, 'freehold_work', node);
      return found.checkRequest as RequestId;
    });
    return this.#wait(node, asked, async () => {
      const { checkRequest, lastSweep } = await this.#needs.store.reader().findOneOrFail(Node, { id: node });
      return checkRequest === asked ? undefined : (lastSweep ?? undefined);
    });
  }

  /** @throws ProblemError node-unreachable */
  async assertReachable(id: NodeId): Promise<void> {
    const node = await this.#needs.store.reader().findOneOrFail(Node, { id });
    if (!isReachable(node, this.#needs.clock.now()))
      throw problem('node-unreachable', { node: node.name, seconds: PATIENCE });
  }

  /** Lines of a log as they arrive, each time those that are new. Ends when the node says so, or with the signal. */
  async *readLog(node: NodeId, owner: OwnerKey, wish: LogWish & { signal: AbortSignal }): AsyncGenerator<LogLines> {
    const { signal } = wish;
    const id = await this.#askForLog(node, owner, wish);
    try {
      for (let sequence = 0; !signal.aborted; sequence++) {
        const chunk = await this.#nextChunk(node, id, { sequence, ...wish });
        if (!chunk) return;
        yield { lines: chunk.lines, problem: chunk.problem ?? undefined };
        if (chunk.ended) return;
      }
    } finally {
      await this.#needs.store.transaction(async (tx) => {
        await tx.nativeDelete(LogRequest, { id });
        await notify(tx, 'freehold_work', node);
      });
    }
  }

  async #askForLog(node: NodeId, owner: OwnerKey, { log, lines, follow }: LogWish): Promise<RequestId> {
    const id = newId('req');
    const now = this.#needs.clock.now();
    const until = new Date(now.getTime() + (follow ? LONGEST_FOLLOW : PATIENCE * 1_000));
    await this.#needs.store.transaction(async (tx) => {
      tx.create(LogRequest, { id, node, owner, log, lines, follow, until, seenAt: now }, { persist: true });
      await notify(tx, 'freehold_work', node);
    });
    return id;
  }

  /** Lines that are there come in time; those of a log that is followed come when somebody writes them. */
  async #nextChunk(node: NodeId, id: RequestId, reading: Reading): Promise<LogChunk | undefined> {
    const { sequence, follow, signal } = reading;
    const { store, clock } = this.#needs;
    const find = async () => (await store.reader().findOne(LogChunk, { request: id, sequence })) ?? undefined;
    if (!follow) return this.#wait(node, id, find, signal);
    await store.reader().nativeDelete(LogChunk, { request: id, sequence: { $lt: sequence } });
    for (;;) {
      const found = await waitFor(this.#needs, { payload: id, find, milliseconds: LOG_RENEWAL, signal });
      if (found || signal.aborted || this.#needs.stopping.aborted) return found;
      await store.reader().nativeUpdate(LogRequest, { id }, { seenAt: clock.now() });
    }
  }

  async #wait<T>(node: NodeId, payload: string, find: () => Promise<T | undefined>, signal?: AbortSignal): Promise<T> {
    const found = await waitFor(this.#needs, { payload, find, milliseconds: PATIENCE * 1_000, signal });
    if (found !== undefined) return found;
    const { name } = await this.#needs.store.reader().findOneOrFail(Node, { id: node });
    throw problem('node-unreachable', { node: name, seconds: PATIENCE });
  }
}

interface Reading {
  readonly sequence: number;
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly notifications: Notifications;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
}
