import { Migration } from '@mikro-orm/migrations';

/** Sessions and all that proves who somebody is. */
export class Accounts0003 extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const ACCOUNT = 'text collate "C" not null references kernel.account on delete cascade deferrable initially deferred';

const accounts = [
  // Null as long as nobody has read a mail that was sent there.
  `alter table kernel.account
    add column email_verified_at timestamptz,
    add column language text,
    add column password_changed_at timestamptz,
    add column blocked_at timestamptz`,
  // For who looks for accounts by how their address begins.
  `create index account_search on kernel.account (lower(email) collate "C" text_pattern_ops)`,
  `update kernel.account set email_verified_at = created_at`,
  // Tokens that were given for a password are worth nothing any more: sessions take their place.
  `delete from kernel.api_token where account is not null and name = 'Signed in with a password'`,
];

const sessions = [
  `create table kernel.signing_key (
    id text collate "C" primary key,
    -- Encrypted with the key of the installation.
    private_key bytea not null,
    public_key jsonb not null,
    created_at timestamptz not null
  )`,
  `create table kernel.session (
    id text collate "C" primary key,
    account ${ACCOUNT},
    -- With the key of the installation and the generation, all that a refresh token is made of.
    seed bytea not null,
    generation integer not null default 0,
    -- Of the half that the page of a browser holds.
    key_hash bytea,
    methods text[] not null,
    device text not null,
    address text,
    created_at timestamptz not null,
    authenticated_at timestamptz not null,
    rotated_at timestamptz not null,
    ended_at timestamptz,
    end_reason text check (end_reason in ('signed-out', 'ended', 'password', 'reused', 'reset', 'account')),
    check ((ended_at is null) = (end_reason is null))
  )`,
  `create index session_account on kernel.session (account, id) where ended_at is null`,
  `create index session_ended on kernel.session (ended_at) where ended_at is not null`,
  `create index session_created on kernel.session (created_at)`,
  `create table kernel.sign_in (
    id text collate "C" primary key,
    account ${ACCOUNT},
    at timestamptz not null,
    outcome text not null check (outcome in ('succeeded', 'wrong-password', 'wrong-code', 'wrong-passkey', 'impersonated')),
    method text not null,
    device text not null,
    address text,
    network text,
    session text collate "C",
    impersonator jsonb
  )`,
  `create index sign_in_account on kernel.sign_in (account, id)`,
  `create index sign_in_at on kernel.sign_in (at)`,
  // What is between two requests of one sign-in, and worth nothing after a crash.
  `create unlogged table kernel.sign_in_step (
    hash bytea primary key,
    kind text not null check (kind in ('second-factor', 'passkey-sign-in', 'passkey-registration')),
    account text collate "C",
    challenge text,
    data jsonb not null default '{}',
    expires_at timestamptz not null
  )`,
  `create index sign_in_step_age on kernel.sign_in_step (expires_at)`,
  `create unlogged table kernel.sign_in_throttle (
    key bytea primary key,
    attempts integer not null,
    last_at timestamptz not null
  )`,
  `create index sign_in_throttle_age on kernel.sign_in_throttle (last_at)`,
];

const proofs = [
  `create table kernel.one_time_token (
    hash bytea primary key,
    purpose text not null check (purpose in ('register', 'reset-password', 'change-email')),
    account text collate "C" references kernel.account on delete cascade deferrable initially deferred,
    email text not null,
    data jsonb not null default '{}',
    expires_at timestamptz not null
  )`,
  `create index one_time_token_account on kernel.one_time_token (account)`,
  `create index one_time_token_age on kernel.one_time_token (expires_at)`,
  `create table kernel.second_factor (
    account text collate "C" primary key references kernel.account on delete cascade deferrable initially deferred,
    -- Encrypted. The pending one counts when a code of it was given.
    secret bytea,
    pending bytea,
    confirmed_at timestamptz,
    -- The last time step of which a code was taken: none is taken twice.
    last_step integer not null default 0,
    failures integer not null default 0,
    locked_until timestamptz
  )`,
  `create table kernel.recovery_code (
    account ${ACCOUNT},
    hash bytea not null,
    used_at timestamptz,
    primary key (account, hash)
  )`,
  `create table kernel.passkey (
    id text collate "C" primary key,
    account ${ACCOUNT},
    credential text collate "C" not null unique,
    public_key bytea not null,
    counter bigint not null default 0,
    transports text[] not null default '{}',
    name text not null,
    created_at timestamptz not null,
    last_used_at timestamptz
  )`,
  `create index passkey_account on kernel.passkey (account, id)`,
];

/**
 * Servers keep in memory who may do what. Whoever changes it, in whatever way, the tables themselves tell all servers when the
 * transaction commits.
 */
const news = [
  `create function kernel.tell_access() returns trigger language plpgsql as $$
  declare
    row record := case when tg_op = 'DELETE' then old else new end;
  begin
    perform pg_notify('freehold_access', case tg_table_name
      when 'account' then 'account ' || (to_jsonb(row) ->> 'id')
      when 'membership' then 'account ' || (to_jsonb(row) ->> 'account')
      when 'session' then 'session ' || (to_jsonb(row) ->> 'id')
      when 'api_token' then 'token ' || (to_jsonb(row) ->> 'id')
      else tg_table_name end);
    return null;
  end $$`,
  `create trigger tell_access after update or delete on kernel.account for each row execute function kernel.tell_access()`,
  `create trigger tell_access after insert or update or delete on kernel.membership
    for each row execute function kernel.tell_access()`,
  `create trigger tell_end after update on kernel.session
    for each row when (new.ended_at is distinct from old.ended_at) execute function kernel.tell_access()`,
  `create trigger tell_delete after delete on kernel.session for each row execute function kernel.tell_access()`,
  // That a token was used changes nothing of what it may do.
  `create trigger tell_change after update on kernel.api_token for each row
    when ((to_jsonb(new) - 'last_used_at') is distinct from (to_jsonb(old) - 'last_used_at'))
    execute function kernel.tell_access()`,
  `create trigger tell_delete after delete on kernel.api_token for each row execute function kernel.tell_access()`,
];

const statements = [...accounts, ...sessions, ...proofs, ...news];
