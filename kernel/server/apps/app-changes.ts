import { appBeforeChange, appChanged } from '@freehold/sdk';
import { type Actor, hookActor } from '../accounts/actor.ts';
import type { DomainService } from '../domains/domain.service.ts';
import { problem } from '../errors/problem.ts';
import { sameJson } from '../json/same-json.ts';
import { loadNodeState } from '../nodes/node-state.ts';
import type { EntitlementService } from '../packages/entitlement.service.ts';
import type { LoadedAppType, PluginHost } from '../plugin-host/plugin-host.ts';
import type { AppState } from '../reconcile/inputs.ts';
import { type App, Reconciliation } from '../store/entities/index.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Begun } from './app.service.ts';
import { assertPresent, loadApp, lockApp } from './app-access.ts';
import { assertNameFree } from './app-name.ts';
import type { AppRecorder } from './app-recorder.ts';
import { loadReleases, toAppState } from './app-state.ts';
import { askGate } from './gate.ts';
import { mergePatch } from './merge-patch.ts';
import type { PreparedSpec, SpecPreparation } from './spec-preparation.ts';

export interface AppWish {
  readonly name?: string;
  /** Merged into the spec (RFC 7396), or the whole of it with `replace`. */
  readonly spec?: Record<string, unknown>;
  readonly replace?: boolean;
  /** What the caller has seen. Another generation is a conflict. */
  readonly generation?: number;
}

/** Changes what is wanted of apps. */
export class AppChanges {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /**
   * All that asks plugins happens before the transaction, with the app as it was read. When somebody else changed it meanwhile it
   * happens again, unless the caller named the generation it is about.
   */
  async change(actor: Actor, id: string, wish: AppWish, attempts = 5): Promise<Begun> {
    const seen = await loadApp(this.#needs.store.readerFor(actor), actor, { id, action: 'app.change' });
    assertPresent(seen);
    assertGeneration(seen, wish.generation ?? seen.generation);
    const prepared = wish.spec === undefined ? undefined : await this.#prepare(actor, seen, wish);
    try {
      return await this.#needs.store.transaction((tx) => this.#update(tx, actor, { seen, wish, prepared }));
    } catch (error) {
      const overtaken = (error as { code?: string }).code === 'app-changed-meanwhile';
      if (overtaken && wish.generation === undefined && attempts > 1) return this.change(actor, id, wish, attempts - 1);
      throw error;
    }
  }

  /** The app as it would be computed with a wish. @throws ProblemError invalid-request */
  async propose(app: App, { spec = {}, replace }: AppWish): Promise<{ type: LoadedAppType; state: AppState }> {
    const { preparation, store } = this.#needs;
    const reader = store.reader();
    const type = preparation.getType(app.type);
    const row = await reader.findOneOrFail(Reconciliation, { app: app.id });
    const releases = (await loadReleases(reader, [app.id])).get(app.id) ?? [];
    const wanted = replace ? spec : mergePatch(await preparation.migrate(type, app), spec);
    const prepared = await preparation.prepare(type, wanted, { tenant: app.tenant.id });
    const state = { ...toAppState(app, row, releases), spec: prepared, specVersion: type.specVersion };
    return { type, state };
  }

  async #prepare(actor: Actor, app: App, wish: AppWish): Promise<PreparedSpec> {
    const { type, state } = await this.propose(app, wish);
    const { id, tenant, name } = app;
    const seen = { id, tenant: tenant.id, type: type.id, name, before: app.spec, after: { ...state.spec } };
    await askGate(this.#needs.plugins, appBeforeChange, { actor: hookActor(actor), app: seen });
    const node = await loadNodeState(this.#needs.store.reader(), app.node, this.#needs.plugins);
    return this.#needs.preparation.check(type, state, node);
  }

  async #update(tx: Transaction, actor: Actor, { seen, wish, prepared }: Updated): Promise<Begun> {
    const { app, row } = await lockApp(tx, seen.id);
    assertPresent(app);
    assertGeneration(app, seen.generation);
    const before = { name: app.name, spec: app.spec };
    await this.#rename(tx, app, wish.name ?? app.name);
    if (prepared) await this.#respecify(tx, app, prepared);
    const after = { name: app.name, spec: app.spec };
    const operation = await this.#needs.recorder.record(tx, {
      app,
      row,
      kind: 'change',
      actor,
      event: sameJson(before, after) ? undefined : appChanged,
      details: { before, after },
      inverse: { kind: 'change', ...before },
    });
    return { app, operation };
  }

  async #rename(tx: Transaction, app: App, name: string): Promise<void> {
    if (name === app.name) return;
    await assertNameFree(tx, app.tenant.id, name);
    app.name = name;
  }

  async #respecify(tx: Transaction, app: App, { spec, names, links, uses }: PreparedSpec): Promise<void> {
    const { specVersion } = this.#needs.preparation.getType(app.type);
    const changed = !sameJson(spec, app.spec);
    Object.assign(app, { spec, specVersion, links, generation: app.generation + (changed ? 1 : 0) });
    await this.#needs.domains.claim(tx, app, names);
    await this.#needs.entitlements.take(tx, app, uses);
  }
}

/** @throws ProblemError app-changed-meanwhile */
function assertGeneration({ id, generation }: App, expected: number): void {
  if (generation !== expected) throw problem('app-changed-meanwhile', { app: id, expected, generation });
}

interface Updated {
  readonly seen: App;
  readonly wish: AppWish;
  readonly prepared: PreparedSpec | undefined;
}

interface Needs {
  readonly store: Store;
  readonly plugins: PluginHost;
  readonly domains: DomainService;
  readonly entitlements: EntitlementService;
  readonly preparation: SpecPreparation;
  readonly recorder: AppRecorder;
}
