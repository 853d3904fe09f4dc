import { randomInt } from 'node:crypto';
import { hashToken } from '../token.ts';

/** Without characters that look alike on paper. 16 of them are 78 bits: a slow hash would add nothing. */
const ALPHABET = '23456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 16;
const COUNT = 10;

export function makeRecoveryCodes(): { text: string; hash: Buffer }[] {
  return Array.from({ length: COUNT }, () => {
    const code = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    return { text: code.replace(/(.{4})(?=.)/g, '$1-'), hash: hashToken(code) };
  });
}

/** As people type it: with or without hyphens and blanks, in capitals. */
export function readRecoveryCode(text: string): string | undefined {
  const code = text.toLowerCase().replace(/[\s-]/g, '');
  return new RegExp(`^[${ALPHABET}]{${LENGTH}}$`).test(code) ? code : undefined;
}
