import type { CheckedPlugin } from '../loading/checked-plugin.ts';
import type { LoadedRole } from '../plugin-host.ts';
import { resourcesContract } from './contracts.ts';
import type { LoadedParts } from './load-app-type.ts';

export function loadRole(
  { plugin: { role }, config }: CheckedPlugin,
  { plugin, functions, requires, displayName }: LoadedParts & { displayName: string },
): LoadedRole | undefined {
  if (!role) return undefined;
  return {
    plugin,
    displayName,
    requires,
    validateConfig(value) {
      const { value: filled, problems } = config.validate(value ?? {});
      return { config: filled as Record<string, unknown>, problems };
    },
    resources: async (input) => {
      const where = { plugin: plugin.id, name: 'role()', subject: `node ${input.node.name}` };
      return functions.call(where, role, { input, contract: resourcesContract });
    },
  };
}
