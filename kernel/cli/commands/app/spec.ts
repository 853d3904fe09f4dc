import type { Command } from 'commander';
import type { ApiClient } from '../../api-client.ts';
import type { App, Spec } from '../../api-types.ts';
import type { Context } from '../../context.ts';
import { findApp, findTenant } from '../../find-app.ts';
import { handle } from '../../handle.ts';
import { renderPlan } from '../../output/diff.ts';
import { say } from '../../output/output.ts';
import { type ExitCode, exitCodes, usageProblem } from '../../problem.ts';
import { runAppOperation, type WaitOptions } from '../../run-operation.ts';
import { buildSpec, type SpecOptions, saysSomething } from '../../spec/build-spec.ts';
import { addApp, addSpecOptions, addWaitOptions } from './arguments.ts';

const EXAMPLES = `
Examples:
  --set phpVersion=8.2                    a field
  --set hostnames[]=www.example.org       one more value of a list
  --set hostnames:='["example.org"]'      the whole list
  --set phpSettings.memory_limit=256M     a field of a group
  --spec site.json                        all of it, from a file`;

export function addSpecCommands(app: Command): void {
  const create = app
    .command('create')
    .description('create an app')
    .argument('<name>', 'its name: a-z, 0-9 and -')
    .requiredOption('--type <type>', 'type of the app; see freehold app types')
    .option('--tenant <tenant>', 'who owns it; yours if left out')
    .option('--node <node>', 'where it runs');
  addWaitOptions(addSpecOptions(create, 'spec')).addHelpText('after', EXAMPLES).action(handle(createApp));

  const plan = addApp(app.command('plan').description('show what a change would do, without doing it'));
  addSpecOptions(plan, 'spec').addHelpText('after', EXAMPLES).action(handle(planApp));

  const change = addApp(app.command('change').description('change the spec or the name of an app'));
  change.option('--name <name>', 'a new name');
  addWaitOptions(addSpecOptions(change, 'spec')).addHelpText('after', EXAMPLES).action(handle(changeApp));
}

interface CreateOptions extends SpecOptions, WaitOptions {
  readonly type: string;
  readonly tenant?: string;
  readonly node?: string;
}

async function createApp(context: Context, options: CreateOptions, name: string): Promise<void> {
  const client = await context.connect();
  const { spec: schema } = await client.loadAppType(options.type);
  const spec = await buildSpec(options, { schema, current: {} });
  const tenant = options.tenant ? (await findTenant(client, options.tenant)).id : undefined;
  const { type, node } = options;
  const begin = () => client.createApp({ type, name, spec, ...(tenant ? { tenant } : {}), ...(node ? { node } : {}) });
  const app = await runAppOperation(context, { client, title: `Creating ${name}`, begin }, options);
  say(context.output, app, whereItIs(app));
}

async function planApp(context: Context, options: SpecOptions, reference: string): Promise<ExitCode | undefined> {
  const client = await context.connect();
  const app = await findApp(client, reference);
  const spec = saysSomething(options) ? await changedSpec(client, app, options) : undefined;
  const line = context.progress(`Comparing ${app.name} with its node`);
  const plan = await client.planApp(app.id, spec).finally(() => line.drop());
  context.output.result(plan, () => renderPlan(plan, context.output.colors));
  return plan.problems.length > 0 ? exitCodes.refused : undefined;
}

interface ChangeOptions extends SpecOptions, WaitOptions {
  readonly name?: string;
}

async function changeApp(context: Context, options: ChangeOptions, reference: string): Promise<void> {
  if (!saysSomething(options) && !options.name)
    throw usageProblem('Nothing to change was given.', 'Give --set, --unset, --spec or --name.');
  const client = await context.connect();
  const app = await findApp(client, reference, 'present');
  const spec = saysSomething(options) ? await changedSpec(client, app, options) : undefined;
  const body = {
    ...(options.name ? { name: options.name } : {}),
    ...(spec ? { spec } : {}),
    ...precondition(app, options),
  };
  const begin = () => client.changeApp(app.id, body);
  const changed = await runAppOperation(context, { client, title: `Changing ${app.name}`, begin }, options);
  say(context.output, changed, whereItIs(changed));
}

async function changedSpec(client: ApiClient, app: App, options: SpecOptions): Promise<Spec> {
  const { spec: schema } = await client.loadAppType(app.type);
  return buildSpec(options, { schema, current: app.spec });
}

/** A list was read to add to it: somebody else's change in between must not be lost. */
function precondition({ generation }: App, { set = [] }: SpecOptions): { generation?: number } {
  return set.some((argument) => /\[\]:?=/.test(argument)) ? { generation } : {};
}

function whereItIs({ name, links }: App): string {
  const addresses = links.map(({ url }) => `  ${url}`);
  return addresses.length > 0 ? addresses.join('\n') : `  freehold app show ${name}`;
}
