import { expect, test } from 'vitest';
import { redactForAudit } from './audit-redaction.ts';

test.each<[string, unknown, unknown]>([
  ['a password', { password: 'correct horse' }, { password: '[secret]' }],
  [
    'what is below a secret name',
    { credentials: { user: 'a', keys: ['b'] } },
    { credentials: { user: '[secret]', keys: ['[secret]'] } },
  ],
  [
    'a setting about passwords',
    { passwordMinLength: 12, verifyEmail: true },
    { passwordMinLength: 12, verifyEmail: true },
  ],
  ['the id of a token', { token: 'tok_01jabcdefghjkmnpqrst' }, { token: 'tok_01jabcdefghjkmnpqrst' }],
  ['a token in a text', { note: 'use fh_abcdefghijklmnopqrstuvwxyz now' }, { note: 'use [secret] now' }],
  ['a JWT', ['eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2ln'], ['[secret]']],
  ['a hash', { stored: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA' }, { stored: '[secret]' }],
  ['a key', '-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----\nx', '[secret]\nx'],
  ['an address with a password', 'postgresql://ada:lovelace@db.test/x', 'postgresql://ada:[secret]@db.test/x'],
  [
    'anything else',
    { name: 'Ada', keyboard: 'de', hostnames: ['a.test'], at: null },
    { name: 'Ada', keyboard: 'de', hostnames: ['a.test'], at: null },
  ],
])('%s is kept as it may be read', (_, value, expected) => {
  expect(redactForAudit(value)).toEqual(expected);
});

test('a hostile text takes a time that grows with its length', () => {
  const measure = (times: number) => {
    const texts = ['eyJ', '-----BEGIN ', 'a://b:', '$argon2id$', 'fh_'].map((start) => start.repeat(times));
    const started = performance.now();
    redactForAudit(texts);
    return performance.now() - started;
  };
  measure(1_000);
  expect(measure(80_000) / measure(10_000)).toBeLessThan(40);
});
