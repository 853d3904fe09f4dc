import type { Work } from '@freehold/sdk/protocol';
import { LOG_RENEWAL } from '../nodes/question.service.ts';
import { LogRequest, Node, PlanRequest } from '../store/entities/index.ts';
import type { NodeId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { Gathering } from './apply-work.ts';

/** Finds the logs that somebody reads, and the comparison that somebody asked for. */
export class LogWorkService {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(needs: { store: Store; clock: Clock }) {
    this.#store = needs.store;
    this.#clock = needs.clock;
  }

  async gather({ node, inHand }: Gathering): Promise<Work[]> {
    const reader = this.#store.reader();
    const requests = await reader.find(LogRequest, { node, seenAt: { $gt: this.oldest() } });
    const { checkRequest } = await reader.findOneOrFail(Node, { id: node });
    const logs = requests
      .filter(({ id }) => !inHand.includes(`log:${id}`))
      .map(({ id, owner, log, lines, follow, until }): Work => {
        return { kind: 'log', request: id, owner, log, lines, follow, until: until.toISOString() };
      });
    const check: Work[] =
      checkRequest && !inHand.includes(`check:${checkRequest}`) ? [{ kind: 'check', request: checkRequest }] : [];
    return [...logs, ...check];
  }

  /** Keys of questions in hand that nobody waits for any more. */
  async findCancelled(node: NodeId, inHand: readonly string[]): Promise<string[]> {
    const keys = inHand.filter((key) => /^(?:log|plan):/.test(key));
    if (keys.length === 0) return [];
    const reader = this.#store.reader();
    const logs = await reader.find(LogRequest, { node, seenAt: { $gt: this.oldest() } }, { fields: ['id'] });
    const plans = await reader.find(PlanRequest, { node, answer: null }, { fields: ['id'] });
    const open = new Set([...logs.map(({ id }) => `log:${id}`), ...plans.map(({ id }) => `plan:${id}`)]);
    return keys.filter((key) => !open.has(key));
  }

  /** Since when a reader must have been seen: the server that asked may have been killed. */
  oldest(): Date {
    return new Date(this.#clock.now().getTime() - 3 * LOG_RENEWAL);
  }
}
