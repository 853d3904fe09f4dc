import { globSync } from 'node:fs';
import { join } from 'node:path';
import { isSafePattern } from 'redos-detector';
import { expect, test } from 'vitest';
import { findPatterns } from './find-patterns.ts';

const root = join(import.meta.dirname, '../..');

/** What reads what other people wrote: requests, reports of nodes, files, what programs print. */
const folders = '{kernel/server,kernel/agent,sdk,plugins}/**/*.ts';
const isProgram = (path: string) => !/node_modules|\.test\.ts$|\/tests?\/|\/testing\/|\/fixtures\/|\/dist\//.test(path);

/** Steps back that an expression may take; one that runs away takes ever more. */
const SCORE = 200;

/**
 * At worst these take a time that grows with the square of the text, which for what they are given is nothing. Why it is short, or whose
 * it is, stands beside each.
 */
const SHORT: Readonly<Record<string, string>> = {
  '\\/+$': 'a path or address, whose schema or format limits its length',
  '^tcp:(.*):([0-9]+)$': 'a target of a route, whose schema limits its length',
  '^([A-Z_]+)="?(.*?)"?$': 'a line of /etc/os-release',
  'Unable to locate|has no installation candidate|404 +Not Found': 'what the package manager of the machine printed',
  '^-+|-+$': 'the name of a tenant, of at most 100 characters',
  '[*+?]|\\{(\\d+)(?:(,)(\\d*))?\\}': 'a pattern in the schema of a plugin',
  '\\\\(?:[pP]\\{[^}]*\\}|u\\{[^}]*\\}|u[dD][89abAB]..\\\\u[dD][c-fC-F]..|u.{4}|x..|c.|.)':
    'a pattern in the schema of a plugin',
  '\\[(?:\\\\.|[^\\]\\\\])*\\]': 'a pattern in the schema of a plugin',
  'freehold-output\\(([a-z0-9.]{1,128}):([^()]{0,1100}):([A-Za-z0-9_-]{1,64})\\)': 'the bounds are in the expression',
  '^(?:\\..*|node_modules|tests?|testing|__tests__)$|\\.(?:test|spec)\\.[cm]?[jt]sx?$': 'the name of a file',
  '^[^\\s@<>"(),:;\\\\\\p{Cc}]+@[A-Za-z0-9.-]+$': 'an e-mail address, of at most 254 characters',
  '^\\[(.+)\\]\\((.+)\\)$': 'a line of our own templates',
  '\\{([a-zA-Z0-9]+)\\}': 'our own texts of errors',
  'pass(?:word|phrase|wd)|secret|token|credential|cookie|authorization|(?:private|api|signing)_?key|recovery_?code|^(?:key|hash|otp|totp|pin)$':
    'the name of a field',
  '=+$': 'a hash that we made',
};

test('no regular expression of the program can be made to run away', { timeout: 120_000 }, () => {
  const files = globSync(folders, { cwd: root }).filter(isProgram);
  const checked = files.flatMap((file) => findPatterns(join(root, file)).map((found) => ({ file, ...found })));
  expect(checked.length).toBeGreaterThan(100);
  const runaway = checked.filter(({ pattern, flags }) => !SHORT[pattern] && !isHarmless(pattern, flags));
  expect(runaway.map(({ file, line, pattern }) => `${file}:${line} ${pattern}`)).toEqual([]);
});

test('one that runs away is found', () => {
  for (const pattern of ['^(a+)+$', '(x*)*y', '^(\\w+\\s?)*$', '(a|a)*b']) expect(isHarmless(pattern, '')).toBe(false);
});

function isHarmless(pattern: string, flags: string): boolean {
  const unicode = flags.includes('u') || flags.includes('v');
  const how = { caseInsensitive: flags.includes('i'), dotAll: flags.includes('s'), multiLine: flags.includes('m') };
  return isSafePattern(pattern, { ...how, unicode, maxScore: SCORE }).safe;
}
