import { AuditService } from '../audit/audit.service.ts';
import type { Foundation, Wiring } from '../composition.ts';
import { Metrics } from '../metrics/metrics.ts';
import { TenantService } from '../tenants/tenant.service.ts';
import { allowedAddresses } from './allowed-addresses.ts';
import { WebhookService } from './webhook.service.ts';
import { WebhookDeliveries } from './webhook-deliveries.ts';
import { WebhookDirectory } from './webhook-directory.ts';

export function composeWebhooks(foundation: Foundation, { get, provide }: Wiring): void {
  const { store, clock, keyring, notifications, webhookNetworks } = foundation;
  const isAllowed = allowedAddresses(webhookNetworks);
  provide(WebhookDirectory, () => new WebhookDirectory({ store, notifications }));
  provide(WebhookDeliveries, () => new WebhookDeliveries({ store, clock, keyring, isAllowed, metrics: get(Metrics) }));
  provide(
    WebhookService,
    () =>
      new WebhookService({
        ...{ store, clock, keyring, isAllowed, unencrypted: webhookNetworks.length > 0 },
        ...{ tenants: get(TenantService), audit: get(AuditService) },
      }),
  );
}
