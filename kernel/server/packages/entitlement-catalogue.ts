import type { Feature, Limit } from '@freehold/sdk';
import type { LoadedFeature, LoadedLimit, PluginHost } from '../plugin-host/plugin-host.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import { kernelFeatures, kernelLimits } from './kernel-catalogue.ts';

/** A limit or a feature, with who defines it: null for the kernel. */
export type KnownLimit = Omit<LoadedLimit, 'plugin'> & { readonly plugin: string | null };
export type KnownFeature = Omit<LoadedFeature, 'plugin'> & { readonly plugin: string | null };

const ownLimits: readonly KnownLimit[] = kernelLimits.map(own);
const ownFeatures: readonly KnownFeature[] = kernelFeatures.map(own);

/** What packages can give: the kernel's own limits and features, and those of the plugins that run. */
export class EntitlementCatalogue {
  readonly #plugins: Pick<PluginHost, 'limits' | 'features'>;

  constructor(plugins: Pick<PluginHost, 'limits' | 'features'>) {
    this.#plugins = plugins;
  }

  limits(): readonly KnownLimit[] {
    return [...ownLimits, ...this.#plugins.limits()];
  }

  features(): readonly KnownFeature[] {
    return [...ownFeatures, ...this.#plugins.features()];
  }

  findLimit(id: string): KnownLimit | undefined {
    return this.limits().find((limit) => limit.id === id);
  }

  findFeature(id: string): KnownFeature | undefined {
    return this.features().find((feature) => feature.id === id);
  }
}

function own<Definition extends Limit | Feature>({ $$type: _, ...definition }: Definition) {
  const compiled = compileSchema(definition.schema);
  return { ...definition, plugin: null, validate: (value: unknown) => compiled.validate(value).problems };
}
