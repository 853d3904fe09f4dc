import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { onTestFinished } from 'vitest';
import { takeDatabase } from '../../testing/database.ts';
import { FakeClock } from '../hooks/fake-clock.ts';
import type { Http } from '../http/http.ts';
import { type Log, silentLog } from '../log/logger.ts';
import { createServer, type Server, type ServerOptions } from '../server.ts';
import type { Store } from '../store/store.ts';
import { checkAnswer } from './check-answer.ts';
import { type Reading, readEvents } from './read-events.ts';
import { TestNode } from './test-node.ts';

export const ADMIN = {
  email: 'admin@freehold.test',
  password: 'correct horse battery staple',
  token: 'fh_adminadminadminadminadminadminadminadmin',
};
const ENROLMENT = 'fhe_enrolmentenrolmentenrolmentenrolment';

/** A caller of the API with a token; what it gives is the answer's body. */
export interface Caller {
  (method: Method, url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  readonly token: string | undefined;
}
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body, and fails when it is something else.
  readonly body: any;
  readonly headers: LightMyRequestResponse['headers'];
}

export interface TestServer {
  readonly server: Server;
  readonly store: Store;
  /** The server's own. */
  readonly folder: string;
  readonly clock: FakeClock;
  readonly api: Http;
  readonly admin: Caller;
  /** Enrolled, with what it is known; it does nothing by itself. */
  readonly node: TestNode;
  /** What was logged as warnings and errors. */
  readonly logged: { readonly message: string; readonly fields: object }[];
  /** A caller with another token, or with none. */
  as(token: string | undefined): Caller;
  /** Reads server-sent events, as the administrator unless told otherwise. */
  open(url: string, more?: { token?: string; headers?: Record<string, string> }): Promise<Reading>;
  /** A tenant of the hoster, and a caller for it. */
  newTenant(name: string, more?: { kind?: string; parent?: string }): Promise<{ id: string; caller: Caller }>;
}

/** A whole server on a database of its own, with fixture plugins and a node that a test plays. Ends with the test. */
export async function startTestServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const { database, folder } = await takeSurroundings();
  const clock = new FakeClock();
  const logged: TestServer['logged'] = [];
  const record = (fields: object, message: string) => void logged.push({ message, fields });
  const log: Log = { ...silentLog, warn: record, error: record, child: () => log };
  const server = await createServer({
    folder,
    pluginFolders: [join(import.meta.dirname, 'plugins')],
    log,
    database: database.store,
    clock,
    ...options,
  });
  onTestFinished(() => server.stop());
  await server.bootstrap({ admin: ADMIN, node: { name: 'local', enrolmentToken: ENROLMENT } });
  const node = await TestNode.enrol(server, ENROLMENT);
  const api = await server.api();
  const as = (token: string | undefined) => makeCaller(api, token);
  const admin = as(ADMIN.token);
  const open: TestServer['open'] = async (url, { token = ADMIN.token, headers = {} } = {}) => {
    const reading = await readEvents(api, url, { authorization: `Bearer ${token}`, ...headers });
    onTestFinished(() => reading.close());
    return reading;
  };
  return {
    server,
    store: database.store,
    folder,
    clock,
    api,
    admin,
    node,
    logged,
    as,
    open,
    newTenant: makeNewTenant(admin, as),
  };
}

/** The same with plugins enabled on the node, and the node as they want it. */
export async function startReadyServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const test = await startTestServer(options);
  for (const plugin of ['pool', 'site']) {
    const { status, body } = await test.admin('PUT', `/v1/nodes/local/plugins/${plugin}`, {});
    if (status !== 200)
      throw new Error(`${body.detail} ${JSON.stringify((await test.admin('GET', `/v1/plugins/${plugin}`)).body)}`);
  }
  test.node.observe('role:pool', { 'command:versions': ['1', '2'] });
  await test.node.settle();
  return test;
}

async function takeSurroundings() {
  const database = await takeDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'freehold-server-'));
  onTestFinished(async () => {
    await rm(folder, { recursive: true, force: true });
    await database.release();
  });
  return { database, folder };
}

function makeCaller(api: Http, token: string | undefined): Caller {
  const call = async (method: Method, url: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await api.inject({
      method,
      url,
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
      ...(body === undefined ? {} : { payload: body as InjectOptions['payload'] }),
    } as InjectOptions);
    const { body: text, headers: answered, statusCode: status } = response;
    const parsed = text === '' ? undefined : JSON.parse(text);
    checkAnswer(api, { method, url, status, body: parsed });
    return { status, body: parsed, headers: answered };
  };
  return Object.assign(call, { token });
}

function makeNewTenant(admin: Caller, as: TestServer['as']): TestServer['newTenant'] {
  return async (name, more = {}) => {
    const tenant = await admin('POST', '/v1/tenants', { name, ...more });
    const token = await admin('POST', `/v1/tenants/${tenant.body.id}/tokens`, { name: 'test' });
    return { id: tenant.body.id, caller: as(token.body.token) };
  };
}
