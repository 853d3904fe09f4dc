import type { EntitlementCatalogue } from '../packages/entitlement-catalogue.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { rollUp } from './points.ts';

/** Turns hours into days, and forgets what is old. */
export class UsageRetention {
  readonly #needs: { store: Store; clock: Clock; catalogue: EntitlementCatalogue };

  constructor(needs: { store: Store; clock: Clock; catalogue: EntitlementCatalogue }) {
    this.#needs = needs;
  }

  clean(): Promise<void> {
    const { store, clock, catalogue } = this.#needs;
    const flows = catalogue.limits().flatMap(({ id, period }) => (period ? [id] : []));
    return store.transaction((tx) => rollUp(tx, { now: clock.now(), flows }));
  }
}
