import type { Actor } from '../accounts/actor.ts';
import { assertCan, isAsStrong, roleIn } from '../accounts/permissions.ts';
import { problem } from '../errors/problem.ts';
import type { App, Role, Suspension, SuspensionReason } from '../store/entities/index.ts';

/** Only whoever provides the hosting can say these. */
const PROVIDERS: readonly SuspensionReason[] = ['billing', 'abuse'];

type Suspended = Pick<App, 'id' | 'suspended' | 'tenant'>;

/** The suspensions with one more. Saying the same reason again changes its note, and weakens nothing. */
export function suspend(app: Suspended, wish: SuspensionWish): Suspension[] {
  const { actor, reason, note, now } = wish;
  const role = getRole(actor, app);
  if (PROVIDERS.includes(reason) && !isAsStrong(role, 'reseller'))
    throw problem(
      'permission-denied',
      { actor: actor.name, action: `app.suspend for the reason ${reason}` },
      { fields: { roles: 'super_admin, reseller' } },
    );
  const before = app.suspended.find((one) => one.reason === reason && !one.tenant);
  const by = before && isAsStrong(before.by, role) ? before.by : role;
  const after: Suspension = { reason, at: before?.at ?? now.toISOString(), by, ...(note !== undefined && { note }) };
  return [...app.suspended.filter((one) => one !== before), after];
}

/** The suspensions without the one of a reason; without a reason, without all that the actor may end. */
export function resume(app: Suspended, { actor, reason }: { actor: Actor; reason?: SuspensionReason }) {
  const role = getRole(actor, app);
  const meant = app.suspended.filter((one) => !one.tenant && (reason === undefined || one.reason === reason));
  const ended = meant.filter(({ by }) => isAsStrong(role, by));
  const [first] = meant;
  const [through] = app.suspended.filter((one) => one.tenant);
  if (!first && through) throw problem('tenant-suspended', { tenant: app.tenant.slug, reason: through.reason });
  if (!first) throw problem('app-not-suspended', { app: app.id, reason: reason ?? 'whatever' });
  if (ended.length === 0) {
    const roles = first.by === 'reseller' ? 'super_admin, reseller' : first.by;
    throw problem('suspension-not-yours', { app: app.id, reason: first.reason, roles });
  }
  return { ended, kept: app.suspended.filter((one) => !ended.includes(one)) };
}

export interface SuspensionWish {
  readonly actor: Actor;
  readonly reason: SuspensionReason;
  readonly note?: string;
  readonly now: Date;
}

function getRole(actor: Actor, { id, tenant }: Suspended): Role {
  const role = roleIn(actor, tenant.path);
  if (!role) assertCan(actor, 'app.suspend', { path: tenant.path, app: id });
  return role as Role;
}
