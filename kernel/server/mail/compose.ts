import { AuditService } from '../audit/audit.service.ts';
import type { Foundation, Wiring } from '../composition.ts';
import { MailPassword } from '../settings/mail-password.ts';
import { SettingService } from '../settings/setting.service.ts';
import { TenantService } from '../tenants/tenant.service.ts';
import { BrandService } from './brand.service.ts';
import { MailService } from './mail.service.ts';
import { MailDelivery } from './mail-delivery.ts';
import { Mailer } from './mailer.ts';

export function composeMail({ store, clock, keyring, address }: Foundation, { get, provide }: Wiring): void {
  const settings = () => get(SettingService);
  const audit = () => get(AuditService);
  provide(
    BrandService,
    () => new BrandService({ store, clock, audit: audit(), tenants: get(TenantService), settings: settings() }),
  );
  provide(Mailer, () => new Mailer({ clock, keyring, brands: get(BrandService), settings: settings(), address }));
  provide(
    MailDelivery,
    () => new MailDelivery({ store, clock, keyring, settings: settings(), password: get(MailPassword) }),
  );
  provide(MailService, () => new MailService({ store, keyring, audit: audit(), mailer: get(Mailer) }));
}
