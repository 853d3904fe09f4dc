import type { Metrics } from '../metrics/metrics.ts';
import type { Keyring } from '../secrets/keyring.ts';
import { type DeliveryState, Webhook, WebhookDelivery } from '../store/entities/index.ts';
import { type DeliveryId, newId } from '../store/ids.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { IsAllowed } from './allowed-addresses.ts';
import { secretContext } from './secret-context.ts';
import { type Attempt, type SendOptions, send } from './send.ts';
import { signatureHeaders } from './signature.ts';

/** Seconds after each attempt: nearly two days in all. */
export const PAUSES = [5, 30, 120, 600, 1_800, 7_200, 21_600, 43_200, 86_400];
const PATIENCE = 10_000;

interface EventRow {
  readonly type: string;
  readonly at: Date;
  readonly data: Record<string, unknown>;
}

/** Tells receivers what happened. Runs in jobs of the system, which see the webhooks of all tenants. */
export class WebhookDeliveries {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Makes the deliveries of an event: for its tenant's webhooks and for those of all tenants above it. */
  async fanOut({ event }: { event: string }): Promise<void> {
    const { store, clock } = this.#needs;
    await store.transaction(async (tx) => {
      const [found] = await tx.execute<EventRow[]>('select type, at, data from kernel.event where id = ?', [event]);
      if (!found) return;
      const receivers = await tx.execute<{ id: string; tenant: string }[]>(RECEIVERS, [event, found.type]);
      const body = { type: found.type, timestamp: new Date(found.at).toISOString(), data: found.data };
      for (const { id: webhook, tenant } of receivers) {
        const id = newId('dlv');
        const [made] = await tx.execute<object[]>(INSERT, [
          ...[id, webhook, tenant, event, found.type],
          ...[JSON.stringify(body), clock.now()],
        ]);
        if (made) await addAttempt(tx, { id, webhook, seconds: 0 });
      }
    });
  }

  /** One attempt. That it failed is no failure of the job: the next attempt is a job of its own. */
  async attempt({ delivery: id }: { delivery: DeliveryId }): Promise<void> {
    const { store, metrics } = this.#needs;
    const reader = store.reader();
    const delivery = await reader.findOne(WebhookDelivery, { id });
    const webhook = delivery && (await reader.findOne(Webhook, { id: delivery.webhook }));
    if (!webhook || delivery.state !== 'pending') return;
    const attempt = webhook.active
      ? await this.#send(webhook, delivery)
      : { delivered: false, error: 'it is switched off' };
    metrics.countWebhook(attempt.delivered ? 'delivered' : 'failed');
    await store.transaction((tx) => this.#record(tx, { delivery, attempt, final: !webhook.active }));
  }

  #send(webhook: Webhook, { id, body: message }: WebhookDelivery): Promise<Attempt> {
    const { keyring, clock } = this.#needs;
    const body = JSON.stringify(message);
    const timestamp = Math.floor(clock.now().getTime() / 1_000);
    const secret = keyring.decrypt(webhook.secret, secretContext(webhook.id));
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Freehold-Webhooks/1',
      ...signatureHeaders({ id, timestamp, body }, secret),
    };
    return send({ url: webhook.url, headers, body }, { patience: PATIENCE, ...this.#needs });
  }

  async #record(tx: Transaction, { delivery, attempt, final }: Outcome): Promise<void> {
    const { id, webhook } = delivery;
    const pause = PAUSES[delivery.attempts];
    const givenUp = final || pause === undefined;
    const state: DeliveryState = attempt.delivered ? 'delivered' : givenUp ? 'failed' : 'pending';
    await tx.nativeUpdate(
      WebhookDelivery,
      { id },
      {
        ...{ state, attempts: delivery.attempts + 1, attemptedAt: this.#needs.clock.now() },
        ...{ status: attempt.status ?? null, error: attempt.error ?? null },
      },
    );
    if (state === 'pending' && pause !== undefined) await addAttempt(tx, { id, webhook, seconds: pause });
  }
}

interface Outcome {
  readonly delivery: WebhookDelivery;
  readonly attempt: Attempt;
  /** No more attempts, however this one went. */
  readonly final: boolean;
}

/**
 * Attempts for one webhook come one after the other: a receiver that hangs holds up nobody but itself.
 */
export async function addAttempt(
  tx: Transaction,
  { id, webhook, seconds }: { id: DeliveryId; webhook: string; seconds: number },
): Promise<void> {
  await tx.execute(
    `select graphile_worker.add_job('webhook-attempt', json_build_object('delivery', ?::text), queue_name := ?,
       run_at := now() + ? * interval '1 second', max_attempts := 3)`,
    [id, `webhook:${webhook}`, seconds],
  );
}

/** An event of the installation itself belongs to no tenant: it is the hoster's. */
const RECEIVERS = `select w.id, w.tenant from kernel.event e, kernel.webhook w
  where e.id = ? and w.active and (cardinality(w.types) = 0 or ? = any(w.types))
    and w.tenant = any(coalesce((select path from kernel.tenant t where t.id = e.tenant),
      (select path from kernel.tenant t where t.kind = 'hoster')))`;

const INSERT = `insert into kernel.webhook_delivery (id, webhook, tenant, event, type, body, state, attempts, created_at)
  values (?, ?, ?, ?, ?, ?::jsonb, 'pending', 0, ?) on conflict (event, webhook) do nothing returning id`;

interface Needs extends Pick<SendOptions, 'lookup'> {
  readonly store: Store;
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly metrics: Metrics;
  readonly isAllowed: IsAllowed;
}
