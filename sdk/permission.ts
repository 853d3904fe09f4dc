/** Roles of people in a tenant, the strongest first. */
export type MemberRole = 'super_admin' | 'reseller' | 'customer' | 'technical_user';

/** Something that can be allowed to people and API tokens, besides what the kernel knows. Actions ask for it. */
export interface Permission {
  readonly $$type: 'freehold/permission';
  /** The plugin's id, a dot and a name: `wordpress.update`. */
  readonly id: string;
  /** In an infinitive: `Update WordPress`. */
  readonly title: string;
  /** Which roles have it in their tenant and below it. Super administrators have every permission. */
  readonly roles: readonly Exclude<MemberRole, 'super_admin'>[];
}

/** Declares a permission. The plugin's manifest names it. */
export function definePermission(definition: Omit<Permission, '$$type'>): Permission {
  return { $$type: 'freehold/permission', ...definition };
}
