import type { Command } from 'commander';
import type { Tenant } from '../../api-types.ts';
import type { Context } from '../../context.ts';
import { findTenant } from '../../find-app.ts';
import { handle } from '../../handle.ts';
import { renderTime } from '../../output/measure.ts';
import { say } from '../../output/output.ts';
import { confirm } from '../../prompt.ts';

interface LivingTenant extends Tenant {
  readonly suspended: readonly { readonly reason: string }[];
  readonly purgeAfter: string | null;
}

/** What happens to a tenant between its creation and its end. */
export function addTenantLifeCommands(tenants: Command): void {
  const add = (name: string, words: string) =>
    tenants.command(name).description(words).argument('<tenant>', 'slug or id');
  add('suspend', 'suspend a tenant and all below it, with their apps')
    .requiredOption('--reason <reason>', 'billing, abuse or operator; each stands for itself')
    .option('--note <text>', 'for people who look at it')
    .action(handle(suspend));
  add('resume', 'end a suspension')
    .option('--reason <reason>', 'only this one; all that you may end if left out')
    .action(handle(resume));
  add('remove', 'shut a tenant out and stop its apps; it can be restored for a while')
    .alias('rm')
    .option('--purge', 'destroy one that was removed, with all its data')
    .option('-y, --yes', 'do not ask')
    .action(handle(remove));
  add('restore', 'take a removed tenant back, with all it had').action(handle(restore));
}

async function suspend(
  { connect, output }: Context,
  { reason, note }: { reason: string; note?: string },
  reference: string,
) {
  const client = await connect();
  const { id } = await findTenant(client, reference);
  const tenant = await client.post<LivingTenant>(`/v1/tenants/${id}/suspend`, { reason, ...(note && { note }) });
  say(output, tenant, `${tenant.name} is suspended: ${reasonsOf(tenant)}. Its apps follow.`);
}

async function resume({ connect, output }: Context, { reason }: { reason?: string }, reference: string) {
  const client = await connect();
  const { id } = await findTenant(client, reference);
  const tenant = await client.post<LivingTenant>(`/v1/tenants/${id}/resume`, { ...(reason && { reason }) });
  const left = tenant.suspended.length > 0 ? `is still suspended: ${reasonsOf(tenant)}` : 'is not suspended any more';
  say(output, tenant, `${tenant.name} ${left}.`);
}

async function remove(context: Context, { purge, yes }: { purge?: boolean; yes?: boolean }, reference: string) {
  const client = await context.connect();
  const { id, name } = await findTenant(client, reference);
  await confirm(context, {
    question: purge ? 'Destroy it?' : 'Remove it?',
    consequences: purge
      ? `All apps of ${name} and their data will be destroyed; there is no way back.`
      : `Nobody of ${name} will have access any more, and its apps will stop.`,
    ...(yes && { yes }),
  });
  const tenant = await client.delete<LivingTenant>(`/v1/tenants/${id}${purge ? '?purge=true' : ''}`);
  const words = purge ? 'is being destroyed' : `is removed, and can be restored until ${renderTime(tenant.purgeAfter)}`;
  say(context.output, tenant, `${name} ${words}.`);
}

async function restore({ connect, output }: Context, _options: unknown, reference: string) {
  const client = await connect();
  const { id } = await findTenant(client, reference);
  const tenant = await client.post<LivingTenant>(`/v1/tenants/${id}/restore`);
  say(output, tenant, `${tenant.name} is back.`);
}

function reasonsOf({ suspended }: LivingTenant): string {
  return suspended.map(({ reason }) => reason).join(', ');
}
