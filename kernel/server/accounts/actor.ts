import type { Role, StoredActor } from '../store/entities/index.ts';
import type { TenantId } from '../store/ids.ts';

/** Who asks, and in what role for which tenants. */
export interface Actor extends StoredActor {
  readonly memberships: readonly { readonly tenant: TenantId; readonly role: Role }[];
}

/** The kernel itself: what it does on a schedule, or because something else changed. */
export const systemActor: Actor = { kind: 'system', id: 'kernel', name: 'Freehold', memberships: [] };

/** As it is kept with what was done. */
export function storedActor({ kind, id, name }: Actor): StoredActor {
  return { kind, id, name };
}

/** As plugins see it. */
export function hookActor({ kind, id }: StoredActor): { kind: StoredActor['kind']; id: string } {
  return { kind, id };
}
