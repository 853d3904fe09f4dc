import { expect, test } from 'vitest';
import { settingDefaults } from '../../settings/setting.schema.ts';
import { loadCommonPasswords } from './common-passwords.ts';
import { PasswordPolicy } from './password-policy.ts';

const policy = (passwordMinLength = 12) =>
  new PasswordPolicy({
    settings: { known: async () => ({ ...settingDefaults, name: 'Example Hosting', passwordMinLength }) } as never,
  });
const judge = (password: string, context: string[] = []) =>
  policy()
    .assertGood({ password, context, pointer: '/password' })
    .then(
      () => 'good',
      ({ errors }) => errors[0].message as string,
    );

test.each([
  ['correct horse battery staple', 'good'],
  ['пароль из нескольких слов', 'good'],
  ['🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑', 'good'],
  ['            ', 'good'],
  ['elevenchars', 'It has 11 characters.'],
  ['password1234', 'It is one of the passwords that are tried first.'],
  ['PASSWORD1234', 'It is one of the passwords that are tried first.'],
  ['freehold!2026', 'Little of it is left without "freehold".'],
  ['hosting-12345', 'Little of it is left without "hosting".'],
  ['hosting of many small things', 'good'],
])('%s: %s', async (password, judgement) => {
  expect(await judge(password)).toBe(judgement);
});

test('words about the person are what others try first', async () => {
  const context = ['ada.lovelace@engine.test', 'Ada Lovelace'];
  expect(await judge('Lovelace1815', context)).toBe('Little of it is left without "lovelace".');
  expect(await judge('lovelace and babbage at tea', context)).toBe('good');
});

test('the list of what is tried first has at least 3000 entries, all in lower case', async () => {
  const list = await loadCommonPasswords();
  expect(list.size).toBeGreaterThan(3_000);
  expect([...list].find((one) => one !== one.toLowerCase())).toBe(undefined);
  for (const one of ['123456', 'password', 'qwertyuiop', 'iloveyou']) expect(list.has(one)).toBe(true);
});
