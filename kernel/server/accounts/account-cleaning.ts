import type { SettingService } from '../settings/setting.service.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { SigningKeys } from './access-tokens/signing-keys.ts';
import type { SessionService } from './sessions/session.service.ts';
import type { SignInHistory } from './sessions/sign-in-history.ts';

const HOUR = 3_600_000;

/** Removes what nobody needs any more of signing in. Can be done at any time, and again. */
export class AccountCleaning {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async clean(): Promise<void> {
    const { store, clock, settings, sessions, history, keys } = this.#needs;
    const { signInRetention, sessionFamilySeconds } = await settings.load();
    const now = clock.now().getTime();
    const reader = store.reader();
    await reader.execute('delete from kernel.sign_in_step where expires_at < ?', [new Date(now)]);
    await reader.execute('delete from kernel.one_time_token where expires_at < ?', [new Date(now)]);
    await reader.execute('delete from kernel.sign_in_throttle where last_at < ?', [new Date(now - HOUR)]);
    await history.clean(signInRetention);
    await sessions.clean(sessionFamilySeconds);
    await keys.clean();
  }
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: SettingService;
  readonly keys: SigningKeys;
  readonly sessions: SessionService;
  readonly history: SignInHistory;
}
