import type { Log } from '../log/logger.ts';
import { PluginError } from '../plugin-host/boundary/plugin-error.ts';
import type { PluginHost } from '../plugin-host/plugin-host.ts';
import type { App, Reconciliation } from '../store/entities/index.ts';
import type { Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { saveMeasures } from './measures.ts';

/** Reads the meters of apps whose types have some, when nodes have said something of them. */
export class AppMeters {
  readonly #needs: { plugins: PluginHost; clock: Clock; log: Log };

  constructor(needs: { plugins: PluginHost; clock: Clock; log: Log }) {
    this.#needs = needs;
  }

  async read(tx: Transaction, app: App, { observed }: Pick<Reconciliation, 'observed'>): Promise<void> {
    const { plugins, clock, log } = this.#needs;
    const type = plugins.findAppType(app.type);
    // A spec of another version is none that the meters know.
    if (!type || type.meters.length === 0 || app.specVersion !== type.specVersion) return;
    const { id, name, spec } = app;
    const { id: tenant, path } = app.tenant;
    const input = { app: { id, name, tenant }, spec, observed };
    for (const subject of type.meters) {
      try {
        const amount = await type.measure(subject, input);
        await saveMeasures(tx, [{ app: id, tenant, path, subject, period: '', amount }], clock.now());
      } catch (error) {
        if (!(error instanceof PluginError)) throw error;
        log.warn({ app: id, meter: subject, reason: error.message }, 'a meter could not be read');
      }
    }
  }
}
