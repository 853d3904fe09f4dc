import {
  type Action,
  isAction,
  type Permission,
  permissionCatalogue,
  type RoutePermission,
} from '../access/permission-catalogue.ts';
import type { Actor } from '../accounts/actor.ts';
import { assertCanSomewhere, assertRecent } from '../accounts/permissions.ts';
import { problem } from '../errors/problem.ts';
import type { Clock } from '../time/clock.ts';
import type { Http } from './http.ts';

/** An API with a route that does not say who may use it is not made. */
export function demandPermissions(http: Http): void {
  http.addHook('onRoute', ({ method, url, config }) => {
    const permission: string | undefined = config?.permission;
    if (permission === 'public' || permission === 'own' || (permission !== undefined && isAction(permission))) return;
    throw new Error(
      `The route ${method} ${url} says ${JSON.stringify(permission)} as its permission, and there is no such one.`,
    );
  });
}

/**
 * What can be said before anything is looked at: whether the caller may do this anywhere at all. Where, the service decides with what
 * the request is about. @throws ProblemError
 */
export function assertMayAsk(actor: Actor, permission: RoutePermission, { method, clock }: Asking): void {
  if (permission !== 'public' && permission !== 'own') {
    assertCanSomewhere(actor, permission);
    if (method !== 'GET' && isDelicate(permission)) assertRecent(actor, clock);
  }
  if (permission === 'own' && actor.impersonator && method !== 'GET')
    throw problem('not-while-impersonating', { actor: actor.name, action: `${method} of an own thing` });
}

function isDelicate(permission: Action): boolean {
  const { sensitive, recent }: Permission = permissionCatalogue[permission];
  return sensitive !== undefined || recent === true;
}

interface Asking {
  readonly method: string;
  readonly clock: Clock;
}
