import type { Command } from 'commander';
import type { ApiClient } from '../api-client.ts';
import { type Suggestion, suggest } from '../completion/complete.ts';
import { completionScripts, type Shell, shells } from '../completion/scripts.ts';
import { findConnection } from '../connection.ts';
import type { Context } from '../context.ts';
import { handle } from '../handle.ts';
import { plainText } from '../output/plain-text.ts';
import { usageProblem } from '../problem.ts';

export function addCompletionCommands(program: Command): void {
  program
    .command('completion')
    .description('print what makes a shell complete commands: bash, zsh or fish')
    .argument('<shell>')
    .action(handle(printScript));
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[]) => complete(program, words));
}

async function printScript(_context: Context, _options: unknown, shell: string): Promise<void> {
  if (!shells.includes(shell as Shell))
    throw usageProblem(`${shell} is not known.`, `Give one of ${shells.join(', ')}.`);
  process.stdout.write(completionScripts[shell as Shell]);
}

/** Never says a word of its own: it would end up on somebody's command line. */
async function complete(program: Command, words: readonly string[]): Promise<void> {
  const suggestions = suggest(program, words.length > 0 ? words : ['']);
  if (suggestions.kind === 'files') return void process.stdout.write(':files\n');
  const found = suggestions.kind === 'words' ? suggestions.words : await loadNames(suggestions.of).catch(() => []);
  for (const { word, description } of found) process.stdout.write(`${plainText(`${word}\t${description}`)}\n`);
}

/** Who presses the tabulator does not wait for a server that does not answer. */
const PATIENCE = 1_500;

async function loadNames(of: string): Promise<readonly Suggestion[]> {
  const { ApiClient } = await import('../api-client.ts');
  const client = new ApiClient(await findConnection({}));
  const late = new Promise<Suggestion[]>((resolve) => setTimeout(resolve, PATIENCE, []).unref());
  return Promise.race([namesFrom(client, of), late]);
}

async function namesFrom(client: ApiClient, of: string): Promise<Suggestion[]> {
  const word = (word: string, description: string) => ({ word, description });
  if (of === 'app') return (await client.listApps()).map((app) => word(app.name, app.type));
  if (of === 'tenant') return (await client.listTenants()).map((tenant) => word(tenant.slug, tenant.name));
  if (of === 'node') return (await client.listNodes()).map((node) => word(node.name, node.facts?.hostname ?? ''));
  if (of === 'plugin') return (await client.listPlugins()).map((plugin) => word(plugin.id, plugin.displayName));
  return (await client.listAppTypes()).map((type) => word(type.id, type.title));
}
