import type { PrimitiveSpec } from '@freehold/sdk';
import { collisionsOf, ownUnits, withNewUnits } from './package-units.ts';
import { type Context, different, type PrimitiveHandler, same } from './primitive.ts';
import { Refusal } from './refusal.ts';

export const packageHandler: PrimitiveHandler<'package', null> = {
  async check({ spec }, context) {
    const { packages } = context.system;
    if ((await packages.find(spec.name)) === undefined) {
      if (!packages.canInstall) throw await needsRoot(context);
      return different('create', 'installs it');
    }
    const units = await unitsToMask(spec, context);
    if (units.length > 0) return different('update', `masks ${units.join(', ')}`);
    for (const collision of await collisionsOf(spec, context)) context.warn(collision);
    return same(null);
  },

  async apply({ spec }, context) {
    // The first of an owner's packages installs all of them.
    const missing = await missingOf(context);
    if (missing.includes(spec.name)) await withNewUnits(context, () => install(missing, context));
    await context.system.packages.mask(await unitsToMask(spec, context));
    return { facts: null };
  },

  async remove() {
    return undefined;
  },
};

async function install(missing: readonly string[], { system, progress }: Context): Promise<void> {
  const { code, output } = await system.packages.install(missing, progress);
  if (code === 0) return;
  const message = `${missing.join(', ')} could not be installed: ${output.trim().slice(-1000)}`;
  throw new Refusal('PackageFailed', message, { retryAfter: 300, output });
}

/** Only units that came with what this agent installed: a service that was there before belongs to somebody, and may be in use. */
async function unitsToMask({ masks = [] }: PrimitiveSpec<'package'>, context: Context): Promise<string[]> {
  const { packages } = context.system;
  const own = await ownUnits(context);
  return packages.unmasked(masks.filter((unit) => own.includes(unit)));
}

async function missingOf({ system, packages }: Context): Promise<string[]> {
  const missing: string[] = [];
  for (const name of packages) if ((await system.packages.find(name)) === undefined) missing.push(name);
  return missing;
}

/** The same words for each package of an owner, so that people read them once. */
async function needsRoot(context: Context): Promise<Refusal> {
  const missing = await missingOf(context);
  const command = `sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  const message = `Debian packages are missing, and the agent is not root: run \`${command}\`.`;
  context.warn(message);
  return new Refusal('NeedsRoot', message);
}
