import { Migration } from '@mikro-orm/migrations';

/** What is sold, who has it, and what is used of it. */
export class Packages0005 extends Migration {
  override up(): void {
    for (const statement of [...packages, ...usage]) this.addSql(statement);
  }
}

/** The mapper writes new rows in an order of its own, so references are looked at when the transaction commits. */
const AT_COMMIT = 'deferrable initially deferred';

const packages = [
  `create table kernel.package (
    id text collate "C" primary key,
    -- Who sells it.
    tenant text collate "C" not null references kernel.tenant on delete cascade ${AT_COMMIT},
    name text not null,
    visibility text not null check (visibility in ('public', 'hidden', 'reseller-only')),
    -- The newest one.
    revision integer not null,
    created_at timestamptz not null,
    -- Since then nobody gets it any more; who has it keeps it.
    archived_at timestamptz
  )`,
  `create index package_tenant on kernel.package (tenant, id)`,
  `create unique index package_name on kernel.package (tenant, lower(name)) where archived_at is null`,
  `create table kernel.package_revision (
    package text collate "C" not null references kernel.package on delete cascade ${AT_COMMIT},
    number integer not null,
    description text not null default '',
    -- Amounts by limit; null: as much as there is. What is not there is not said.
    limits jsonb not null,
    features jsonb not null,
    actor jsonb not null,
    created_at timestamptz not null,
    primary key (package, number)
  )`,
  `create table kernel.package_assignment (
    tenant text collate "C" not null references kernel.tenant on delete cascade ${AT_COMMIT},
    package text collate "C" not null references kernel.package on delete cascade ${AT_COMMIT},
    revision integer not null,
    quantity integer not null default 1 check (quantity between 1 and 1000),
    assigned_at timestamptz not null,
    primary key (tenant, package),
    foreign key (package, revision) references kernel.package_revision ${AT_COMMIT}
  )`,
  `create index package_assignment_package on kernel.package_assignment (package, revision)`,
];

const usage = [
  `create table kernel.app_use (
    app text collate "C" not null references kernel.app on delete cascade ${AT_COMMIT},
    tenant text collate "C" not null,
    kind text collate "C" not null check (kind in ('limit', 'feature')),
    -- Id of the limit or the feature.
    subject text collate "C" not null,
    -- What is taken, where several apps of a tenant take the same only once; of a feature the value that is needed.
    key text collate "C" not null default '',
    amount bigint not null,
    primary key (app, subject, key)
  )`,
  `create index app_use_tenant on kernel.app_use (tenant, subject, key)`,
  `create table kernel.uses_counted (
    plugin text collate "C" primary key,
    -- Of the code that said what the apps of its types take.
    digest text collate "C" not null
  )`,
  `create table kernel.app_measure (
    app text collate "C" not null references kernel.app on delete cascade ${AT_COMMIT},
    tenant text collate "C" not null,
    subject text collate "C" not null,
    -- The month, 2026-11; empty for what is there at the time.
    period text collate "C" not null default '',
    amount bigint not null,
    at timestamptz not null,
    primary key (app, subject, period)
  )`,
  `create index app_measure_tenant on kernel.app_measure (tenant, subject, period)`,
  `create table kernel.traffic_reading (
    app text collate "C" primary key references kernel.app on delete cascade ${AT_COMMIT},
    node text collate "C" not null,
    epoch text collate "C" not null,
    -- All bytes since the epoch began.
    total bigint not null
  )`,
  // What a tenant and all tenants below it use. The row is the lock: who takes the last of something makes others wait.
  `create table kernel.usage_counter (
    tenant text collate "C" not null references kernel.tenant on delete cascade ${AT_COMMIT},
    subject text collate "C" not null,
    period text collate "C" not null default '',
    amount bigint not null,
    primary key (tenant, subject, period)
  ) with (fillfactor = 50)`,
  `create index usage_counter_period on kernel.usage_counter (period) where period <> ''`,
  `create table kernel.usage_point (
    -- A tenant or an app.
    owner text collate "C" not null,
    subject text collate "C" not null,
    step text collate "C" not null check (step in ('hour', 'day')),
    at timestamptz not null,
    -- At the end of the step, or with a period: what the step added.
    amount bigint not null,
    primary key (owner, subject, step, at)
  )`,
  `create index usage_point_age on kernel.usage_point (step, at)`,
];
