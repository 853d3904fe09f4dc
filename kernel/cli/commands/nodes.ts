import type { Command } from 'commander';
import type { Condition, Node, Operation } from '../api-types.ts';
import type { Context } from '../context.ts';
import { handle } from '../handle.ts';
import { renderBytes, renderDistance } from '../output/measure.ts';
import { type Colors, say } from '../output/output.ts';
import { renderFields, renderTable } from '../output/table.ts';
import { usageProblem } from '../problem.ts';
import { confirm } from '../prompt.ts';
import { runOperation, type WaitOptions } from '../run-operation.ts';
import { buildSpec, type SpecOptions } from '../spec/build-spec.ts';
import { addSpecOptions, addWaitOptions, parsePositive } from './app/arguments.ts';

export function addNodeCommands(program: Command): void {
  const nodes = program.command('nodes').alias('node').description('the machines that apps run on');
  const one = (name: string, description: string) =>
    nodes.command(name).description(description).argument('<node>', 'name or id');
  nodes.command('list').alias('ls').description('list the nodes').action(handle(listNodes));
  one('show', 'show a node').action(handle(showNode));
  one('set', 'say how a node is treated')
    .option('--drift <policy>', 'manual edits: repair puts them back, keep keeps and shows them')
    .option('--check-interval <seconds>', 'how often everything is compared', parsePositive)
    .action(handle(changeNode));
  one('check', 'compare everything on a node with what is wanted, now').action(handle(checkNode));
  one('plugins', 'list the plugins that are enabled on a node').action(handle(listPlugins));
  const enable = one('enable', 'enable a plugin on a node, or change its configuration there').argument('<plugin>');
  addWaitOptions(addSpecOptions(enable, 'configuration')).action(handle(enablePlugin));
  addWaitOptions(one('disable', 'take a plugin from a node').argument('<plugin>'))
    .option('-y, --yes', 'do not ask')
    .action(handle(disablePlugin));
}

async function listNodes({ connect, output }: Context): Promise<void> {
  const items = await (await connect()).listNodes();
  const rows = items.map((node) => [
    node.name,
    renderReachable(node, output.colors),
    node.facts?.hostname ?? '',
    node.lastSweep ? `${node.lastSweep.changes} changes ${renderDistance(node.lastSweep.at)}` : '',
    output.colors.dim(node.id),
  ]);
  output.result({ items }, () => renderTable(['name', 'state', 'machine', 'last check', 'id'], rows, output.colors));
}

async function showNode({ connect, output }: Context, _options: unknown, reference: string): Promise<void> {
  const node = await (await connect()).loadNode(reference);
  output.result(node, () => renderNode(node, output.colors));
}

function renderNode(node: Node, colors: Colors): string {
  const { facts, lastSweep } = node;
  const fields = [
    ['State', renderReachable(node, colors)],
    ['Machine', facts && `${facts.hostname}, ${facts.os.id} ${facts.os.version}, ${facts.os.arch}`],
    ['Size', facts && `${facts.cpus} processors, ${renderBytes(facts.memoryBytes)} memory`],
    ['Disk', facts && `${renderBytes(facts.diskFreeBytes)} of ${renderBytes(facts.diskBytes)} free`],
    ['Agent', facts && `${facts.agentVersion}, as ${facts.user}, services by ${facts.serviceManager}`],
    ['Web ports', facts && `${facts.ports.http}, ${facts.ports.https}`],
    ['Manual edits', node.drift === 'repair' ? 'are put back' : 'are kept and shown'],
    [
      'Last check',
      lastSweep &&
        `${lastSweep.changes} changes in ${lastSweep.resources} resources of ${lastSweep.owners} owners, ${renderDistance(lastSweep.at)}`,
    ],
    ['Next check', `every ${node.checkInterval} s`],
  ] as const;
  const warnings = (facts?.warnings ?? []).map((warning) => colors.yellow(`  ! ${warning}`));
  return [`${colors.bold(node.name)}  ${colors.dim(node.id)}`, renderFields(fields, colors), ...warnings].join('\n');
}

async function changeNode(
  { connect, output }: Context,
  options: { drift?: string; checkInterval?: number },
  reference: string,
): Promise<void> {
  if (Object.keys(options).length === 0)
    throw usageProblem('Nothing to set was given.', 'Give --drift or --check-interval.');
  const node = await (await connect()).changeNode(reference, options);
  output.result(node, () => renderNode(node, output.colors));
}

async function checkNode({ connect, output, progress }: Context, _options: unknown, reference: string): Promise<void> {
  const client = await connect();
  const line = progress(`Comparing node ${reference} with what is wanted`);
  const sweep = await client.checkNode(reference).finally(() => line.drop());
  output.result(sweep, () => `${sweep.changes} changes in ${sweep.resources} resources of ${sweep.owners} owners.`);
}

async function listPlugins({ connect, output }: Context, _options: unknown, reference: string): Promise<void> {
  const items = await (await connect()).listNodePlugins(reference);
  const rows = items.map(({ plugin, version, conditions }) => [plugin, version, readiness(conditions, output.colors)]);
  output.result({ items }, () => renderTable(['plugin', 'version', 'state'], rows, output.colors));
}

async function enablePlugin(
  context: Context,
  options: SpecOptions & WaitOptions,
  node: string,
  plugin: string,
): Promise<void> {
  const client = await context.connect();
  const current = (await client.listNodePlugins(node)).find((enabled) => enabled.plugin === plugin)?.config ?? {};
  const { config: schema } = await client.loadPlugin(plugin);
  const config = { ...current, ...(await buildSpec(options, { schema, current })) };
  await settle(context, options, {
    title: `Enabling ${plugin} on ${node}`,
    begin: () => client.enablePlugin(node, plugin, config),
  });
}

async function disablePlugin(
  context: Context,
  options: WaitOptions & { yes?: boolean },
  node: string,
  plugin: string,
): Promise<void> {
  const client = await context.connect();
  await confirm(context, {
    question: `Disable ${plugin} on ${node}?`,
    consequences: `What plugin ${plugin} set up on node ${node} will be removed: configuration and services. freehold nodes enable sets it up again.`,
    ...options,
  });
  await settle(context, options, {
    title: `Disabling ${plugin} on ${node}`,
    begin: () => client.disablePlugin(node, plugin),
  });
}

async function settle(
  context: Context,
  options: WaitOptions,
  { title, begin }: { title: string; begin: () => Promise<{ operation: Operation }> },
): Promise<void> {
  const operation = await runOperation(context, { client: await context.connect(), title, begin }, options);
  say(context.output, operation, '');
}

function readiness(conditions: readonly Condition[], colors: Colors): string {
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return colors.green('ready');
  return ready ? colors.yellow(`${ready.reason}: ${ready.message}`) : '';
}

function renderReachable({ reachable, lastSeenAt }: Node, colors: Colors): string {
  if (reachable) return colors.green('reachable');
  return lastSeenAt ? colors.red(`last seen ${renderDistance(lastSeenAt)}`) : colors.yellow('never seen');
}
