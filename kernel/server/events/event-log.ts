import { appConditionChanged, type Hook, operationFinished } from '@freehold/sdk';
import type { App, Operation } from '../store/entities/index.ts';
import type { AppId, NodeId, OperationId, TenantId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { WebhookDirectory } from '../webhooks/webhook-directory.ts';

export interface NewEvent {
  readonly type: string;
  /** As the hook of the same name declares it. */
  readonly data: object;
  /** Whose people may see it; left out: super administrators only. */
  readonly tenant?: TenantId;
  readonly app?: AppId;
  readonly node?: NodeId;
  readonly operation?: OperationId;
}

/** Ids of the plugins that are told of an event. */
export type Subscribers = (type: string) => readonly string[];

/** What an event says of an app. */
export type AppInEvent = Pick<App, 'id' | 'type' | 'name' | 'node'> & { readonly tenant: { readonly id: TenantId } };

/** The outbox: events are written in the transaction that they tell of, with a job for each plugin that wants them. */
export class EventLog {
  readonly #clock: Clock;
  readonly #subscribers: Subscribers;

  readonly #webhooks: Pick<WebhookDirectory, 'wants'>;

  constructor(needs: { clock: Clock; subscribers: Subscribers; webhooks: Pick<WebhookDirectory, 'wants'> }) {
    this.#clock = needs.clock;
    this.#subscribers = needs.subscribers;
    this.#webhooks = needs.webhooks;
  }

  async publish(tx: Transaction, event: NewEvent): Promise<void> {
    const { type, data, tenant = null, app = null, node = null, operation = null } = event;
    // What the transaction has made so far comes first in the table, as it does in time.
    await tx.flush();
    const [row] = await tx.execute<{ id: string }[]>(
      `insert into kernel.event (type, tenant, app, node, operation, data, at) values (?, ?, ?, ?, ?, ?::jsonb, ?)
       returning id, pg_notify('freehold_event', '')`,
      [type, tenant, app, node, operation, JSON.stringify(data), this.#clock.now()],
    );
    const plugins = this.#subscribers(type);
    if (plugins.length > 0 && row) await addDeliveries(tx, row.id, plugins);
    // For whom, the job finds out: this transaction may not see the webhooks of the tenants above.
    if (row && this.#webhooks.wants(type)) await addFanOut(tx, row.id);
  }

  /** One of the events that tell of an app: created, changed, suspended … */
  async publishApp(
    tx: Transaction,
    hook: Hook<'event'>,
    { app, ...rest }: { app: AppInEvent } & AppEvent,
  ): Promise<void> {
    const { actor, operation } = rest;
    const data = { app: appRef(app), actor };
    await this.publish(tx, { type: hook.id, data, tenant: app.tenant.id, app: app.id, node: app.node, operation });
  }

  async publishCondition(tx: Transaction, app: AppInEvent, condition: ChangedCondition): Promise<void> {
    const { type, status, reason, message } = condition;
    const data = {
      app: appRef(app),
      condition: { type, status, reason, message },
    };
    await this.publish(tx, { type: appConditionChanged.id, data, tenant: app.tenant.id, app: app.id, node: app.node });
  }

  async publishFinished(tx: Transaction, operation: Operation): Promise<void> {
    const { id, kind, state, app, node, tenant } = operation;
    const data = { operation: { id, kind, state, ...(app && { app }), node } };
    await this.publish(tx, {
      type: operationFinished.id,
      data,
      operation: id,
      node,
      ...(app && { app }),
      ...(tenant && { tenant }),
    });
  }
}

interface AppEvent {
  readonly actor: { readonly kind: string; readonly id: string };
  readonly operation?: OperationId;
}

interface ChangedCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export function appRef({ id, tenant, type, name }: AppInEvent) {
  return { id, tenant: tenant.id, type, name };
}

async function addFanOut(tx: Transaction, event: string): Promise<void> {
  await tx.execute(
    `select graphile_worker.add_job('webhook-event', json_build_object('event', ?::text), job_key := 'webhooks:' || ?)`,
    [event, event],
  );
}

/** Each plugin is told by a job of its own, so that one that fails is told again without the others. */
async function addDeliveries(tx: Transaction, event: string, plugins: readonly string[]): Promise<void> {
  await tx.execute(
    `select graphile_worker.add_job('deliver-event', json_build_object('event', ?::text, 'plugin', plugin),
       job_key := 'event:' || ? || ':' || plugin)
     from unnest(array[?]::text[]) as plugin`,
    [event, event, plugins],
  );
}
