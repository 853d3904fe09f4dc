import type { Resource } from '@freehold/sdk';
import type { LoweredResource, Work } from '@freehold/sdk/protocol';
import { loadReleases, toAppState } from '../apps/app-state.ts';
import { loadNodeState } from '../nodes/node-state.ts';
import type { OperationRecorder } from '../operations/operation-recorder.ts';
import type { PluginHost } from '../plugin-host/plugin-host.ts';
import { assertCapabilities, prepareApp, type Tools } from '../reconcile/compute.ts';
import { blame, ComputeError } from '../reconcile/compute-error.ts';
import type { NodeState } from '../reconcile/inputs.ts';
import { assertPrimitive } from '../reconcile/primitive-check.ts';
import type { SecretService } from '../secrets/secret.service.ts';
import { App, Operation, Reconciliation } from '../store/entities/index.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Gathering } from './apply-work.ts';

type Commands = Extract<Work, { kind: 'action' }>['commands'];

/** Finds the actions that are to be run on a node. They come after what is to be applied to the same app. */
export class ActionWorkService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async gather({ node, inHand }: Gathering): Promise<Work[]> {
    const { store } = this.#needs;
    const reader = store.reader();
    const where = { node, kind: 'action' as const, state: { $in: ['pending' as const, 'running' as const] } };
    const open = await reader.find(Operation, where, { orderBy: { id: 'asc' }, limit: 50 });
    const wanted = open.filter(({ id }) => !inHand.includes(`action:${id}`));
    const work: Work[] = [];
    for (const operation of wanted) work.push(...(await this.#prepare(operation, reader)));
    return work;
  }

  async #prepare(operation: Operation, reader: Transaction): Promise<Work[]> {
    const row = await reader.findOneOrFail(Reconciliation, { node: operation.node, owner: operation.owner });
    if (row.wanted !== 'present')
      return this.#end(operation, new ComputeError('AppRemoved', 'The app is not in use any more.'));
    if (row.revision > row.handledRevision) return [];
    const state = await loadNodeState(reader, operation.node, this.#needs.plugins);
    if (!state) return [];
    try {
      return [await this.#compute(operation, { reader, state, row })];
    } catch (error) {
      if (error instanceof ComputeError) return this.#end(operation, error);
      throw error;
    }
  }

  async #compute(operation: Operation, { reader, state, row }: Sources): Promise<Work> {
    const app = await reader.findOneOrFail(App, { id: operation.app ?? undefined }, { populate: ['tenant'] });
    const releases = (await loadReleases(reader, [app.id])).get(app.id) ?? [];
    const prepared = await prepareApp(toAppState(app, row, releases), state, this.#needs.tools);
    const { type, input, owner, secrets } = prepared;
    const { action, input: given } = operation.request as { action: string; input: unknown };
    const commands = await blame(type.plugin.id, `commands of ${action}`, () =>
      type.commands(action, { ...input, input: given }),
    );
    assertCapabilities(lower(commands, type.plugin.id), owner, state);
    return this.#needs.store.transaction(async (tx) => {
      const current = await tx.findOneOrFail(Operation, { id: operation.id });
      await this.#needs.operations.recordDelivery(tx, [current]);
      return {
        kind: 'action',
        operation: operation.id,
        owner: operation.owner,
        title: app.name,
        user: input.app.user,
        plugin: type.plugin.id,
        commands,
        secrets: await this.#needs.secrets.ensure(tx, operation.owner, secrets.wanted),
      };
    });
  }

  async #end(operation: Operation, { reason, message }: ComputeError): Promise<Work[]> {
    await this.#needs.store.transaction(async (tx) => {
      const current = await tx.findOneOrFail(Operation, { id: operation.id });
      await this.#needs.operations.apply(tx, current, { outcome: { kind: 'failed', reason, message }, steps: [] });
    });
    return [];
  }
}

/** Commands of an action are checked like those among an app's resources. @throws ComputeError */
function lower(commands: Commands, plugin: string): LoweredResource[] {
  return commands.map((spec) => {
    const resource: Resource = { type: 'command', id: spec.id, spec };
    assertPrimitive(resource, plugin);
    return { resource, plugin, via: [] };
  });
}

interface Sources {
  readonly reader: Transaction;
  readonly state: NodeState;
  readonly row: Reconciliation;
}

interface Needs {
  readonly store: Store;
  readonly plugins: PluginHost;
  readonly tools: Tools;
  readonly secrets: SecretService;
  readonly operations: OperationRecorder;
}
