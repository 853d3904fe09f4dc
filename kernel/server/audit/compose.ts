import { join } from 'node:path';
import type { Foundation, Wiring } from '../composition.ts';
import { SettingService } from '../settings/setting.service.ts';
import { AuditService } from './audit.service.ts';
import { AuditHead } from './audit-head.ts';
import { AuditRetention } from './audit-retention.ts';
import { AuditSealer } from './audit-sealer.ts';
import { AuditVerifier } from './audit-verifier.ts';

export function composeAudit(foundation: Foundation, { get, provide }: Wiring): void {
  const { store, clock, log, keyring, notifications, folder } = foundation;
  provide(AuditHead, () => new AuditHead(join(folder, 'audit-head.json')));
  provide(AuditSealer, () => new AuditSealer({ store, clock, log, keyring, notifications, head: get(AuditHead) }));
  provide(AuditRetention, () => new AuditRetention({ clock, settings: get(SettingService), sealer: get(AuditSealer) }));
  provide(AuditVerifier, () => new AuditVerifier({ store, keyring, sealer: get(AuditSealer), head: get(AuditHead) }));
  provide(AuditService, () => new AuditService({ store, clock, verifier: get(AuditVerifier) }));
}
