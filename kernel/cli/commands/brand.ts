import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { findTenant } from '../find-app.ts';
import { handle } from '../handle.ts';
import { say } from '../output/output.ts';
import { renderFields } from '../output/table.ts';
import { usageProblem } from '../problem.ts';

type Fields = Readonly<Record<string, string | null>>;

interface Brand {
  readonly own: Fields | null;
  readonly effective: Fields;
}

export function addBrandCommands(program: Command): void {
  const brand = program.command('brand').description('how a hoster or reseller appears to its customers, in mails');
  brand.command('show').argument('<tenant>', 'slug or id').description('show a brand').action(handle(showBrand));
  brand
    .command('set')
    .argument('<tenant>', 'slug or id')
    .description('change a brand; what is empty is as with the tenant above')
    .option('--name <name>', 'what customers know it by')
    .option('--color <color>', 'of buttons: #1f6feb')
    .option('--logo-url <url>', 'of a picture: https://…')
    .option('--support-email <address>', 'where customers write to')
    .option('--sender <address>', 'that mails come from; for super administrators')
    .option('--footer <text>', 'one line at the end of mails')
    .action(handle(setBrand));
  brand
    .command('remove')
    .argument('<tenant>', 'slug or id')
    .description('let a tenant appear as the one above it')
    .action(handle(removeBrand));
}

async function showBrand({ connect, output }: Context, _options: unknown, reference: string): Promise<void> {
  const client = await connect();
  const brand = await client.get<Brand>(pathOf((await findTenant(client, reference)).id));
  const fields = Object.entries(brand.effective).map(
    ([name, value]) => [name, `${value ?? ''}${sourceOf(brand, name)}`] as const,
  );
  output.result(brand, () => renderFields(fields, output.colors));
}

function sourceOf({ own, effective }: Brand, name: string): string {
  return effective[name] && !own?.[name] ? ' (from above)' : '';
}

async function setBrand(
  { connect, output }: Context,
  given: Readonly<Record<string, string>>,
  reference: string,
): Promise<void> {
  const wish = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value === '' ? null : value]));
  if (Object.keys(wish).length === 0) throw usageProblem('There is nothing to change.', 'Give one of the options.');
  const client = await connect();
  const path = pathOf((await findTenant(client, reference)).id);
  const { own } = await client.get<Brand>(path);
  const brand = await client.put<Brand>(path, { ...own, ...wish });
  say(output, brand, `The brand of ${reference} is changed.`);
}

async function removeBrand({ connect, output }: Context, _options: unknown, reference: string): Promise<void> {
  const client = await connect();
  await client.delete(pathOf((await findTenant(client, reference)).id));
  say(output, { removed: reference }, `${reference} appears as the tenant above it.`);
}

function pathOf(tenant: string): string {
  return `/v1/tenants/${encodeURIComponent(tenant)}/brand`;
}
