import type { Command } from 'commander';
import type { App, Tenant } from '../../api-types.ts';
import type { Context } from '../../context.ts';
import { findApp, findTenant } from '../../find-app.ts';
import { handle } from '../../handle.ts';
import { renderChange } from '../../output/diff.ts';
import { renderDistance, renderTime } from '../../output/measure.ts';
import type { Colors } from '../../output/output.ts';
import { renderFields, renderTable } from '../../output/table.ts';
import { renderOperations } from '../operations.ts';
import { addApp } from './arguments.ts';
import { renderCondition, renderState } from './state.ts';

export function addShowCommands(app: Command): void {
  app
    .command('list')
    .alias('ls')
    .description('list apps')
    .option('--tenant <tenant>', 'only of this tenant')
    .option('--type <type>', 'only of this type')
    .option('--node <node>', 'only on this node')
    .option('--removed', 'what is in the trash')
    .action(handle(listApps));
  addApp(app.command('show').description('show an app: state, addresses, spec')).action(handle(showApp));
  addApp(app.command('operations').description('what was done with an app')).action(handle(listAppOperations));
}

interface ListOptions {
  readonly tenant?: string;
  readonly type?: string;
  readonly node?: string;
  readonly removed?: boolean;
}

async function listApps({ connect, output }: Context, options: ListOptions): Promise<void> {
  const client = await connect();
  const tenants = await client.listTenants();
  const items = await client.listApps({
    ...(options.tenant ? { tenant: (await findTenant(client, options.tenant)).id } : {}),
    ...(options.type ? { type: options.type } : {}),
    ...(options.node ? { node: options.node } : {}),
    lifecycle: options.removed ? 'removed' : 'present',
  });
  output.result({ items }, () => renderApps(items, tenants, output.colors));
}

function renderApps(apps: readonly App[], tenants: readonly Tenant[], colors: Colors): string {
  if (apps.length === 0) return 'No apps.';
  const slugs = new Map(tenants.map(({ id, slug }) => [id, slug]));
  const rows = apps.map((app) => [
    app.name,
    slugs.get(app.tenant) ?? app.tenant,
    app.type,
    renderState(app, colors),
    app.lifecycle === 'removed' ? `until ${renderTime(app.purgeAfter)}` : (app.links[0]?.url ?? ''),
    colors.dim(app.id),
  ]);
  return renderTable(['name', 'tenant', 'type', 'state', 'address', 'id'], rows, colors);
}

async function showApp({ connect, output }: Context, _options: unknown, reference: string): Promise<void> {
  const client = await connect();
  const app = await findApp(client, reference);
  // Names for people; who may not see a node or a tenant sees its id.
  const [tenant, node] = await Promise.all([
    client.loadTenant(app.tenant).then(
      ({ slug }) => slug,
      () => app.tenant,
    ),
    client.loadNode(app.node).then(
      ({ name }) => name,
      () => app.node,
    ),
  ]);
  output.result(app, () => renderApp(app, { tenant, node }, output.colors));
}

function renderApp(app: App, names: { tenant: string; node: string }, colors: Colors): string {
  const heading = (text: string) => `\n${colors.bold(text)}`;
  const fields = [
    ['State', renderState(app, colors)],
    ['Type', app.type],
    ['Tenant', names.tenant],
    ['Node', names.node],
    ['Release', app.release === null ? undefined : `${app.release}`],
    ['Generation', `${app.generation}, observed ${app.observedGeneration}`],
    ...app.suspended.map(({ reason, note }) => ['Suspended', note ? `${reason}: ${note}` : reason] as const),
    ...app.links.map(({ title, url }) => [title, url] as const),
    ['Created', renderTime(app.createdAt)],
    [
      'Removed',
      app.removedAt ? `${renderTime(app.removedAt)}, destroyed ${renderDistance(app.purgeAfter)}` : undefined,
    ],
  ] as const;
  return [
    `${colors.bold(app.name)}  ${colors.dim(app.id)}`,
    renderFields(fields, colors),
    heading('Conditions'),
    renderTable(
      ['  ', '', ''],
      app.conditions.map((condition) => renderCondition(condition, colors)),
      colors,
    )
      .split('\n')
      .slice(1)
      .join('\n'),
    ...renderDrift(app, colors),
    heading('Spec'),
    JSON.stringify(app.spec, null, 2).replace(/^/gm, '  '),
    ...(app.notices ?? []).map(
      ({ plugin, message }) => `\n${colors.yellow(`! ${message}`)} ${colors.dim(`(${plugin})`)}`,
    ),
  ].join('\n');
}

function renderDrift({ drift = [] }: App, colors: Colors): string[] {
  if (drift.length === 0) return [];
  const words = { repaired: 'put back', kept: 'left as it is', failed: 'could not be put back' };
  const changes = drift.map(({ action, summary, message, ...rest }) => {
    const what = [summary, words[action], message].filter(Boolean).join(', ');
    return renderChange({ ...rest, action: 'update', summary: what }, colors);
  });
  return [`\n${colors.bold('Changed by hand')}`, ...changes];
}

async function listAppOperations({ connect, output }: Context, _options: unknown, reference: string): Promise<void> {
  const client = await connect();
  const items = await client.listAppOperations((await findApp(client, reference)).id);
  output.result({ items }, () => renderOperations(items, output.colors));
}
