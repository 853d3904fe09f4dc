import { type FieldProblem, invalid } from '../../errors/problem.ts';
import type { SettingService } from '../../settings/setting.service.ts';
import { loadCommonPasswords } from './common-passwords.ts';

/** Characters at the most: a hash takes longer for more of them. */
export const LONGEST_PASSWORD = 200;

export interface PasswordWish {
  readonly password: string;
  /** Words that everybody would try first: name, address, the name of the installation. */
  readonly context: readonly string[];
  /** JSON Pointer to the field. */
  readonly pointer: string;
}

/** What passwords may be: long, and nothing that is tried first. There are no rules on kinds of characters (ASVS 6.2.5). */
export class PasswordPolicy {
  readonly #settings: SettingService;

  constructor(needs: { settings: SettingService }) {
    this.#settings = needs.settings;
  }

  /** @throws ProblemError invalid-request */
  async assertGood({ password, context, pointer }: PasswordWish): Promise<void> {
    const { passwordMinLength, name } = await this.#settings.known();
    const length = [...password].length;
    if (length < passwordMinLength)
      throw refusal(pointer, `It has ${length} characters.`, `Choose at least ${passwordMinLength}.`);
    if ((await loadCommonPasswords()).has(password.toLowerCase()))
      throw refusal(pointer, 'It is one of the passwords that are tried first.', 'Choose several words at random.');
    const word = findContextWord(password, [...context, name, 'freehold']);
    if (word !== undefined)
      throw refusal(
        pointer,
        `Little of it is left without ${JSON.stringify(word)}.`,
        'Choose several words at random.',
      );
  }
}

/** A word about the person that is most of the password. */
function findContextWord(password: string, context: readonly string[]): string | undefined {
  const text = password.toLowerCase();
  return context
    .flatMap((one) => one.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter((word) => word.length >= 4)
    .find((word) => text.includes(word) && [...text.replaceAll(word, '')].length < 8);
}

function refusal(pointer: string, message: string, remedy: string) {
  const problem: FieldProblem = { pointer, rule: 'password', message, remedy, value: '[secret]' };
  return invalid([problem]);
}
