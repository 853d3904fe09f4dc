import type { Command } from 'commander';
import type { Plugin } from '../api-types.ts';
import type { Context } from '../context.ts';
import { handle } from '../handle.ts';
import { type Colors, say } from '../output/output.ts';
import { renderFields, renderTable } from '../output/table.ts';
import { confirm } from '../prompt.ts';

export function addPluginCommands(program: Command): void {
  const plugins = program
    .command('plugins')
    .alias('plugin')
    .description('what the installation can do, and in which state it is');
  const one = (name: string, description: string) =>
    plugins.command(name).description(description).argument('<plugin>');
  plugins.command('list').alias('ls').description('list all plugins that were found').action(handle(listPlugins));
  one('show', 'show a plugin: problems, capabilities, taps').action(handle(showPlugin));
  one('approve', 'accept the capabilities that a plugin asks for')
    .option('-y, --yes', 'do not ask')
    .action(handle(approve));
  one('reset', 'take a plugin out of quarantine and start it again').action(handle(reset));
}

async function listPlugins({ connect, output }: Context): Promise<void> {
  const items = await (await connect()).listPlugins();
  const rows = items.map(({ id, version, state, displayName, reason }) => [
    id,
    version,
    renderState(state, output.colors),
    reason || displayName,
  ]);
  output.result({ items }, () => renderTable(['plugin', 'version', 'state', ''], rows, output.colors));
}

async function showPlugin({ connect, output }: Context, _options: unknown, id: string): Promise<void> {
  const plugin = await (await connect()).loadPlugin(id);
  output.result(plugin, () => renderPlugin(plugin, output.colors));
}

function renderPlugin(plugin: Plugin, colors: Colors): string {
  const fields = [
    ['State', renderState(plugin.state, colors) + (plugin.reason ? `: ${plugin.reason}` : '')],
    ['Version', plugin.version],
    ...Object.entries(plugin.contributes).map(([name, value]) => [`Gives ${words(name)}`, namesOf(value)] as const),
    ...Object.entries(plugin.capabilities).map(([name, value]) => [`May touch ${name}`, namesOf(value)] as const),
  ] as const;
  const problems = plugin.problems.map(
    ({ code, message, remedy }) => `\n${colors.red(`✗ ${message}`)}\n  ${remedy} ${colors.dim(`(${code})`)}`,
  );
  const taps = plugin.taps.map(({ hook, calls, failures, p95, breaker }) => [
    `  ${hook}`,
    `${calls}`,
    `${failures}`,
    `${p95} ms`,
    breaker,
  ]);
  return [
    `${colors.bold(plugin.displayName)}  ${colors.dim(plugin.id)}`,
    renderFields(fields, colors),
    ...problems,
    ...(taps.length > 0 ? [`\n${renderTable(['  hook', 'calls', 'failures', 'p95', 'breaker'], taps, colors)}`] : []),
  ].join('\n');
}

async function approve(context: Context, options: { yes?: boolean }, id: string): Promise<void> {
  const client = await context.connect();
  const { displayName, capabilities } = await client.loadPlugin(id);
  const wanted = Object.entries(capabilities).map(([name, value]) => `\n  ${name}: ${namesOf(value)}`);
  await confirm(context, {
    question: 'Accept?',
    consequences: `${displayName} may then touch on the nodes where it is enabled:${wanted.join('')}\n`,
    ...options,
  });
  await report(context, client.approvePlugin(id));
}

async function reset(context: Context, _options: unknown, id: string): Promise<void> {
  await report(context, (await context.connect()).resetPlugin(id));
}

async function report({ output }: Context, changed: Promise<Plugin>): Promise<void> {
  const plugin = await changed;
  say(output, plugin, `${plugin.displayName} is ${plugin.state}${plugin.reason ? `: ${plugin.reason}` : ''}.`);
}

function renderState(state: string, colors: Colors): string {
  if (state === 'running') return colors.green(state);
  return ['failed', 'blocked', 'quarantined'].includes(state) ? colors.red(state) : colors.yellow(state);
}

/** `appTypes` → `app types` */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The names in a list or the keys of a map; empty for nothing. */
function namesOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'object' && value !== null) return Object.keys(value).join(', ');
  return value === true ? 'yes' : '';
}
