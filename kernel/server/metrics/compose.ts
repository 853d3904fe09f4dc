import type { Foundation, Wiring } from '../composition.ts';
import { Metrics } from './metrics.ts';
import { readDatabase } from './read-database.ts';
import { readHooks } from './read-hooks.ts';

export function composeMetrics({ store, clock, plugins }: Foundation, { provide }: Wiring): void {
  provide(Metrics, () => {
    const metrics = new Metrics();
    metrics.addReading(readHooks(plugins));
    metrics.addReading(readDatabase({ store, clock }));
    return metrics;
  });
}
