import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { AccountId, PasskeyId, SessionId, SignInId } from '../ids.ts';
import type { StoredActor } from './operation.entity.ts';

/** How somebody proved who they are, as RFC 8176 writes it: `pwd` password, `otp` code, `rec` recovery code, `hwk` passkey. */
export type SignInMethod = 'pwd' | 'otp' | 'rec' | 'hwk';

/** Why a session is over. */
export type EndReason = 'signed-out' | 'ended' | 'password' | 'reused' | 'reset' | 'account';

/** Somebody who signed in on a device: a family of refresh tokens, of which one counts. */
export const Session = defineEntity({
  name: 'Session',
  tableName: 'session',
  schema: 'kernel',
  properties: {
    id: p.string().$type<SessionId>().primary(),
    account: p.string().$type<AccountId>(),
    seed: p.blob().$type<Buffer>(),
    generation: p.integer(),
    keyHash: p.blob().$type<Buffer>().nullable(),
    methods: p.array().$type<SignInMethod[]>(),
    device: p.string(),
    address: p.string().nullable(),
    createdAt: p.datetime(),
    authenticatedAt: p.datetime(),
    rotatedAt: p.datetime(),
    endedAt: p.datetime().nullable(),
    endReason: p.string().$type<EndReason>().nullable(),
  },
});
export type Session = InferEntity<typeof Session>;

export type SignInOutcome = 'succeeded' | 'wrong-password' | 'wrong-code' | 'wrong-passkey' | 'impersonated';

/** What an account sees of who signed in to it, or tried to. */
export const SignIn = defineEntity({
  name: 'SignIn',
  tableName: 'sign_in',
  schema: 'kernel',
  properties: {
    id: p.string().$type<SignInId>().primary(),
    account: p.string().$type<AccountId>(),
    at: p.datetime(),
    outcome: p.string().$type<SignInOutcome>(),
    method: p.string(),
    device: p.string(),
    address: p.string().nullable(),
    network: p.string().nullable(),
    session: p.string().$type<SessionId>().nullable(),
    impersonator: p.json().$type<StoredActor | null>().nullable(),
  },
});
export type SignIn = InferEntity<typeof SignIn>;

export const SigningKey = defineEntity({
  name: 'SigningKey',
  tableName: 'signing_key',
  schema: 'kernel',
  properties: {
    id: p.string().primary(),
    privateKey: p.blob().$type<Buffer>(),
    publicKey: p.json().$type<Record<string, unknown>>(),
    createdAt: p.datetime(),
  },
});
export type SigningKey = InferEntity<typeof SigningKey>;

export const SecondFactor = defineEntity({
  name: 'SecondFactor',
  tableName: 'second_factor',
  schema: 'kernel',
  properties: {
    account: p.string().$type<AccountId>().primary(),
    secret: p.blob().$type<Buffer>().nullable(),
    pending: p.blob().$type<Buffer>().nullable(),
    confirmedAt: p.datetime().nullable(),
    lastStep: p.integer(),
    failures: p.integer(),
    lockedUntil: p.datetime().nullable(),
  },
});
export type SecondFactor = InferEntity<typeof SecondFactor>;

export const RecoveryCode = defineEntity({
  name: 'RecoveryCode',
  tableName: 'recovery_code',
  schema: 'kernel',
  properties: {
    account: p.string().$type<AccountId>().primary(),
    hash: p.blob().$type<Buffer>().primary(),
    usedAt: p.datetime().nullable(),
  },
});
export type RecoveryCode = InferEntity<typeof RecoveryCode>;

export const Passkey = defineEntity({
  name: 'Passkey',
  tableName: 'passkey',
  schema: 'kernel',
  properties: {
    id: p.string().$type<PasskeyId>().primary(),
    account: p.string().$type<AccountId>(),
    credential: p.string(),
    publicKey: p.blob().$type<Buffer>(),
    counter: p.bigint('number'),
    transports: p.array().$type<string[]>(),
    name: p.string(),
    createdAt: p.datetime(),
    lastUsedAt: p.datetime().nullable(),
  },
});
export type Passkey = InferEntity<typeof Passkey>;
