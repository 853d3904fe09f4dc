import { PluginError } from '../boundary/plugin-error.ts';
import type { PureFunctions } from '../boundary/pure-functions.ts';
import type { CheckedAppType } from '../loading/checked-plugin.ts';
import type { LoadedAction, LoadedAppType, PluginRef } from '../plugin-host.ts';
import {
  commandsContract,
  linksContract,
  meterContract,
  problemsContract,
  resourcesContract,
  usesContract,
} from './contracts.ts';

/** What turns code of a plugin into something that the server may call. */
export interface LoadedParts {
  readonly plugin: PluginRef;
  readonly functions: PureFunctions;
  /** Plugins whose drivers its resources need, its own included. */
  readonly requires: readonly string[];
}

export function loadAppType(checked: CheckedAppType, { plugin, functions, requires }: LoadedParts): LoadedAppType {
  const { appType, spec } = checked;
  const { id, title, description, category, specVersion, files } = appType;
  const at = (name: string, input?: { app: { id: string } }) => ({
    plugin: plugin.id,
    name: `${name}() of app type ${id}`,
    ...(input ? { subject: `app ${input.app.id}` } : {}),
  });
  return {
    plugin,
    ...{ id, title, description, category, specVersion, requires },
    ...(files ? { files } : {}),
    spec: appType.spec,
    actions: loadActions(checked),
    validateSpec(value) {
      const { value: filled, problems } = spec.validate(value);
      return { spec: filled as Record<string, unknown>, problems };
    },
    check: async (input) =>
      appType.check ? functions.call(at('check', input), appType.check, { input, contract: problemsContract }) : [],
    resources: async (input) =>
      functions.call(at('resources', input), appType.resources, { input, contract: resourcesContract }),
    links: async (input) =>
      appType.links ? functions.call(at('links', input), appType.links, { input, contract: linksContract }) : [],
    uses: async (input) =>
      appType.uses ? functions.call(at('uses', input), appType.uses, { input, contract: usesContract }) : [],
    meters: Object.keys(appType.meters ?? {}),
    measure: async (meter, input) => {
      const code = Object.hasOwn(appType.meters ?? {}, meter) ? appType.meters?.[meter] : undefined;
      return code ? functions.call(at(`meter ${meter}`, input), code, { input, contract: meterContract }) : 0;
    },
    commands: async (action, input) => {
      const where = at(`commands of action ${action}`, input);
      const code = Object.hasOwn(appType.actions ?? {}, action) ? appType.actions?.[action]?.commands : undefined;
      if (!code) throw new PluginError('bad-result', where, { reason: 'there is no such action' });
      return functions.call(where, code, { input, contract: commandsContract });
    },
    migrateSpec: async (value, from) => {
      if (from > specVersion) {
        const reason = `the spec has version ${from}; this version of the plugin knows versions up to ${specVersion}`;
        throw new PluginError('bad-result', at('migrateSpec'), { reason });
      }
      let current = value;
      for (let version = from; version < specVersion; version++)
        current = functions.call(
          at(`migrateSpec from version ${version}`),
          ({ old }: { old: unknown }) => appType.migrateSpec?.[version]?.(old),
          { input: { old: current } },
        );
      return current;
    },
  };
}

function loadActions({ appType, inputs }: CheckedAppType): LoadedAction[] {
  return Object.entries(appType.actions ?? {}).map(([id, { title, description, warning, permission, input }]) => ({
    id,
    title,
    ...(description === undefined ? {} : { description }),
    ...(warning === undefined ? {} : { warning }),
    ...(permission === undefined ? {} : { permission }),
    ...(input ? { input } : {}),
    validateInput(value) {
      const { value: filled, problems } = inputs.get(id)?.validate(value ?? {}) ?? { value, problems: [] };
      return { input: filled, problems };
    },
  }));
}
