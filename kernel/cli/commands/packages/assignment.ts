import type { Command } from 'commander';
import type { ApiClient } from '../../api-client.ts';
import type { Context } from '../../context.ts';
import { findTenant } from '../../find-app.ts';
import { handle } from '../../handle.ts';
import { say } from '../../output/output.ts';
import { renderTable } from '../../output/table.ts';
import { usageProblem } from '../../problem.ts';
import { findPackage } from './packages.ts';

interface Assigned {
  readonly package: string;
  readonly name: string;
  readonly revision: number;
  readonly newest: number;
  readonly quantity: number;
}

interface Check {
  readonly fits: boolean;
  readonly obstacles: readonly { message: string; apps: readonly { name: string }[] }[];
}

export function addAssignmentCommands(packages: Command): void {
  packages
    .command('of')
    .description('list the packages of a tenant')
    .argument('<tenant>', 'slug or id')
    .action(handle(listAssigned));
  packages
    .command('assign')
    .description('give a tenant exactly these packages; none takes all away')
    .argument('<tenant>', 'slug or id')
    .argument('[packages...]', 'names or ids; Basic@2 for revision 2, Basic*3 for three of them')
    .option('--newest', 'move to the newest revisions')
    .option('--check', 'only say what is in the way')
    .option('--force', 'also when what is used does not fit; it stays, and nothing can be added')
    .action(handle(assignPackages));
}

async function listAssigned({ connect, output }: Context, _options: unknown, reference: string): Promise<void> {
  const client = await connect();
  const items = await client.list<Assigned>(pathOf((await findTenant(client, reference)).id));
  const rows = items.map(({ name, revision, newest, quantity, package: id }) => [
    ...[name, revision === newest ? `${revision}` : `${revision} of ${newest}`, `${quantity}`, id],
  ]);
  output.result({ items }, () => renderTable(['package', 'revision', 'quantity', 'id'], rows, output.colors));
}

async function assignPackages(
  { connect, output }: Context,
  options: { newest?: boolean; check?: boolean; force?: boolean },
  reference: string,
  names: readonly string[],
): Promise<void> {
  const client = await connect();
  const { id, name } = await findTenant(client, reference);
  const packages = await Promise.all(names.map((text) => toWish(client, text, options)));
  if (options.check) {
    const check = await client.post<Check>(`${pathOf(id)}/check`, { packages });
    return output.result(check, () => renderCheck(check));
  }
  const assigned = await client.put<{ items: Assigned[] }>(pathOf(id), { packages, force: options.force === true });
  say(output, assigned, `${name} has ${assigned.items.map((one) => one.name).join(', ') || 'no package'}.`);
}

/** `Basic`, `Basic@2`, `Basic*3`. */
async function toWish(client: ApiClient, text: string, { newest }: { newest?: boolean }) {
  const [, reference = '', revision, quantity] = /^(.+?)(?:@(\d+))?(?:\*(\d+))?$/.exec(text) ?? [];
  if (reference === '')
    throw usageProblem(`"${text}" names no package.`, 'Give a name or an id, such as Basic or Basic@2.');
  const found = await findPackage(client, reference);
  const number = revision ? Number(revision) : newest ? found.revision : undefined;
  return {
    package: found.id,
    ...(number !== undefined && { revision: number }),
    ...(quantity && { quantity: Number(quantity) }),
  };
}

function renderCheck({ fits, obstacles }: Check): string {
  if (fits) return 'What is used fits.';
  return obstacles
    .map(({ message, apps }) =>
      apps.length === 0 ? message : `${message} Apps: ${apps.map(({ name }) => name).join(', ')}.`,
    )
    .join('\n');
}

function pathOf(tenant: string): string {
  return `/v1/tenants/${encodeURIComponent(tenant)}/packages`;
}
