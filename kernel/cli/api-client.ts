import { randomUUID } from 'node:crypto';
import { readLines } from './api-lines.ts';
import { type ApiRequest, answeredProblem, connectionProblem } from './api-problem.ts';
import { followStream, type StreamMessage } from './api-stream.ts';
import type {
  ApiToken,
  App,
  AppType,
  KernelEvent,
  LogLine,
  Node,
  NodePlugin,
  Operation,
  Page,
  Plan,
  Plugin,
  Release,
  SecondStep,
  Session,
  SignedIn,
  Spec,
  Sweep,
  Tenant,
} from './api-types.ts';
import { type UploadOptions, uploadArchive } from './api-upload.ts';
import { ProblemError, usageProblem } from './problem.ts';

export interface Connection {
  /** `http://127.0.0.1:8600`, without a path. */
  readonly api: string;
  readonly token?: string;
  /** Gives another token when this one has ended; undefined when the session is over too. */
  readonly renew?: (stale: string) => Promise<string | undefined>;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** An answer that brings the operation it began. */
export type Begun<Value> = Value & { readonly operation: Operation };

/** The API of Freehold, typed. Every failure is a `ProblemError`. Used by the command line, the launcher and tests. */
export class ApiClient {
  readonly api: string;
  readonly #renew: Connection['renew'];
  #token: string | undefined;

  constructor({ api, token, renew }: Connection) {
    this.api = api.replace(/\/+$/, '');
    this.#token = token;
    this.#renew = renew;
  }

  // --- Session and tenants ------------------------------------------------------------------------

  /** Where there is a second factor, the answer says how to go on. */
  beginSignIn = (email: string, password: string) =>
    this.post<SignedIn | SecondStep>('/v1/session', { email, password });
  /** For accounts without a second factor. */
  signIn = async (email: string, password: string): Promise<SignedIn> => {
    const answer = await this.beginSignIn(email, password);
    if ('token' in answer) return answer;
    throw usageProblem(
      `The account ${email} has a second factor.`,
      'Sign in with freehold login, or use an API token.',
    );
  };
  showSecondFactor = (token: string, code: string) => this.post<SignedIn>('/v1/session/second-factor', { token, code });
  refreshSession = (refreshToken: string) => this.post<SignedIn>('/v1/session/refresh', { refreshToken });
  /** The token of this client is a fresh one afterwards. */
  reauthenticate = async (proof: { password: string; code?: string }) => {
    const session = await this.post<SignedIn>('/v1/session/reauthentication', proof);
    this.#token = session.token;
    return session;
  };
  loadSession = () => this.get<Session>('/v1/session');
  signOut = () => this.delete<void>('/v1/session');

  listTenants = () => this.list<Tenant>('/v1/tenants');
  loadTenant = (tenant: string) => this.get<Tenant>(path`/v1/tenants/${tenant}`);
  createTenant = (body: { name: string; slug?: string; kind?: string; parent?: string }) =>
    this.post<Tenant>('/v1/tenants', body);
  listTokens = (tenant: string) => this.list<ApiToken>(path`/v1/tenants/${tenant}/tokens`);
  createToken = (tenant: string, body: { name: string } & Readonly<Record<string, unknown>>) =>
    this.post<ApiToken>(path`/v1/tenants/${tenant}/tokens`, body);
  revokeToken = (tenant: string, token: string) => this.delete<void>(path`/v1/tenants/${tenant}/tokens/${token}`);

  // --- Apps ---------------------------------------------------------------------------------------

  listAppTypes = () => this.list<AppType>('/v1/app-types');
  loadAppType = (type: string) => this.get<AppType>(path`/v1/app-types/${type}`);
  listApps = (query: Query = {}) => this.list<App>('/v1/apps', query);
  loadApp = (app: string) => this.get<App>(path`/v1/apps/${app}`);
  createApp = (body: { tenant?: string; type: string; name: string; spec: Spec; node?: string }) =>
    this.post<Begun<App>>('/v1/apps', body);
  changeApp = (app: string, body: { name?: string; spec?: Spec; generation?: number }) =>
    this.patch<Begun<App>>(path`/v1/apps/${app}`, body);
  removeApp = (app: string) => this.delete<Begun<App>>(path`/v1/apps/${app}`);
  purgeApp = (app: string) => this.delete<Begun<App>>(`${path`/v1/apps/${app}`}?purge=true`);
  planApp = (app: string, spec?: Spec) => this.post<Plan>(path`/v1/apps/${app}/plan`, spec ? { spec } : {});
  suspendApp = (app: string, body: { reason: string; note?: string }) =>
    this.post<Begun<App>>(path`/v1/apps/${app}/suspend`, body);
  resumeApp = (app: string, body: { reason?: string } = {}) =>
    this.post<Begun<App>>(path`/v1/apps/${app}/resume`, body);
  restoreApp = (app: string) => this.post<Begun<App>>(path`/v1/apps/${app}/restore`);
  startAction = (app: string, action: string, input: unknown = {}) =>
    this.post<{ operation: Operation }>(path`/v1/apps/${app}/actions/${action}`, input);
  listReleases = (app: string) => this.list<Release>(path`/v1/apps/${app}/releases`);
  deploy = async (app: string, options: UploadOptions) => {
    // An archive is sent once: a token that ends has to be found out before.
    if (this.#renew) await this.loadSession();
    const request = this.#request('PUT', path`/v1/apps/${app}/files`);
    return (await uploadArchive(request, options)) as Begun<{ release: Release }>;
  };
  listLogs = (app: string) => this.list<{ id: string; title?: string }>(path`/v1/apps/${app}/logs`);
  loadLog = (app: string, log: string, query: { lines?: number }) =>
    this.get<{ lines: readonly string[] }>(path`/v1/apps/${app}/logs/${log}`, query);
  followLog = (app: string, log: string, query: { lines?: number }, signal: AbortSignal) =>
    this.stream(path`/v1/apps/${app}/logs/${log}`, { ...query, follow: true }, { signal, resume: false });

  // --- Operations and events ----------------------------------------------------------------------

  /** The newest first, and of all there are only so many. */
  listOperations = (query: Query = {}, most = 50) => this.list<Operation>('/v1/operations', query, most);
  listAppOperations = (app: string, most = 50) => this.list<Operation>(path`/v1/apps/${app}/operations`, {}, most);
  loadOperation = (operation: string) => this.get<Operation>(path`/v1/operations/${operation}`);
  undoOperation = (operation: string) => this.post<{ operation: Operation }>(path`/v1/operations/${operation}/undo`);
  retryOperation = (operation: string) => this.post<{ operation: Operation }>(path`/v1/operations/${operation}/retry`);
  loadOperationLog = (operation: string) =>
    this.get<{ items: readonly LogLine[] }>(path`/v1/operations/${operation}/log`);
  followOperationLog = (operation: string, signal: AbortSignal) =>
    this.stream(path`/v1/operations/${operation}/log`, { follow: true }, { signal, resume: false });

  /** What happened so far, page by page. */
  readEvents = (query: Query) => this.each<KernelEvent>('/v1/events', query);
  /** Events as they happen, until the signal; after a broken connection it goes on behind the last one seen. */
  async *followEvents(query: Query, signal: AbortSignal): AsyncGenerator<KernelEvent> {
    for await (const { event, id, data } of this.stream('/v1/events', query, { signal, resume: true }))
      yield { type: event ?? 'message', ...(id ? { id } : {}), data: JSON.parse(data) };
  }

  // --- Nodes and plugins --------------------------------------------------------------------------

  listNodes = () => this.list<Node>('/v1/nodes');
  changeNode = (node: string, body: { drift?: string; checkInterval?: number }) =>
    this.patch<Node>(path`/v1/nodes/${node}`, body);
  loadNode = (node: string) => this.get<Node>(path`/v1/nodes/${node}`);
  checkNode = (node: string) => this.post<Sweep>(path`/v1/nodes/${node}/check`);
  listNodePlugins = (node: string) => this.list<NodePlugin>(path`/v1/nodes/${node}/plugins`);
  planNodePlugin = (node: string, plugin: string, config: Spec = {}) =>
    this.post<Plan>(path`/v1/nodes/${node}/plugins/${plugin}/plan`, { config });
  enablePlugin = (node: string, plugin: string, config: Spec = {}) =>
    this.put<{ operation: Operation }>(path`/v1/nodes/${node}/plugins/${plugin}`, { config });
  disablePlugin = (node: string, plugin: string) =>
    this.delete<{ operation: Operation }>(path`/v1/nodes/${node}/plugins/${plugin}`);

  listPlugins = () => this.list<Plugin>('/v1/plugins');
  loadPlugin = (plugin: string) => this.get<Plugin>(path`/v1/plugins/${plugin}`);
  approvePlugin = (plugin: string) => this.post<Plugin>(path`/v1/plugins/${plugin}/approve`);
  resetPlugin = (plugin: string) => this.post<Plugin>(path`/v1/plugins/${plugin}/reset`);

  // --- Requests -----------------------------------------------------------------------------------

  get = <T>(url: string, query: Query = {}) => this.#send<T>('GET', `${url}${queryString(query)}`);
  post = <T>(url: string, body: unknown = {}) => this.#send<T>('POST', url, body);
  put = <T>(url: string, body: unknown) => this.#send<T>('PUT', url, body);
  patch = <T>(url: string, body: unknown) => this.#send<T>('PATCH', url, body);
  delete = <T>(url: string) => this.#send<T>('DELETE', url);

  /** The items of a list, page by page. */
  async *each<Item>(url: string, query: Query = {}): AsyncGenerator<Item> {
    let cursor: string | undefined;
    do {
      const page = await this.get<Page<Item>>(url, { ...query, cursor });
      yield* page.items;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  /** All items of a list, or so many of them. */
  async list<Item>(url: string, query: Query = {}, most = Number.POSITIVE_INFINITY): Promise<Item[]> {
    const items: Item[] = [];
    for await (const item of this.each<Item>(url, { limit: Math.min(most, 200), ...query })) {
      items.push(item);
      if (items.length >= most) break;
    }
    return items;
  }

  /** The lines of a long answer. */
  lines = (url: string, query: Query, signal: AbortSignal) =>
    readLines(this.#request('GET', `${url}${queryString(query)}`), signal);

  /** Goes on with another token when the one that it began with has ended. */
  async *stream(
    url: string,
    query: Query,
    options: { signal: AbortSignal; resume: boolean },
  ): AsyncGenerator<StreamMessage> {
    let after: string | undefined;
    for (;;) {
      const request = this.#request('GET', `${url}${queryString(query)}`);
      try {
        for await (const message of followStream(request, { ...options, after })) {
          after = message.id ?? after;
          yield message;
        }
        return;
      } catch (error) {
        if (!(await this.#goesOn(error))) throw error;
      }
    }
  }

  async #send<T>(method: string, url: string, body?: unknown): Promise<T> {
    try {
      return await this.#sendOnce<T>(this.#request(method, url), body);
    } catch (error) {
      if (!(await this.#goesOn(error))) throw error;
      return this.#sendOnce<T>(this.#request(method, url), body);
    }
  }

  /** Whether there is another token after one that has ended. */
  async #goesOn(error: unknown): Promise<boolean> {
    const stale = this.#token;
    if (!stale || !this.#renew || !(error instanceof ProblemError) || error.problem.code !== 'unauthenticated')
      return false;
    const token = await this.#renew(stale);
    if (token === undefined || token === stale) return false;
    this.#token = token;
    return true;
  }

  async #sendOnce<T>(request: ApiRequest, body: unknown): Promise<T> {
    const response = await fetch(request.url, {
      method: request.method,
      headers: { ...request.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    }).catch((error) => Promise.reject(connectionProblem(request.url, error)));
    const text = await response.text();
    if (!response.ok) throw answeredProblem(response.status, text, request.url);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  #request(method: string, url: string): ApiRequest {
    return {
      method,
      url: `${this.api}${url}`,
      headers: {
        accept: 'application/json',
        // People find it in the list of their sessions.
        'user-agent': `freehold (${process.platform})`,
        ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}),
        // A request that is sent twice because the first answer was lost has one effect.
        ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
      },
    };
  }
}

function queryString(query: Query): string {
  const pairs = Object.entries(query).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, `${value}`]],
  );
  return pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : '';
}

/** Puts values into a path, each escaped. */
function path(texts: TemplateStringsArray, ...values: readonly string[]): string {
  return texts.map((text, index) => text + encodeURIComponent(values[index] ?? '')).join('');
}
