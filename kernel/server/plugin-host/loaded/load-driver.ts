import type { CheckedDriver } from '../loading/checked-plugin.ts';
import type { LoadedDriver } from '../plugin-host.ts';
import { outputsContract, problemsContract, resourcesContract } from './contracts.ts';
import type { LoadedParts } from './load-app-type.ts';

export function loadDriver({ driver, spec }: CheckedDriver, { plugin, functions }: LoadedParts): LoadedDriver {
  const { type, version } = driver.resourceType;
  const contract = outputsContract(driver.resourceType);
  const at = (name: string, input: { id: string; owner: { kind: string; id: string } }) => ({
    plugin: plugin.id,
    name: `${name}() of resource type ${type}`,
    subject: `${type}:${input.id} of ${input.owner.kind} ${input.owner.id}`,
  });
  return {
    plugin,
    type,
    version,
    validateSpec: (value) => spec.validate(value).problems,
    check: async (input) =>
      driver.check ? functions.call(at('check', input), driver.check, { input, contract: problemsContract }) : [],
    outputs: async (input) =>
      driver.outputs ? functions.call(at('outputs', input), driver.outputs, { input, contract }) : {},
    lower: async (input) => functions.call(at('lower', input), driver.lower, { input, contract: resourcesContract }),
  };
}
