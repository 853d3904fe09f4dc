import { AuditService } from '../audit/audit.service.ts';
import type { Foundation, Wiring } from '../composition.ts';
import { MailPassword } from './mail-password.ts';
import { SettingService } from './setting.service.ts';
import { SettingAdministration } from './setting-administration.ts';

export function composeSettings({ store, keyring, notifications }: Foundation, { get, provide }: Wiring): void {
  provide(SettingService, () => new SettingService({ store, notifications }));
  provide(MailPassword, () => new MailPassword({ store, keyring }));
  provide(
    SettingAdministration,
    () =>
      new SettingAdministration({
        ...{ store, audit: get(AuditService) },
        ...{ settings: get(SettingService), password: get(MailPassword) },
      }),
  );
}
