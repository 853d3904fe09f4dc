import { expect, test } from 'vitest';
import { type BodySchema, sampleBody } from '../access/authorization/sample-body.ts';
import { settleHousehold } from '../access/authorization/world.ts';
import { startReadyServer, type TestServer } from '../testing/test-server.ts';
import { watchConnections } from '../testing/watch-connections.ts';

interface Route {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly title: string;
  readonly body: BodySchema | undefined;
}

/** They ask a node, change nothing, and here no node answers. */
const WAITING = /\/plan$|\/nodes\/\{node\}\/check$/;

/** They answer well and change nothing: a question, a beginning that counts only when it is confirmed, what is so already. */
const NO_CHANGE = [
  'POST /v1/audit/verify',
  'POST /v1/password-resets',
  'POST /v1/tenants/{tenant}/packages/check',
  'POST /v1/webhooks/{webhook}/test',
  'PUT /v1/nodes/{node}/plugins/{plugin}',
];

/** They want a password, a code, a key, a token of a mail, or a state that nothing here is in: their own tests look at the log. */
const TRIED_ELSEWHERE =
  /\/session\b|\/session\/|\/register$|\/verify-email$|\/password-resets\/confirmation$|\/account\/(?:password|totp|recovery-codes|passkeys|invitations|sessions)|\/acceptance$|\/deliveries\/|\/files$|\/operations\/|\/mail\/|^DELETE \/v1\/nodes/;

/** What comes later needs what comes before: what is suspended is resumed, what is removed is restored. */
const ORDER = [
  /\/(?:apps|tenants)\/\{\w+\}\/suspend$/,
  /\/resume$/,
  /^DELETE \/v1\/apps\/\{app\}$/,
  /\/apps\/\{app\}\/restore$/,
  /^DELETE (?!\/v1\/(?:session|account|tenants\/\{tenant\}$))/,
  /^DELETE \/v1\/tenants\/\{tenant\}$/,
  /\/tenants\/\{tenant\}\/restore$/,
  /^DELETE/,
];

async function listRoutes({ as }: TestServer): Promise<Route[]> {
  const { body } = await as(undefined)('GET', '/v1/openapi.json');
  const routes = Object.entries<Record<string, Definition>>(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([name, { requestBody }]) => ({
      ...{ method: name.toUpperCase() as Route['method'], path, title: `${name.toUpperCase()} ${path}` },
      body: requestBody?.content['application/json']?.schema,
    })),
  );
  const rank = ({ title }: Route) => ORDER.findIndex((pattern) => pattern.test(title));
  const changing = routes.filter(
    ({ title }) => !title.startsWith('GET ') && !WAITING.test(title) && !TRIED_ELSEWHERE.test(title),
  );
  return changing.sort((one, other) => rank(one) - rank(other));
}

interface Definition {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: BodySchema }>> };
}

/** With what there must be, and with one more field at a time. */
function listBodies({ body }: Route): (object | undefined)[] {
  if (!body) return [undefined];
  const optional = Object.keys(body.properties ?? {}).filter((name) => !body.required?.includes(name));
  return [sampleBody(body), ...optional.map((name) => sampleBody(body, [name]))];
}

test('whoever changes something is on record, whatever route it is', async () => {
  const run = await startReadyServer();
  const { ids, reseller, seller, owner } = await settleHousehold(run, 'Ada');
  const names: Record<string, string> = { ...ids, node: 'local', plugin: 'site' };
  const fill = ({ path }: Route) =>
    path.replace(/\{(\w+)\}/g, (_, name: string) =>
      path.endsWith('/brand') ? reseller : (names[name] ?? `no-${name}`),
    );
  const connections = watchConnections(run.store);
  const count = async () => (await run.store.pool.query('select from kernel.audit_entry')).rowCount ?? 0;

  /** What became of it: the first answer that left an entry, or else the last one that was good. */
  const ask = async (route: Route): Promise<'recorded' | 'silent' | 'refused'> => {
    let outcome: 'silent' | 'refused' = 'refused';
    for (const caller of [owner.caller, seller.caller, run.admin])
      for (const body of listBodies(route)) {
        const before = await count();
        const { status } = await caller(route.method, fill(route), body, { accept: 'application/json' });
        if (status < 300 && (await count()) > before) return 'recorded';
        if (status < 300) outcome = 'silent';
      }
    return outcome;
  };

  const found = { recorded: [] as string[], silent: [] as string[], refused: [] as string[] };
  for (const route of await listRoutes(run)) found[await ask(route)].push(route.title);
  expect(found.recorded.length).toBeGreaterThan(30);
  expect(found.silent.filter((title) => !NO_CHANGE.includes(title))).toEqual([]);
  expect(found.refused).toEqual([]);
  // What asks with a connection of its own while it holds one stands still when there is none left.
  expect([...connections.found]).toEqual([]);
}, 120_000);
