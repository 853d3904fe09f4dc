import { beforeEach, describe, expect, test } from 'vitest';
import { startReadyServer, type TestServer } from '../../testing/test-server.ts';
import { type BodySchema, findNamedPlaces, sampleBody } from './sample-body.ts';
import { type Household, type Ids, type Role, settleHousehold } from './world.ts';

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With names in braces. */
  readonly path: string;
  readonly title: string;
  readonly params: readonly string[];
  readonly queries: readonly string[];
  readonly body: BodySchema | undefined;
}

/** One thing that somebody asks for with an id that is none of theirs. */
interface Attempt {
  readonly route: Route;
  readonly what: string;
  readonly url: string;
  readonly body: unknown;
}

/** Parameters that name something of the installation, which no tenant has. */
const OF_NO_TENANT: Ids = { node: 'local', plugin: 'site', mail: 'mai_00000000000000000000' };
/** Of the person who asks: another person's is not found, as one that does not exist. */
const OF_NOBODY: Ids = {
  session: 'ses_00000000000000000000',
  passkey: 'pky_00000000000000000000',
  delivery: 'dlv_00000000000000000000',
};
const REFUSED = [403, 404, 422];

async function listRoutes({ as }: TestServer): Promise<Route[]> {
  const { body } = await as(undefined)('GET', '/v1/openapi.json');
  return Object.entries<Record<string, Definition>>(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { security }]) => security?.length !== 0)
      .map(([method, { parameters = [], requestBody }]) => ({
        ...{ method: method.toUpperCase() as Route['method'], path, title: `${method.toUpperCase()} ${path}` },
        params: parameters.filter((one) => one.in === 'path').map(({ name }) => name),
        queries: parameters.filter((one) => one.in === 'query').map(({ name }) => name),
        body: requestBody?.content['application/json']?.schema,
      })),
  );
}

interface Definition {
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: BodySchema }>> };
}

const fill = (path: string, ids: Ids) => path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? `no-${name}`);
const isUpload = ({ path }: Route) => path.endsWith('/files');
const bodyOf = ({ body }: Route, more: readonly string[] = []) => (body ? sampleBody(body, more) : undefined);

/** The same id in every place where it can be said, one place at a time. */
function listAttempts(route: Route, { own, foreign }: { own: Ids; foreign: Ids }): Attempt[] {
  const kinds = Object.keys(foreign);
  const url = fill(route.path, own);
  const inPath = route.params
    .filter((name) => IDS.includes(name))
    .map((name) => ({
      route,
      what: `{${name}}`,
      url: fill(route.path, { ...own, ...pathIds(route, name, foreign) }),
      body: bodyOf(route),
    }));
  const inQuery = route.queries
    .filter((name) => kinds.includes(name) && IDS.includes(name))
    .map((name) => ({ route, what: `?${name}`, url: `${url}?${name}=${foreign[name]}`, body: bodyOf(route) }));
  const inBody = findNamedPlaces(route.body ?? {}, IDS_IN_BODIES).map(({ field, kind, put }) => ({
    ...{ route, what: `body ${field}`, url },
    body: put(bodyOf(route) ?? {}, foreign[kind] ?? ''),
  }));
  return [...inPath, ...inQuery, ...inBody];
}

/** Names that say that there is an id. */
const IDS = ['tenant', 'parent', 'app', 'operation', 'token', 'invitation', 'account', 'webhook', 'package'];

/** There a token is what somebody was given, and not its id. */
const IDS_IN_BODIES = IDS.filter((name) => name !== 'token');

/** What belongs to a tenant is asked for with the tenant that it belongs to, and with one's own. */
function pathIds({ params }: Route, name: string, foreign: Ids): Ids {
  const id = { [name]: foreign[name] ?? '' };
  return name === 'tenant'
    ? Object.fromEntries(params.map((one) => [one, foreign[one] ?? '']).filter(([, value]) => value))
    : id;
}

async function make({ caller }: Role, { route, url, body }: Attempt) {
  const payload = isUpload(route) ? Buffer.from('x') : ['GET', 'DELETE'].includes(route.method) ? undefined : body;
  const headers = { accept: 'application/json', ...(isUpload(route) && { 'content-type': 'application/x-tar' }) };
  return caller(route.method, url, payload, headers);
}

/** Every row of the database that says something of a household. */
async function photograph({ store }: TestServer, { ids, reseller, customer, secondApp }: Household) {
  const marks = [reseller, customer, secondApp, ...IDS.map((name) => ids[name] ?? '-')];
  const { rows: tables } = await store.pool.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'kernel'::regnamespace and relkind = 'r'
       and relname not in ('session', 'sign_in', 'rate_window', 'idempotency_key', 'signing_key') order by 1`,
  );
  const found: Record<string, unknown[]> = {};
  for (const { name } of tables) {
    const { rows } = await store.pool.query(
      `select text from (select to_jsonb(t) - 'last_used_at' - 'last_used_address' as row, t::text as text from kernel.${name} t) one
       where exists (select from unnest($1::text[]) mark where row::text like '%' || mark || '%') order by 1`,
      [marks],
    );
    found[name] = rows.map(({ text }) => (name === 'api_token' ? text.replace(/,[^,]*,[^,]*\)$/, ')') : text));
  }
  return found;
}

/** They wait for a node to answer, and here is none. */
const WAITING = /\/(?:plan|logs\/\{log\})$/;

describe('every route, as every role, with ids of somebody else in the path, the query and the body', () => {
  let run: TestServer;
  let routes: Route[];
  let victim: Household;
  let stranger: Household;
  let roles: Role[];

  beforeEach(async () => {
    run = await startReadyServer();
    routes = await listRoutes(run);
    victim = await settleHousehold(run, 'Ada');
    stranger = await settleHousehold(run, 'Bob');
    roles = await listRoles(run, stranger);
  }, 60_000);

  test('answers 403, 404 or 422, tells nothing, and changes nothing', async () => {
    const before = await photograph(run, victim);
    const wrong: string[] = [];
    for (const role of roles)
      for (const route of routes)
        for (const attempt of listAttempts(route, { own: role.own, foreign: victim.ids })) {
          const { status, body } = await make(role, attempt);
          const asked = `${role.name}: ${route.title} ${attempt.what}`;
          const allowed = role.name === 'nobody' ? [401] : REFUSED;
          if (!allowed.includes(status) && !isAllowed(attempt, status))
            wrong.push(`${asked} answers ${status} ${JSON.stringify(body)}`);
          const told = JSON.stringify(body?.items ?? {});
          if (Object.values(pick(victim.ids)).some((id) => told.includes(id)))
            wrong.push(`${asked} tells of it: ${told}`);
        }
    expect(wrong).toEqual([]);
    expect(await photograph(run, victim)).toEqual(before);
  }, 240_000);

  test('refuses whoever stands below what belongs to whoever stands above', async () => {
    const above = {
      ...OF_NOBODY,
      tenant: victim.reseller,
      parent: victim.reseller,
      account: victim.seller.id,
      package: victim.ids.package ?? '',
    };
    const before = await photograph(run, victim);
    const wrong: string[] = [];
    for (const [name, person] of Object.entries({ owner: victim.owner, technical: victim.technical }))
      for (const route of routes)
        for (const attempt of listAttempts(route, { own: { ...victim.ids, ...OF_NO_TENANT }, foreign: above })) {
          if (!/tenant|parent|package/.test(attempt.what)) continue;
          const { status } = await make({ name, caller: person.caller, own: victim.ids }, attempt);
          if (!REFUSED.includes(status) && !isAllowed(attempt, status))
            wrong.push(`${name}: ${route.title} ${attempt.what} answers ${status}`);
        }
    expect(wrong).toEqual([]);
    expect(await photograph(run, victim)).toEqual(before);
  }, 120_000);

  test('refuses a technical user everything about the other apps of the same tenant', async () => {
    const role = {
      name: 'technical',
      caller: victim.technical.caller,
      own: { ...victim.ids, app: victim.secondApp, ...OF_NO_TENANT },
    };
    const before = await photograph(run, victim);
    const wrong: string[] = [];
    for (const route of routes)
      for (const attempt of listAttempts(route, {
        own: role.own,
        foreign: { app: victim.ids.app ?? '', operation: victim.ids.operation ?? '' },
      })) {
        if (!/app|operation/.test(attempt.what)) continue;
        const { status } = await make(role, attempt);
        if (!REFUSED.includes(status)) wrong.push(`${route.title} ${attempt.what} answers ${status}`);
      }
    expect(wrong).toEqual([]);
    expect(await photograph(run, victim)).toEqual(before);
  });

  test('asks nothing that would be refused anyway: with ids of their own the same requests are understood', async () => {
    const notUnderstood: string[] = [];
    const seller: Role = { name: 'reseller', caller: stranger.seller.caller, own: ownIds(stranger) };
    const tried = routes.filter(({ path }) => !WAITING.test(path));
    // What ends something comes last.
    const order = ({ method, path }: Route) => (method === 'DELETE' ? 2 : /suspend|restore/.test(path) ? 1 : 0);
    for (const route of [...tried].sort((one, other) => order(one) - order(other)))
      for (const { what, url, body } of listAttempts(route, { own: seller.own, foreign: seller.own })) {
        const { status, body: answer } = await make(seller, { route, what, url, body });
        if (status >= 400) notUnderstood.push(`${route.title} ${what}: ${status} ${answer?.code}`);
      }
    expect(notUnderstood.sort()).toMatchSnapshot();
  }, 120_000);

  test('knows what an id of each parameter is', () => {
    const known = [...Object.keys(victim.ids), ...Object.keys(OF_NO_TENANT), ...Object.keys(OF_NOBODY)];
    const unknown = routes.flatMap(({ title, params }) =>
      params.filter((name) => !known.includes(name)).map((name) => `${title}: {${name}}`),
    );
    expect(unknown).toEqual([]);
  });
});

/** A question about packages may name whoever sells them: that is seen from below. Nothing of it is told. */
function isAllowed({ route, what }: Attempt, status: number): boolean {
  return route.title === 'GET /v1/packages' && what === '?tenant' && status === 200;
}

const pick = (ids: Ids): Ids => Object.fromEntries(IDS.map((name) => [name, ids[name] ?? '-']));
const ownIds = ({ ids }: Household): Ids => ({ ...OF_NOBODY, ...ids, ...OF_NO_TENANT });

async function listRoles({ admin, as }: TestServer, household: Household): Promise<Role[]> {
  const { seller, owner, technical, token, customer, reseller, secondApp, ids } = household;
  const own = ownIds(household);
  const { body } = await admin('GET', '/v1/tenants');
  const hoster = body.items.find(({ kind }: { kind: string }) => kind === 'hoster').id;
  const limited = async (tenant: string, scope: object) =>
    as((await admin('POST', `/v1/tenants/${tenant}/tokens`, { name: 'limited', ...scope })).body.token);
  const acting = await seller.caller('POST', `/v1/tenants/${customer}/members/${owner.id}/impersonation`, {
    reason: 'test',
  });
  const names = { ...own, ...ids };
  return [
    { name: 'nobody', caller: as(undefined), own },
    { name: 'reseller', caller: seller.caller, own },
    { name: 'customer', caller: owner.caller, own },
    { name: 'technical user', caller: technical.caller, own: { ...own, app: secondApp } },
    { name: 'token of a customer', caller: token, own },
    { name: 'token of a reseller', caller: await limited(reseller, {}), own },
    { name: 'token of the hoster for another tenant', caller: await limited(hoster, { tenants: [reseller] }), own },
    { name: 'token of the hoster for an app', caller: await limited(hoster, { apps: [ids.app] }), own },
    { name: 'reseller who acts as a customer', caller: as(acting.body.token), own: names },
  ];
}
