import { appNotices } from '@freehold/sdk';
import type { Actor } from '../accounts/actor.ts';
import type { PluginHost } from '../plugin-host/plugin-host.ts';
import type { App, Operation } from '../store/entities/index.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { AppStatus } from './app.schema.ts';
import { loadApp } from './app-access.ts';
import { loadStatuses } from './app-status.ts';

export interface AppFilter {
  readonly tenant?: string;
  readonly type?: string;
  readonly node?: string;
  readonly lifecycle?: App['lifecycle'];
  readonly name?: string;
  /** Beginning of the name or of a host name. */
  readonly search?: string;
}

/** An app after a change, and the operation that carries the change out. */
export interface Begun {
  readonly app: App;
  readonly operation: Operation;
}

/** What apps there are and how they are. */
export class AppService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async get(actor: Actor, id: string): Promise<AppStatus> {
    const reader = this.#needs.store.readerFor(actor);
    const app = await loadApp(reader, actor, { id, action: 'app.read' });
    return this.loadStatus(app);
  }

  async loadStatus(app: App): Promise<AppStatus> {
    const [status] = await this.#loadStatuses([app], this.#needs.store.reader());
    return status as AppStatus;
  }

  /** What plugins want people to read who look at the app. */
  async loadNotices({ id, tenant, type, name, spec }: App) {
    const app = { id, tenant: tenant.id, type, name, spec };
    const found = await this.#needs.plugins.hooks.collect(appNotices, { app });
    return found.map(({ plugin, item }) => ({ plugin, ...item }));
  }

  #loadStatuses(apps: readonly App[], reader: Transaction): Promise<AppStatus[]> {
    return loadStatuses(reader, apps, this.#needs.clock.now());
  }
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly plugins: PluginHost;
}
