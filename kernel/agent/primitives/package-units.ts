import type { PrimitiveSpec } from '@freehold/sdk';
import type { StateStore } from '../store/state-store.ts';
import type { System } from '../system/system.ts';
import type { Context } from './primitive.ts';

/**
 * Whose a unit of systemd is: the agent's when it was not there before the agent installed packages, and somebody else's
 * otherwise. The names of packages do not say it: installing one may bring nothing but what another one had brought before.
 */

/** Installations that this agent has in hand. */
const inHand = new WeakSet<System>();

/** Runs an installation, and remembers the units that came with it, also when the agent dies meanwhile. */
export async function withNewUnits({ system, store, turns }: Context, install: () => Promise<void>): Promise<void> {
  await turns.take('packages', async () => {
    // One that was cut off and is begun again began before.
    const before = store.settings.find('unitsBefore') ?? (await system.packages.units());
    store.settings.save('unitsBefore', [...before]);
    inHand.add(system);
    try {
      await install();
    } finally {
      inHand.delete(system);
      await takeUp(store, system);
    }
  });
}

export async function ownUnits({ system, store }: Context): Promise<readonly string[]> {
  // What an agent that died had begun goes on without it.
  const isLeft = store.settings.find('unitsBefore') && !inHand.has(system);
  if (isLeft && !(await system.packages.isBusy())) await takeUp(store, system);
  return store.settings.find('ownUnits') ?? [];
}

/** What stands against running somebody else's service beside the owner's: they want the same ports. */
export async function collisionsOf(
  { name, masks = [] }: PrimitiveSpec<'package'>,
  context: Context,
): Promise<string[]> {
  const { system, store, ports } = context;
  const own = store.settings.find('ownUnits') ?? [];
  const running = await system.packages.running(masks.filter((unit) => !own.includes(unit)));
  const collisions: string[] = [];
  for (const [unit, pid] of running) {
    const theirs = await system.processes.ports(pid);
    const common = ports.filter((port) => theirs.has(port));
    if (common.length > 0) collisions.push(collision(unit, name, common));
  }
  return collisions;
}

async function takeUp({ settings, transaction }: StateStore, { packages }: System): Promise<void> {
  const before = settings.find('unitsBefore');
  if (!before) return;
  const known = new Set(before);
  const units = await packages.units();
  transaction(() => {
    const own = new Set([...(settings.find('ownUnits') ?? []), ...[...units].filter((unit) => !known.has(unit))]);
    settings.save('ownUnits', [...own].sort());
    settings.save('unitsBefore', null);
  });
}

function collision(unit: string, name: string, ports: readonly number[]): string {
  const which = ports.length === 1 ? `port ${ports[0]}` : `ports ${ports.join(' and ')}`;
  return `${unit} of the Debian package ${name} uses ${which}, which Freehold needs. Freehold did not install it and leaves it alone: stop it (sudo systemctl disable --now ${unit}), or give Freehold other ports.`;
}
