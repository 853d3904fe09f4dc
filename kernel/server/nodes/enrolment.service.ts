import type { EnrolRequest, EnrolResponse } from '@freehold/sdk/protocol';
import { storedActor, systemActor } from '../accounts/actor.ts';
import { hashToken, newToken } from '../accounts/token.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import { bumpNode } from '../reconcile/recompute.ts';
import { Node } from '../store/entities/index.ts';
import type { NodeId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';

/** Gives nodes their keys, and knows them by these. */
export class EnrolmentService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /**
   * Trades the one-time token for a key. The token counts until the key was used for the first time: an agent that did not get the
   * answer can ask again. What a machine that enrols has forgotten is computed and sent anew.
   */
  async enrol({ token, hostname }: EnrolRequest): Promise<EnrolResponse> {
    const key = newToken('fhn');
    return this.#needs.store.transaction(async (tx) => {
      const node = await tx.findOne(Node, { enrolmentHash: hashToken(token) });
      if (!node?.enrolmentExpiresAt || node.enrolmentExpiresAt < this.#needs.clock.now())
        throw problem('enrolment-refused', {});
      Object.assign(node, { keyHash: hashToken(key), boot: null });
      await bumpNode(tx, node.id);
      this.#needs.audit.record(tx, {
        actor: storedActor(systemActor),
        action: 'node.enrolled',
        subject: node.id,
        details: { name: node.name, hostname: hostname.slice(0, 255) },
      });
      return { node: node.id, name: node.name, key };
    });
  }

  /** @throws ProblemError unknown-node-key */
  async authenticate(key: string | undefined): Promise<NodeId> {
    const node = key && (await this.#needs.store.reader().findOne(Node, { keyHash: hashToken(key) }));
    if (!node) throw problem('unknown-node-key', {});
    if (node.enrolmentHash) await this.#closeEnrolment(node.id);
    return node.id;
  }

  async #closeEnrolment(id: NodeId): Promise<void> {
    await this.#needs.store.reader().nativeUpdate(Node, { id }, { enrolmentHash: null, enrolmentExpiresAt: null });
  }
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditService;
}
