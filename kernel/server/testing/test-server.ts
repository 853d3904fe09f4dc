import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { onTestFinished } from 'vitest';
import type { FakeClock } from '../hooks/fake-clock.ts';
import type { Http } from '../http/http.ts';
import type { Server, ServerOptions } from '../server.ts';
import type { Store } from '../store/store.ts';
import { checkAnswer } from './check-answer.ts';
import { type Reading, readEvents } from './read-events.ts';
import type { TestNode } from './test-node.ts';
import { ADMIN, type Beginning, returnSlot, type Slot, takeSlot } from './test-slot.ts';

export { ADMIN };

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
export function startTestServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  return start({ name: 'enrolled', prepare: async () => undefined }, options);
}

/** The same with plugins enabled on the node, and the node as they want it. */
export function startReadyServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  return start({ name: 'ready', prepare: enablePlugins }, options);
}

async function start(beginning: Beginning, options: Partial<ServerOptions>): Promise<TestServer> {
  const slot = await takeSlot(beginning, options);
  const { api, database, folder, clock, logged } = slot;
  const node = slot.node.again();
  const use = new Use();
  onTestFinished(async () => {
    await node.leave();
    await returnSlot(slot, { name: beginning.name, isUsable: use.isOver });
  });
  const as = (token: string | undefined) => makeCaller(api, token, use);
  const open: TestServer['open'] = async (url, { token = ADMIN.token, headers = {} } = {}) => {
    const reading = await readEvents(api, url, { authorization: `Bearer ${token}`, ...headers });
    onTestFinished(() => reading.close());
    return reading;
  };
  const admin = as(ADMIN.token);
  const server = { ...slot.server, stop: () => use.end(slot.server.stop()) };
  const newTenant = makeNewTenant(admin, as);
  return { server, store: database.store, folder, clock, api, admin, node, logged, as, open, newTenant };
}

async function enablePlugins({ api, node }: Slot): Promise<void> {
  const admin = makeCaller(api, ADMIN.token, new Use());
  for (const plugin of ['pool', 'site']) {
    const { status, body } = await admin('PUT', `/v1/nodes/local/plugins/${plugin}`, {});
    if (status !== 200)
      throw new Error(`${body.detail} ${JSON.stringify((await admin('GET', `/v1/plugins/${plugin}`)).body)}`);
  }
  node.observe('role:pool', { 'command:versions': ['1', '2'] });
  await node.settle();
}

/** What a test still does with its server, or did to it for good. */
class Use {
  #pending = 0;
  #isEnded = false;

  /** Whether another test can use the server. */
  get isOver(): boolean {
    return this.#pending === 0 && !this.#isEnded;
  }

  async during<T>(work: PromiseLike<T>): Promise<T> {
    this.#pending++;
    try {
      return await work;
    } finally {
      this.#pending--;
    }
  }

  end(work: Promise<void>): Promise<void> {
    this.#isEnded = true;
    return work;
  }
}

function makeCaller(api: Http, token: string | undefined, use: Use): Caller {
  const call = async (method: Method, url: string, body?: unknown, headers: Record<string, string> = {}) => {
    const request = api.inject({
      method,
      url,
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
      ...(body === undefined ? {} : { payload: body as InjectOptions['payload'] }),
    } as InjectOptions);
    const response = await use.during(request);
    const { body: text, headers: answered, statusCode: status } = response;
    const isJson = /\bjson\b/.test(`${answered['content-type']}`);
    const parsed = text === '' ? undefined : isJson ? JSON.parse(text) : text;
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
