import type { Role, StoredActor } from '../store/entities/index.ts';
import type { AppId, SessionId, TenantId } from '../store/ids.ts';

/** Who asks, and in what role for which tenants. */
export interface Actor extends StoredActor {
  readonly memberships: readonly ActorMembership[];
  /** Of a person who signed in. */
  readonly session?: SessionId;
  /** When the person last proved to be that person. */
  readonly authenticatedAt?: Date;
  /** What an API token is limited to, besides what its tenant or person may do. */
  readonly scope?: TokenScope;
}

export interface ActorMembership {
  readonly tenant: TenantId;
  readonly role: Role;
  /** The only apps of the tenant that count; null or absent for all. */
  readonly apps?: readonly AppId[] | null;
  /** The only permissions that count, as ids of the catalogue or `app.act:<action>`; null or absent for all of the role. */
  readonly actions?: readonly string[] | null;
}

/** Null is no limit. */
export interface TokenScope {
  readonly permissions: readonly string[] | null;
  readonly tenants: readonly TenantId[] | null;
  readonly apps: readonly AppId[] | null;
  /** Networks like 192.0.2.0/24 or 2001:db8::/32, from which it may be used. */
  readonly addresses: readonly string[] | null;
}

/** The kernel itself: what it does on a schedule, or because something else changed. */
export const systemActor: Actor = { kind: 'system', id: 'kernel', name: 'Freehold', memberships: [] };

/** As it is kept with what was done: also through whom, from where and in which request, as far as it is known. */
export function storedActor({ kind, id, name, impersonator, address, requestId }: Actor): StoredActor {
  return {
    ...{ kind, id, name },
    ...(impersonator && { impersonator }),
    ...(address !== undefined && { address }),
    ...(requestId !== undefined && { requestId }),
  };
}

/** As plugins see it. */
export function hookActor({ kind, id }: StoredActor): { kind: StoredActor['kind']; id: string } {
  return { kind, id };
}
