import { readFile, rm } from 'node:fs/promises';
import { Line, type Static, Type } from '@freehold/sdk';
import { storedActor, systemActor } from './accounts/actor.ts';
import { hashPassword } from './accounts/password.ts';
import { hashToken } from './accounts/token.ts';
import type { AuditService } from './audit/audit.service.ts';
import type { NodeService } from './nodes/node.service.ts';
import { compileSchema } from './schema/compile-schema.ts';
import type { SettingService } from './settings/setting.service.ts';
import { Account, ApiToken, Membership, Node, Tenant } from './store/entities/index.ts';
import { newId, type TenantId } from './store/ids.ts';
import type { Store, Transaction } from './store/store.ts';
import type { Clock } from './time/clock.ts';

const Bootstrap = Type.Object(
  {
    admin: Type.Optional(
      Type.Object({
        email: Type.String({ minLength: 3, maxLength: 254 }),
        /** Left out: nobody can sign in, and the token is all there is. */
        password: Type.Optional(Type.String({ minLength: 8, maxLength: 1_000 })),
        token: Type.String({ minLength: 20, maxLength: 200 }),
      }),
    ),
    node: Type.Optional(
      Type.Object({
        name: Line({ minLength: 1, maxLength: 63 }),
        enrolmentToken: Type.String({ minLength: 20, maxLength: 200 }),
      }),
    ),
    publicUrl: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
);
export type Bootstrap = Static<typeof Bootstrap>;

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditService;
  readonly nodes: NodeService;
  readonly settings: SettingService;
}

/** Takes in what the launcher left for the first start, and deletes it. A start without the file changes nothing. */
export async function consumeBootstrap(path: string, needs: Needs): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (text === undefined) return;
  await bootstrap(readBootstrap(text, path), needs);
  await rm(path);
}

/** Makes what is missing of the administrator and the node. A second time it changes nothing. */
export async function bootstrap({ admin, node, publicUrl }: Bootstrap, needs: Needs): Promise<void> {
  const { store, settings } = needs;
  const passwordHash = admin?.password === undefined ? null : await hashPassword(admin.password);
  await store.transaction(async (tx) => {
    await tx.execute(`select pg_advisory_xact_lock(hashtextextended('bootstrap', 0))`);
    const hoster = await ensureHoster(tx, needs);
    if (admin) await ensureAdministrator(tx, needs, { ...admin, passwordHash, hoster });
    if (node) await ensureNode(tx, needs, node);
    if (publicUrl !== undefined) await settings.record(tx, { publicUrl });
  });
}

function readBootstrap(text: string, path: string): Bootstrap {
  const { value, problems } = compileSchema(Bootstrap).validate(JSON.parse(text));
  if (problems.length > 0)
    throw new Error(`${path}: ${problems.map(({ pointer, message }) => `${pointer} ${message}`).join(' ')}`);
  return value as Bootstrap;
}

async function ensureHoster(tx: Transaction, { clock }: Needs): Promise<TenantId> {
  const found = await tx.findOne(Tenant, { kind: 'hoster' });
  if (found) return found.id;
  const id = newId('tnt');
  const values = { id, kind: 'hoster' as const, name: 'Hoster', slug: 'hoster', parent: null, path: [id] };
  tx.create(Tenant, { ...values, createdAt: clock.now() }, { persist: true });
  return id;
}

interface Administrator {
  readonly email: string;
  readonly token: string;
  readonly passwordHash: string | null;
  readonly hoster: TenantId;
}

async function ensureAdministrator(tx: Transaction, { clock, audit }: Needs, admin: Administrator): Promise<void> {
  const { email, token, passwordHash, hoster } = admin;
  const createdAt = clock.now();
  const found = await tx.findOne(Account, { email });
  const id = found?.id ?? newId('acc');
  if (!found) {
    tx.create(Account, { id, email, name: 'Administrator', passwordHash, createdAt }, { persist: true });
    tx.create(Membership, { account: id, tenant: hoster, role: 'super_admin' }, { persist: true });
    audit.record(tx, {
      actor: storedActor(systemActor),
      action: 'account.create',
      subject: id,
      tenant: hoster,
      details: { email },
    });
  }
  const hash = hashToken(token);
  if (await tx.findOne(ApiToken, { hash })) return;
  const values = { id: newId('tok'), name: 'First administrator', hash, account: id, tenant: null, role: null };
  tx.create(ApiToken, { ...values, createdAt, expiresAt: null, lastUsedAt: null }, { persist: true });
}

/** A node that is there may enrol anew: its agent has lost what it knew. */
async function ensureNode(
  tx: Transaction,
  { nodes }: Needs,
  { name, enrolmentToken }: NonNullable<Bootstrap['node']>,
): Promise<void> {
  const found = await tx.findOne(Node, { name });
  if (found) nodes.allowEnrolment(found, enrolmentToken);
  else nodes.insert(tx, { name, token: enrolmentToken });
}
