import type { CheckedFeature, CheckedLimit } from '../loading/checked-plugin.ts';
import type { LoadedFeature, LoadedLimit, PluginRef } from '../plugin-host.ts';

export function loadLimit({ limit, amount }: CheckedLimit, plugin: PluginRef): LoadedLimit {
  const { $$type: _, ...data } = limit;
  return { ...data, plugin: plugin.id, validate: (value) => amount.validate(value).problems };
}

export function loadFeature({ feature, value }: CheckedFeature, plugin: PluginRef): LoadedFeature {
  const { $$type: _, ...data } = feature;
  return { ...data, plugin: plugin.id, validate: (said) => value.validate(said).problems };
}
