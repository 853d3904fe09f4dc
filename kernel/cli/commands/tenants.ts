import type { Command } from 'commander';
import type { Tenant } from '../api-types.ts';
import type { Context } from '../context.ts';
import { findTenant } from '../find-app.ts';
import { handle } from '../handle.ts';
import { renderTime } from '../output/measure.ts';
import { say } from '../output/output.ts';
import { renderFields, renderTable } from '../output/table.ts';
import { confirm } from '../prompt.ts';
import { addTenantLifeCommands } from './access/tenant-life.ts';

export function addTenantCommands(program: Command): void {
  const tenants = program.command('tenants').alias('tenant').description('who owns apps: hoster, resellers, customers');
  tenants.command('list').alias('ls').description('list the tenants you may see').action(handle(listTenants));
  tenants
    .command('create')
    .description('create a tenant')
    .argument('<name>', 'what people call it: "Example Ltd"')
    .option('--slug <slug>', 'short name for commands and addresses')
    .option('--kind <kind>', 'customer or reseller', 'customer')
    .option('--parent <tenant>', 'the tenant it belongs to; yours if left out')
    .action(handle(createTenant));
  tenants.command('show').argument('<tenant>', 'slug or id').description('show a tenant').action(handle(showTenant));
  addTenantLifeCommands(tenants);
  addTokenCommands(tenants);
}

function addTokenCommands(tenants: Command): void {
  const token = tenants.command('token').description('API tokens of a tenant');
  token
    .command('create')
    .description('make a token; it is shown once')
    .argument('<tenant>', 'slug or id')
    .option('--name <name>', 'what it is for', 'freehold command line')
    .option('--permission <id>', 'only this permission; can be repeated', collect)
    .option('--only-tenant <tenant>', 'only this tenant and those below it; can be repeated', collect)
    .option('--app <id>', 'only this app; can be repeated', collect)
    .option('--address <network>', 'only from there, 192.0.2.0/24; can be repeated', collect)
    .option('--expires <time>', 'ISO 8601; never if left out')
    .action(handle(createToken));
  token
    .command('list')
    .alias('ls')
    .argument('<tenant>', 'slug or id')
    .description('list the tokens')
    .action(handle(listTokens));
  token
    .command('revoke')
    .description('make a token useless, at once and for good')
    .argument('<tenant>', 'slug or id')
    .argument('<token>', 'id of the token')
    .option('-y, --yes', 'do not ask')
    .action(handle(revokeToken));
}

async function listTenants({ connect, output }: Context): Promise<void> {
  const items = await (await connect()).listTenants();
  const slugs = new Map(items.map(({ id, slug }) => [id, slug]));
  const rows = items.map(({ slug, name, kind, parent, id }) => [
    slug,
    name,
    kind,
    parent ? (slugs.get(parent) ?? parent) : '',
    id,
  ]);
  output.result({ items }, () => renderTable(['slug', 'name', 'kind', 'belongs to', 'id'], rows, output.colors));
}

async function createTenant(
  { connect, output }: Context,
  options: { slug?: string; kind: string; parent?: string },
  name: string,
): Promise<void> {
  const client = await connect();
  const parent = options.parent ? (await findTenant(client, options.parent)).id : undefined;
  const { slug, kind } = options;
  const tenant = await client.createTenant({ name, kind, ...(slug ? { slug } : {}), ...(parent ? { parent } : {}) });
  say(output, tenant, `Created tenant ${tenant.name} (${tenant.slug}).`);
}

async function showTenant({ connect, output }: Context, _options: unknown, reference: string): Promise<void> {
  const client = await connect();
  const tenant = await findTenant(client, reference);
  // Who may not see the tenant above sees its id.
  const above = tenant.parent && (await client.loadTenant(tenant.parent).catch(() => undefined))?.slug;
  output.result(tenant, () => renderTenant(tenant, above ?? tenant.parent, output));
}

function renderTenant(tenant: Tenant, above: string | null, { colors }: Context['output']): string {
  const fields = [
    ['Slug', tenant.slug],
    ['Kind', tenant.kind],
    ['Belongs to', above],
    ['Created', renderTime(tenant.createdAt)],
  ] as const;
  return `${colors.bold(tenant.name)}  ${colors.dim(tenant.id)}\n${renderFields(fields, colors)}`;
}

interface TokenOptions {
  readonly name: string;
  readonly permission?: readonly string[];
  readonly onlyTenant?: readonly string[];
  readonly app?: readonly string[];
  readonly address?: readonly string[];
  readonly expires?: string;
}

async function createToken({ connect, output }: Context, options: TokenOptions, reference: string): Promise<void> {
  const client = await connect();
  const tenant = await findTenant(client, reference);
  const { name, permission, onlyTenant = [], app, address, expires } = options;
  const tenants = await Promise.all(onlyTenant.map(async (one) => (await findTenant(client, one)).id));
  const token = await client.createToken(tenant.id, {
    name,
    ...(permission && { permissions: permission }),
    ...(tenants.length > 0 && { tenants }),
    ...(app && { apps: app }),
    ...(address && { addresses: address }),
    ...(expires && { expiresAt: expires }),
  });
  output.note(`Token ${token.id} of ${tenant.name}. It is shown now and never again:`);
  output.result(token, () => token.token ?? '');
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

async function listTokens({ connect, output }: Context, _options: unknown, reference: string): Promise<void> {
  const client = await connect();
  const items = await client.listTokens((await findTenant(client, reference)).id);
  const rows = items.map(({ id, name, createdAt, lastUsedAt }) => [
    id,
    name,
    renderTime(createdAt),
    renderTime(lastUsedAt),
  ]);
  output.result({ items }, () => renderTable(['id', 'name', 'created', 'last used'], rows, output.colors));
}

async function revokeToken(
  context: Context,
  options: { yes?: boolean },
  reference: string,
  token: string,
): Promise<void> {
  const client = await context.connect();
  const tenant = await findTenant(client, reference);
  await confirm(context, {
    question: 'Revoke it?',
    consequences: `Every program that uses token ${token} of ${tenant.name} will be signed out; this cannot be taken back.`,
    ...options,
  });
  await client.revokeToken(tenant.id, token);
  say(context.output, { revoked: token }, `Token ${token} is revoked.`);
}
