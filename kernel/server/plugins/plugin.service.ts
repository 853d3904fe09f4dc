import { type Actor, storedActor } from '../accounts/actor.ts';
import { assertCan } from '../accounts/permissions.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import type { LoadedAppType, PluginHost, PluginStatus } from '../plugin-host/plugin-host.ts';
import { bumpPlugin, typesUsing } from '../reconcile/recompute.ts';
import type { Store } from '../store/store.ts';

/** The plugins of the installation, and the app types they give. */
export class PluginService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  list(actor: Actor): readonly PluginStatus[] {
    assertCan(actor, 'plugin.read');
    return this.#needs.plugins.list();
  }

  get(actor: Actor, id: string): PluginStatus {
    assertCan(actor, 'plugin.read');
    return this.#get(id);
  }

  /** Accepts what its manifest asks for, on the nodes where it is enabled. */
  async approve(actor: Actor, id: string): Promise<PluginStatus> {
    assertCan(actor, 'plugin.manage');
    this.#get(id);
    const status = await this.#needs.plugins.approve(id);
    await this.#record(actor, 'plugin.approve', status);
    return status;
  }

  /** Takes it out of quarantine. */
  async reset(actor: Actor, id: string): Promise<PluginStatus> {
    assertCan(actor, 'plugin.manage');
    this.#get(id);
    const status = await this.#needs.plugins.reset(id);
    await this.#record(actor, 'plugin.reset', status);
    return status;
  }

  listAppTypes(): readonly LoadedAppType[] {
    return [...this.#needs.plugins.appTypes()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** @throws ProblemError app-type-not-found */
  getAppType(id: string): LoadedAppType {
    const type = this.#needs.plugins.findAppType(id);
    if (!type) throw problem('app-type-not-found', { type: id });
    return type;
  }

  #get(id: string): PluginStatus {
    const status = this.#needs.plugins.list().find((one) => one.id === id);
    if (!status) throw problem('plugin-not-found', { plugin: id });
    return status;
  }

  /** What could not be computed without it can be now. */
  #record(actor: Actor, action: string, { id, version, state, capabilities }: PluginStatus): Promise<void> {
    return this.#needs.store.transaction(async (tx) => {
      const details = { version, state, ...(action === 'plugin.approve' && { capabilities }) };
      this.#needs.audit.record(tx, { actor: storedActor(actor), action, subject: id, details });
      await bumpPlugin(tx, id, typesUsing(id, this.#needs.plugins.appTypes()));
    });
  }
}

interface Needs {
  readonly store: Store;
  readonly audit: AuditService;
  readonly plugins: PluginHost;
}
