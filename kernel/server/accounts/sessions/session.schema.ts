import { Type } from '@freehold/sdk';
import { AnyObject, Body, Instant, Nullable } from '../../http/schemas.ts';
import type { Account, Session, SignIn } from '../../store/entities/index.ts';
import type { SecondStep } from '../sign-in/sign-in.service.ts';
import type { Grant } from './grants.ts';

export const EmailField = Type.String({ minLength: 3, maxLength: 254 });
/** As it is given to be checked: what is not good enough may be the password of old. */
export const PasswordField = Type.String({ minLength: 1, maxLength: 1000 });
export const StepToken = Type.String({ minLength: 1, maxLength: 200 });

export const Credentials = Body({ email: EmailField, password: PasswordField });

export const AccountView = Type.Object({ id: Type.String(), email: Type.String(), name: Type.String() });

export const SessionView = Type.Object({
  session: Type.String(),
  token: Type.String({ description: 'The access token, for Authorization: Bearer.' }),
  expiresAt: Instant,
  refreshToken: Nullable(
    Type.String({ description: 'For POST /v1/session/refresh, once. Null in a browser, where it is in a cookie.' }),
  ),
  refreshExpiresAt: Instant,
  key: Nullable(Type.String({ description: 'The half of the session for the page of a browser, when it begins.' })),
  account: AccountView,
});

export const SecondStepView = Type.Object({
  secondFactor: Type.Object({
    token: Type.String({ description: 'For POST /v1/session/second-factor.' }),
    expiresAt: Instant,
    methods: Type.Array(Type.Enum(['totp', 'passkey', 'recovery-code'])),
    passkey: Nullable(AnyObject),
  }),
});

export const PasskeyStepView = Type.Object({ token: Type.String(), expiresAt: Instant, options: AnyObject });

export function viewAccount({ id, email, name }: Pick<Account, 'id' | 'email' | 'name'>) {
  return { id, email, name };
}

export function viewGrant({ session, access, refresh, key, browser, account }: Grant) {
  return {
    session,
    token: access.text,
    expiresAt: access.expiresAt.toISOString(),
    refreshToken: browser ? null : refresh.text,
    refreshExpiresAt: refresh.expiresAt.toISOString(),
    key: key ?? null,
    account: viewAccount(account),
  };
}

export function viewSecondStep({ token, expiresAt, methods, passkey }: SecondStep) {
  return {
    secondFactor: { token, expiresAt: expiresAt.toISOString(), methods: [...methods], passkey: passkey ?? null },
  };
}

export const OwnSessionView = Type.Object({
  id: Type.String(),
  current: Type.Boolean({ description: 'Whether it is the one that asks.' }),
  device: Type.String(),
  address: Nullable(Type.String()),
  methods: Type.Array(Type.String({ description: 'pwd, otp, rec (recovery code) or hwk (passkey).' })),
  createdAt: Instant,
  lastUsedAt: Instant,
});

export function viewSession({ id, device, address, methods, createdAt, rotatedAt }: Session, current?: string) {
  return {
    ...{ id, current: id === current, device, address: address ?? null, methods: [...methods] },
    ...{ createdAt: createdAt.toISOString(), lastUsedAt: rotatedAt.toISOString() },
  };
}

export const SignInView = Type.Object({
  id: Type.String(),
  at: Instant,
  outcome: Type.Enum(['succeeded', 'wrong-password', 'wrong-code', 'wrong-passkey', 'impersonated']),
  method: Type.String(),
  device: Type.String(),
  address: Nullable(Type.String()),
  session: Nullable(Type.String()),
  impersonator: Nullable(Type.Object({ id: Type.String(), name: Type.String() })),
});

export function viewSignIn({ id, at, outcome, method, device, address, session, impersonator }: SignIn) {
  const by = impersonator ? { id: impersonator.id, name: impersonator.name } : null;
  return {
    ...{ id, at: at.toISOString(), outcome, method, device, address: address ?? null, session: session ?? null },
    impersonator: by,
  };
}
