import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { destination, pino, stdSerializers } from 'pino';
import { createAgent } from './agent.ts';
import { type AgentConfiguration, readConfiguration } from './configuration.ts';
import { makeHome, makeNodeFolders } from './data-folder.ts';
import { HttpLink } from './exchange/http-link.ts';
import { openStateStore } from './store/state-store.ts';
import { isCode } from './system/failure.ts';
import { linuxSystem } from './system/linux-system.ts';

// Modes that are written here are meant as they are written.
process.umask(0o022);

// An error would be written as {}.
const serializers = { cause: stdSerializers.err };
const log = pino({ name: 'agent', serializers }, destination({ fd: 2, sync: true }));

try {
  await run(readConfiguration(process.argv.slice(2)));
} catch (cause) {
  log.fatal({ cause }, 'the agent cannot start');
  process.exit(1);
}

async function run(configuration: AgentConfiguration): Promise<void> {
  const home = makeHome(configuration.home);
  const paths = makeNodeFolders(home);
  const store = openStateStore(join(home, 'agent/state.db'));
  const system = linuxSystem({
    home,
    sites: paths.sites,
    logs: paths.logs,
    records: store.services,
    runtime: configuration.stopServices,
    timerFailed: (timer, output) => log.warn({ timer, output }, 'a timer failed'),
  });
  const agent = createAgent({
    system,
    store,
    link: new HttpLink(configuration.socket),
    paths,
    trashFolder: join(home, 'agent/trash'),
    ports: configuration.ports,
    log,
    loadToken: () => loadToken(join(home, 'agent/enrolment.json')),
  });
  stopOnSignal(() => agent.stop({ stopServices: configuration.stopServices }));
  await agent.start();
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
}

async function loadToken(path: string): Promise<string | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')).token;
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return undefined;
    throw cause;
  }
}

/** The first signal ends the work, a second one ends the waiting. */
function stopOnSignal(stop: () => Promise<void>): void {
  let isStopping = false;
  const end = async () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    try {
      await stop();
      process.exit(0);
    } catch (cause) {
      log.fatal({ cause }, 'the agent could not stop in order');
      process.exit(1);
    }
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}
