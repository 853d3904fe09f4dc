import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';

/** The repository that is tested. */
export const CHECKOUT = join(import.meta.dirname, '../..');

export interface Ports {
  readonly api: number;
  readonly http: number;
  readonly https: number;
}

/** Of all folders that these tests make; the number of the process that made one comes next. */
export const PREFIX = '/tmp/freehold-e2e-';

/** A new, empty folder. Short, because sockets lie below it. */
export function makeFolder(): string {
  return mkdtempSync(`${PREFIX}${process.pid}-`);
}

/** Three ports that nobody listens on, each another one. */
export async function findFreePorts(): Promise<Ports> {
  const servers = await Promise.all([listen(), listen(), listen()]);
  const [api = 0, http = 0, https = 0] = servers.map(portOf);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return { api, http, https };
}

/** What a program gets of this test's environment: nothing of Freehold, and nothing of the test runner. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(?:FREEHOLD_|DATABASE_URL$|VITEST|NODE_ENV$|NODE_OPTIONS$|FORCE_COLOR$|NO_COLOR$|npm_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

function listen(): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, () => resolve(server));
  });
}

export function portOf(server: Server): number {
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}
