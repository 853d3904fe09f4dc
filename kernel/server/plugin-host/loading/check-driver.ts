import { type Driver, Fields, Line, Type } from '@freehold/sdk';
import { compileSchema } from '../../schema/compile-schema.ts';
import type { PluginProblem } from '../plugin-host.ts';
import { pluginProblem } from '../plugin-problem.ts';
import { checkSchema } from './check-schema.ts';
import type { CheckedDriver } from './checked-plugin.ts';

const Contract = compileSchema(
  Fields({
    $$type: Type.Literal('freehold/resource-type'),
    type: Type.String({
      description: 'At least two words of lower-case letters and digits with dots between them: http.route.',
      pattern: '^[a-z][a-z0-9]*(?:\\.[a-z][a-z0-9]*)+$',
    }),
    version: Type.Integer({ minimum: 1 }),
    outputs: Type.Record(Type.String({ pattern: '^[a-z][A-Za-z0-9]{0,62}$' }), Line(), { additionalProperties: false }),
  }),
);
const nothing = compileSchema(Fields({}));

/** Gives nothing when the driver is so wrong that it cannot be compared with the manifest. */
export function checkDriver(value: unknown, problems: PluginProblem[]): CheckedDriver[] {
  const wrong = (message: string) => problems.push(pluginProblem('contribution-invalid', message));
  if (!isDriver(value)) {
    wrong('One of its resource types is not what defineDriver() gives.');
    return [];
  }
  const { spec, resource: _, ...contract } = value.resourceType;
  const name = `resource type ${String(contract.type)}`;
  for (const { pointer, message } of Contract.validate(contract).problems) wrong(`${name}${pointer}: ${message}`);
  if (typeof value.lower !== 'function') wrong(`lower of ${name} is no function.`);
  for (const member of ['check', 'outputs'] as const)
    if (value[member] !== undefined && typeof value[member] !== 'function')
      wrong(`${member} of ${name} is no function.`);
  if (Object.keys(contract.outputs ?? {}).length > 0 && !value.outputs)
    wrong(`${name} has outputs and no code that gives them.`);
  return [{ driver: value, spec: checkSchema(spec, `the spec of ${name}`, problems) ?? nothing }];
}

function isDriver(value: unknown): value is Driver {
  const { $$type, resourceType } = (value ?? {}) as Partial<Driver>;
  return $$type === 'freehold/driver' && typeof resourceType === 'object' && resourceType !== null;
}
