import { createColors } from 'picocolors';
import { expect, test } from 'vitest';
import { renderPlan } from './diff.ts';
import { renderBytes, renderDistance, renderDuration } from './measure.ts';
import { Output, type TextStream } from './output.ts';
import { plainText } from './plain-text.ts';
import { fieldName, renderProblem } from './problem.ts';
import { makeProgress } from './progress.ts';
import { renderFields, renderProse, renderTable, wrap } from './table.ts';

const plain = createColors(false);

class Recorder implements TextStream {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 40;
  constructor(isTTY = false) {
    this.isTTY = isTTY;
  }
  write(text: string): void {
    this.text += text;
  }
}

const record = (options: ConstructorParameters<typeof Output>[0], isTTY = false) => {
  const [stdout, stderr] = [new Recorder(isTTY), new Recorder(isTTY)];
  return { stdout, stderr, output: new Output(options, { stdout, stderr }) };
};

test('columns are as wide as their widest cell, whatever its colour', () => {
  const { green } = createColors(true);
  const table = renderTable(
    ['name', 'state', 'address'],
    [
      ['demo', green('ready'), 'http://localhost/'],
      ['a-long-name', 'failed', ''],
    ],
    plain,
  );
  expect(plainText(table).replaceAll('\x1b[32m', '').replaceAll('\x1b[39m', '')).toMatchInlineSnapshot(`
    "NAME         STATE   ADDRESS
    demo         ready   http://localhost/
    a-long-name  failed"
  `);
});

test('sentences in the last column are broken at the end of the terminal, and only there', () => {
  const rows = [['memory', 'Of one request, with all that it needs.']];
  const { output } = record({ color: false }, true);
  expect(renderProse(['field', 'meaning'], rows, output)).toMatchInlineSnapshot(`
    "FIELD   MEANING
    memory  Of one request, with all that it
            needs."
  `);
  expect(renderProse(['field', 'meaning'], rows, record({ color: false }).output)).toMatchInlineSnapshot(`
    "FIELD   MEANING
    memory  Of one request, with all that it needs."
  `);
});

test('an indented text keeps to the terminal', () => {
  expect(wrap('One two three four five six', '  ', 26)).toBe('  One two three four five\n  six');
  expect(wrap('One two three', '  ', undefined)).toBe('  One two three');
});

test('fields without a value are left out', () => {
  expect(
    renderFields(
      [
        ['Name', 'demo'],
        ['Release', null],
        ['Type', undefined],
        ['Tenant', 'x'],
      ],
      plain,
    ),
  ).toMatchInlineSnapshot(`
    "  Name    demo
      Tenant  x"
  `);
});

test('a plan shows each change with its lines, and their number', () => {
  const diff = '--- a/site.conf\n+++ b/site.conf\n@@ -1,2 +1,2 @@\n server {\n-  listen 80;\n+  listen 8080;\n';
  const plan = {
    changes: [
      { resource: 'user:app_1', action: 'create', summary: 'uid 200001' },
      { resource: 'file:/etc/site.conf', action: 'update', summary: '', diff },
      { resource: 'service:nginx', action: 'reload', summary: '' },
    ],
    problems: [],
  } as const;
  expect(renderPlan(plan, plain)).toMatchInlineSnapshot(`
    "+ create  user:app_1  uid 200001
    ~ update  file:/etc/site.conf
        @@ -1,2 +1,2 @@
         server {
        -  listen 80;
        +  listen 8080;
    ↻ reload  service:nginx
    3 changes: create 1, update 1, reload 1"
  `);
});

test('a plan without changes and one with problems say so', () => {
  expect(renderPlan({ changes: [], problems: [] }, plain)).toBe('Nothing would change.');
  expect(renderPlan({ changes: [], problems: ['nginx: unknown directive'] }, plain)).toMatchInlineSnapshot(`
    "✗ nginx: unknown directive
    This would not be applied."
  `);
});

test('a problem shows what is wrong, which field and value, and the remedy', () => {
  const problem = {
    code: 'invalid-request',
    title: 'Invalid',
    status: 422,
    detail: '2 of the given values cannot be accepted.',
    remedy: 'Correct the fields.',
    instance: 'urn:freehold:request:req-1',
    errors: [
      { pointer: '/spec/hostnames/0', message: 'This is no host name.', value: 'a b', remedy: 'Use letters.' },
      { pointer: '/name', message: 'This is too long.', value: 'x'.repeat(200) },
      { pointer: '', message: 'A member is missing.' },
    ],
  };
  expect(renderProblem(problem, plain)).toMatchInlineSnapshot(`
    "✗ 2 of the given values cannot be accepted.
      spec.hostnames[0] = "a b"
        This is no host name.
        Use letters.
      name = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
        This is too long.
      the whole value
        A member is missing.
      Correct the fields.
      (invalid-request · 422 · urn:freehold:request:req-1)"
  `);
});

test.each([
  ['/spec/hostnames/0', 'spec.hostnames[0]'],
  ['/a~1b/c~0d', 'a/b.c~d'],
  ['/0', '[0]'],
])('%s is shown as %s', (pointer, name) => {
  expect(fieldName(pointer)).toBe(name);
});

test.each([
  ['\x1b]0;title\x07', '␛]0;title␇'],
  ['\x1b[31mred\x1b[39m', '\x1b[31mred\x1b[39m'],
  ['\x1b[2Jgone', '␛[2Jgone'],
  ['a\tb\nc\rd', 'a\tb\nc␍d'],
  ['\x9b31m', '\ufffd31m'],
  ['\x7f', '␡'],
])('%j reaches the terminal as %j', (text, shown) => {
  expect(plainText(text)).toBe(shown);
});

test('with --json the result is one document and nothing else is said', () => {
  const { output, stdout, stderr } = record({ json: true });
  output.note('Hello');
  makeProgress(output)('Working').done();
  output.result({ a: 1 }, () => 'text');
  expect([stdout.text, stderr.text]).toEqual(['{\n  "a": 1\n}\n', '']);
});

test('with --quiet there are results only', () => {
  const { output, stdout, stderr } = record({ quiet: true });
  output.note('Hello');
  makeProgress(output)('Working').done();
  output.result({ a: 1 }, () => 'text');
  expect([stdout.text, stderr.text]).toEqual(['text\n', '']);
});

test('without a terminal progress is one line when it ends', () => {
  const { output, stderr } = record({});
  const line = makeProgress(output)('Creating demo');
  line.update('1/3 makes the user');
  line.done('3 steps');
  expect(stderr.text).toMatch(/^✓ Creating demo \(0\.0\d s\): 3 steps\n$/);
});

test('on a terminal one line moves and is never longer than the terminal', () => {
  const { output, stderr } = record({ color: false }, true);
  const line = makeProgress(output)('Creating an app with quite a long name indeed');
  line.fail();
  const [first = '', last = ''] = stderr.text.split('\r\x1b[2K').slice(1);
  expect(first).toHaveLength(39);
  expect(last).toMatch(/^✗ Creating an app with quite a long name indeed {2}0\.0\d s\n$/);
});

test.each([
  [3, '0.00 s'],
  [411, '0.41 s'],
  [9_996, '10.0 s'],
  [59_960, '1 min 0 s'],
  [125_000, '2 min 5 s'],
])('%i ms are %s', (milliseconds, text) => {
  expect(renderDuration(milliseconds)).toBe(text);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_536, '1.5 KB'],
  [130 * 1024 ** 2, '130 MB'],
])('%i bytes are %s', (bytes, text) => {
  expect(renderBytes(bytes)).toBe(text);
});

test.each([
  ['2026-01-01T00:00:00Z', 'now'],
  ['2025-12-31T23:57:00Z', '3 minutes ago'],
  ['2026-01-31T00:00:00Z', 'in 30 days'],
])('%s is %s', (iso, text) => {
  expect(renderDistance(iso, Date.parse('2026-01-01T00:00:00Z'))).toBe(text);
});
