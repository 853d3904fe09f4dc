import { expect, test } from 'vitest';
import { type Action, isAction, type Permission, permissionCatalogue } from '../access/permission-catalogue.ts';
import { FakeClock } from '../hooks/fake-clock.ts';
import type { Role } from '../store/entities/index.ts';
import type { AppId, TenantId } from '../store/ids.ts';
import type { Actor, ActorMembership, TokenScope } from './actor.ts';
import { assertCan, assertCanSomewhere, assertRecent, can, isSuperAdmin } from './permissions.ts';

const [hoster, seller, ada, bob] = ['tnt_h', 'tnt_s', 'tnt_a', 'tnt_b'] as TenantId[] as [
  TenantId,
  TenantId,
  TenantId,
  TenantId,
];
const [one, two] = ['app_1', 'app_2'] as AppId[] as [AppId, AppId];
const path = [hoster, seller, ada];
const open: TokenScope = { permissions: null, tenants: null, apps: null, addresses: null };
const actor = (memberships: ActorMembership[], more: Partial<Actor> = {}): Actor => ({
  kind: 'account',
  id: 'acc_1',
  name: 'x',
  memberships,
  ...more,
});
const as = (role: Role, tenant: TenantId, more: Partial<ActorMembership> = {}) => actor([{ tenant, role, ...more }]);

test.each([
  [as('super_admin', hoster), 'app.read', true],
  [as('super_admin', hoster), 'node.manage', true],
  [as('reseller', seller), 'app.purge', true],
  [as('reseller', seller), 'node.read', false],
  [as('reseller', bob), 'app.read', false],
  [as('customer', ada), 'app.purge', true],
  [as('customer', ada), 'tenant.create', false],
  [as('customer', bob), 'app.read', false],
  [as('technical_user', ada), 'app.change', true],
  [as('technical_user', ada), 'app.remove', false],
  [as('technical_user', ada, { apps: [one] }), 'app.change', true],
  [as('technical_user', ada, { apps: [two] }), 'app.read', false],
  [as('technical_user', ada, { apps: [two] }), 'tenant.read', true],
  [as('technical_user', ada, { actions: ['app.deploy'] }), 'app.deploy', true],
  [as('technical_user', ada, { actions: ['app.deploy'] }), 'app.change', false],
  [as('technical_user', ada, { actions: ['app.deploy'] }), 'app.read', true],
  [as('technical_user', ada, { actions: ['app.purge'] }), 'app.purge', false],
  [as('technical_user', ada, { actions: ['app.act:tidy'] }), 'app.act', true],
  [as('technical_user', ada, { actions: ['app.act:other'] }), 'app.act', false],
  [actor([]), 'tenant.read', false],
  [
    actor([
      { tenant: ada, role: 'technical_user' },
      { tenant: seller, role: 'reseller' },
    ]),
    'app.purge',
    true,
  ],
] as const)('%j may %s: %s', (who, action, may) => {
  const permission: Permission = permissionCatalogue[action];
  const resource =
    permission.on === 'installation' ? undefined : permission.on === 'app' ? { path, app: one, act: 'tidy' } : path;
  expect(can(who, action, resource)).toBe(may);
});

test.each([
  [{ permissions: ['app.read'] }, 'app.read', true],
  [{ permissions: ['app.read'] }, 'app.change', false],
  [{ permissions: ['app.act:tidy'] }, 'app.act', true],
  [{ permissions: ['app.act:other'] }, 'app.act', false],
  [{ tenants: [seller] }, 'app.read', true],
  [{ tenants: [bob] }, 'app.read', false],
  [{ tenants: [seller] }, 'node.read', false],
  [{ apps: [one] }, 'app.purge', true],
  [{ apps: [two] }, 'app.read', false],
  [{ apps: [one] }, 'tenant.read', true],
  [{ apps: [one] }, 'app.create', false],
  [{ apps: [one] }, 'settings.read', false],
  [{ addresses: ['192.0.2.1'] }, 'node.manage', true],
] as const)('a token of an administrator limited to %j may %s: %s', (scope, action, may) => {
  const who = actor([{ tenant: hoster, role: 'super_admin' }], { scope: { ...open, ...scope } });
  const permission: Permission = permissionCatalogue[action];
  const resource =
    permission.on === 'installation' ? undefined : permission.on === 'app' ? { path, app: one, act: 'tidy' } : path;
  expect(can(who, action, resource)).toBe(may);
});

test('whoever acts as somebody else has none of the sensitive permissions', () => {
  const impersonator = { kind: 'account', id: 'acc_2', name: 'y' } as const;
  const who = actor([{ tenant: hoster, role: 'super_admin' }], { impersonator });
  const withheld = Object.entries<Permission>(permissionCatalogue)
    .filter(([, { sensitive }]) => sensitive)
    .map(([id]) => id);
  expect(withheld).toEqual(['tenant.impersonate', 'member.manage', 'account.manage', 'token.manage']);
  for (const id of withheld) expect(() => assertCanSomewhere(who, id as Action)).toThrow('somebody else is acting');
  expect(can(who, 'app.purge', { path, app: one })).toBe(true);
});

test('a token with limits is no administrator of the installation', () => {
  const memberships = [{ tenant: hoster, role: 'super_admin' }] as const;
  expect(isSuperAdmin(actor([...memberships]))).toBe(true);
  expect(isSuperAdmin(actor([...memberships], { scope: { ...open, tenants: [ada] } }))).toBe(false);
  expect(isSuperAdmin(actor([...memberships], { scope: { ...open, apps: [one] } }))).toBe(false);
  expect(isSuperAdmin(actor([...memberships], { scope: { ...open, permissions: ['app.read'] } }))).toBe(true);
});

test('a refusal says why', () => {
  expect(() => assertCan(as('customer', ada), 'tenant.create', path)).toThrow('x may not do tenant.create here');
  const token = actor([{ tenant: ada, role: 'customer' }], { scope: { ...open, permissions: [] } });
  expect(() => assertCan(token, 'app.act', { path, app: one, act: 'tidy' })).toThrow(
    'x may not do app.act:tidy here: it was made for other',
  );
});

test('only people have to prove once more who they are, and only after five minutes', () => {
  const clock = new FakeClock();
  const session = 'ses_1' as never;
  const authenticatedAt = clock.now();
  const person = actor([], { session, authenticatedAt });
  assertRecent(person, clock);
  clock.advance(300_000);
  assertRecent(person, clock);
  clock.advance(1);
  expect(() => assertRecent(person, clock)).toThrow('for 5 minutes');
  expect(() => assertRecent(actor([], { session }), clock)).toThrow();
  assertRecent(actor([]), clock);
});

test('an id of a plugin is none of the kernel’s', () => {
  expect(isAction('app.read')).toBe(true);
  expect(isAction('constructor')).toBe(false);
});
