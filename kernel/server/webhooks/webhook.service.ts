import { type Actor, storedActor } from '../accounts/actor.ts';
import { type Action, assertCan, can } from '../accounts/permissions.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import type { Keyring } from '../secrets/keyring.ts';
import { type DeliveryState, Webhook, WebhookDelivery } from '../store/entities/index.ts';
import { type DeliveryId, newId, type WebhookId } from '../store/ids.ts';
import { notify } from '../store/notifications.ts';
import { loadPage, type Page, type PageRequest } from '../store/page.ts';
import type { Store, Transaction } from '../store/store.ts';
import { ofVisibleTenants } from '../tenants/scope.ts';
import type { TenantService } from '../tenants/tenant.service.ts';
import type { Clock } from '../time/clock.ts';
import { secretContext } from './secret-context.ts';
import { newSigningSecret } from './signature.ts';
import { addAttempt } from './webhook-deliveries.ts';
import { readWebhookUrl, type UrlRules } from './webhook-url.ts';

export interface WebhookChange {
  readonly url?: string;
  readonly description?: string;
  readonly types?: readonly string[];
  readonly active?: boolean;
}

export interface NewWebhook extends WebhookChange {
  readonly tenant?: string;
  readonly url: string;
}

/** A webhook and what its deliveries are signed with, which is shown when it is made and never again. */
export interface WithSecret {
  readonly webhook: Webhook;
  readonly secret: string;
}

const MOST = 20;

/** Where tenants are told what happens. */
export class WebhookService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  list(actor: Actor, filter: { tenant?: string; active?: boolean }, page: PageRequest): Promise<Page<Webhook>> {
    const where = { $and: [filter, ofVisibleTenants(withPermission(actor, 'webhook.read'))] };
    return loadPage(this.#needs.store.readerFor(actor), Webhook, { where, ...page });
  }

  /** @throws ProblemError webhook-not-found, permission-denied */
  get(actor: Actor, id: string): Promise<Webhook> {
    return this.#load(this.#needs.store.readerFor(actor), actor, { id, action: 'webhook.read' });
  }

  async create(actor: Actor, { tenant: named, url, description = '', types = [], active = true }: NewWebhook) {
    const { store, clock, keyring, tenants } = this.#needs;
    const tenant = await tenants.getOwn(actor, named);
    assertCan(actor, 'webhook.manage', tenant.path);
    const address = readWebhookUrl(url, this.#needs);
    const secret = newSigningSecret();
    const webhook = await store.transactionFor(actor, async (tx) => {
      await this.#assertRoom(tx, tenant.id);
      const id = newId('whk');
      const at = clock.now();
      const made = tx.create(
        Webhook,
        {
          ...{
            id,
            tenant: tenant.id,
            url: address,
            description,
            types: [...types],
            active,
            createdAt: at,
            updatedAt: at,
          },
          secret: keyring.encrypt(secret, secretContext(id)),
        },
        { persist: true },
      );
      this.#audit(tx, actor, { action: 'webhook.create', webhook: made, details: { url: address, types } });
      await notify(tx, 'freehold_webhook', '');
      return made;
    });
    return { webhook, secret } satisfies WithSecret;
  }

  change(actor: Actor, id: string, { url, ...wish }: WebhookChange): Promise<Webhook> {
    return this.#manage(actor, id, async (tx, webhook) => {
      const { url: before, types, active, description } = webhook;
      const address = url === undefined ? before : readWebhookUrl(url, this.#needs);
      Object.assign(webhook, definedOf(wish), { url: address, updatedAt: this.#needs.clock.now() });
      const after = { url: address, types: webhook.types, active: webhook.active, description: webhook.description };
      const details = { before: { url: before, types, active, description }, after };
      this.#audit(tx, actor, { action: 'webhook.change', webhook, details });
      return webhook;
    });
  }

  /** A new secret: what is signed with the old one is not sent any more. */
  renewSecret(actor: Actor, id: string): Promise<WithSecret> {
    return this.#manage(actor, id, async (tx, webhook) => {
      const secret = newSigningSecret();
      webhook.secret = this.#needs.keyring.encrypt(secret, secretContext(webhook.id));
      webhook.updatedAt = this.#needs.clock.now();
      this.#audit(tx, actor, { action: 'webhook.renew-secret', webhook });
      return { webhook, secret };
    });
  }

  async remove(actor: Actor, id: string): Promise<void> {
    await this.#manage(actor, id, async (tx, webhook) => {
      this.#audit(tx, actor, { action: 'webhook.remove', webhook, details: { url: webhook.url } });
      tx.remove(webhook);
    });
  }

  /** Sends something harmless, to see whether it arrives. */
  test(actor: Actor, id: string): Promise<WebhookDelivery> {
    return this.#manage(actor, id, async (tx, webhook) => {
      const at = this.#needs.clock.now();
      const body = { type: 'webhook.test', timestamp: at.toISOString(), data: { webhook: { id: webhook.id } } };
      return this.#addDelivery(tx, webhook, body);
    });
  }

  async listDeliveries(actor: Actor, id: string, filter: { state?: DeliveryState }, page: PageRequest) {
    const webhook = await this.get(actor, id);
    const where = { $and: [filter, { webhook: webhook.id }] };
    return loadPage(this.#needs.store.readerFor(actor), WebhookDelivery, { where, ...page });
  }

  /** Sends something again, as a delivery of its own. */
  redeliver(actor: Actor, id: string, delivery: string): Promise<WebhookDelivery> {
    return this.#manage(actor, id, async (tx, webhook) => {
      const found = await tx.findOne(WebhookDelivery, { id: delivery as DeliveryId, webhook: webhook.id });
      if (!found) throw problem('delivery-not-found', { webhook: id, delivery });
      return this.#addDelivery(tx, webhook, found.body);
    });
  }

  #manage<Result>(actor: Actor, id: string, work: (tx: Transaction, webhook: Webhook) => Promise<Result>) {
    return this.#needs.store.transactionFor(actor, async (tx) => {
      const result = await work(tx, await this.#load(tx, actor, { id, action: 'webhook.manage' }));
      await notify(tx, 'freehold_webhook', '');
      return result;
    });
  }

  async #load(reader: Transaction, actor: Actor, { id, action }: { id: string; action: Action }): Promise<Webhook> {
    const where = { $and: [{ id: id as WebhookId }, ofVisibleTenants(actor)] };
    const found = await reader.findOne(Webhook, where, { populate: ['tenant'] });
    if (!found) throw problem('webhook-not-found', { webhook: id });
    assertCan(actor, action, found.tenant.path);
    return found;
  }

  /** Everything that happens is looked at for each of them. */
  async #assertRoom(tx: Transaction, tenant: string): Promise<void> {
    await tx.execute('select from kernel.tenant where id = ? for update', [tenant]);
    const count = await tx.count(Webhook, { tenant: tenant as never });
    if (count >= MOST) throw problem('webhook-limit', { count });
  }

  async #addDelivery(tx: Transaction, webhook: Webhook, body: WebhookDelivery['body']): Promise<WebhookDelivery> {
    const id = newId('dlv');
    const delivery = tx.create(
      WebhookDelivery,
      {
        ...{ id, webhook: webhook.id, tenant: webhook.tenant, type: String(body.type), body, state: 'pending' },
        ...{ attempts: 0, status: null, error: null, createdAt: this.#needs.clock.now(), attemptedAt: null },
      },
      { persist: true },
    );
    await addAttempt(tx, { id, webhook: webhook.id, seconds: 0 });
    return delivery;
  }

  #audit(tx: Transaction, actor: Actor, { action, webhook, details = {} }: Audited): void {
    const { id: subject, tenant } = webhook;
    this.#needs.audit.record(tx, { actor: storedActor(actor), action, subject, tenant: tenant.id, details });
  }
}

interface Audited {
  readonly action: string;
  readonly webhook: Webhook;
  readonly details?: Record<string, unknown>;
}

/** Somebody may be a member of tenants in different roles: a list shows what each of them allows. */
function withPermission(actor: Actor, action: Action): Actor {
  return { ...actor, memberships: actor.memberships.filter(({ tenant }) => can(actor, action, [tenant])) };
}

function definedOf(wish: object): object {
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
}

interface Needs extends UrlRules {
  readonly store: Store;
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly tenants: TenantService;
  readonly audit: AuditService;
}
