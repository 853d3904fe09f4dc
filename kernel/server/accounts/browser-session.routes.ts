import { Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { answers, Instant } from '../http/schemas.ts';
import { AccountView, Credentials, viewAccount } from './account.routes.ts';
import type { AuthenticationService } from './authentication.service.ts';
import { makeBrowserSession } from './browser-session.ts';

export const browserSessionRoutes =
  (authentication: AuthenticationService): Routes =>
  (http) => {
    http.post(
      '/v1/session/browser',
      {
        config: { permission: 'public' },
        schema: {
          summary: 'Sign in with a browser',
          description:
            'Sets a cookie that no script can read and gives a key. Requests of the same browser say Authorization: Session <key>; the one is worth nothing without the other.',
          tags: ['session'],
          security: [],
          body: Credentials,
          response: answers(201, BrowserSessionView),
        },
      },
      async ({ body, headers }, reply) => {
        const { token, account, expiresAt } = await authentication.signIn(body);
        const { cookie, key } = makeBrowserSession(token, { headers, seconds: authentication.sessionSeconds });
        return reply
          .code(201)
          .header('set-cookie', cookie)
          .send({ key, account: viewAccount(account), expiresAt: expiresAt.toISOString() });
      },
    );
  };

const BrowserSessionView = Type.Object({ key: Type.String(), account: AccountView, expiresAt: Instant });
