import { activate } from './activation.ts';
import { validate } from './validation.ts';
import { knownServices, touchOf } from './watches.ts';
import type { Workshop } from './workshop.ts';

/**
 * Tells services of files that were put back. A service that would not take them is left with what it has: it runs, and
 * whoever broke its files hears of it at the next change.
 */
export async function bringServicesBack(
  paths: readonly string[],
  { system, store, log }: Pick<Workshop, 'system' | 'store' | 'log'>,
): Promise<void> {
  for (const service of knownServices(store)) {
    const touches = paths.map((path) => touchOf(service, path)).filter((touch) => touch !== undefined);
    if (touches.length === 0) continue;
    try {
      const { accepted, words } = await validate([service], system);
      if (!accepted) throw new Error(words);
      await activate({ service, touch: touches.includes('restart') ? 'restart' : 'reload', listens: [] }, system);
    } catch (cause) {
      log.error(
        { service: service.name, cause: String(cause) },
        'a service does not take its former configuration back',
      );
    }
  }
}
