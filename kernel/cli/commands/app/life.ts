import type { Command } from 'commander';
import type { ApiClient } from '../../api-client.ts';
import type { App, AppType } from '../../api-types.ts';
import type { Context } from '../../context.ts';
import { findApp } from '../../find-app.ts';
import { handle } from '../../handle.ts';
import { renderTime } from '../../output/measure.ts';
import { say } from '../../output/output.ts';
import { renderProse } from '../../output/table.ts';
import { exitCodes, ProblemError } from '../../problem.ts';
import { confirm } from '../../prompt.ts';
import { runAppOperation, runOperation, type WaitOptions } from '../../run-operation.ts';
import { buildSpec, type SpecOptions } from '../../spec/build-spec.ts';
import { addApp, addSpecOptions, addWaitOptions } from './arguments.ts';

export function addLifeCommands(app: Command): void {
  addWaitOptions(addApp(app.command('suspend').description('stop an app and show visitors a page that says so')))
    .option('--reason <reason>', 'operator, billing or abuse', 'operator')
    .option('--note <text>', 'for the record')
    .action(handle(suspend));
  addWaitOptions(addApp(app.command('resume').description('take suspensions back')))
    .option('--reason <reason>', 'only this one')
    .action(handle(resume));
  addWaitOptions(addApp(app.command('remove').alias('rm').description('remove an app; its data goes to the trash')))
    .option('-y, --yes', 'do not ask')
    .action(handle(remove));
  addWaitOptions(addApp(app.command('restore').description('bring a removed app back, with its data'))).action(
    handle(restore),
  );
  addWaitOptions(addApp(app.command('purge').description('destroy the data of a removed app for good')))
    .option('-y, --yes', 'do not ask')
    .action(handle(purge));
  const action = addApp(app.command('action').description('run an action of an app, or list them'));
  addWaitOptions(addSpecOptions(action.argument('[action]', 'id of the action'), 'input'))
    .option('-y, --yes', 'do not ask')
    .action(handle(act));
}

interface SuspendOptions extends WaitOptions {
  readonly reason: string;
  readonly note?: string;
}

async function suspend(context: Context, options: SuspendOptions, reference: string): Promise<void> {
  const client = await context.connect();
  const { id, name } = await findApp(client, reference, 'present');
  const { reason, note } = options;
  const begin = () => client.suspendApp(id, { reason, ...(note ? { note } : {}) });
  const app = await runAppOperation(context, { client, title: `Suspending ${name}`, begin }, options);
  say(context.output, app, `  freehold app resume ${name} takes it back.`);
}

async function resume(context: Context, options: WaitOptions & { reason?: string }, reference: string): Promise<void> {
  const client = await context.connect();
  const { id, name } = await findApp(client, reference, 'present');
  const begin = () => client.resumeApp(id, options.reason ? { reason: options.reason } : {});
  const app = await runAppOperation(context, { client, title: `Resuming ${name}`, begin }, options);
  const left = app.suspended.map(({ reason }) => reason).join(', ');
  say(context.output, app, left && `  It stays suspended: ${left}.`);
}

async function remove(context: Context, options: WaitOptions & { yes?: boolean }, reference: string): Promise<void> {
  const client = await context.connect();
  const { id, name, links } = await findApp(client, reference, 'present');
  const addresses = links.length > 0 ? ` It will stop answering at ${links.map(({ url }) => url).join(', ')}.` : '';
  await confirm(context, {
    question: `Remove ${name}?`,
    consequences: `App ${name} (${id}) will be removed.${addresses} Its files will go to the trash, from which freehold app restore brings them back until the retention time is over.`,
    ...options,
  });
  const app = await runAppOperation(
    context,
    { client, title: `Removing ${name}`, begin: () => client.removeApp(id) },
    options,
  );
  const until = app.purgeAfter ? ` until ${renderTime(app.purgeAfter)}` : '';
  say(context.output, app, `  freehold app restore ${name} brings it back${until}.`);
}

async function restore(context: Context, options: WaitOptions, reference: string): Promise<void> {
  const client = await context.connect();
  const { id, name } = await findApp(client, reference, 'removed');
  const begin = () => client.restoreApp(id);
  const app = await runAppOperation(context, { client, title: `Restoring ${name}`, begin }, options);
  say(context.output, app, app.links.map(({ url }) => `  ${url}`).join('\n'));
}

async function purge(context: Context, options: WaitOptions & { yes?: boolean }, reference: string): Promise<void> {
  const client = await context.connect();
  const { id, name, removedAt } = await findApp(client, reference, 'removed');
  await confirm(context, {
    question: `Destroy the data of ${name}?`,
    consequences: `All data of app ${name} (${id}), removed on ${renderTime(removedAt)}, will be destroyed: files, releases and logs. This cannot be taken back.`,
    ...options,
  });
  const work = { client, title: `Destroying ${name}`, begin: () => client.purgeApp(id) };
  say(context.output, await runAppOperation(context, work, options), '');
}

interface ActOptions extends WaitOptions, SpecOptions {
  readonly yes?: boolean;
}

async function act(context: Context, options: ActOptions, reference: string, id?: string): Promise<void> {
  const client = await context.connect();
  const app = await findApp(client, reference);
  const type = await client.loadAppType(app.type);
  if (!id) return listActions(context, type);
  const action = type.actions.find((action) => action.id === id);
  if (!action) throw actionNotFound(id, type);
  const { warning } = action;
  if (warning) await confirm(context, { question: `${action.title}?`, consequences: warning, ...options });
  const input = await buildSpec(options, { schema: action.input, current: {} });
  const operation = await runAction(context, { client, app, input, action }, options);
  context.output.result(operation, () => (operation.output ? JSON.stringify(operation.output, null, 2) : ''));
}

interface ActionRun {
  readonly client: ApiClient;
  readonly app: App;
  readonly input: unknown;
  readonly action: { readonly id: string; readonly title: string };
}

function runAction(context: Context, { client, app, input, action }: ActionRun, options: WaitOptions) {
  const begin = () => client.startAction(app.id, action.id, input);
  return runOperation(context, { client, title: `${action.title}: ${app.name}`, begin }, options);
}

function listActions({ output }: Context, { actions }: AppType): void {
  const rows = actions.map(({ id, title, description }) => [id, title, description ?? '']);
  output.result({ items: actions }, () =>
    rows.length > 0 ? renderProse(['action', 'title', 'description'], rows, output) : 'This app has no actions.',
  );
}

function actionNotFound(id: string, { actions }: AppType): ProblemError {
  return new ProblemError(
    {
      code: 'action-not-found',
      title: 'Action not found',
      detail: `There is no action ${id}.`,
      remedy: `Known: ${actions.map((action) => action.id).join(', ') || 'none'}.`,
    },
    exitCodes.notFound,
  );
}
