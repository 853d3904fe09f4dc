import type { Command } from 'commander';
import type { AppType } from '../../api-types.ts';
import type { Context } from '../../context.ts';
import { handle } from '../../handle.ts';
import type { Output } from '../../output/output.ts';
import { renderProse, wrap } from '../../output/table.ts';
import { type Field, listFields } from '../../spec/list-fields.ts';

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
  const actionRows = actions.map((action) => [`  ${action.id}`, action.description ?? action.title]);
  return [
    `${bold(title)}  ${dim(id)}\n${wrap(description, '  ', output.columns)}\n`,
    ...listFields(spec).map((field) => renderField(field, output)),
    ...(actions.length > 0 ? [`\n${renderProse(['  action', 'meaning'], actionRows, output)}`] : []),
  ].join('\n');
}

/** No table: a list of what may be given can be longer than a line. */
function renderField({ name, value, otherwise, meaning }: Field, { colors, columns }: Output): string {
  const given = otherwise === '' ? value : `${value}; default ${otherwise}`;
  const words = wrap(meaning, '      ', columns);
  return [`  ${colors.bold(name)}  ${colors.dim(given)}`, ...(meaning ? [words] : [])].join('\n');
}
