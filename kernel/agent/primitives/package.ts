import { type Context, different, type PrimitiveHandler, same } from './primitive.ts';
import { Refusal } from './refusal.ts';

export const packageHandler: PrimitiveHandler<'package', null> = {
  async check({ spec }, context) {
    const { packages } = context.system;
    if ((await packages.find(spec.name)) === undefined) {
      if (!packages.canInstall) throw await needsRoot(context);
      return different('create', 'installs it');
    }
    const units = packages.canInstall ? await packages.unmasked(spec.masks ?? []) : [];
    return units.length > 0 ? different('update', `masks ${units.join(', ')}`) : same(null);
  },

  async apply({ spec }, context) {
    const { packages } = context.system;
    // The first of an owner's packages installs all of them.
    const missing = await missingOf(context);
    if (missing.includes(spec.name)) {
      const { code, output } = await packages.install(missing, context.progress);
      if (code !== 0)
        throw new Refusal(
          'PackageFailed',
          `${missing.join(', ')} could not be installed: ${output.trim().slice(-1000)}`,
          {
            retryAfter: 300,
            output,
          },
        );
    }
    await packages.mask(await packages.unmasked(spec.masks ?? []));
    return { facts: null };
  },

  async remove() {
    return undefined;
  },
};

async function missingOf({ system, packages }: Context): Promise<string[]> {
  const missing: string[] = [];
  for (const name of packages) if ((await system.packages.find(name)) === undefined) missing.push(name);
  return missing;
}

/** The same words for each package of an owner, so that people read them once. */
async function needsRoot(context: Context): Promise<Refusal> {
  const missing = await missingOf(context);
  const command = `sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  return new Refusal('NeedsRoot', `Debian packages are missing, and the agent is not root: run \`${command}\`.`);
}
