import { type Actor, storedActor } from '../accounts/actor.ts';
import { assertCan } from '../accounts/permissions.ts';
import { hashToken, newToken } from '../accounts/token.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import { Node, type Sweep } from '../store/entities/index.ts';
import { type NodeId, newId } from '../store/ids.ts';
import { notify } from '../store/notifications.ts';
import { loadPage, type Page, type PageRequest } from '../store/page.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { QuestionService } from './question.service.ts';

const ENROLMENT = 24 * 3_600_000;

export interface NodeWish {
  readonly drift?: 'repair' | 'keep';
  readonly checkInterval?: number;
}

export interface NodeStatus {
  readonly node: Node;
  /** Ids of the plugins that are enabled. */
  readonly plugins: readonly string[];
}

/** The machines. Super administrators only. */
export class NodeService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Searched by the beginning of the name. */
  async list(actor: Actor, { search }: { search?: string }, page: PageRequest): Promise<Page<NodeStatus>> {
    assertCan(actor, 'node.read');
    const where = search === undefined ? {} : { name: { $like: `${search.replace(/[\\%_]/g, '\\$&')}%` } };
    const reader = this.#needs.store.reader();
    const { items, next } = await loadPage(reader, Node, { where, ...page });
    const enabled = await loadEnabled(reader, items);
    return { items: items.map((node) => ({ node, plugins: enabled.get(node.id) ?? [] })), next };
  }

  async get(actor: Actor, reference: string): Promise<NodeStatus> {
    const node = await this.load(actor, reference, 'node.read');
    const enabled = await loadEnabled(this.#needs.store.reader(), [node]);
    return { node, plugins: enabled.get(node.id) ?? [] };
  }

  /** By id or name. @throws ProblemError permission-denied, node-not-found */
  async load(actor: Actor, reference: string, action: 'node.read' | 'node.manage'): Promise<Node> {
    assertCan(actor, action);
    const where = { $or: [{ id: reference as NodeId }, { name: reference }] };
    const node = await this.#needs.store.reader().findOne(Node, where);
    if (!node) throw problem('node-not-found', { node: reference });
    return node;
  }

  /** The enrolment token is given here and never again. */
  async create(actor: Actor, { name }: { name: string }): Promise<{ node: Node; token: string }> {
    assertCan(actor, 'node.manage');
    const token = newToken('fhe');
    const node = await this.#needs.store.transaction(async (tx) => {
      await tx.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`node ${name}`]);
      if (await tx.findOne(Node, { name })) throw problem('node-name-taken', { name });
      const made = this.insert(tx, { name, token });
      this.#record(tx, actor, { action: 'node.create', node: made });
      return made;
    });
    return { node, token };
  }

  insert(tx: Transaction, { name, token }: { name: string; token: string }): Node {
    return tx.create(
      Node,
      {
        id: newId('nod'),
        name,
        keyHash: null,
        ...this.#enrolment(token),
        facts: null,
        boot: null,
        drift: 'repair',
        checkInterval: 300,
        lastSeenAt: null,
        reachableSince: null,
        lastSweep: null,
        checkRequest: null,
        createdAt: this.#needs.clock.now(),
      },
      { persist: true },
    );
  }

  /** Lets the machine enrol anew, or another one take its place: the key it has is worth nothing after that. */
  async renewEnrolment(actor: Actor, reference: string): Promise<string> {
    const { id } = await this.load(actor, reference, 'node.manage');
    const token = newToken('fhe');
    await this.#needs.store.transaction(async (tx) => {
      const node = await tx.findOneOrFail(Node, { id });
      this.allowEnrolment(node, token);
      this.#record(tx, actor, { action: 'node.enrol', node });
    });
    return token;
  }

  allowEnrolment(node: Node, token: string): void {
    Object.assign(node, this.#enrolment(token));
  }

  async change(actor: Actor, reference: string, wish: NodeWish): Promise<NodeStatus> {
    const { id } = await this.load(actor, reference, 'node.manage');
    await this.#needs.store.transaction(async (tx) => {
      const node = await tx.findOneOrFail(Node, { id });
      const before = { drift: node.drift, checkInterval: node.checkInterval };
      Object.assign(node, wish);
      this.#record(tx, actor, { action: 'node.change', node, details: { before, after: { ...before, ...wish } } });
      // The settings go with the next answer.
      await notify(tx, 'freehold_work', id);
    });
    return this.get(actor, id);
  }

  /** Compares everything with the machine and waits for the outcome. */
  async check(actor: Actor, reference: string): Promise<Sweep> {
    const { id } = await this.load(actor, reference, 'node.manage');
    return this.#needs.questions.check(id);
  }

  #enrolment(token: string) {
    return {
      enrolmentHash: hashToken(token),
      enrolmentExpiresAt: new Date(this.#needs.clock.now().getTime() + ENROLMENT),
    };
  }

  #record(tx: Transaction, actor: Actor, { action, node, details = {} }: Recorded): void {
    const entry = { actor: storedActor(actor), action, subject: node.id, details: { name: node.name, ...details } };
    this.#needs.audit.record(tx, entry);
  }
}

async function loadEnabled(reader: Transaction, nodes: readonly Node[]): Promise<Map<string, string[]>> {
  const rows = await reader.execute<{ node: string; plugin: string }[]>(
    'select node, plugin from kernel.node_plugin where node = any(array[?]::text[]) order by plugin',
    [nodes.map(({ id }) => id)],
  );
  return new Map(nodes.map(({ id }) => [id, rows.filter(({ node }) => node === id).map(({ plugin }) => plugin)]));
}

interface Recorded {
  readonly action: string;
  readonly node: Node;
  readonly details?: Record<string, unknown>;
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditService;
  readonly questions: QuestionService;
}
