import type { Command } from 'commander';
import type { KernelEvent } from '../api-types.ts';
import type { Context } from '../context.ts';
import { handle } from '../handle.ts';
import { renderTime } from '../output/measure.ts';
import type { Colors } from '../output/output.ts';

export function addEventCommands(program: Command): void {
  program
    .command('events')
    .description('what happens in the installation')
    .option('-f, --follow', 'go on with new events until Ctrl-C')
    .option('--app <app>', 'only of this app (id)')
    .option('--operation <operation>', 'only of this operation')
    .option('--types <types>', 'only of these types, separated by commas')
    .option('--after <event>', 'only what came after this event')
    .action(handle(showEvents));
}

interface EventOptions {
  readonly follow?: boolean;
  readonly app?: string;
  readonly operation?: string;
  readonly types?: string;
  readonly after?: string;
}

async function showEvents({ connect, output, signal }: Context, options: EventOptions): Promise<void> {
  const client = await connect();
  const { follow, ...query } = options;
  const print = (event: KernelEvent) => output.item(event, () => renderEvent(event, output.colors));
  if (follow) for await (const event of client.followEvents(query, signal)) print(event);
  else for await (const event of client.readEvents(query)) print(event);
}

function renderEvent({ id, type, data }: KernelEvent, colors: Colors): string {
  const { at, ...rest } = data;
  const time = colors.dim(renderTime(typeof at === 'string' ? at : undefined));
  return [time, colors.bold(type), ...renderData(rest), ...(id ? [colors.dim(id)] : [])].join('  ');
}

/** `{ app: { name: 'demo' } }` → `app.name=demo` */
function renderData(data: Readonly<Record<string, unknown>>, above = ''): string[] {
  return Object.entries(data).flatMap(([name, value]) => {
    if (value === null || value === undefined) return [];
    if (typeof value === 'object' && !Array.isArray(value))
      return renderData(value as Readonly<Record<string, unknown>>, `${above}${name}.`);
    return [`${above}${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`];
  });
}
