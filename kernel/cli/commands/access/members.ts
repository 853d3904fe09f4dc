import type { Command } from 'commander';
import type { ApiClient } from '../../api-client.ts';
import type { Context } from '../../context.ts';
import { findTenant } from '../../find-app.ts';
import { handle } from '../../handle.ts';
import { renderTime } from '../../output/measure.ts';
import { say } from '../../output/output.ts';
import { renderTable } from '../../output/table.ts';
import { usageProblem } from '../../problem.ts';
import { confirm } from '../../prompt.ts';

interface Access {
  readonly role: string;
  readonly apps: readonly string[] | null;
  readonly actions: readonly string[] | null;
}

interface Member extends Access {
  readonly account: string;
  readonly email: string;
}

interface Invitation extends Access {
  readonly id: string;
  readonly email: string;
  readonly expiresAt: string;
}

interface GrantOptions {
  readonly role: string;
  readonly app?: readonly string[];
  readonly permission?: readonly string[];
}

/** Who has access to a tenant. */
export function addMemberCommands(program: Command): void {
  const members = program.command('members').alias('member').description('who has access to a tenant');
  const withTenant = (name: string, words: string) =>
    members.command(name).description(words).argument('<tenant>', 'slug or id');
  withTenant('list', 'list who has access, and who is invited').alias('ls').action(handle(listMembers));
  addGrant(withTenant('invite', 'invite somebody by mail').argument('<email>', 'address')).action(handle(invite));
  withTenant('uninvite', 'take an invitation back')
    .argument('<email>', 'address, or id of the invitation')
    .action(handle(uninvite));
  addGrant(withTenant('set', 'change what somebody may do').argument('<member>', 'address or id')).action(
    handle(setMember),
  );
  withTenant('remove', 'end somebody’s access')
    .alias('rm')
    .argument('<member>', 'address or id')
    .option('-y, --yes', 'do not ask')
    .action(handle(removeMember));
  withTenant('impersonate', 'act as a member for half an hour; prints an access token')
    .argument('<member>', 'address or id')
    .requiredOption('--reason <text>', 'why; it stands in the audit log')
    .action(handle(impersonate));
}

function addGrant(command: Command): Command {
  const add = (value: string, before: readonly string[] = []) => [...before, value];
  return command
    .requiredOption('--role <role>', 'super_admin, reseller, customer or technical_user')
    .option('--app <id>', 'only this app; can be repeated; for a technical_user', add)
    .option('--permission <id>', 'only this permission; can be repeated; for a technical_user', add);
}

async function listMembers({ connect, output }: Context, _options: unknown, reference: string): Promise<void> {
  const client = await connect();
  const { id } = await findTenant(client, reference);
  const members = await client.list<Member>(`/v1/tenants/${id}/members`);
  const invitations = await client.list<Invitation>(`/v1/tenants/${id}/invitations`);
  const rows = [
    ...members.map((one) => [one.email, one.role, describeLimits(one), one.account]),
    ...invitations.map((one) => [one.email, one.role, `invited until ${renderTime(one.expiresAt)}`, one.id]),
  ];
  output.result({ members, invitations }, () => renderTable(['address', 'role', 'limits', 'id'], rows, output.colors));
}

async function invite({ connect, output }: Context, options: GrantOptions, ...[reference = '', email = '']: string[]) {
  const client = await connect();
  const tenant = await findTenant(client, reference);
  const invitation = await client.post<Invitation>(`/v1/tenants/${tenant.id}/invitations`, {
    email,
    ...grantOf(options),
  });
  say(output, invitation, `Invited ${email} to ${tenant.name} as ${invitation.role}.`);
}

async function uninvite({ connect, output }: Context, _options: unknown, ...[reference = '', who = '']: string[]) {
  const client = await connect();
  const tenant = await findTenant(client, reference);
  const open = await client.list<Invitation>(`/v1/tenants/${tenant.id}/invitations`);
  const found = open.find(({ id, email }) => id === who || email.toLowerCase() === who.toLowerCase());
  if (!found) throw usageProblem(`Nobody has invited ${who} to ${tenant.name}.`, 'See freehold members list.');
  await client.delete(`/v1/tenants/${tenant.id}/invitations/${found.id}`);
  say(output, { removed: found.id }, `The invitation of ${found.email} is worth nothing any more.`);
}

async function setMember({ connect, output }: Context, options: GrantOptions, ...[reference = '', who = '']: string[]) {
  const client = await connect();
  const { tenant, member } = await findMember(client, reference, who);
  const changed = await client.put<Member>(`/v1/tenants/${tenant.id}/members/${member.account}`, grantOf(options));
  say(output, changed, `${changed.email} is ${changed.role} of ${tenant.name}.`);
}

async function removeMember(context: Context, options: { yes?: boolean }, ...[reference = '', who = '']: string[]) {
  const client = await context.connect();
  const { tenant, member } = await findMember(client, reference, who);
  await confirm(context, {
    question: 'End the access?',
    consequences: `${member.email} will have no access to ${tenant.name} any more.`,
    ...options,
  });
  await client.delete(`/v1/tenants/${tenant.id}/members/${member.account}`);
  say(context.output, { removed: member.account }, `${member.email} has no access to ${tenant.name} any more.`);
}

async function impersonate(
  { connect, output }: Context,
  { reason }: { reason: string },
  ...[reference = '', who = '']: string[]
) {
  const client = await connect();
  const { tenant, member } = await findMember(client, reference, who);
  const url = `/v1/tenants/${tenant.id}/members/${member.account}/impersonation`;
  const given = await client.post<{ token: string; expiresAt: string }>(url, { reason });
  output.note(`You act as ${member.email} until ${renderTime(given.expiresAt)} with this token:`);
  output.result(given, () => given.token);
}

async function findMember(client: ApiClient, reference: string, who: string) {
  const tenant = await findTenant(client, reference);
  const members = await client.list<Member>(`/v1/tenants/${tenant.id}/members`);
  const member = members.find(({ account, email }) => account === who || email.toLowerCase() === who.toLowerCase());
  if (member) return { tenant, member };
  throw usageProblem(`${who} has no access to ${tenant.name}.`, 'See freehold members list.');
}

function grantOf({ role, app, permission }: GrantOptions) {
  return { role, ...(app && { apps: app }), ...(permission && { actions: permission }) };
}

function describeLimits({ apps, actions }: Access): string {
  const limits = [
    ...(apps ? [`apps ${apps.join(' ')}`] : []),
    ...(actions ? [`permissions ${actions.join(' ')}`] : []),
  ];
  return limits.join(', ') || 'none';
}
