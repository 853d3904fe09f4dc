import type { Command } from 'commander';
import type { ApiClient } from '../../api-client.ts';
import type { App, Operation } from '../../api-types.ts';
import type { Context } from '../../context.ts';
import { type Listing, listFiles } from '../../deploy/list-files.ts';
import { packFiles } from '../../deploy/pack-files.ts';
import { findApp } from '../../find-app.ts';
import { handle } from '../../handle.ts';
import { renderBytes, renderTime } from '../../output/measure.ts';
import { say } from '../../output/output.ts';
import { renderTable } from '../../output/table.ts';
import { exitCodes, ProblemError } from '../../problem.ts';
import { runOperation, type WaitOptions } from '../../run-operation.ts';
import { addApp, addWaitOptions, parsePositive } from './arguments.ts';

export function addDeployCommands(app: Command): void {
  addWaitOptions(addApp(app.command('deploy').description('put the files of a folder online as a new release')))
    .argument('<folder>', 'everything in it is sent, but .git and what .freeholdignore names')
    .action(handle(deploy));
  addApp(app.command('releases').description('list the releases that are kept')).action(handle(listReleases));
  addWaitOptions(addApp(app.command('rollback').description('serve an earlier release again')))
    .option('--release <number>', 'which one; the one before if left out', parsePositive)
    .action(handle(rollback));
}

async function deploy(context: Context, options: WaitOptions, reference: string, folder: string): Promise<void> {
  const client = await context.connect();
  const app = await findApp(client, reference, 'present');
  const listing = await listFiles(folder);
  const { release, operation } = await upload(context, client, { app, listing });
  const title = `Switching to release ${release.number}`;
  const ended = await runOperation(context, { client, title, begin: async () => ({ operation }) }, options);
  say(context.output, { release, operation: ended }, app.links.map(({ url }) => `  ${url}`).join('\n'));
}

async function upload(context: Context, client: ApiClient, { app, listing }: { app: App; listing: Listing }) {
  const files = listing.entries.filter(({ type }) => type === 'file').length;
  const line = context.progress(`Sending ${files} ${files === 1 ? 'file' : 'files'}`);
  let sent = 0;
  const archive = packFiles(listing, (progress) => {
    sent = progress.sent;
    const percent = listing.bytes > 0 ? Math.floor((100 * progress.read) / listing.bytes) : 100;
    line.update(`${percent} % of ${renderBytes(listing.bytes)}, ${renderBytes(sent)} sent`);
  });
  try {
    const answer = await client.deploy(app.id, { archive, signal: context.signal });
    line.done(`${renderBytes(listing.bytes)}, ${renderBytes(sent)} compressed`);
    return answer;
  } catch (error) {
    line.fail();
    throw context.signal.aborted ? uploadStopped() : error;
  }
}

async function listReleases({ connect, output }: Context, _options: unknown, reference: string): Promise<void> {
  const client = await connect();
  const app = await findApp(client, reference);
  const items = await client.listReleases(app.id);
  const rows = items.map(({ number, current, entries, unpackedBytes, createdAt, sha256 }) => [
    `${current ? '→' : ' '} ${number}`,
    renderTime(createdAt),
    `${entries}`,
    renderBytes(unpackedBytes),
    sha256.slice(0, 12),
  ]);
  output.result({ items }, () =>
    rows.length > 0
      ? renderTable(['  release', 'deployed', 'entries', 'size', 'sha256'], rows, output.colors)
      : `Nothing was deployed yet: freehold app deploy ${app.name} <folder>`,
  );
}

async function rollback(
  context: Context,
  options: WaitOptions & { release?: number },
  reference: string,
): Promise<void> {
  const client = await context.connect();
  const app = await findApp(client, reference, 'present');
  const { release } = options;
  const begin = () => client.startAction(app.id, 'rollback', release === undefined ? {} : { release });
  const title = release === undefined ? `Rolling ${app.name} back` : `Rolling ${app.name} back to release ${release}`;
  const operation: Operation = await runOperation(context, { client, title, begin }, options);
  const now = await client.loadApp(app.id);
  say(context.output, { ...now, operation }, `  Release ${now.release} is served.`);
}

function uploadStopped(): ProblemError {
  return new ProblemError(
    { code: 'interrupted', title: 'Interrupted', detail: 'You stopped the upload; nothing was deployed.' },
    exitCodes.interrupted,
  );
}
