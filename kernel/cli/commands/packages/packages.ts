import type { Command } from 'commander';
import type { ApiClient } from '../../api-client.ts';
import type { Context } from '../../context.ts';
import { findTenant } from '../../find-app.ts';
import { handle } from '../../handle.ts';
import { say } from '../../output/output.ts';
import { renderFields, renderTable } from '../../output/table.ts';
import { exitCodes, ProblemError, usageProblem } from '../../problem.ts';
import { addAssignmentCommands } from './assignment.ts';
import { type Contents, parseFeatures, parseLimits } from './contents.ts';
import { listContents, renderIncluded } from './render.ts';

export interface Package extends Contents {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly visibility: string;
  readonly revision: number;
  readonly description: string;
  readonly archivedAt: string | null;
}

interface Known {
  readonly limits: readonly { id: string; title: string; unit: string; kind: string; plugin: string | null }[];
  readonly features: readonly { id: string; title: string; plugin: string | null; otherwise: unknown }[];
}

interface Wish {
  readonly name?: string;
  readonly tenant?: string;
  readonly description?: string;
  readonly visibility?: string;
  readonly limit?: readonly string[];
  readonly feature?: readonly string[];
  readonly archive?: boolean;
  readonly restore?: boolean;
}

export function addPackageCommands(program: Command): void {
  const packages = program.command('packages').alias('package').description('what is sold: limits and features');
  packages.command('list').alias('ls').description('list the packages you may see').action(handle(listPackages));
  packages
    .command('show')
    .argument('<package>', 'name or id')
    .description('show a package')
    .action(handle(showPackage));
  packages.command('contents').description('list what packages can give').action(handle(listKnown));
  const create = packages.command('create').description('make a package').argument('<name>', 'what it is sold as');
  addContents(create)
    .option('--tenant <tenant>', 'who sells it: slug or id; you if left out')
    .action(handle(createPackage));
  const change = packages.command('change').description('change a package; who has it keeps what it gave');
  addContents(change.argument('<package>', 'name or id'))
    .option('--name <name>', 'another name')
    .option('--archive', 'give it to nobody any more')
    .option('--restore', 'give it again')
    .action(handle(changePackage));
  addAssignmentCommands(packages);
}

function addContents(command: Command): Command {
  const collect = (value: string, all: readonly string[] = []) => [...all, value];
  return command
    .option('--limit <id=amount>', 'apps=10, disk=20GB, domains=unlimited; any number of times', collect)
    .option('--feature <id=value>', 'ssh, git=no, nginx-php.versions=8.2,8.3, …=all; any number of times', collect)
    .option('--visibility <who>', 'public, hidden or reseller-only')
    .option('--description <text>', 'for customers');
}

/** The package that a person means: an id, or a name. */
export async function findPackage(client: ApiClient, reference: string): Promise<Package> {
  const all = await client.list<Package>('/v1/packages');
  const byName = all.filter(({ name, archivedAt }) => name.toLowerCase() === reference.toLowerCase() && !archivedAt);
  const found = all.find(({ id }) => id === reference) ?? byName[0];
  if (byName.length > 1)
    throw usageProblem(
      `${byName.length} packages are called ${reference}.`,
      `Name one by its id: ${byName.map(({ id }) => id).join(', ')}.`,
    );
  if (found) return found;
  const remedy = `Known: ${all.map(({ name }) => name).join(', ') || 'none'}.`;
  throw new ProblemError(
    { code: 'package-not-found', title: 'Package not found', detail: `There is no package ${reference}.`, remedy },
    exitCodes.notFound,
  );
}

async function listPackages({ connect, output }: Context): Promise<void> {
  const client = await connect();
  const items = await client.list<Package>('/v1/packages');
  const tenants = new Map((await client.listTenants()).map(({ id, slug }) => [id, slug]));
  const rows = items.map(({ name, visibility, revision, tenant, archivedAt, id }) => [
    ...[name, archivedAt ? 'archived' : visibility, `${revision}`, tenants.get(tenant) ?? tenant, id],
  ]);
  output.result({ items }, () => renderTable(['name', 'shown', 'revision', 'sold by', 'id'], rows, output.colors));
}

async function showPackage({ connect, output }: Context, _options: unknown, reference: string): Promise<void> {
  const client = await connect();
  const found = await findPackage(client, reference);
  const known = await client.get<Known>('/v1/package-contents');
  const units = new Map(known.limits.map(({ id, unit }) => [id, unit]));
  const title = `${output.colors.bold(found.name)}  ${output.colors.dim(found.id)}`;
  const fields = [['Revision', `${found.revision}`] as const, ...listContents(found, units)];
  output.result(found, () =>
    [title, found.description, renderFields(fields, output.colors)].filter(Boolean).join('\n'),
  );
}

async function listKnown({ connect, output }: Context): Promise<void> {
  const known = await (await connect()).get<Known>('/v1/package-contents');
  const rows = [
    ...known.limits.map(({ id, title, unit, kind, plugin }) => [id, title, `${unit}, ${kind}`, plugin ?? '']),
    ...known.features.map(({ id, title, plugin, otherwise }) => [
      id,
      title,
      `feature: ${renderIncluded(otherwise)}`,
      plugin ?? '',
    ]),
  ];
  output.result(known, () => renderTable(['id', 'title', 'what', 'plugin'], rows, output.colors));
}

async function createPackage({ connect, output }: Context, options: Wish, name: string): Promise<void> {
  const client = await connect();
  const tenant = options.tenant ? (await findTenant(client, options.tenant)).id : undefined;
  const { limit = [], feature = [], visibility, description } = options;
  const contents = { limits: parseLimits(limit), features: parseFeatures(feature) };
  const made = await client.post<Package>('/v1/packages', { name, tenant, visibility, description, ...contents });
  say(output, made, `Made package ${made.name} (${made.id}).`);
}

async function changePackage({ connect, output }: Context, options: Wish, reference: string): Promise<void> {
  const client = await connect();
  const found = await findPackage(client, reference);
  const { limit, feature, name, visibility, description, archive, restore } = options;
  const changed = await client.patch<Package>(`/v1/packages/${found.id}`, {
    ...{ name, visibility, description },
    ...(limit && { limits: { ...found.limits, ...parseLimits(limit) } }),
    ...(feature && { features: { ...found.features, ...parseFeatures(feature) } }),
    ...((archive || restore) && { archived: archive === true }),
  });
  say(output, changed, `Package ${changed.name} is at revision ${changed.revision}.`);
}
