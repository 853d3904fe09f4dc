import { Migration } from '@mikro-orm/migrations';

export class MailAndAudit0007 extends Migration {
  override up(): void {
    for (const statement of [...mail, ...brands, ...audit]) this.addSql(statement);
  }
}

const AT_COMMIT = 'deferrable initially deferred';

const mail = [
  `create table kernel.mail (
    id text collate "C" primary key,
    template text collate "C" not null,
    recipient text not null,
    name text,
    language text not null,
    -- The tenant whose brand it has. It is none of the tenant's: it is to somebody, and known of after the tenant is gone.
    brand text collate "C",
    subject text not null,
    -- Encrypted: links in it are as good as passwords. Null once a mail server has taken it.
    content bytea,
    state text collate "C" not null default 'waiting' check (state in ('waiting', 'inbox', 'sent', 'failed')),
    attempts integer not null default 0,
    -- What the mail server said the last time.
    problem text,
    created_at timestamptz not null,
    handled_at timestamptz
  )`,
  `create index mail_state on kernel.mail (state, id)`,
  `create index mail_template on kernel.mail (template, id)`,
  `create index mail_recipient on kernel.mail (lower(recipient), id)`,
  `create index mail_created_at on kernel.mail (created_at)`,
  `create function kernel.queue_mail(id text) returns void language plpgsql as $$
  begin
    perform graphile_worker.add_job('send-mail', json_build_object('mail', id), job_key := 'mail:' || id, max_attempts := 14);
  end $$`,
  // Whoever acts for a tenant may send mails and see none: only this function gets near the table for them.
  `create function kernel.add_mail(mail jsonb) returns void language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
  begin
    insert into kernel.mail (id, template, recipient, name, language, brand, subject, content, created_at)
      select id, template, recipient, name, language, brand, subject, decode(content, 'base64'), created_at
      from jsonb_to_record(mail) as given (id text, template text, recipient text, name text, language text, brand text,
        subject text, content text, created_at timestamptz);
    perform kernel.queue_mail(mail->>'id');
  end $$`,
  `create table kernel.brand (
    tenant text collate "C" primary key references kernel.tenant on delete cascade ${AT_COMMIT},
    name text,
    color text,
    logo_url text,
    support_email text,
    sender text,
    footer text,
    updated_at timestamptz not null
  )`,
];

/** Whoever acts for a tenant sees no brand above it, and yet its mails have it: what a brand says is for everybody to see. */
const brands = [
  `create function kernel.brands_of(tenant text) returns setof kernel.brand stable language sql security definer
    set search_path = pg_catalog, pg_temp as $$
    select brand.* from kernel.tenant as one join kernel.brand as brand on brand.tenant = any (one.path)
    where one.id = brands_of.tenant or (brands_of.tenant is null and one.kind = 'hoster')
    order by array_position(one.path, brand.tenant) desc
  $$`,
];

/** A link is given to an entry once, after the fact; nothing else of it ever changes, and it goes only when its time is over. */
const audit = [
  `alter table kernel.audit_entry
    add column before jsonb,
    add column after jsonb,
    -- Place in the chain, from 1, and the link to the entry before it. Null until it is sealed.
    add column number bigint unique,
    add column link bytea,
    add check ((number is null) = (link is null))`,
  `create index audit_unsealed on kernel.audit_entry (id) where number is null`,
  `create index audit_at on kernel.audit_entry (at)`,
  `create index audit_action on kernel.audit_entry (action, id)`,
  `create index audit_actor on kernel.audit_entry ((actor->>'id'), id)`,
  `create index audit_impersonator on kernel.audit_entry ((actor->'impersonator'->>'id'), id)
    where actor->'impersonator' is not null`,
  `create index audit_request on kernel.audit_entry ((actor->>'requestId'), id) where actor->>'requestId' is not null`,
  `create index audit_address on kernel.audit_entry ((actor->>'address'), id) where actor->>'address' is not null`,
  `create table kernel.audit_checkpoint (
    -- The last entry that was let go.
    number bigint primary key,
    link bytea not null,
    -- With the key of the installation, which is not in the database.
    proof bytea not null,
    at timestamptz not null
  )`,
  `create function kernel.keep_audit_entries() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' and old.number is null and new.number is not null
      and to_jsonb(new) - array['number', 'link'] = to_jsonb(old) - array['number', 'link'] then
      return new;
    end if;
    if tg_op = 'DELETE' and current_setting('freehold.audit_retention', true) = 'over' then
      return old;
    end if;
    raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
  end $$`,
  `create trigger audit_append_only before update or delete on kernel.audit_entry
    for each row execute function kernel.keep_audit_entries()`,
  `create trigger audit_not_emptied before truncate on kernel.audit_entry
    for each statement execute function kernel.keep_audit_entries()`,
  `create function kernel.tell_of_audit_entries() returns trigger language plpgsql as $$
  begin
    perform pg_notify('freehold_audit', '');
    return null;
  end $$`,
  `create trigger audit_told after insert on kernel.audit_entry
    for each statement execute function kernel.tell_of_audit_entries()`,
];
