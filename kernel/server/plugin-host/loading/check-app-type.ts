import { type AppType, Fields, Line, LocalId, Type } from '@freehold/sdk';
import { type CompiledSchema, compileSchema } from '../../schema/compile-schema.ts';
import { reasonOf } from '../boundary/plugin-error.ts';
import type { PluginProblem } from '../plugin-host.ts';
import { pluginProblem } from '../plugin-problem.ts';
import { checkSchema } from './check-schema.ts';
import type { CheckedAppType } from './checked-plugin.ts';

/** What of an app type is plain data. */
const Data = compileSchema(
  Fields({
    $$type: Type.Literal('freehold/app-type'),
    id: LocalId(),
    title: Line({ minLength: 1, maxLength: 60 }),
    description: Line({ minLength: 1, maxLength: 500 }),
    category: Type.Enum(['web', 'mail', 'database', 'other']),
    specVersion: Type.Integer({ minimum: 1 }),
    files: Type.Optional(
      Fields({
        maxBytes: Type.Integer({ minimum: 1 }),
        maxEntries: Type.Integer({ minimum: 1 }),
        keep: Type.Integer({ minimum: 1, maximum: 100 }),
      }),
    ),
  }),
);
const ActionData = compileSchema(
  Fields({
    title: Line({ minLength: 1, maxLength: 60 }),
    description: Type.Optional(Line({ maxLength: 500 })),
    warning: Type.Optional(Line({ maxLength: 500 })),
    permission: Type.Optional(LocalId()),
  }),
);
const nothing = compileSchema(Fields({}));

/** Gives nothing when the app type is so wrong that it cannot be compared with the manifest. */
export function checkAppType(value: unknown, problems: PluginProblem[]): CheckedAppType[] {
  if (typeof value !== 'object' || value === null) {
    problems.push(pluginProblem('contribution-invalid', 'One of its app types is no object.'));
    return [];
  }
  const { spec, check, resources, links, uses, meters, actions, migrateSpec, ...data } = value as AppType;
  const name = `app type ${String(data.id)}`;
  addAll(problems, name, Data.validate(data).problems);
  for (const [member, code] of Object.entries({ check, resources, links, uses, ...prefixed(meters) }))
    if (typeof code !== 'function' && (code !== undefined || member === 'resources'))
      problems.push(pluginProblem('contribution-invalid', `${member} of ${name} is no function.`));
  checkMigrations(value as AppType, name, problems);
  const compiled = checkSchema(spec, `the spec of ${name}`, problems);
  const inputs = new Map(
    Object.entries(actions ?? {}).map(([id, action]) => [id, checkAction(action, `action ${id} of ${name}`, problems)]),
  );
  return [{ appType: value as AppType, spec: compiled ?? nothing, inputs }];
}

function checkAction(action: unknown, name: string, problems: PluginProblem[]): CompiledSchema {
  if (typeof action !== 'object' || action === null) {
    problems.push(pluginProblem('contribution-invalid', `The ${name} is no object.`));
    return nothing;
  }
  const { input, commands, ...data } = action as { input?: unknown; commands?: unknown };
  addAll(problems, name, ActionData.validate(data).problems);
  if (typeof commands !== 'function')
    problems.push(pluginProblem('contribution-invalid', `commands of ${name} is no function.`));
  return (input === undefined ? undefined : checkSchema(input, `the input of ${name}`, problems)) ?? nothing;
}

/** Functions that are told apart by their ids. */
function prefixed(meters: AppType['meters']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(meters ?? {}).map(([id, code]) => [`meter ${id}`, code ?? null]));
}

/** There must be a way from every version that was ever stored to the current one. */
function checkMigrations({ specVersion, migrateSpec = {} }: AppType, name: string, problems: PluginProblem[]): void {
  for (let version = 1; version < specVersion && version < 1000; version++)
    if (typeof migrateSpec[version] !== 'function')
      problems.push(pluginProblem('code-missing', `${name} has no migrateSpec from version ${version} of its spec.`));
}

function addAll(problems: PluginProblem[], name: string, found: readonly { pointer: string; message: string }[]): void {
  for (const { pointer, message } of found)
    problems.push(pluginProblem('contribution-invalid', `${name}${pointer}: ${reasonOf(message)}`));
}
