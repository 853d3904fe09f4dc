import { appBeforeCreate, appCreated } from '@freehold/sdk';
import { type Actor, hookActor } from '../accounts/actor.ts';
import { assertCan } from '../accounts/permissions.ts';
import type { DomainService } from '../domains/domain.service.ts';
import { loadNodeState } from '../nodes/node-state.ts';
import type { EntitlementService } from '../packages/entitlement.service.ts';
import type { LoadedAppType, PluginHost } from '../plugin-host/plugin-host.ts';
import type { AppState } from '../reconcile/inputs.ts';
import { emptyReconciliation } from '../reconcile/transition.ts';
import { App, Reconciliation, type Tenant } from '../store/entities/index.ts';
import { type AppId, type NodeId, newId } from '../store/ids.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { TenantService } from '../tenants/tenant.service.ts';
import { assertTenantActive } from '../tenants/tenant-access.ts';
import type { Clock } from '../time/clock.ts';
import type { Begun } from './app.service.ts';
import { assertNameFree } from './app-name.ts';
import type { AppRecorder } from './app-recorder.ts';
import { askGate } from './gate.ts';
import type { Placement } from './placement.ts';
import type { PreparedSpec, SpecPreparation } from './spec-preparation.ts';

export interface NewApp {
  readonly tenant?: string;
  readonly type: string;
  readonly name: string;
  readonly spec: Record<string, unknown>;
  /** Id or name. */
  readonly node?: string;
}

/** Makes apps. All that asks plugins happens before the transaction: they may take their time. */
export class AppCreation {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async create(actor: Actor, wish: NewApp): Promise<Begun> {
    const { tenants, preparation, placement } = this.#needs;
    const tenant = await tenants.getOwn(actor, wish.tenant);
    assertCan(actor, 'app.create', tenant.path);
    await assertTenantActive(this.#needs.store.reader(), tenant);
    const type = preparation.getType(wish.type);
    const spec = await preparation.prepare(type, wish.spec, { tenant: tenant.id });
    await this.#askGate(actor, tenant, { ...wish, spec });
    const node = await placement.choose(type, { tenant: tenant.id, node: wish.node });
    const state = newState(type, { name: wish.name, tenant: tenant.id, spec });
    const prepared = await this.#check(type, state, node);
    return this.#needs.store.transaction((tx) => this.#insert(tx, actor, { state, prepared, tenant, node }));
  }

  #askGate(actor: Actor, tenant: Tenant, { type, name, spec }: NewApp): Promise<void> {
    const app = { tenant: tenant.id, type, name, spec };
    return askGate(this.#needs.plugins, appBeforeCreate, { actor: hookActor(actor), app });
  }

  async #check(type: LoadedAppType, state: AppState, node: NodeId): Promise<PreparedSpec> {
    const known = await loadNodeState(this.#needs.store.reader(), node, this.#needs.plugins);
    return this.#needs.preparation.check(type, state, known);
  }

  async #insert(tx: Transaction, actor: Actor, { state, prepared, tenant, node }: Inserted): Promise<Begun> {
    await assertNameFree(tx, tenant.id, state.name);
    const app = this.#newApp(tx, { state, prepared, tenant, node });
    const row = newReconciliation(tx, app);
    await tx.flush();
    await this.#needs.domains.claim(tx, app, prepared.names);
    await this.#needs.entitlements.take(tx, app, prepared.uses, { needsRoom: true });
    const operation = await this.#needs.recorder.record(tx, {
      app,
      row,
      kind: 'create',
      actor,
      event: appCreated,
      details: { type: app.type, spec: app.spec },
      inverse: { kind: 'remove' },
    });
    return { app, operation };
  }

  #newApp(tx: Transaction, { state, prepared, tenant, node }: Inserted): App {
    const now = this.#needs.clock.now();
    const { id, type, name, spec, specVersion } = state;
    return tx.create(
      App,
      {
        id: id as AppId,
        tenant: tx.merge(tenant),
        type,
        name,
        node,
        spec,
        specVersion,
        generation: 1,
        lifecycle: 'present',
        suspended: [],
        release: null,
        lastRelease: 0,
        links: prepared.links,
        createdAt: now,
        updatedAt: now,
        removedAt: null,
        purgeAfter: null,
      },
      { persist: true },
    );
  }
}

function newState(type: LoadedAppType, given: Pick<AppState, 'name' | 'tenant' | 'spec'>): AppState {
  return {
    ...given,
    id: newId('app'),
    type: type.id,
    specVersion: type.specVersion,
    suspended: false,
    releases: { current: null, kept: [] },
    observed: {},
  };
}

function newReconciliation(tx: Transaction, { id, node }: App): Reconciliation {
  return tx.create(Reconciliation, emptyReconciliation({ node, owner: `app:${id}`, app: id, plugin: null }), {
    persist: true,
  });
}

interface Inserted {
  readonly state: AppState;
  readonly prepared: PreparedSpec;
  readonly tenant: Tenant;
  readonly node: NodeId;
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly plugins: PluginHost;
  readonly tenants: TenantService;
  readonly domains: DomainService;
  readonly entitlements: EntitlementService;
  readonly placement: Placement;
  readonly preparation: SpecPreparation;
  readonly recorder: AppRecorder;
}
