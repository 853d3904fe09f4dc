import { Fields, Line, LocalId, Type } from '@freehold/sdk';
import { type CompiledSchema, compileSchema } from '../../schema/compile-schema.ts';
import { reasonOf } from '../boundary/plugin-error.ts';
import type { PluginProblem } from '../plugin-host.ts';
import { pluginProblem } from '../plugin-problem.ts';
import { checkSchema } from './check-schema.ts';
import type { CheckedFeature, CheckedLimit } from './checked-plugin.ts';

const described = {
  id: LocalId(),
  title: Line({ minLength: 1, maxLength: 60 }),
  description: Line({ minLength: 1, maxLength: 300 }),
};
const LimitData = compileSchema(
  Fields({
    $$type: Type.Literal('freehold/limit'),
    ...described,
    unit: Line({ minLength: 1, maxLength: 30 }),
    kind: Type.Enum(['total', 'each', 'measured']),
    period: Type.Optional(Type.Literal('month')),
    otherwise: Type.Union([Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), Type.Null()]),
  }),
);
const FeatureData = compileSchema(
  Fields({
    $$type: Type.Literal('freehold/feature'),
    ...described,
    otherwise: Type.Union([Type.Boolean(), Type.Array(Type.String()), Type.Null()]),
  }),
);

interface Checking {
  readonly plugin: string;
  readonly problems: PluginProblem[];
}

export function checkLimit(value: unknown, { plugin, problems }: Checking): CheckedLimit[] {
  const found = checkData(value, 'limit', { plugin, problems, data: LimitData });
  return found ? [{ limit: value as CheckedLimit['limit'], amount: found }] : [];
}

export function checkFeature(value: unknown, { plugin, problems }: Checking): CheckedFeature[] {
  const found = checkData(value, 'feature', { plugin, problems, data: FeatureData });
  return found ? [{ feature: value as CheckedFeature['feature'], value: found }] : [];
}

function checkData(
  value: unknown,
  kind: 'limit' | 'feature',
  { plugin, problems, data }: Checking & { data: CompiledSchema },
): CompiledSchema | undefined {
  const before = problems.length;
  const { schema, ...rest } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const name = `${kind} ${String(rest.id)}`;
  for (const { pointer, message } of data.validate(rest).problems)
    problems.push(pluginProblem('contribution-invalid', `${name}${pointer}: ${reasonOf(message)}`));
  if (!String(rest.id).startsWith(`${plugin}.`))
    problems.push(
      pluginProblem('contribution-invalid', `The ${name} must be called ${plugin}. and something: ids are unique so.`),
    );
  const compiled = checkSchema(schema, name, problems);
  if (compiled && rest.otherwise !== null)
    for (const { message } of compiled.validate(rest.otherwise).problems)
      problems.push(pluginProblem('contribution-invalid', `otherwise of ${name} does not fit its schema: ${message}`));
  return problems.length === before ? compiled : undefined;
}
