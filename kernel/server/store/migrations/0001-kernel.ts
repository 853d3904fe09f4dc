import { Migration } from '@mikro-orm/migrations';

export class Kernel0001 extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

/** The mapper writes new rows in an order of its own, so references are looked at when the transaction commits. */
const AT_COMMIT = 'deferrable initially deferred';

const tenantsAndAccounts = [
  `create schema if not exists kernel`,
  `create table kernel.tenant (
    id text collate "C" primary key,
    kind text not null check (kind in ('hoster', 'reseller', 'customer')),
    name text not null,
    slug text not null unique,
    parent text collate "C" references kernel.tenant ${AT_COMMIT},
    -- Ids from the root down to this tenant, itself included: whoever may act in one of them may act here.
    path text[] not null,
    created_at timestamptz not null
  )`,
  `create index tenant_path on kernel.tenant using gin (path)`,
  `create index tenant_parent on kernel.tenant (parent, id)`,
  `create table kernel.account (
    id text collate "C" primary key,
    email text not null,
    name text not null,
    password_hash text,
    created_at timestamptz not null
  )`,
  `create unique index account_email on kernel.account (lower(email))`,
  `create table kernel.membership (
    account text collate "C" not null references kernel.account on delete cascade ${AT_COMMIT},
    tenant text collate "C" not null references kernel.tenant on delete cascade ${AT_COMMIT},
    role text not null check (role in ('super_admin', 'reseller', 'customer', 'technical_user')),
    primary key (account, tenant)
  )`,
  `create index membership_tenant on kernel.membership (tenant)`,
  `create table kernel.api_token (
    id text collate "C" primary key,
    name text not null,
    hash bytea not null unique,
    account text collate "C" references kernel.account on delete cascade ${AT_COMMIT},
    tenant text collate "C" references kernel.tenant on delete cascade ${AT_COMMIT},
    role text check (role in ('super_admin', 'reseller', 'customer', 'technical_user')),
    created_at timestamptz not null,
    expires_at timestamptz,
    last_used_at timestamptz,
    -- Of a person, who acts with all memberships, or of a tenant, with one role.
    check ((account is null) <> (tenant is null)),
    check ((tenant is null) = (role is null))
  )`,
  `create index api_token_tenant on kernel.api_token (tenant, id)`,
  `create index api_token_account on kernel.api_token (account)`,
];

const nodesAndPlugins = [
  `create table kernel.node (
    id text collate "C" primary key,
    name text not null unique,
    key_hash bytea unique,
    enrolment_hash bytea unique,
    enrolment_expires_at timestamptz,
    facts jsonb,
    boot text,
    drift text not null default 'repair' check (drift in ('repair', 'keep')),
    check_interval integer not null default 300,
    last_seen_at timestamptz,
    reachable_since timestamptz,
    last_sweep jsonb,
    check_request text,
    created_at timestamptz not null
  )`,
  `create table kernel.plugin (
    id text collate "C" primary key,
    -- The version that the apps and roles on the nodes were last computed with.
    version text,
    quarantine text,
    quarantined_at timestamptz,
    config jsonb not null default '{}'
  )`,
  `create table kernel.node_plugin (
    node text collate "C" not null references kernel.node on delete cascade ${AT_COMMIT},
    plugin text collate "C" not null,
    config jsonb not null default '{}',
    -- What the hoster approved, and for which version.
    version text not null,
    capabilities jsonb not null,
    enabled_at timestamptz not null,
    primary key (node, plugin)
  )`,
  `create index node_plugin_plugin on kernel.node_plugin (plugin)`,
];

const apps = [
  `create table kernel.app (
    id text collate "C" primary key,
    tenant text collate "C" not null references kernel.tenant ${AT_COMMIT},
    type text collate "C" not null,
    name text collate "C" not null,
    node text collate "C" not null references kernel.node ${AT_COMMIT},
    spec jsonb not null,
    spec_version integer not null,
    generation integer not null default 1,
    lifecycle text not null default 'present' check (lifecycle in ('present', 'removed', 'purging')),
    suspended jsonb not null default '[]',
    release integer,
    last_release integer not null default 0,
    links jsonb not null default '[]',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    removed_at timestamptz,
    purge_after timestamptz
  )`,
  `create unique index app_name on kernel.app (tenant, name) where lifecycle = 'present'`,
  `create index app_tenant on kernel.app (tenant, id)`,
  `create index app_type on kernel.app (type, id)`,
  `create index app_node on kernel.app (node, id)`,
  `create index app_by_name on kernel.app (name, id)`,
  `create index app_lifecycle on kernel.app (lifecycle, id)`,
  `create index app_purge on kernel.app (purge_after) where lifecycle = 'removed'`,
  `create table kernel.upload (
    sha256 text collate "C" primary key,
    format text not null check (format in ('tar', 'tar.gz')),
    bytes bigint not null,
    unpacked_bytes bigint not null,
    entries integer not null,
    created_at timestamptz not null
  )`,
  `create table kernel.release (
    app text collate "C" not null references kernel.app on delete cascade ${AT_COMMIT},
    number integer not null,
    upload text collate "C" not null references kernel.upload ${AT_COMMIT},
    created_at timestamptz not null,
    actor jsonb not null,
    primary key (app, number)
  )`,
  `create index release_upload on kernel.release (upload)`,
  `create table kernel.domain (
    name text collate "C" primary key,
    -- Labels from the last to the first with a dot after each, so that names below one share its beginning.
    reversed text collate "C" not null,
    tenant text collate "C" not null references kernel.tenant ${AT_COMMIT},
    app text collate "C" not null references kernel.app on delete cascade ${AT_COMMIT},
    created_at timestamptz not null
  )`,
  `create index domain_reversed on kernel.domain (reversed)`,
  `create index domain_app on kernel.domain (app)`,
  `create table kernel.secret (
    owner text collate "C" not null,
    name text collate "C" not null,
    value bytea not null,
    created_at timestamptz not null,
    primary key (owner, name)
  )`,
];

const reconciliation = [
  `create table kernel.reconciliation (
    node text collate "C" not null references kernel.node on delete cascade ${AT_COMMIT},
    owner text collate "C" not null,
    app text collate "C" references kernel.app on delete cascade ${AT_COMMIT},
    plugin text collate "C",
    wanted text not null default 'present' check (wanted in ('present', 'removed', 'purged')),
    revision integer not null default 1,
    handled_revision integer not null default 0,
    observed_generation integer not null default 0,
    retry_at timestamptz,
    attempts integer not null default 0,
    in_sync_once boolean not null default false,
    -- Computations in a row that only the node's observations asked for.
    settling integer not null default 0,
    reported_at timestamptz,
    observed jsonb not null default '{}',
    conditions jsonb not null default '[]',
    drift jsonb not null default '[]',
    logs jsonb not null default '[]',
    primary key (node, owner),
    check ((app is null) <> (plugin is null))
  )`,
  `create unique index reconciliation_app on kernel.reconciliation (app) where app is not null`,
  `create index reconciliation_due on kernel.reconciliation (node)
    where revision > handled_revision or retry_at is not null`,
  `create table kernel.operation (
    id text collate "C" primary key,
    kind text not null check (kind in ('create', 'change', 'deploy', 'rollback', 'suspend', 'resume', 'remove', 'restore',
      'purge', 'action', 'role', 'recompute')),
    state text collate "C" not null default 'pending'
      check (state in ('pending', 'running', 'succeeded', 'failed', 'superseded', 'cancelled')),
    owner text collate "C" not null,
    node text collate "C" not null,
    app text collate "C",
    tenant text collate "C",
    revision integer,
    generation integer,
    actor jsonb not null,
    request jsonb not null default '{}',
    inverse jsonb,
    steps jsonb not null default '[]',
    outcome jsonb,
    output jsonb,
    progress jsonb,
    created_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz
  )`,
  `create index operation_app on kernel.operation (app, id)`,
  `create index operation_tenant on kernel.operation (tenant, id)`,
  `create index operation_node on kernel.operation (node, id)`,
  `create index operation_state on kernel.operation (state, id)`,
  `create index operation_open on kernel.operation (owner, node, revision) where state in ('pending', 'running')`,
  `create table kernel.operation_log (
    operation text collate "C" not null references kernel.operation on delete cascade ${AT_COMMIT},
    number integer not null,
    at timestamptz not null,
    level text not null check (level in ('info', 'warning', 'error', 'output')),
    message text not null,
    primary key (operation, number)
  )`,
];

const eventsAndRecords = [
  `create table kernel.event (
    id bigint generated always as identity primary key,
    -- Readers take only rows of transactions older than every running one, in this order: nothing appears behind them.
    xid xid8 not null default pg_current_xact_id(),
    type text not null,
    tenant text collate "C",
    app text collate "C",
    node text collate "C",
    operation text collate "C",
    data jsonb not null,
    at timestamptz not null
  )`,
  `create index event_order on kernel.event (xid, id)`,
  `create index event_tenant on kernel.event (tenant, xid, id)`,
  `create index event_app on kernel.event (app, xid, id) where app is not null`,
  `create index event_operation on kernel.event (operation, xid, id) where operation is not null`,
  `create index event_at on kernel.event (at)`,
  `create table kernel.audit_entry (
    id text collate "C" primary key,
    at timestamptz not null,
    actor jsonb not null,
    action text not null,
    subject text collate "C" not null,
    tenant text collate "C",
    details jsonb not null default '{}'
  )`,
  `create index audit_tenant on kernel.audit_entry (tenant, id)`,
  `create index audit_subject on kernel.audit_entry (subject, id)`,
  `create table kernel.idempotency_key (
    actor text collate "C" not null,
    key text collate "C" not null,
    fingerprint bytea not null,
    status integer,
    -- Encrypted: an answer may hold a token.
    response bytea,
    created_at timestamptz not null,
    primary key (actor, key)
  )`,
  `create index idempotency_key_age on kernel.idempotency_key (created_at)`,
  `create table kernel.setting (key text primary key, value jsonb not null)`,
];

/** Questions to nodes that somebody waits for: worth nothing after a crash. */
const questions = [
  `create unlogged table kernel.plan_request (
    id text collate "C" primary key,
    node text collate "C" not null,
    owner text collate "C" not null,
    proposal jsonb not null,
    answer jsonb,
    created_at timestamptz not null
  )`,
  `create index plan_request_node on kernel.plan_request (node) where answer is null`,
  `create index plan_request_age on kernel.plan_request (created_at)`,
  `create unlogged table kernel.log_request (
    id text collate "C" primary key,
    node text collate "C" not null,
    owner text collate "C" not null,
    log text not null,
    lines integer not null,
    follow boolean not null,
    until timestamptz not null,
    -- Moved on while somebody reads.
    seen_at timestamptz not null
  )`,
  `create index log_request_node on kernel.log_request (node)`,
  `create index log_request_seen on kernel.log_request (seen_at)`,
  `create unlogged table kernel.log_chunk (
    request text collate "C" not null references kernel.log_request on delete cascade ${AT_COMMIT},
    sequence integer not null,
    lines jsonb not null,
    ended boolean not null,
    problem text,
    primary key (request, sequence)
  )`,
];

const statements = [
  ...tenantsAndAccounts,
  ...nodesAndPlugins,
  ...apps,
  ...reconciliation,
  ...eventsAndRecords,
  ...questions,
];
