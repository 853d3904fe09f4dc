import type { Foundation, Get } from '../composition.ts';
import type { Routes } from '../http/http.ts';
import { AccountService } from './account.service.ts';
import { accountAdministrationRoutes } from './administration/account-administration.routes.ts';
import { AccountAdministration } from './administration/account-administration.service.ts';
import { ownAccountRoutes } from './own-account.routes.ts';
import { PasskeyService } from './passkeys/passkey.service.ts';
import { PasswordResetService } from './registration/password-reset.service.ts';
import { registrationRoutes } from './registration/registration.routes.ts';
import { RegistrationService } from './registration/registration.service.ts';
import { secondFactorRoutes } from './second-factor/second-factor.routes.ts';
import { SecondFactorService } from './second-factor/second-factor.service.ts';
import { RefreshService } from './sessions/refresh.service.ts';
import { sessionRoutes } from './sessions/session.routes.ts';
import { SessionService } from './sessions/session.service.ts';
import { SignInHistory } from './sessions/sign-in-history.ts';
import { signInRoutes } from './sign-in/sign-in.routes.ts';
import { SignInService } from './sign-in/sign-in.service.ts';

/** Everything that is about who somebody is. */
export function listAccountRoutes({ clock }: Pick<Foundation, 'clock'>, get: Get): Routes[] {
  const accounts = get(AccountService);
  return [
    signInRoutes(get(SignInService)),
    sessionRoutes({ accounts, refreshes: get(RefreshService) }),
    registrationRoutes({ registrations: get(RegistrationService), resets: get(PasswordResetService) }),
    ownAccountRoutes({ accounts, sessions: get(SessionService), history: get(SignInHistory) }),
    accountAdministrationRoutes(get(AccountAdministration)),
    secondFactorRoutes({ clock, factors: get(SecondFactorService), passkeys: get(PasskeyService) }),
  ];
}
