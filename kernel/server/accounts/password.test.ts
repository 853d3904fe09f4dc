import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from './password.ts';

test('a password is known by its hash, and no other is', async () => {
  const hash = await hashPassword('pässwörd 🔑');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await verifyPassword('pässwörd 🔑', hash)).toBe(true);
  expect(await verifyPassword('pa\u0308sswo\u0308rd 🔑', hash)).toBe(true);
  expect(await verifyPassword('passwörd 🔑', hash)).toBe(false);
  expect(await hashPassword('pässwörd 🔑')).not.toBe(hash);
});

test('nobody has no password, not even an empty one', async () => {
  for (const stored of [undefined, null, '', 'plain', '$argon2id$v=19$m=1$x$y'])
    for (const password of ['', 'plain']) expect(await verifyPassword(password, stored)).toBe(false);
});

test('finding out takes as long for an account that does not exist', async () => {
  const hash = await hashPassword('x');
  const time = async (stored: string | undefined) => {
    const start = performance.now();
    await verifyPassword('wrong', stored);
    return performance.now() - start;
  };
  await time(hash);
  const [known, unknown] = [await time(hash), await time(undefined)];
  expect(unknown).toBeGreaterThan(known / 4);
});
