import { timerOf } from '../primitives/timer.ts';
import type { Recorded } from '../store/inventory.ts';
import { recover } from './recovery.ts';
import { withSecrets } from './secrets.ts';
import { bringServicesBack } from './services-back.ts';
import type { Workshop } from './workshop.ts';

/**
 * Files first, then the services that read them: a service must not start with files of an apply that was cut off before
 * they were validated.
 */
export async function start(workshop: Workshop): Promise<void> {
  const { store, system, log } = workshop;
  const paths = await recover(store.journal.list(), workshop);
  await system.services.resume().catch((cause) => log.error({ cause: String(cause) }, 'services could not be started'));
  await bringServicesBack(paths, workshop);
  for (const recorded of store.inventory.ofType('timer')) if (!recorded.leaving) await resumeTimer(recorded, workshop);
}

async function resumeTimer({ owner, key, resource }: Recorded, { store, system, log }: Workshop): Promise<void> {
  const filled = withSecrets(resource, store.owners.find(owner)?.secrets ?? {});
  if (filled.type !== 'timer') return;
  try {
    await system.timers.put(timerOf(filled.spec, owner));
  } catch (cause) {
    log.error({ owner, resource: key, cause: String(cause) }, 'a timer could not be set');
  }
}
