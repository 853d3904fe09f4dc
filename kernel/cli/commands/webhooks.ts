import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { findTenant } from '../find-app.ts';
import { handle } from '../handle.ts';
import { renderTime } from '../output/measure.ts';
import { say } from '../output/output.ts';
import { renderTable } from '../output/table.ts';
import { confirm } from '../prompt.ts';

interface Webhook {
  readonly id: string;
  readonly tenant: string;
  readonly url: string;
  readonly types: readonly string[];
  readonly active: boolean;
}

interface WithSecret extends Webhook {
  readonly secret: string;
}

interface Delivery {
  readonly id: string;
  readonly type: string;
  readonly state: string;
  readonly attempts: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly createdAt: string;
}

export function addWebhookCommands(program: Command): void {
  const webhooks = program.command('webhooks').alias('webhook').description('where programs are told what happens');
  webhooks.command('list').alias('ls').description('list the webhooks you may see').action(handle(listWebhooks));
  webhooks
    .command('create')
    .description('make a webhook; the secret that signs deliveries is shown once')
    .argument('<url>', 'https://…, reachable from the internet')
    .option('--tenant <tenant>', 'of whose events it is told; yours if left out')
    .option('--types <types>', 'types of the events, with commas: app.created,operation.finished; all if left out')
    .option('--description <text>', 'for people')
    .action(handle(createWebhook));
  onOne(webhooks, 'deliveries', 'list what was sent, and how it went').action(handle(listDeliveries));
  onOne(webhooks, 'test', 'send a test').action(handle(testWebhook));
  onOne(webhooks, 'renew-secret', 'sign with a new secret from now on').action(handle(renewSecret));
  onOne(webhooks, 'disable', 'tell it of nothing for now').action(handle(switchTo(false)));
  onOne(webhooks, 'enable', 'tell it of what happens again').action(handle(switchTo(true)));
  onOne(webhooks, 'remove', 'remove a webhook').option('-y, --yes', 'do not ask').action(handle(removeWebhook));
}

function onOne(webhooks: Command, name: string, description: string): Command {
  return webhooks.command(name).argument('<webhook>', 'id of the webhook').description(description);
}

async function listWebhooks({ connect, output }: Context): Promise<void> {
  const items = await (await connect()).list<Webhook>('/v1/webhooks');
  const rows = items.map(({ id, url, types, active }) => [id, url, types.join(', ') || 'all', active ? 'yes' : 'no']);
  output.result({ items }, () => renderTable(['id', 'address', 'types', 'active'], rows, output.colors));
}

async function createWebhook(
  { connect, output }: Context,
  options: { tenant?: string; types?: string; description?: string },
  url: string,
): Promise<void> {
  const client = await connect();
  const { description } = options;
  const tenant = options.tenant && (await findTenant(client, options.tenant)).id;
  const types = options.types?.split(',').map((type) => type.trim());
  const made = await client.post<WithSecret>('/v1/webhooks', {
    ...{ url, ...(tenant && { tenant }), ...(types && { types }), ...(description && { description }) },
  });
  output.note(`Webhook ${made.id}. This signs what is sent; it is shown now and never again:`);
  output.result(made, () => made.secret);
}

async function listDeliveries({ connect, output }: Context, _options: unknown, id: string): Promise<void> {
  const items = await (await connect()).list<Delivery>(`${pathOf(id)}/deliveries`, {}, 200);
  const rows = items.map(({ type, state, attempts, status, error, createdAt }) => [
    renderTime(createdAt),
    type,
    state,
    `${attempts}`,
    error ?? `${status ?? ''}`,
  ]);
  output.result({ items }, () => renderTable(['at', 'type', 'state', 'attempts', 'answer'], rows, output.colors));
}

async function testWebhook({ connect, output }: Context, _options: unknown, id: string): Promise<void> {
  const delivery = await (await connect()).post<Delivery>(`${pathOf(id)}/test`, {});
  say(output, delivery, 'A test is on its way. freehold webhooks deliveries says how it went.');
}

async function renewSecret({ connect, output }: Context, _options: unknown, id: string): Promise<void> {
  const renewed = await (await connect()).post<WithSecret>(`${pathOf(id)}/secret`, {});
  output.note('From now on this signs what is sent; it is shown now and never again:');
  output.result(renewed, () => renewed.secret);
}

function switchTo(active: boolean) {
  return async ({ connect, output }: Context, _options: unknown, id: string): Promise<void> => {
    const webhook = await (await connect()).patch<Webhook>(pathOf(id), { active });
    say(output, webhook, `Webhook ${id} is ${active ? 'told of what happens' : 'told of nothing'}.`);
  };
}

async function removeWebhook(context: Context, options: { yes?: boolean }, id: string): Promise<void> {
  await confirm(context, {
    question: 'Remove it?',
    consequences: `Nothing more is sent by webhook ${id}, and what was sent is forgotten.`,
    ...options,
  });
  await (await context.connect()).delete(pathOf(id));
  say(context.output, { removed: id }, `Webhook ${id} is removed.`);
}

function pathOf(id: string): string {
  return `/v1/webhooks/${encodeURIComponent(id)}`;
}
