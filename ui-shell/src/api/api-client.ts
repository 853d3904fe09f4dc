import type {
  App,
  AppType,
  LogLine,
  Node,
  NodePlugin,
  Operation,
  Page,
  Plan,
  Plugin,
  Release,
  SecondStep,
  SignedIn,
  Spec,
  Sweep,
  Tenant,
  Session as Who,
} from '../../../kernel/cli/api-types.ts';
import { AccessToken } from './access-token.ts';
import { createEventParser, type StreamMessage } from './event-parser.ts';
import { ApiProblem, answeredProblem, connectionProblem } from './problem.ts';
import type { Session } from './session.ts';

export type Begun<Value> = Value & { readonly operation: Operation };
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface Options {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Sent extends Options {
  readonly method: string;
  readonly url: string;
}

/** The API, typed. Every failure is an `ApiProblem`; one that says the session is over ends it here too. */
export class ApiClient {
  readonly session: Session;
  readonly #access: AccessToken;

  constructor(session: Session) {
    this.session = session;
    this.#access = new AccessToken(session);
  }

  // --- Session and tenants

  /** Where the account has a second factor, gives what the next step needs. */
  async signIn(email: string, password: string): Promise<SecondStep['secondFactor'] | undefined> {
    const body = { email, password };
    const answer = await this.#send<SignedIn | SecondStep>('POST', '/v1/session/browser', { body });
    if ('secondFactor' in answer) return answer.secondFactor;
    this.#begin(answer);
    return undefined;
  }

  /** The code of the app, or a recovery code. */
  async showSecondFactor(token: string, code: string): Promise<void> {
    this.#begin(await this.#send<SignedIn>('POST', '/v1/session/second-factor', { body: { token, code } }));
  }

  /** Over in all tabs of this browser at once, which then ask for nothing more, whether the server hears of it or not. */
  async signOut(): Promise<void> {
    const token = await this.#access.load().catch(() => undefined);
    this.session.forget();
    await this.#fetchWith(token, { method: 'DELETE', url: '/v1/session' }).catch(() => undefined);
  }

  #begin(answer: SignedIn): void {
    this.#access.keep(answer);
    this.session.keep({ key: answer.key ?? '', email: answer.account.email });
  }

  loadWho = () => this.#send<Who>('GET', '/v1/session');
  listTenants = () => this.list<Tenant>('/v1/tenants');
  createTenant = (body: object) => this.#post<Tenant>('/v1/tenants', body);

  // --- Apps

  listAppTypes = () => this.list<AppType>('/v1/app-types');
  loadAppType = (type: string) => this.#send<AppType>('GET', path`/v1/app-types/${type}`);
  listApps = (query: Query = {}) => this.list<App>('/v1/apps', query);
  loadApp = (app: string) => this.#send<App>('GET', path`/v1/apps/${app}`);
  createApp = (body: object) => this.#post<Begun<App>>('/v1/apps', body);
  changeApp = (app: string, body: { spec: Spec; generation: number }) =>
    this.#send<Begun<App>>('PATCH', path`/v1/apps/${app}`, { body });
  planApp = (app: string, spec: Spec) => this.#post<Plan>(path`/v1/apps/${app}/plan`, { spec });
  removeApp = (app: string) => this.#send<Begun<App>>('DELETE', path`/v1/apps/${app}`);
  purgeApp = (app: string) => this.#send<Begun<App>>('DELETE', `${path`/v1/apps/${app}`}?purge=true`);
  restoreApp = (app: string) => this.#post<Begun<App>>(path`/v1/apps/${app}/restore`);
  suspendApp = (app: string, body: object) => this.#post<Begun<App>>(path`/v1/apps/${app}/suspend`, body);
  resumeApp = (app: string) => this.#post<Begun<App>>(path`/v1/apps/${app}/resume`);
  startAction = (app: string, action: string, input: unknown) =>
    this.#post<{ operation: Operation }>(path`/v1/apps/${app}/actions/${action}`, input);
  listReleases = (app: string) => this.list<Release>(path`/v1/apps/${app}/releases`);
  listLogs = (app: string) => this.list<{ id: string; title: string }>(path`/v1/apps/${app}/logs`);
  followLog = (app: string, log: string, signal: AbortSignal) =>
    this.stream(`${path`/v1/apps/${app}/logs/${log}`}?follow=true&lines=200`, { signal });
  /** An archive, tar or tar.gz, as it lies on this machine. */
  deploy = (app: string, file: File) =>
    this.#send<{ release: Release; operation: Operation }>('PUT', path`/v1/apps/${app}/files`, {
      body: file,
      headers: { 'content-type': /gz$/.test(file.name) ? 'application/gzip' : 'application/x-tar' },
    });

  // --- Operations

  listAppOperations = async (app: string, most = 30) =>
    (await this.#send<Page<Operation>>('GET', `${path`/v1/apps/${app}/operations`}?limit=${most}`)).items;
  loadOperation = (operation: string) => this.#send<Operation>('GET', path`/v1/operations/${operation}`);
  loadOperationLog = async (operation: string) =>
    (await this.#send<{ items: readonly LogLine[] }>('GET', path`/v1/operations/${operation}/log`)).items;
  undoOperation = (operation: string) => this.#post<{ operation: Operation }>(path`/v1/operations/${operation}/undo`);
  retryOperation = (operation: string) => this.#post<{ operation: Operation }>(path`/v1/operations/${operation}/retry`);

  // --- Nodes and plugins

  listNodes = () => this.list<Node>('/v1/nodes');
  loadNode = (node: string) => this.#send<Node>('GET', path`/v1/nodes/${node}`);
  listNodePlugins = (node: string) => this.list<NodePlugin>(path`/v1/nodes/${node}/plugins`);
  checkNode = (node: string) => this.#post<Sweep>(path`/v1/nodes/${node}/check`);
  listPlugins = () => this.list<Plugin>('/v1/plugins');
  resetPlugin = (plugin: string) => this.#post<Plugin>(path`/v1/plugins/${plugin}/reset`);
  approvePlugin = (plugin: string) => this.#post<Plugin>(path`/v1/plugins/${plugin}/approve`);

  // --- Requests

  /** The items of a list, page by page, and no more than people can look through. */
  async list<Item>(url: string, query: Query = {}): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | undefined;
    do {
      const text = queryString({ ...query, cursor, ...(isPaged(url) && { limit: 200 }) });
      const page = await this.#send<Page<Item>>('GET', url + text);
      items.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined && items.length < MOST);
    return items;
  }

  /** Messages until the signal, or until the server ends the stream. */
  async *stream(
    url: string,
    { signal, after, onOpen }: { signal: AbortSignal; after?: string | undefined; onOpen?: () => void },
  ): AsyncGenerator<StreamMessage> {
    const headers = { accept: 'text/event-stream', ...(after && { 'last-event-id': after }) };
    const response = await this.#fetch('GET', url, { signal, headers });
    onOpen?.();
    const parse = createEventParser();
    const reader = response.body
      ?.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
      .getReader();
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read())
      yield* parse(piece.value);
  }

  #post<T>(url: string, body: unknown = {}): Promise<T> {
    // A request that is sent twice because the first answer was lost has one effect.
    return this.#send<T>('POST', url, { body, headers: { 'idempotency-key': uniqueKey() } });
  }

  async #send<T>(method: string, url: string, options: Options = {}): Promise<T> {
    const response = await this.#fetch(method, url, options);
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** A token that the server does not take any more is tried no second time; the next one is. */
  async #fetch(method: string, url: string, options: Options): Promise<Response> {
    const token = await this.#access.load();
    try {
      return await this.#fetchWith(token, { method, url, ...options });
    } catch (error) {
      if (!token || !(error instanceof ApiProblem) || error.code !== 'unauthenticated') throw error;
      this.#access.drop(token);
      return this.#fetchWith(await this.#access.load(), { method, url, ...options });
    }
  }

  async #fetchWith(token: string | undefined, { method, url, body, signal, headers }: Sent): Promise<Response> {
    const response = await fetch(url, {
      method,
      cache: 'no-store',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: body instanceof Blob ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
    }).catch((error) => {
      throw connectionProblem(error);
    });
    if (response.ok) return response;
    throw answeredProblem(response.status, await response.text());
  }
}

/** Items of a list that are loaded at the most. */
export const MOST = 2_000;

/** Whether it is worth doing again by itself. */
export function isRetryable(error: unknown): boolean {
  return error instanceof ApiProblem ? (error.document.retryable ?? false) : true;
}

/** Lists that the server holds in memory are given whole and take no limit. */
function isPaged(url: string): boolean {
  return /^\/v1\/(?:apps|tenants|nodes|operations)$/.test(url);
}

/** `crypto.randomUUID` is there on https and on this machine only. */
function uniqueKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function queryString(query: Query): string {
  const pairs = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, `${value}`]]));
  return pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : '';
}

/** Puts values into a path, each escaped. */
function path(texts: TemplateStringsArray, ...values: readonly string[]): string {
  return texts.map((text, index) => text + encodeURIComponent(values[index] ?? '')).join('');
}
