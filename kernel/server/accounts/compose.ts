import { AuditService } from '../audit/audit.service.ts';
import type { Foundation, Wiring } from '../composition.ts';
import { Mailer } from '../mail/mailer.ts';
import { SettingService } from '../settings/setting.service.ts';
import { TenantService } from '../tenants/tenant.service.ts';
import { AccessCache } from './access-cache/access-cache.ts';
import { AccessTokens } from './access-tokens/access-tokens.ts';
import { SigningKeys } from './access-tokens/signing-keys.ts';
import { AccountService } from './account.service.ts';
import { AccountCleaning } from './account-cleaning.ts';
import { AccountAdministration } from './administration/account-administration.service.ts';
import { ApiTokenAuthentication } from './api-token-authentication.ts';
import { AuthenticationService } from './authentication.service.ts';
import { PasskeyService } from './passkeys/passkey.service.ts';
import { PasswordPolicy } from './passwords/password-policy.ts';
import { PasswordWork } from './passwords/password-work.ts';
import { MailTokens } from './registration/mail-tokens.ts';
import { PasswordResetService } from './registration/password-reset.service.ts';
import { RegistrationService } from './registration/registration.service.ts';
import { SecondFactorService } from './second-factor/second-factor.service.ts';
import { SessionGrants } from './sessions/grants.ts';
import { RefreshService } from './sessions/refresh.service.ts';
import { SessionService } from './sessions/session.service.ts';
import { SignInHistory } from './sessions/sign-in-history.ts';
import { SignInService } from './sign-in/sign-in.service.ts';
import { SignInSteps } from './sign-in/sign-in-steps.ts';
import { Throttle } from './sign-in/throttle.ts';

/** Who somebody is, and how they prove it. */
export function composeAccounts(foundation: Foundation, wiring: Wiring): void {
  composeTokens(foundation, wiring);
  composeSessions(foundation, wiring);
  composeProofs(foundation, wiring);
  composeOwnAccount(foundation, wiring);
}

function composeTokens({ store, clock, keyring, notifications }: Foundation, { get, provide }: Wiring): void {
  provide(AccessCache, () => new AccessCache({ store, clock, notifications }));
  provide(SigningKeys, () => new SigningKeys({ store, clock, keyring }));
  provide(AccessTokens, () => new AccessTokens({ keyring, clock, keys: get(SigningKeys) }));
  provide(ApiTokenAuthentication, () => new ApiTokenAuthentication({ store, clock, cache: get(AccessCache) }));
  provide(
    AuthenticationService,
    () =>
      new AuthenticationService({
        ...{ cache: get(AccessCache), accessTokens: get(AccessTokens), apiTokens: get(ApiTokenAuthentication) },
      }),
  );
}

function composeSessions({ store, clock, keyring }: Foundation, { get, provide }: Wiring): void {
  provide(SignInHistory, () => new SignInHistory({ store, clock, mailer: get(Mailer) }));
  provide(
    SessionGrants,
    () => new SessionGrants({ keyring, settings: get(SettingService), tokens: get(AccessTokens) }),
  );
  provide(
    SessionService,
    () =>
      new SessionService({
        store,
        clock,
        audit: get(AuditService),
        history: get(SignInHistory),
        grants: get(SessionGrants),
      }),
  );
  provide(
    RefreshService,
    () =>
      new RefreshService({
        ...{ store, clock, keyring, audit: get(AuditService), mailer: get(Mailer) },
        ...{ sessions: get(SessionService), grants: get(SessionGrants) },
      }),
  );
}

function composeProofs({ store, clock, keyring }: Foundation, { get, provide }: Wiring): void {
  provide(PasswordWork, () => new PasswordWork());
  provide(PasswordPolicy, () => new PasswordPolicy({ settings: get(SettingService) }));
  provide(Throttle, () => new Throttle({ store, clock, keyring }));
  provide(SignInSteps, () => new SignInSteps({ store, clock }));
  provide(
    SecondFactorService,
    () =>
      new SecondFactorService({
        ...{ store, clock, keyring, settings: get(SettingService) },
        ...{ mailer: get(Mailer), audit: get(AuditService) },
      }),
  );
  provide(
    PasskeyService,
    () =>
      new PasskeyService({
        ...{ store, clock, settings: get(SettingService) },
        ...{ steps: get(SignInSteps), secondFactors: get(SecondFactorService) },
      }),
  );
  provide(
    SignInService,
    () =>
      new SignInService({
        ...{ store, throttle: get(Throttle), passwords: get(PasswordWork), steps: get(SignInSteps) },
        ...{ sessions: get(SessionService), history: get(SignInHistory) },
        ...{ secondFactors: get(SecondFactorService), passkeys: get(PasskeyService) },
      }),
  );
}

function composeOwnAccount({ store, clock, keyring }: Foundation, { get, provide }: Wiring): void {
  const mailing = () => ({ mailer: get(Mailer), audit: get(AuditService), settings: get(SettingService) });
  const passwords = () => ({ passwords: get(PasswordWork), policy: get(PasswordPolicy) });
  provide(MailTokens, () => new MailTokens({ clock }));
  provide(
    RegistrationService,
    () =>
      new RegistrationService({
        ...{ store, clock, keyring, tokens: get(MailTokens), throttle: get(Throttle), tenants: get(TenantService) },
        ...{ sessions: get(SessionService), ...mailing(), ...passwords() },
      }),
  );
  provide(
    PasswordResetService,
    () =>
      new PasswordResetService({
        ...{ store, clock, tokens: get(MailTokens), sessions: get(SessionService), throttle: get(Throttle) },
        ...{ ...mailing(), ...passwords() },
      }),
  );
  provide(
    AccountService,
    () =>
      new AccountService({
        ...{ store, clock, tokens: get(MailTokens), sessions: get(SessionService), signIn: get(SignInService) },
        ...{ throttle: get(Throttle), secondFactors: get(SecondFactorService), passkeys: get(PasskeyService) },
        ...{ ...mailing(), ...passwords() },
      }),
  );
  provide(
    AccountAdministration,
    () =>
      new AccountAdministration({
        ...{ store, clock, audit: get(AuditService), sessions: get(SessionService), mailer: get(Mailer) },
      }),
  );
  provide(
    AccountCleaning,
    () =>
      new AccountCleaning({
        ...{ store, clock, settings: get(SettingService), keys: get(SigningKeys) },
        ...{ sessions: get(SessionService), history: get(SignInHistory) },
      }),
  );
}
