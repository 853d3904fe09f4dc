import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { ExchangeRequest, ExchangeResponse, NodeFacts, NodeSettings, Report, Work } from '@freehold/sdk/protocol';
import type { UploadStore } from '../apps/files/upload-store.ts';
import { problem } from '../errors/problem.ts';
import { sameJson } from '../json/same-json.ts';
import type { Log } from '../log/logger.ts';
import { isReachable } from '../nodes/reachable.ts';
import { nodeInput } from '../reconcile/inputs.ts';
import { bumpNode } from '../reconcile/recompute.ts';
import type { SettingService } from '../settings/setting.service.ts';
import { Node } from '../store/entities/index.ts';
import type { NodeId } from '../store/ids.ts';
import type { Notifications } from '../store/notifications.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { ActionWorkService } from './action-work.ts';
import type { ApplyWorkService } from './apply-work.ts';
import { findDueKinds, findNextRetry } from './due-work.ts';
import type { LogWorkService } from './log-work.ts';
import { makeStorable } from './make-storable.ts';
import type { PlanWorkService } from './plan-work.ts';
import { findEnvelopeProblems, findReportProblems } from './protocol-schemas.ts';
import type { ReportService } from './report.service.ts';
import { WakeUp } from './wake-up.ts';

/** The protocol that is spoken. */
const PROTOCOL = 1;
/** Seconds that an answer is held back at the most. */
const LONGEST_WAIT = 60;
/** How exactly it is known when a node was last heard of; each exchange would otherwise be a write. */
const SEEN_RESOLUTION = 5_000;

interface Found {
  readonly work: readonly Work[];
  readonly cancelled: readonly string[];
  readonly told: ToldSettings;
}

/**
 * The conversation with nodes. Work is never queued: it is computed from the tables at every exchange, so that lost, doubled and
 * reordered messages cannot matter.
 */
export class ExchangeService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /**
   * Takes the reports in, and answers with work: at once when there is some, otherwise when there is, or when the wait is over.
   *
   * @throws ProblemError when the request is no request of this protocol
   */
  async exchange(node: NodeId, request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeResponse> {
    assertRequest(request);
    await this.#recordSeen(node, request);
    for (const report of request.reports) await this.#recordReport(node, report);
    const { work, cancelled, told } =
      request.wait === 0
        ? { work: [], cancelled: [], told: await this.#settings(node) }
        : await this.#waitForWork(node, request, signal);
    return { protocol: PROTOCOL, work, cancelled, ...told };
  }

  async #waitForWork(node: NodeId, request: ExchangeRequest, signal: AbortSignal): Promise<Found> {
    const milliseconds = Math.min(request.wait, LONGEST_WAIT) * 1_000;
    const wakeUp = new WakeUp(this.#needs, { node, milliseconds, signal });
    try {
      for (;;) {
        const work = await this.#gather(node, request);
        const cancelled = await this.#needs.logs.findCancelled(node, request.inHand);
        // After the work: what was granted for it must come with it.
        const told = await this.#settings(node);
        const news = work.length + cancelled.length > 0 || told.settingsVersion !== request.settingsVersion;
        if (news || wakeUp.isOver) return { work, cancelled, told };
        await wakeUp.wait(await findNextRetry(this.#needs.store.reader(), node));
      }
    } finally {
      wakeUp.end();
    }
  }

  /** The bytes of an archive that an app on the node is made of. @throws ProblemError upload-not-found */
  async openUpload(node: NodeId, sha256: string): Promise<Readable> {
    const [found] = await this.#needs.store
      .reader()
      .execute<object[]>(
        `select from kernel.release r join kernel.app a on a.id = r.app where r.upload = ? and a.node = ? limit 1`,
        [sha256, node],
      );
    if (!found || !(await this.#needs.uploads.has(sha256))) throw problem('upload-not-found', { sha256 });
    return this.#needs.uploads.read(sha256);
  }

  async #gather(node: NodeId, { inHand }: ExchangeRequest): Promise<Work[]> {
    const { store, clock, applies, actions, plans, logs } = this.#needs;
    const due = await findDueKinds(store.reader(), { node, now: clock.now(), oldest: logs.oldest() });
    const gathering = { node, inHand };
    return [
      ...(due?.plans ? await plans.gather(gathering) : []),
      ...(due?.applies ? await applies.gather(gathering) : []),
      ...(due?.actions ? await actions.gather(gathering) : []),
      ...(due?.questions ? await logs.gather(gathering) : []),
    ];
  }

  async #settings(id: NodeId): Promise<ToldSettings> {
    const { store, settings, plans } = this.#needs;
    const reader = store.reader();
    const { drift, checkInterval } = await reader.findOneOrFail(Node, { id });
    const { retention } = await settings.load(reader);
    const told: NodeSettings = { drift, checkInterval, retention, grants: await plans.loadGrants(reader, id) };
    return { settings: told, settingsVersion: versionOf(told) };
  }

  /** A report that cannot be used is put aside, because the node would send it for ever. */
  async #recordReport(node: NodeId, report: Report): Promise<void> {
    const problems = findReportProblems(report);
    if (problems.length > 0) {
      this.#needs.log.warn({ node, kind: report?.kind, problems: problems.slice(0, 5) }, 'report cannot be used');
      return;
    }
    await this.#needs.reports.record(node, makeStorable(report));
  }

  async #recordSeen(id: NodeId, { boot, facts }: ExchangeRequest): Promise<void> {
    const { store, clock } = this.#needs;
    const node = await store.reader().findOneOrFail(Node, { id });
    const now = clock.now();
    const fresh = node.lastSeenAt && now.getTime() - node.lastSeenAt.getTime() < SEEN_RESOLUTION;
    if (fresh && !facts && node.boot === boot) return;
    await store.transaction(async (tx) => {
      const current = await tx.findOneOrFail(Node, { id });
      const reachableSince = isReachable(current, now) ? (current.reachableSince ?? now) : now;
      const known = facts ? makeStorable(facts) : current.facts;
      const changed = facts !== undefined && !sameInput(current, known as NodeFacts);
      Object.assign(current, { lastSeenAt: now, reachableSince, boot: makeStorable(boot), facts: known });
      if (changed) await bumpNode(tx, id);
    });
  }
}

type ToldSettings = Pick<ExchangeResponse, 'settings' | 'settingsVersion'>;

function versionOf(settings: NodeSettings): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('base64url').slice(0, 16);
}

/** Free disk space changes all the time and goes into no computation. */
function sameInput({ id, name, facts }: Node, next: NodeFacts): boolean {
  return Boolean(facts) && sameJson(nodeInput(id, name, facts as NodeFacts), nodeInput(id, name, next));
}

function assertRequest(request: ExchangeRequest): void {
  const { protocol, reports } = request ?? {};
  if (protocol !== PROTOCOL) throw problem('unsupported-protocol', { version: protocol, supported: PROTOCOL });
  const problems = [...findEnvelopeProblems(request), ...(Array.isArray(reports) ? [] : ['reports is no list'])];
  if (problems.length > 0) throw problem('malformed-request', { reason: problems.join(' ') });
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly notifications: Notifications;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
  readonly settings: SettingService;
  readonly uploads: UploadStore;
  readonly reports: ReportService;
  readonly applies: ApplyWorkService;
  readonly actions: ActionWorkService;
  readonly plans: PlanWorkService;
  readonly logs: LogWorkService;
}
