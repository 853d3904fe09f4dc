import type { Command } from 'commander';
import type { AppType } from '../../api-types.ts';
import type { Context } from '../../context.ts';
import { handle } from '../../handle.ts';
import type { Output } from '../../output/output.ts';
import { renderProse } from '../../output/table.ts';
import { listFields } from '../../spec/list-fields.ts';

export function addTypeCommand(app: Command): void {
  app
    .command('types')
    .description('list the types of apps, or the fields of one type')
    .argument('[type]', 'id of the type')
    .action(handle(showTypes));
}

async function showTypes({ connect, output }: Context, _options: unknown, type?: string): Promise<void> {
  const client = await connect();
  if (type) {
    const found = await client.loadAppType(type);
    output.result(found, () => renderType(found, output));
    return;
  }
  const items = await client.listAppTypes();
  const rows = items.map(({ id, title, plugin, description }) => [id, title, plugin, description]);
  output.result({ items }, () => renderProse(['type', 'title', 'plugin', 'description'], rows, output));
}

function renderType({ id, title, description, spec, actions }: AppType, output: Output): string {
  const { bold, dim } = output.colors;
  const fields = listFields(spec).map((field) => [`  ${field.name}`, field.value, field.otherwise, field.meaning]);
  const actionRows = actions.map((action) => [`  ${action.id}`, action.description ?? action.title]);
  return [
    `${bold(title)}  ${dim(id)}\n  ${description}`,
    `\n${renderProse(['  field', 'value', 'default', 'meaning'], fields, output)}`,
    ...(actions.length > 0 ? [`\n${renderProse(['  action', 'meaning'], actionRows, output)}`] : []),
  ].join('\n');
}
