import type { Keyring } from '../../secrets/keyring.ts';
import type { SettingService } from '../../settings/setting.service.ts';
import type { Account, Session } from '../../store/entities/index.ts';
import type { SessionId } from '../../store/ids.ts';
import type { AccessToken, AccessTokens } from '../access-tokens/access-tokens.ts';
import { renderRefreshToken } from './refresh-token.ts';

/** What somebody gets who has signed in, or whose session goes on. */
export interface Grant {
  readonly session: SessionId;
  readonly account: Account;
  readonly access: AccessToken;
  readonly refresh: { readonly text: string; readonly expiresAt: Date };
  /** The half of a browser's page. Given once, when the session begins. */
  readonly key: string | undefined;
  /** Whether the refresh token is for a cookie. */
  readonly browser: boolean;
}

/** The tokens of sessions, as they are at this moment. */
export class SessionGrants {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async render(session: Session, account: Account, key?: string): Promise<Grant> {
    const { keyring, settings, tokens } = this.#needs;
    const { accessTokenSeconds } = await settings.known();
    const expiresAt = await this.expiryOf(session);
    const access = await tokens.issue(
      {
        ...{ account: account.id, session: session.id },
        ...{ methods: session.methods, authenticatedAt: session.authenticatedAt },
      },
      accessTokenSeconds,
    );
    return {
      ...{ session: session.id, account, access, key, browser: session.keyHash != null },
      refresh: { text: renderRefreshToken(keyring, session, session.generation), expiresAt },
    };
  }

  /** When the newest refresh token of a session can be used no more. */
  async expiryOf({ createdAt, rotatedAt }: Session): Promise<Date> {
    const { refreshTokenSeconds, sessionFamilySeconds } = await this.#needs.settings.known();
    const ends = [
      rotatedAt.getTime() + refreshTokenSeconds * 1_000,
      createdAt.getTime() + sessionFamilySeconds * 1_000,
    ];
    return new Date(Math.min(...ends));
  }
}

interface Needs {
  readonly keyring: Keyring;
  readonly settings: SettingService;
  readonly tokens: AccessTokens;
}
