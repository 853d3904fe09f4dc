import { usageProblem } from '../../problem.ts';

/** What a package gives, as the API takes it. */
export interface Contents {
  readonly limits?: Readonly<Record<string, number | null>>;
  readonly features?: Readonly<Record<string, boolean | readonly string[] | null>>;
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** `apps=10`, `disk=20GB`, `domains=unlimited`. */
export function parseLimits(texts: readonly string[]): Record<string, number | null> {
  return Object.fromEntries(
    texts.map((text) => cut(text, '--limit apps=10')).map(([id, said = '']) => [id, parseAmount(id, said)]),
  );
}

/** `ssh`, `git=no`, `nginx-php.versions=8.2,8.3`, `staging=all`. */
export function parseFeatures(texts: readonly string[]): Record<string, boolean | readonly string[] | null> {
  return Object.fromEntries(
    texts.map((text) => cut(text, '--feature ssh')).map(([id, said]) => [id, parseValue(said)]),
  );
}

function cut(text: string, example: string): [string, string | undefined] {
  const at = text.indexOf('=');
  const [id, said] = at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
  if (id !== '') return [id, said];
  throw usageProblem(`"${text}" says nothing.`, `Give an id and what it is to be: ${example}.`);
}

function parseAmount(id: string, said: string): number | null {
  if (said === 'unlimited') return null;
  const [, number = '', unit = 'B'] = /^(\d+(?:\.\d+)?)\s*([KMGTP]?B)?$/i.exec(said) ?? [];
  const amount = Math.round(Number(number) * 1024 ** UNITS.indexOf(unit.toUpperCase()));
  if (number !== '' && Number.isSafeInteger(amount)) return amount;
  throw usageProblem(`"${said}" is no amount of ${id}.`, 'Give a whole number, a size such as 20GB, or unlimited.');
}

function parseValue(said: string | undefined): boolean | readonly string[] | null {
  if (said === undefined || said === 'yes') return true;
  if (said === 'no') return false;
  return said === 'all' ? null : said.split(',').filter((value) => value !== '');
}
