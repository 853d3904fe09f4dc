import type { SettingService } from '../settings/setting.service.ts';
import type { Clock } from '../time/clock.ts';
import type { AuditSealer } from './audit-sealer.ts';

/** Lets go of entries whose time is over, if the installation says that it ever is. */
export class AuditRetention {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async clean(): Promise<void> {
    const { settings, sealer, clock } = this.#needs;
    const { auditRetention } = await settings.load();
    if (auditRetention !== null) await sealer.prune(new Date(clock.now().getTime() - auditRetention * 1_000));
  }
}

interface Needs {
  readonly settings: SettingService;
  readonly sealer: AuditSealer;
  readonly clock: Clock;
}
