import type { Actor } from '../accounts/actor.ts';
import { type Action, type AppResource, assertCan } from '../accounts/permissions.ts';
import { problem } from '../errors/problem.ts';
import { App, Reconciliation } from '../store/entities/index.ts';
import type { AppId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';
import { ofVisibleApps } from '../tenants/scope.ts';
import { rememberApp } from './app-history.ts';

/** An app with the tenant it belongs to. @throws ProblemError app-not-found, permission-denied */
export async function loadApp(reader: Transaction, actor: Actor, wanted: { id: string; action: Action }): Promise<App> {
  const where = { $and: [{ id: wanted.id as AppId }, ofVisibleApps(actor, { field: 'id' })] };
  const app = await reader.findOne(App, where, { populate: ['tenant'] });
  if (!app) throw problem('app-not-found', { app: wanted.id });
  assertCan(actor, wanted.action, resourceOf(app));
  return app;
}

/** The app as what is asked for when it is decided whether somebody may. */
export function resourceOf({ id, tenant }: App): AppResource {
  return { path: tenant.path, app: id };
}

/** An app and how far it has come on its node. */
export interface LockedApp {
  readonly app: App;
  readonly row: Reconciliation;
}

/**
 * The app as it is now, held until the transaction ends: first the app and then its reconciliation, everywhere, so that nobody waits
 * in a circle.
 */
export async function lockApp(tx: Transaction, id: AppId): Promise<LockedApp> {
  await tx.execute('select from kernel.app where id = ? for update', [id]);
  const app = await tx.findOne(App, { id }, { populate: ['tenant'], refresh: true });
  if (!app) throw problem('app-not-found', { app: id });
  await tx.execute('select from kernel.reconciliation where app = ? for update', [id]);
  const row = await tx.findOneOrFail(Reconciliation, { app: id }, { refresh: true });
  rememberApp(app);
  return { app, row };
}

/** @throws ProblemError app-not-present */
export function assertPresent({ id, lifecycle }: App): void {
  if (lifecycle !== 'present') throw problem('app-not-present', { app: id, lifecycle: lifecycleInWords[lifecycle] });
}

/** @throws ProblemError app-not-removed */
export function assertRemoved({ id, lifecycle }: App): void {
  if (lifecycle !== 'removed') throw problem('app-not-removed', { app: id, lifecycle: lifecycleInWords[lifecycle] });
}

const lifecycleInWords = { present: 'in use', removed: 'in the trash', purging: 'being destroyed' };
