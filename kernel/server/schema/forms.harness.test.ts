import * as sdk from '@freehold/sdk';
import * as protocol from '@freehold/sdk/protocol';
import { expect, test } from 'vitest';
import * as exchange from '../exchange/protocol-schemas.ts';
import * as contracts from '../plugin-host/loaded/contracts.ts';
import { startTestServer } from '../testing/test-server.ts';
import { compileSchema } from './compile-schema.ts';

/** Whoever reads a remedy is told the form of a value in words. */

interface Form {
  readonly where: string;
  readonly schema: { readonly pattern: string };
}

/** Every schema with a pattern in a value, however deep. Of the functions, those that make the schema of a field. */
function findForms(value: unknown, where: string, seen = new Set<unknown>()): Form[] {
  if (typeof value === 'function' && /\.[A-Z]\w*$/.test(where) && !/\.Type\./.test(where))
    return findForms(makeField(value as () => unknown), `${where}()`, seen);
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  const found = 'pattern' in value && typeof value.pattern === 'string' ? [{ where, schema: value as never }] : [];
  return [...found, ...Object.entries(value).flatMap(([key, inner]) => findForms(inner, `${where}.${key}`, seen))];
}

function makeField(make: (...given: unknown[]) => unknown): unknown {
  return isClass(make) ? undefined : make({});
}

function isClass(value: unknown): boolean {
  return /^class\b/.test(String(value));
}

/** The schemas, and what people read who give a value that none of them takes. */
function readRemedies(forms: readonly Form[]): [where: string, remedy: string | undefined][] {
  return forms.map(({ where, schema: { pattern, ...rest } }) => {
    const annotations = Object.entries(rest).filter(([key]) => /^(?:title|description|examples|x-freehold)$/.test(key));
    const schema = sdk.Type.String({ pattern, ...Object.fromEntries(annotations) });
    const [problem] = compileSchema(schema).validate('\u0000 "').problems;
    expect([where, problem?.rule]).toEqual([where, 'pattern']);
    return [where, problem?.remedy];
  });
}

const inWords = /^[A-Z0-9*].*\.$/;
const unclear = ([, remedy = '']: readonly [string, string?]) =>
  !inWords.test(remedy) || /\^|\(\?|regular/.test(remedy);

test('every form of the SDK has a remedy in words', () => {
  const remedies = readRemedies([...findForms(sdk, 'sdk'), ...findForms(protocol, 'protocol')]);
  expect(remedies.filter(unclear)).toEqual([]);
  const fields = remedies.map(([where]) => where).filter((where) => /^sdk\.\w+\(\)$/.test(where));
  expect(fields.sort()).toEqual(
    ['AbsolutePath', 'FileMode', 'Hostname', 'Line', 'LocalId', 'RelativePath', 'UnixName', 'UrlPath'].map(
      (name) => `sdk.${name}()`,
    ),
  );
});

test('what a field is for does not take the place of its form', () => {
  const described = sdk.Hostname({ description: 'Where the shop is.', examples: ['shop.example'] });
  const [[, remedy]] = readRemedies(findForms(described, 'described')) as [[string, string]];
  expect(remedy).toMatch(/^Give a host name in lower case.* For example "shop\.example"\.$/);
});

test('every form of the routes, of the exchange and of what plugins answer has a remedy in words', async () => {
  const run = await startTestServer();
  const { body } = await run.admin('GET', '/v1/openapi.json');
  const routes = findForms(body, 'openapi');
  expect(routes.length).toBeGreaterThan(3);
  const own = [...findForms(exchange, 'exchange'), ...findForms(contracts, 'contracts')];
  expect(readRemedies([...routes, ...own]).filter(unclear)).toEqual([]);
});

test('a form that nobody put into words is shown as it is', () => {
  const [problem] = compileSchema(sdk.Type.String({ pattern: '^[a-z]$' })).validate('A').problems;
  expect(problem?.remedy).toBe('It must match the regular expression ^[a-z]$.');
});
