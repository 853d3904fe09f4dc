import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App, Operation } from '../kernel/cli/api-types.ts';
import { type FieldProblem, ProblemError } from '../kernel/cli/problem.ts';
import { parseIni } from '../plugins/nginx-php/test/hostile/ini-tree.ts';
import { type Directive, parseNginx } from '../plugins/nginx-php/test/hostile/nginx-tree.ts';
import { figure } from './installation/figures.ts';
import { listTree } from './installation/files.ts';
import { textFields } from './installation/schema-fields.ts';
import { Installation } from './installation.ts';

/** What people send who mean no good, in every field of every app type and of every request: refused by name, or inert. */

const freehold = new Installation();
const MARKER = `/tmp/freehold-hostile-${process.pid}`;
const HOSTILE: Readonly<Record<string, string>> = {
  'double quotes': 'a"; injected on; #',
  'single quotes': "a'; injected on; #",
  'closing braces': 'a;} injected { on; } #',
  newlines: 'a\ninjected = 1\n[injected]\ninjected on;',
  'a command in parentheses': `$(touch ${MARKER})`,
  'a command in backticks': `\`touch ${MARKER}\``,
  'a path that climbs': `../../../../../../../..${MARKER}`,
  'an absolute path': MARKER,
  'a variable': `$document_root\${injected}`,
  'a null character': 'a\0b',
  'letters that look like others': 'аpple.example',
  'letters that turn the direction': 'a\u202egnp.php',
  'white space that is none': 'a\u2028injected on;\u00a0',
  '64 KB': 'a'.repeat(65_536),
};

beforeAll(() => freehold.start());
afterAll(() => freehold.remove());

interface Verdict {
  readonly begun?: { readonly operation: Operation };
  readonly errors?: readonly FieldProblem[];
}

/** What became of a request: it was accepted, or refused with its fields. Everything else is a fault. */
async function verdictOn(work: Promise<{ operation: Operation }>): Promise<Verdict> {
  try {
    return { begun: await work };
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.status !== 422) throw error;
    return { errors: error.problem.errors ?? [] };
  }
}

test.each(['php-site', 'static-site'])('every field of a %s', async (type) => {
  const app = await freehold.createApp({ type, name: type, spec: { hostnames: [`${type}.example`] } });
  const fields = textFields((await freehold.client.loadAppType(type)).spec);
  const before = new Set(listTree(freehold.home.node));
  let [refused, accepted] = [0, 0];
  for (const [what, text] of Object.entries(HOSTILE)) {
    let last: { operation: Operation } | undefined;
    for (const { pointer, put } of fields) {
      const spec = put(text) as Record<string, unknown>;
      const [, member = ''] = pointer.split('/');
      const { begun, errors } = await verdictOn(
        freehold.client.changeApp(app.id, { spec: { [member]: spec[member] } }),
      );
      if (errors) {
        refused++;
        expect(
          errors.filter((error) => isNamed(error, `/spec/${member}`)),
          `${what} in ${pointer}`,
        ).not.toEqual([]);
      } else {
        accepted++;
        last = begun;
      }
    }
    if (last) await freehold.settle(last);
    expectInert(app, what);
  }
  expect(listTree(freehold.home.node).filter((path) => !before.has(path) && !path.includes(app.id))).toEqual([]);
  figure(
    `${fields.length} fields of ${type}, ${Object.keys(HOSTILE).length} texts in each`,
    `${refused} refused, ${accepted} inert`,
  );
});

function isNamed({ pointer, message, rule, remedy }: FieldProblem, expected: string): boolean {
  return pointer.startsWith(expected) && message.length > 0 && Boolean(rule ?? remedy);
}

/** The generated files are read back, by readers that share nothing with what writes them. */
function expectInert({ id }: App, what: string): void {
  const config = `${freehold.home.node}/config`;
  const route = parseNginx(readFileSync(`${config}/nginx/sites/${id}-main.conf`, 'utf8'));
  expect(new Set(route.map(({ words: [name] }) => name)), what).toEqual(new Set(['server']));
  expect(namesIn(route), what).not.toContain('injected');
  for (const name of poolsOf(id)) {
    const tree = parseIni(readFileSync(name, 'utf8'));
    expect(Object.keys(tree).length, what).toBe(1);
    for (const [key] of Object.values(tree).flat()) expect(key, what).not.toContain('injected');
  }
  expect(existsSync(MARKER), what).toBe(false);
}

function namesIn(directives: readonly Directive[]): string[] {
  return directives.flatMap(({ words: [name = ''], block = [] }) => [name, ...namesIn(block)]);
}

function poolsOf(id: string): string[] {
  const php = `${freehold.home.node}/config/php`;
  const folders = readdirSync(php).map((version) => `${php}/${version}/pools`);
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.startsWith(id))
      .map((name) => `${folder}/${name}`),
  );
}

test('every text of every request of the API', async () => {
  const { paths } = await freehold.client.get<OpenApi>('/v1/openapi.json');
  const [[app], [tenant], [node]] = await Promise.all([
    freehold.client.listApps(),
    freehold.client.listTenants(),
    freehold.client.listNodes(),
  ]);
  const ids: Readonly<Record<string, string | undefined>> = { app: app?.id, tenant: tenant?.id, node: node?.id };
  const answers = new Map<number, number>();
  for (const [path, methods] of Object.entries(paths))
    for (const [method, { requestBody }] of Object.entries(methods)) {
      const schema = requestBody?.content['application/json']?.schema;
      if (!schema || path.includes('actions')) continue;
      const url = path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'nginx-php');
      for (const { pointer, put } of textFields(schema))
        for (const [what, text] of Object.entries(HOSTILE)) {
          const { status, body } = await send(method, url, put(text));
          answers.set(status, (answers.get(status) ?? 0) + 1);
          expect(status, `${what} in ${pointer} of ${method} ${path}: ${JSON.stringify(body)}`).toBeLessThan(500);
          if (status >= 400) expect(body).toMatchObject({ code: expect.any(String), remedy: expect.any(String) });
        }
    }
  expect(existsSync(MARKER)).toBe(false);
  figure('answers to hostile requests', [...answers].map(([status, number]) => `${number} × ${status}`).join(', '));
  const [local] = await freehold.client.listNodes();
  expect(await freehold.client.checkNode(`${local?.id}`)).toMatchObject({ changes: 0 });
});

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly requestBody?: RequestBody }>>>>;
}

interface RequestBody {
  readonly content: Readonly<Record<string, { readonly schema: Parameters<typeof textFields>[0] }>>;
}

async function send(method: string, url: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${freehold.ready.api}${url}`, {
    method: method.toUpperCase(),
    headers: { authorization: `Bearer ${freehold.admin.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}
