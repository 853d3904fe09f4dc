import { chmod, rm } from 'node:fs/promises';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { type Configuration, ConfigurationError, readConfiguration } from './configuration.ts';
import type { Http } from './http/http.ts';
import { DatabaseNewerError } from './store/database-newer-error.ts';
import { RoleNotAllowedError } from './store/role-not-allowed-error.ts';

/** Starts the server. Everything else is imported after the compile cache is on: it halves the time until it is ready. */
async function main(): Promise<void> {
  const configuration = readConfiguration(process.env);
  enableCompileCache(join(configuration.home, 'server', 'compile-cache'));
  const { createLog } = await import('./log/logger.ts');
  const { createServer } = await import('./server.ts');
  const log = createLog(configuration.logLevel);
  const folder = join(configuration.home, 'server');
  const server = await createServer({
    folder,
    panelFolder: join(configuration.program, 'ui-shell', 'dist'),
    pluginFolders: [join(configuration.program, 'plugins'), join(configuration.home, 'plugins')],
    log,
    database: configuration.databaseUrl,
    trustedProxies: configuration.trustedProxies,
    webhookNetworks: configuration.webhookNetworks,
    address: urlOf(configuration.host, configuration.port),
  });
  endOnSignal(async () => {
    log.info({}, 'server stops');
    await server.stop();
  });
  await server.consumeBootstrap(join(folder, 'bootstrap.json'));
  await server.startJobs();
  const [api, exchange] = await Promise.all([server.api(), server.exchangeApi()]);
  await listenOnSocket(exchange, join(folder, 'exchange.sock'));
  await api.listen({ host: configuration.host, port: configuration.port });
  const ready = await api.inject('/ready');
  if (ready.statusCode !== 200) throw new Error(`The server is not ready: ${ready.body}`);
  log.info({ api: addressOf(api, configuration) }, 'server is ready');
  process.stdout.write(`${JSON.stringify({ ready: true, api: addressOf(api, configuration) })}\n`);
}

/** A socket that a server left which was killed is nobody's. */
async function listenOnSocket(http: Http, path: string): Promise<void> {
  await rm(path, { force: true });
  await http.listen({ path });
  await chmod(path, 0o600);
}

/** With port 0 the system has chosen one. */
function addressOf(http: Http, { host }: Configuration): string {
  const [address] = http.addresses();
  return urlOf(host, typeof address === 'object' ? address.port : undefined);
}

function urlOf(host: string, port: number | undefined): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function endOnSignal(stop: () => Promise<void>): void {
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

// Awaited, so that a start with nothing left to wait for ends with an error, and not as if all were well.
await main().catch((error: unknown) => {
  const forPeople =
    error instanceof ConfigurationError || error instanceof DatabaseNewerError || error instanceof RoleNotAllowedError;
  const text = forPeople ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
});
