import { Migration } from '@mikro-orm/migrations';

/** How often is asked, webhooks, and indexes for searching tenants by the beginning of a name. */
export class Edge0006 extends Migration {
  override up(): void {
    for (const sql of statements) this.addSql(sql);
  }
}

const statements = [
  // Counts live for minutes: they are not worth the log that makes a table survive a crash.
  `create unlogged table kernel.rate_window (
    name text not null,
    since timestamptz not null,
    taken integer not null,
    primary key (name, since)
  )`,
  `comment on table kernel.rate_window is 'Of how many requests the servers have leased the right, by what they are counted for.'`,
  `create index rate_window_age on kernel.rate_window (since)`,

  `create table kernel.webhook (
    id text primary key,
    tenant text not null references kernel.tenant on delete cascade,
    url text not null,
    description text not null,
    types text[] not null,
    secret bytea not null,
    active boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  `comment on column kernel.webhook.types is 'Types of the events that it is told of. Empty: of all.'`,
  `comment on column kernel.webhook.secret is 'Encrypted: what deliveries are signed with.'`,
  `create index webhook_tenant on kernel.webhook (tenant, id)`,

  `create table kernel.webhook_delivery (
    id text primary key,
    webhook text not null references kernel.webhook on delete cascade,
    tenant text not null,
    event bigint,
    type text not null,
    body jsonb not null,
    state text not null,
    attempts integer not null,
    status integer,
    error text,
    created_at timestamptz not null,
    attempted_at timestamptz
  )`,
  `comment on column kernel.webhook_delivery.tenant is 'Of the webhook.'`,
  `comment on column kernel.webhook_delivery.event is 'That it tells of; null for a test.'`,
  `comment on column kernel.webhook_delivery.state is 'pending, delivered or failed.'`,
  `comment on column kernel.webhook_delivery.status is 'Of the last answer.'`,
  `create index webhook_delivery_webhook on kernel.webhook_delivery (webhook, id)`,
  `create unique index webhook_delivery_event on kernel.webhook_delivery (event, webhook)`,
  `create index webhook_delivery_tenant on kernel.webhook_delivery (tenant)`,
  `create index webhook_delivery_age on kernel.webhook_delivery (created_at)`,

  // Whatever the collation is. Names of apps and domains have one with which their other indexes do for it.
  `create index tenant_slug_prefix on kernel.tenant (slug text_pattern_ops)`,
  `create index tenant_name_prefix on kernel.tenant (lower(name) text_pattern_ops)`,
];
