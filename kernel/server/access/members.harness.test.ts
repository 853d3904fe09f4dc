import { describe, expect, test } from 'vitest';
import { addPerson, findInvitation } from '../testing/people.ts';
import { startReadyServer } from '../testing/test-server.ts';

const app = (name: string) => ({ type: 'note', name, spec: {} });

describe('an invitation', () => {
  test('makes an account and a member of whoever has read the mail, once', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    const person = await addPerson(run, { tenant: ada.id, email: 'ada@example.test' });
    expect((await person.caller('GET', '/v1/session')).body.roles).toMatchObject([
      { tenant: ada.id, role: 'customer' },
    ]);
    const members = (await person.caller('GET', `/v1/tenants/${ada.id}/members`)).body.items;
    expect(members).toMatchObject([{ account: person.id, email: person.email, role: 'customer', apps: null }]);
    const token = await findInvitation(run, person.email);
    const again = await run.as(undefined)('POST', '/v1/invitations/acceptance', {
      token,
      name: 'Eve',
      password: 'long enough for that',
    });
    expect(again).toMatchObject({ status: 410, body: { code: 'invitation-over' } });
  });

  test('is accepted by somebody who has an account only when signed in with it', async () => {
    const run = await startReadyServer();
    const [ada, bob] = [await run.newTenant('Ada'), await run.newTenant('Bob')];
    const person = await addPerson(run, { tenant: ada.id, email: 'ada@example.test' });
    const other = await addPerson(run, { tenant: bob.id, email: 'bob@example.test' });
    await run.admin('POST', `/v1/tenants/${bob.id}/invitations`, { email: 'Ada@Example.test', role: 'technical_user' });
    const token = await findInvitation(run, 'Ada@Example.test');
    const join = { token, name: 'Eve', password: 'long enough for that' };
    expect((await run.as(undefined)('POST', '/v1/invitations/acceptance', join)).body.code).toBe(
      'invitation-needs-sign-in',
    );
    expect((await other.caller('POST', '/v1/account/invitations', { token })).body.code).toBe('invitation-for-another');
    expect((await person.caller('POST', '/v1/account/invitations', { token })).body).toMatchObject({ tenant: bob.id });
    expect((await person.caller('GET', '/v1/tenants')).body.items).toHaveLength(2);
  });

  test('ends after a week, when it is taken back, and when another one replaces it', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    const url = `/v1/tenants/${ada.id}/invitations`;
    const invite = () => run.admin('POST', url, { email: 'x@example.test', role: 'customer' });
    const accept = async (token: string) =>
      (
        await run.as(undefined)('POST', '/v1/invitations/acceptance', {
          token,
          name: 'X',
          password: 'long enough for that',
        })
      ).status;
    await invite();
    const replaced = await findInvitation(run, 'x@example.test');
    const { body } = await invite();
    expect(await accept(replaced)).toBe(410);
    const taken = await findInvitation(run, 'x@example.test');
    expect((await run.admin('DELETE', `${url}/${body.id}`)).status).toBe(204);
    expect(await accept(taken)).toBe(410);
    await invite();
    const old = await findInvitation(run, 'x@example.test');
    run.clock.advance(7 * 86_400_000);
    expect(await accept(old)).toBe(410);
  });

  test('gives nobody more than whoever invites has', async () => {
    const run = await startReadyServer();
    const seller = await run.newTenant('Seller', { kind: 'reseller' });
    const ada = await seller.caller('POST', '/v1/tenants', { name: 'Ada' });
    const invite = (caller: typeof run.admin, tenant: string, wish: object) =>
      caller('POST', `/v1/tenants/${tenant}/invitations`, { email: 'x@example.test', ...wish });
    for (const role of ['super_admin', 'reseller'])
      expect((await invite(seller.caller, ada.body.id, { role })).body.errors).toMatchObject([{ pointer: '/role' }]);
    expect((await invite(seller.caller, seller.id, { role: 'super_admin' })).status).toBe(422);
    expect((await invite(seller.caller, ada.body.id, { role: 'customer', apps: [] })).body.errors).toMatchObject([
      { pointer: '/apps' },
    ]);
    expect(
      (await invite(seller.caller, ada.body.id, { role: 'technical_user', actions: ['node.manage'] })).status,
    ).toBe(422);
    expect((await invite(seller.caller, ada.body.id, { role: 'technical_user', actions: ['nonsense'] })).status).toBe(
      422,
    );
    const foreign = await run.admin('POST', '/v1/apps', app('foreign'));
    expect((await invite(seller.caller, ada.body.id, { role: 'technical_user', apps: [foreign.body.id] })).status).toBe(
      404,
    );
  });
});

describe('a technical user', () => {
  test('sees and does what was named, and nothing else', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    const [one, other] = await Promise.all(
      ['one', 'other'].map(async (name) => (await ada.caller('POST', '/v1/apps', app(name))).body),
    );
    const { caller } = await addPerson(run, {
      ...{ tenant: ada.id, email: 'tech@example.test', role: 'technical_user' },
      ...{ apps: [one.id], actions: ['app.change', 'app.act:tidy'] },
    });
    const ids = async (url: string) =>
      (await caller('GET', url, undefined, { accept: 'application/json' })).body.items.map(
        ({ id }: { id: string }) => id,
      );
    expect(await ids('/v1/apps')).toEqual([one.id]);
    expect(await ids('/v1/operations')).toEqual([one.operation.id]);
    expect(await ids('/v1/tenants')).toEqual([ada.id]);
    const told = await caller('GET', '/v1/events', undefined, { accept: 'application/json' });
    expect(JSON.stringify(told.body)).toContain(one.id);
    expect(JSON.stringify(told.body)).not.toContain(other.id);
    const status = async (...[method, url, body]: Parameters<typeof caller>) =>
      (await caller(method, url, body)).status;
    expect(await status('PATCH', `/v1/apps/${one.id}`, { name: 'mine' })).toBe(200);
    expect(await status('POST', `/v1/apps/${one.id}/actions/rollback`, {})).toBe(403);
    expect(await status('DELETE', `/v1/apps/${one.id}`)).toBe(403);
    expect(await status('POST', '/v1/apps', app('new'))).toBe(403);
    expect(await status('GET', `/v1/tenants/${ada.id}/tokens`)).toBe(403);
    expect(await status('GET', `/v1/tenants/${ada.id}/members`)).toBe(403);
    for (const url of [`/v1/apps/${other.id}`, `/v1/operations/${other.operation.id}`, `/v1/apps/${other.id}/releases`])
      expect(await status('GET', url)).toBe(404);
    expect(await status('PATCH', `/v1/apps/${other.id}`, { name: 'taken' })).toBe(404);
  });
});

describe('members', () => {
  test('are changed and shut out with the next request', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    const { id, caller } = await addPerson(run, { tenant: ada.id, email: 'ada@example.test' });
    const url = `/v1/tenants/${ada.id}/members/${id}`;
    expect((await caller('POST', '/v1/apps', app('x'))).status).toBe(201);
    expect((await run.admin('PUT', url, { role: 'technical_user', actions: [] })).body).toMatchObject({
      role: 'technical_user',
      actions: [],
    });
    expect((await caller('POST', '/v1/apps', app('y'))).status).toBe(403);
    expect((await caller('GET', '/v1/apps')).body.items).toHaveLength(1);
    expect((await run.admin('DELETE', url)).status).toBe(204);
    expect((await caller('GET', '/v1/apps')).status).toBe(403);
    expect((await caller('GET', `/v1/tenants/${ada.id}`)).status).toBe(403);
    expect((await run.admin('PUT', url, { role: 'customer' })).body.code).toBe('member-not-found');
  });

  test('leave by themselves, but for the last administrator', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    const { id, caller } = await addPerson(run, { tenant: ada.id, email: 't@example.test', role: 'technical_user' });
    expect((await caller('DELETE', `/v1/tenants/${ada.id}/members/${id}`)).status).toBe(204);
    const hoster = (await run.admin('GET', '/v1/tenants')).body.items.find(
      ({ kind }: { kind: string }) => kind === 'hoster',
    );
    const [admin] = (await run.admin('GET', `/v1/tenants/${hoster.id}/members`)).body.items;
    const url = `/v1/tenants/${hoster.id}/members/${admin.account}`;
    expect((await run.admin('DELETE', url)).body.code).toBe('last-administrator');
    expect((await run.admin('PUT', url, { role: 'technical_user' })).body.code).toBe('last-administrator');
  });

  test('do not touch those who are stronger', async () => {
    const run = await startReadyServer();
    const seller = await run.newTenant('Seller', { kind: 'reseller' });
    const strong = await addPerson(run, { tenant: seller.id, email: 's@example.test', role: 'reseller' });
    const ada = await seller.caller('POST', '/v1/tenants', { name: 'Ada' });
    const weak = await addPerson(run, { tenant: ada.body.id, email: 'a@example.test' });
    expect((await weak.caller('DELETE', `/v1/tenants/${seller.id}/members/${strong.id}`)).status).toBe(404);
    expect(
      (await strong.caller('PUT', `/v1/tenants/${ada.body.id}/members/${weak.id}`, { role: 'technical_user' })).status,
    ).toBe(200);
    expect(
      (await weak.caller('PUT', `/v1/tenants/${ada.body.id}/members/${weak.id}`, { role: 'customer' })).status,
    ).toBe(403);
  });

  test('prove once more who they are before they change who has access', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    const { caller } = await addPerson(run, { tenant: ada.id, email: 'ada@example.test' });
    run.clock.advance(5 * 60_000 + 1);
    const invite = { email: 'x@example.test', role: 'customer' };
    expect((await caller('POST', `/v1/tenants/${ada.id}/invitations`, invite)).body.code).toBe(
      'reauthentication-needed',
    );
    expect((await caller('POST', `/v1/tenants/${ada.id}/tokens`, { name: 'x' })).body.code).toBe(
      'reauthentication-needed',
    );
    expect((await caller('GET', `/v1/tenants/${ada.id}/members`)).status).toBe(200);
  });
});

describe('a permission that a plugin adds', () => {
  const site = { type: 'site', name: 'blog', spec: {} };

  test('is in the catalogue, and what its action takes', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    const { body: made } = await ada.caller('POST', '/v1/apps', site);
    const add = (email: string, more: object) =>
      addPerson(run, { tenant: ada.id, email, role: 'technical_user', ...more }).then(({ caller }) => caller);
    const helper = await add('helper@example.test', {});
    const polish = (caller: typeof helper) => caller('POST', `/v1/apps/${made.id}/actions/polish`, {});
    const { items } = (await helper('GET', '/v1/permissions')).body;
    expect(items.find(({ id }: { id: string }) => id === 'site.polish')).toEqual({
      ...{ id: 'site.polish', title: 'Polish sites', on: 'app', plugin: 'site' },
      roles: ['super_admin', 'reseller', 'customer'],
    });
    expect((await polish(ada.caller)).status).toBe(202);
    expect((await polish(run.admin)).status).toBe(202);
    expect((await polish(helper)).body).toMatchObject({ status: 403, detail: expect.stringContaining('site.polish') });
  });

  test('is given to tokens like any other, and to nobody whose role does not have it', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    const { body: made } = await ada.caller('POST', '/v1/apps', site);
    const limited = async (permissions: string[]) =>
      run.as((await ada.caller('POST', `/v1/tenants/${ada.id}/tokens`, { name: 'x', permissions })).body.token);
    const act = async (caller: typeof run.admin, action: string) =>
      (await caller('POST', `/v1/apps/${made.id}/actions/${action}`, {})).status;
    const polisher = await limited(['app.read', 'site.polish']);
    const actor = await limited(['app.read', 'app.act']);
    expect([await act(polisher, 'polish'), await act(polisher, 'tidy')]).toEqual([202, 403]);
    expect([await act(actor, 'polish'), await act(actor, 'tidy')]).toEqual([403, 202]);
    const invite = { email: 'x@example.test', role: 'technical_user', actions: ['site.polish'] };
    expect((await ada.caller('POST', `/v1/tenants/${ada.id}/invitations`, invite)).body.errors).toMatchObject([
      { pointer: '/actions/0', message: 'A technical_user does not have it.' },
    ]);
  });
});
