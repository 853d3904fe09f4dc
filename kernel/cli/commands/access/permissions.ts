import type { Command } from 'commander';
import type { Context } from '../../context.ts';
import { handle } from '../../handle.ts';
import { renderTable } from '../../output/table.ts';

interface Permission {
  readonly id: string;
  readonly title: string;
  readonly on: string;
  readonly roles: readonly string[];
}

/** What can be allowed, for whoever limits a person or a token. */
export function addPermissionCommands(program: Command): void {
  program.command('permissions').description('list everything that can be allowed').action(handle(listPermissions));
}

async function listPermissions({ connect, output }: Context): Promise<void> {
  const items = await (await connect()).list<Permission>('/v1/permissions');
  const rows = items.map(({ id, title, on, roles }) => [id, title, on, roles.join(', ')]);
  output.result({ items }, () => renderTable(['permission', 'what', 'of', 'roles'], rows, output.colors));
}
