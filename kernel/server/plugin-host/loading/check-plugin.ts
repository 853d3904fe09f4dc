import { Fields, type Manifest, type Plugin } from '@freehold/sdk';
import { compileSchema } from '../../schema/compile-schema.ts';
import { quoteValue } from '../../schema/short-value.ts';
import type { PluginProblem } from '../plugin-host.ts';
import { pluginProblem } from '../plugin-problem.ts';
import { checkAppType } from './check-app-type.ts';
import { checkDriver } from './check-driver.ts';
import { checkFeature, checkLimit } from './check-entitlements.ts';
import { checkAsked, checkPermission } from './check-permissions.ts';
import { checkSchema } from './check-schema.ts';
import type { CheckedPlugin } from './checked-plugin.ts';

const MEMBERS = ['$$type', 'config', 'role', 'resourceTypes', 'appTypes', 'limits', 'features', 'permissions', 'setup'];

/** Checks what a plugin's module exports against itself and against the manifest: code and declaration must agree. */
export function checkPlugin(
  exported: unknown,
  manifest: Manifest,
): { checked?: CheckedPlugin; problems: readonly PluginProblem[] } {
  const problems: PluginProblem[] = [];
  if (!isPlugin(exported)) {
    const got = exported === undefined ? 'nothing' : `${quoteValue(typeof exported)}`;
    return { problems: [pluginProblem('export-invalid', `Its module exports ${got} as default, and no plugin.`)] };
  }
  for (const name of Object.keys(exported))
    if (!MEMBERS.includes(name))
      problems.push(
        pluginProblem(
          'export-invalid',
          `Its plugin has a member ${quoteValue(name)}, which this kernel does not know.`,
        ),
      );
  checkRole(exported, manifest, problems);
  const appTypes = listOf(exported.appTypes, 'appTypes', problems).flatMap((appType) =>
    checkAppType(appType, problems),
  );
  const drivers = listOf(exported.resourceTypes, 'resourceTypes', problems).flatMap((driver) =>
    checkDriver(driver, problems),
  );
  compareNames('app type', {
    declared: manifest.contributes?.appTypes ?? [],
    coded: appTypes.map(({ appType }) => appType.id),
    problems,
  });
  compareNames('resource type', {
    declared: Object.entries(manifest.contributes?.resourceTypes ?? {}).map(versioned),
    coded: drivers.map(({ driver }) => versioned([driver.resourceType.type, driver.resourceType.version])),
    problems,
  });
  const contributed = { plugin: manifest.id, problems };
  const limits = listOf(exported.limits, 'limits', problems).flatMap((limit) => checkLimit(limit, contributed));
  const features = listOf(exported.features, 'features', problems).flatMap((one) => checkFeature(one, contributed));
  const { limits: limitIds = [], features: featureIds = [] } = manifest.contributes ?? {};
  compareNames('limit', { declared: limitIds, coded: limits.map(({ limit }) => limit.id), problems });
  compareNames('feature', { declared: featureIds, coded: features.map(({ feature }) => feature.id), problems });
  const permissions = listOf(exported.permissions, 'permissions', problems).flatMap((one) =>
    checkPermission(one, contributed),
  );
  const permissionIds = manifest.contributes?.permissions ?? [];
  compareNames('permission', { declared: permissionIds, coded: permissions.map(({ id }) => id), problems });
  checkAsked(appTypes, { permissions, problems });
  const config = checkConfig(exported, problems);
  return problems.length > 0
    ? { problems }
    : { checked: { plugin: exported, config, appTypes, drivers, limits, features, permissions }, problems };
}

/** Tells which names are on one side only, or twice in the code. */
export function compareNames(
  kind: string,
  { declared, coded, problems }: { declared: readonly string[]; coded: readonly string[]; problems: PluginProblem[] },
): void {
  for (const name of declared)
    if (!coded.includes(name))
      problems.push(pluginProblem('code-missing', `It declares the ${kind} ${name} and has no code for it.`));
  for (const [index, name] of coded.entries())
    if (!declared.includes(name))
      problems.push(
        pluginProblem('declaration-missing', `It has code for the ${kind} ${name} and does not declare it.`),
      );
    else if (coded.indexOf(name) !== index)
      problems.push(pluginProblem('contribution-invalid', `It has code for the ${kind} ${name} twice.`));
}

function versioned([type, version]: [string, number]): string {
  return `${type} (version ${version})`;
}

function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && '$$type' in value && value.$$type === 'freehold/plugin';
}

function checkRole({ role }: Plugin, { contributes }: Manifest, problems: PluginProblem[]): void {
  if (role !== undefined && typeof role !== 'function')
    problems.push(pluginProblem('contribution-invalid', 'Its role is no function.'));
  compareNames('node', { declared: contributes?.role ? ['role'] : [], coded: role ? ['role'] : [], problems });
}

function listOf(value: unknown, name: string, problems: PluginProblem[]): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  problems.push(pluginProblem('contribution-invalid', `Its ${name} are no list.`));
  return [];
}

function checkConfig({ config }: Plugin, problems: PluginProblem[]): CheckedPlugin['config'] {
  if (config === undefined) return noConfig;
  const compiled = checkSchema(config, 'its configuration', problems) ?? noConfig;
  for (const { pointer, message } of compiled.validate({}).problems)
    problems.push(
      pluginProblem('config-without-default', `Its configuration cannot be left out: ${pointer}: ${message}`),
    );
  return compiled;
}

const noConfig = compileSchema(Fields({}));
