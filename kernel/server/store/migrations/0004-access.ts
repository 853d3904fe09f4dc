import { Migration } from '@mikro-orm/migrations';

/** Who may do what where: limited memberships, invitations, scopes of tokens, and tenants that are suspended or removed. */
export class Access0004 extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const AT_COMMIT = 'deferrable initially deferred';

const tables = [
  `alter table kernel.tenant
    -- Each reason stands for itself: ending one leaves the others.
    add column suspended jsonb not null default '[]',
    add column lifecycle text not null default 'present' check (lifecycle in ('present', 'removed', 'purging')),
    add column removed_at timestamptz,
    add column purge_after timestamptz`,
  `create index tenant_kind on kernel.tenant (kind, id)`,
  `create index tenant_lifecycle on kernel.tenant (lifecycle, id)`,
  `create index tenant_search on kernel.tenant (slug text_pattern_ops)`,
  `create index tenant_purge on kernel.tenant (purge_after) where lifecycle <> 'present'`,
  `alter table kernel.membership
    -- The only apps and permissions that count; null for all that the role has.
    add column apps text[],
    add column actions text[],
    add column created_at timestamptz not null default now()`,
  `drop index kernel.membership_tenant`,
  `create index membership_tenant on kernel.membership (tenant, account)`,
  `alter table kernel.api_token
    -- What it is limited to; null is no limit.
    add column permissions text[],
    add column tenants text[],
    add column apps text[],
    add column addresses text[],
    add column created_by jsonb,
    add column last_used_address text`,
  `create table kernel.invitation (
    id text collate "C" primary key,
    tenant text collate "C" not null references kernel.tenant on delete cascade ${AT_COMMIT},
    email text not null,
    role text not null check (role in ('super_admin', 'reseller', 'customer', 'technical_user')),
    apps text[],
    actions text[],
    hash bytea not null unique,
    invited_by jsonb not null,
    created_at timestamptz not null,
    expires_at timestamptz not null
  )`,
  `create unique index invitation_person on kernel.invitation (tenant, lower(email))`,
  `create index invitation_tenant on kernel.invitation (tenant, id)`,
  `create index invitation_expiry on kernel.invitation (expires_at)`,
];

/**
 * What the present transaction may see, as the server has said at its beginning. Nothing said is nothing seen. Each is asked once in a
 * statement and not for every row: the policies say `(select …)`.
 */
const scope = [
  `create function kernel.scope_tenants() returns text[] stable parallel safe language sql as
    $$ select coalesce(nullif(current_setting('freehold.tenants', true), ''), '{}')::text[] $$`,
  `create function kernel.scope_apps() returns text[] stable parallel safe language sql as
    $$ select coalesce(nullif(current_setting('freehold.apps', true), ''), '{}')::text[] $$`,
  `create function kernel.scope_known() returns text[] stable parallel safe language sql as
    $$ select coalesce(nullif(current_setting('freehold.known', true), ''), '{}')::text[] $$`,
  // Of the single apps, whose tenants are seen with them. It looks past the policies, or that of the one would ask that of the other.
  `create function kernel.scope_app_tenants() returns text[] stable parallel safe security definer
    set search_path = pg_catalog, pg_temp language sql as
    $$ select array(select tenant from kernel.app where id = any (kernel.scope_apps())) $$`,
  `create function kernel.scope_below() returns boolean stable parallel safe language sql as
    $$ select coalesce(current_setting('freehold.below', true), '') = 'on' $$`,
];

/** What servers keep in mind of who may do what: people and tokens of a tenant that comes or goes are looked at anew. */
const news = [
  `create function kernel.tell_members() returns trigger language plpgsql as $$
  begin
    perform pg_notify('freehold_access', 'account ' || account) from kernel.membership where tenant = new.id;
    perform pg_notify('freehold_access', 'token ' || id) from kernel.api_token where tenant = new.id;
    return null;
  end $$`,
  `create trigger tell_members after update on kernel.tenant
    for each row when (new.lifecycle is distinct from old.lifecycle) execute function kernel.tell_members()`,
  `drop trigger tell_change on kernel.api_token`,
  `create trigger tell_change after update on kernel.api_token for each row
    when ((to_jsonb(new) - 'last_used_at' - 'last_used_address') is distinct from (to_jsonb(old) - 'last_used_at' - 'last_used_address'))
    execute function kernel.tell_access()`,
];

const statements = [...tables, ...scope, ...news];
