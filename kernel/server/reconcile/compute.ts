import type { AppInput, Link, Problem } from '@freehold/sdk';
import { findMissingCapabilities, type LoweredResource } from '@freehold/sdk/protocol';
import type { LoadedAppType, PluginHost } from '../plugin-host/plugin-host.ts';
import type { Keyring } from '../secrets/keyring.ts';
import type { DeclaredLog } from '../store/entities/index.ts';
import { blame, ComputeError } from './compute-error.ts';
import { type AppState, appInput, appOwner, type NodeState, type Owner, type RoleState, roleOwner } from './inputs.ts';
import { type Lowered, Lowering } from './lower.ts';
import { type RecordedSecrets, recordSecrets } from './secret-source.ts';

/** What documents are computed with, besides the state of the owner and its node. */
export interface Tools {
  readonly plugins: Pick<PluginHost, 'findAppType' | 'findDriver' | 'findRole' | 'list'>;
  readonly keyring: Pick<Keyring, 'placeholder'>;
}

export interface Computed {
  readonly resources: readonly LoweredResource[];
  /** Length by name of the secrets whose placeholders stand in the resources. */
  readonly secrets: ReadonlyMap<string, number>;
  readonly logs: readonly DeclaredLog[];
}

/**
 * The resources that must exist for an app. The same state gives the same resources, whenever and wherever it is computed.
 *
 * @throws ComputeError
 */
export async function computeApp(app: AppState, node: NodeState, tools: Tools): Promise<Computed> {
  const { owner, secrets, lowered } = await lowerApp(app, node, tools);
  return complete(lowered, { owner, node, secrets });
}

/** What of the app's spec the plugin or the node cannot do. Pointers are relative to the spec. @throws ComputeError */
export async function checkApp(app: AppState, node: NodeState, tools: Tools): Promise<readonly Problem[]> {
  return (await lowerApp(app, node, tools)).lowered.problems;
}

async function lowerApp(app: AppState, node: NodeState, tools: Tools) {
  const { type, input, owner, secrets } = await prepareApp(app, node, tools);
  const problems = await blame(type.plugin.id, 'check', () => type.check(input));
  if (problems.length > 0) return { owner, secrets, lowered: { resources: [], problems } };
  const resources = await blame(type.plugin.id, 'resources', () => type.resources(input));
  const lowered = await lowering(owner, node, { ...tools, secrets }).lower(resources, type.plugin.id);
  // A driver's pointers lead into its own resource, of which the tenant knows nothing.
  const forTenant = lowered.problems.map((problem) => ({ ...problem, pointer: '' }));
  return { owner, secrets, lowered: { ...lowered, problems: forTenant } };
}

/** Where people find the app. @throws ComputeError */
export async function computeLinks(app: AppState, node: NodeState, tools: Tools): Promise<readonly Link[]> {
  const { type, input } = await prepareApp(app, node, tools);
  return blame(type.plugin.id, 'links', () => type.links(input));
}

/** The resources that the node itself needs for a plugin. @throws ComputeError */
export async function computeRole(role: RoleState, node: NodeState, tools: Tools): Promise<Computed> {
  const loaded = tools.plugins.findRole(role.plugin);
  if (!loaded) return assertRuns(role.plugin, tools);
  const owner = roleOwner(role, node.input);
  const secrets = recordSecrets(tools.keyring, owner.key);
  const { config, problems } = loaded.validateConfig(role.config);
  if (problems.length > 0)
    throw new ComputeError(
      'ConfigurationInvalid',
      `The configuration of ${role.plugin} does not fit: ${problems.map(({ message }) => message).join(' ')}`,
    );
  const input = { node: node.input, config, observed: role.observed, secret: secrets.source };
  const resources = await blame(role.plugin, 'role', () => loaded.resources(input));
  const lowered = await lowering(owner, node, { ...tools, secrets }).lower(resources, role.plugin);
  return complete(lowered, { owner, node, secrets });
}

/** A plugin that runs and has no role wants nothing of the node itself. */
function assertRuns(plugin: string, { plugins }: Tools): Computed {
  if (plugins.list().some(({ id, state }) => id === plugin && state === 'running'))
    return { resources: [], secrets: new Map(), logs: [] };
  throw new ComputeError('PluginUnavailable', `The plugin ${plugin} does not run.`, { plugin });
}

export interface PreparedApp {
  readonly type: LoadedAppType;
  readonly input: AppInput<unknown>;
  readonly owner: Owner;
  readonly secrets: RecordedSecrets;
}

/** The input of an app type's functions, with a spec of the version they know. @throws ComputeError */
export async function prepareApp(app: AppState, node: NodeState, { plugins, keyring }: Tools): Promise<PreparedApp> {
  const type = plugins.findAppType(app.type);
  if (!type) throw new ComputeError('PluginUnavailable', `No running plugin gives the app type ${app.type}.`);
  const owner = appOwner(app, node.input);
  const secrets = recordSecrets(keyring, owner.key);
  const spec = await migrateSpec(type, app);
  const input = appInput({ ...app, spec }, type.plugin.id, { node, secret: secrets.source });
  return { type, input, owner, secrets };
}

/** Brings a stored spec to the version of its type and fills in what is new. @throws ComputeError SpecOutdated */
export async function migrateSpec(
  type: LoadedAppType,
  app: Pick<AppState, 'spec' | 'specVersion'>,
): Promise<Record<string, unknown>> {
  if (app.specVersion > type.specVersion)
    throw new ComputeError(
      'SpecTooNew',
      `The spec has version ${app.specVersion}, and the plugin ${type.plugin.id} knows ${type.specVersion}.`,
    );
  const migrated =
    app.specVersion === type.specVersion
      ? app.spec
      : await blame(type.plugin.id, 'migrateSpec', () => type.migrateSpec(app.spec, app.specVersion));
  const { spec, problems } = type.validateSpec(migrated);
  if (problems.length === 0) return spec;
  const list = problems.map(({ pointer, message }) => `${pointer}: ${message}`).join(' ');
  throw new ComputeError(
    'SpecOutdated',
    `The spec does not fit version ${type.plugin.version} of the plugin ${type.plugin.id}: ${list}`,
  );
}

function complete({ resources, problems }: Lowered, { owner, node, secrets }: Completed): Computed {
  if (problems.length > 0)
    throw new ComputeError(
      'SpecRefused',
      problems.map(({ message, remedy }) => [message, remedy].join(' ').trim()).join(' '),
    );
  assertCapabilities(resources, owner, node);
  return { resources, secrets: secrets.wanted, logs: declaredLogs(resources) };
}

interface Completed {
  readonly owner: Owner;
  readonly node: NodeState;
  readonly secrets: RecordedSecrets;
}

function lowering(owner: Owner, node: NodeState, tools: Tools & { secrets: RecordedSecrets }): Lowering {
  return new Lowering({ owner, node, drivers: tools.plugins, secret: tools.secrets.source });
}

/** @throws ComputeError CapabilityMissing, with everything that is missing */
export function assertCapabilities(resources: readonly LoweredResource[], { scope }: Owner, node: NodeState): void {
  const missing = resources.flatMap((lowered) =>
    findMissingCapabilities(lowered, node.plugins.get(lowered.plugin)?.capabilities ?? {}, scope),
  );
  const [first] = missing;
  if (first)
    throw new ComputeError('CapabilityMissing', missing.map(({ message }) => message).join(' '), {
      plugin: first.plugin,
    });
}

function declaredLogs(resources: readonly LoweredResource[]): DeclaredLog[] {
  return resources.flatMap(({ resource }) =>
    resource.type === 'log' ? [{ id: resource.id, title: resource.spec.title }] : [],
  );
}
