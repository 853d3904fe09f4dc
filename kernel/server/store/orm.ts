import { MikroORM } from '@mikro-orm/postgresql';
import {
  Account,
  ApiToken,
  App,
  AuditCheckpoint,
  AuditEntry,
  Brand,
  Domain,
  IdempotencyKey,
  Invitation,
  LogChunk,
  LogRequest,
  Mail,
  Membership,
  Node,
  NodePlugin,
  Operation,
  OperationLogLine,
  Package,
  PackageRevision,
  Passkey,
  PlanRequest,
  PluginRecord,
  Reconciliation,
  RecoveryCode,
  Release,
  SecondFactor,
  Secret,
  Session,
  Setting,
  SignIn,
  SigningKey,
  Tenant,
  Upload,
  Webhook,
  WebhookDelivery,
} from './entities/index.ts';

const entities = [
  ...[Webhook, WebhookDelivery],
  ...[Package, PackageRevision],
  ...[AuditCheckpoint, Brand, Mail],
  Invitation,
  ...[Passkey, RecoveryCode, SecondFactor, Session, SignIn, SigningKey],
  ...[Account, ApiToken, App, AuditEntry, Domain, IdempotencyKey, LogChunk, LogRequest, Membership, Node, NodePlugin],
  ...[Operation, OperationLogLine, PlanRequest, PluginRecord, Reconciliation, Release, Secret, Setting, Tenant, Upload],
];

export type Orm = ReturnType<typeof createOrm>;

/** The mapping of the kernel's tables, and a pool of connections that are opened when they are needed. */
export function createOrm(url: string, poolSize: number) {
  return new MikroORM({
    entities,
    clientUrl: url,
    // The driver's own parsing of connection strings knows neither sockets nor TLS.
    driverOptions: {
      connectionString: url,
      max: poolSize,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      allowExitOnIdle: true,
    },
    // All times are instants; nothing depends on the time zone of the session.
    forceUtcTimezone: true,
  });
}
