import { Fields, Line, LocalId, type Permission, Type } from '@freehold/sdk';
import { compileSchema } from '../../schema/compile-schema.ts';
import { reasonOf } from '../boundary/plugin-error.ts';
import type { PluginProblem } from '../plugin-host.ts';
import { pluginProblem } from '../plugin-problem.ts';
import type { CheckedAppType } from './checked-plugin.ts';

const PermissionData = compileSchema(
  Fields({
    $$type: Type.Literal('freehold/permission'),
    id: LocalId(),
    title: Line({ minLength: 1, maxLength: 80 }),
    roles: Type.Array(Type.Enum(['reseller', 'customer', 'technical_user']), { uniqueItems: true }),
  }),
);

interface Checking {
  readonly plugin: string;
  readonly problems: PluginProblem[];
}

export function checkPermission(value: unknown, { plugin, problems }: Checking): Permission[] {
  const name = `permission ${String((value as { id?: unknown } | null)?.id)}`;
  const before = problems.length;
  for (const { pointer, message } of PermissionData.validate(value).problems)
    problems.push(pluginProblem('contribution-invalid', `${name}${pointer}: ${reasonOf(message)}`));
  if (problems.length > before) return [];
  const permission = value as Permission;
  if (permission.id.startsWith(`${plugin}.`)) return [permission];
  problems.push(
    pluginProblem('contribution-invalid', `The ${name} must be called ${plugin}. and something: ids are unique so.`),
  );
  return [];
}

/** Actions ask for permissions of their own plugin. */
export function checkAsked(
  appTypes: readonly CheckedAppType[],
  { permissions, problems }: { permissions: readonly Permission[]; problems: PluginProblem[] },
): void {
  for (const { appType } of appTypes)
    for (const [id, { permission }] of Object.entries(appType.actions ?? {})) {
      if (permission === undefined || permissions.some((one) => one.id === permission)) continue;
      const message = `The action ${id} of ${appType.id} asks for the permission ${permission}, which the plugin does not have.`;
      problems.push(pluginProblem('contribution-invalid', message));
    }
}
