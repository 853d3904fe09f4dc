import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { Manifest } from './manifest.ts';
import { CommandSpec, primitiveSchemas } from './primitives.ts';
import {
  AbsolutePath,
  Fields,
  FileMode,
  Hostname,
  Line,
  LocalId,
  RelativePath,
  type TSchema,
  Type,
  UnixName,
  UrlPath,
} from './schema.ts';

const matches = (schema: TSchema, value: unknown) => Value.Check(schema, value);

describe('string formats', () => {
  it.each<[string, TSchema, string[], string[]]>([
    [
      'a host name',
      Hostname(),
      [
        'localhost',
        'example.org',
        'a.b-c.d',
        'xn--bcher-kva.example',
        '1.example',
        `${'a'.repeat(63)}.example`,
        '192.168.0.1',
      ],
      [
        ...[
          '',
          'Example.org',
          'example.org.',
          '.example.org',
          'a..b',
          '-a.example',
          'a-.example',
          'a b',
          'a/b',
          'a:80',
          '*.example',
        ],
        ...[
          'bücher.example',
          'аpple.com',
          'a\nb',
          'a.example\n',
          "a'b",
          'a"b',
          'a;b',
          'a$b',
          '$(id)',
          '../x',
          'a_b',
          'a\u0000',
        ],
        ...[
          `${'a'.repeat(64)}.example`,
          `${'a.'.repeat(127)}aa`,
          'a'.repeat(65_536),
          'ａ.example',
          'a\u200b.example',
          'a\u3002b',
        ],
      ],
    ],
    [
      'a line',
      Line(),
      ['', 'Grüße 漢字 😀', `it's "fine" $(really) \\ ;}`],
      ['a\nb', 'a\r', '\u0000', '\t', '\u0085', '\u2028', '\u2029', '\ufeffa', '\u007f', 'x'.repeat(201)],
    ],
    [
      'a relative path',
      RelativePath(),
      ['', 'a', 'a/b.c', '.htaccess', 'a/..b', '...', 'a/...', '~x', 'a@b+c-d_e'],
      [
        '/a',
        'a//b',
        '..',
        '.',
        'a/..',
        '../a',
        'a/./b',
        'a/../b',
        'a b',
        'a\\b',
        'a\n',
        'a\n/../b',
        'a;b',
        'é',
        '%2e%2e/a',
        'a'.repeat(256),
      ],
    ],
    [
      'the path of a URL',
      UrlPath(),
      ['/', '/a', '/a/b.html', '/%20', '/a/', '/.well-known/x', '/a=b+c'],
      [
        '',
        'a',
        '/a b',
        '//evil.example',
        '/a//b',
        '/..',
        '/a/../b',
        '/./a',
        '/a?b',
        '/a#b',
        '/"',
        "/'",
        '/;',
        '/{',
        '/}',
        '/$x',
        '/\\',
        '/a\n',
        '/\n/../',
        '/é',
        `/${'a'.repeat(1024)}`,
      ],
    ],
    [
      'an absolute path',
      AbsolutePath(),
      ['/a', '/a/b c', '/a/.b', '/a/...', '/a/..b', '/ä', '/$(id)', `/it's "fine"`],
      [
        '',
        '/',
        'a',
        '/a/',
        '//a',
        '/a//b',
        '/.',
        '/..',
        '/a/.',
        '/a/..',
        '/a/../b',
        '/a\n',
        '/a/\n../b',
        '/\u0000',
        '/a\u2028',
        '/\ufeff',
        `/${'a'.repeat(1024)}`,
      ],
    ],
    [
      'a user',
      UnixName(),
      ['a', '_a', 'www-data', 'app_0123456789abcdefghij', 'a'.repeat(32)],
      ['', 'A', '0a', '-a', 'a b', 'a:b', 'a\n', 'a$', 'ä', 'a'.repeat(33), 'root\u0000', '../x'],
    ],
    ['permission bits', FileMode(), ['0644', '1777'], ['644', '0888', '00644', '0x1f', '', '0644\n', 'rw-r']],
    [
      'an id',
      LocalId(),
      ['a', 'php-site', 'a.b_c', '1', 'a'.repeat(64)],
      ['', '-a', 'a-', '.a', 'a.', 'A', 'a b', 'a/b', '..', 'a\n', 'é', 'a'.repeat(65)],
    ],
  ])('%s', (_, schema, good, bad) => {
    expect(good.filter((value) => !matches(schema, value))).toEqual([]);
    expect(bad.filter((value) => matches(schema, value))).toEqual([]);
    for (const value of [1, null, true, {}, [], undefined]) expect(matches(schema, value)).toBe(false);
  });

  const formats = [Hostname, Line, RelativePath, UrlPath, AbsolutePath, UnixName, FileMode, LocalId];

  it('never let through what ends a line, a word in quotes of a path, or a segment', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('a', '.', '/', '-', '"', "'", '\n', '\0', '$', ';', '}', '\\', ' ', '\u2028', 'é'),
      maxLength: 12,
    });
    fc.assert(
      fc.property(hostile, (value) => {
        for (const format of formats) if (matches(format(), value)) expect(value).not.toMatch(/[\n\0\u2028]/);
        for (const format of [Hostname, RelativePath, UrlPath, UnixName, FileMode, LocalId])
          if (matches(format(), value)) expect(value).not.toMatch(/["'$;}\\ ]/);
        for (const format of [RelativePath, UrlPath, AbsolutePath])
          if (matches(format(), value)) expect(value.split('/')).not.toEqual(expect.arrayContaining(['..']));
      }),
      { numRuns: 3000 },
    );
  });

  it('are decided in a time that grows only with the text, and so are all of the contract', () => {
    const units = [
      'a',
      'a.',
      'a-',
      '-',
      '/',
      '/a',
      '.',
      '..',
      './',
      '../',
      '/.',
      '/..',
      'a/',
      '0',
      'é',
      ' ',
      '*',
      '{sites}/',
      'unix:/',
    ];
    const all = [...formats.map((format) => format()), Manifest, ...Object.values(primitiveSchemas)].flatMap(
      patternsOf,
    );
    for (const pattern of new Set(all))
      for (const unit of units) {
        const value = `${unit.repeat(32_000 / unit.length)}\n`;
        const start = performance.now();
        new RegExp(pattern, 'u').test(value);
        expect(performance.now() - start, `${pattern} with ${JSON.stringify(unit)}`).toBeLessThan(200);
      }
  });

  it('show in forms what they were given, and cannot be widened by it', () => {
    const schema = Hostname({
      title: 'Name',
      description: 'Help.',
      default: 'a.b',
      pattern: '.*',
      maxLength: 9999,
    } as object);
    expect(schema).toMatchObject({
      title: 'Name',
      description: 'Help.',
      default: 'a.b',
      maxLength: 253,
      'x-freehold': { claims: 'domain' },
    });
    expect(matches(schema, 'A B')).toBe(false);
  });
});

describe('Fields', () => {
  it('takes what it names and nothing else', () => {
    const schema = Fields({ a: Type.String(), b: Type.Optional(Type.Integer()) }, { description: 'Two.' });
    expect(matches(schema, { a: 'x' })).toBe(true);
    expect(matches(schema, { a: 'x', c: 1 })).toBe(false);
    expect(schema).toMatchObject({ additionalProperties: false, description: 'Two.' });
  });

  it('is what every schema of the contract is made of', () => {
    const open = [...Object.entries(primitiveSchemas), ['manifest', Manifest] as const].flatMap(([name, schema]) =>
      openObjects(name, schema),
    );
    expect(open).toEqual([]);
  });
});

it.each<[string, string[], string[]]>([
  [
    'paths',
    ['/etc/x', '{sites}', '{sites}/*/**', '/opt/**/php*', '/a/...'],
    [
      '',
      '/',
      'etc',
      '/..',
      '/../etc',
      '/a/..',
      '/a/./b',
      '{other}/x',
      '{sites}x',
      '{sites}/../etc',
      '/a b',
      '//',
      '/a/',
      "/'",
    ],
  ],
  [
    'commands',
    ['php', '/usr/sbin/php-fpm*', 'a/b'],
    ['', '/', '..', '../x', '/usr/../sh', 'a b', 'a;b', '/a/', '//a', '$x'],
  ],
])('a manifest asks for %s in normal form only', (kind, good, bad) => {
  const asks = (value: string) =>
    matches(Manifest, { manifest: 1, id: 'a', displayName: 'A', engine: '^1.0.0', capabilities: { [kind]: [value] } });
  expect(good.filter((value) => !asks(value))).toEqual([]);
  expect(bad.filter(asks)).toEqual([]);
});

it('an environment has no other names than those of variables', () => {
  const withEnv = (env: object) => matches(CommandSpec, { id: 'a', argv: ['x'], creates: '/x', env });
  expect(withEnv({ PATH: '/bin', _x1: '' })).toBe(true);
  for (const name of ['A B', '1A', 'A=B', '', 'Ä', 'A\n']) expect(withEnv({ [name]: 'x' })).toBe(false);
  expect(withEnv({ A: 'x\u0000' })).toBe(false);
});

/** Paths of all objects within a schema that allow names they do not know. */
function openObjects(path: string, schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const inner = Object.entries(schema).flatMap(([name, part]) => openObjects(`${path}.${name}`, part));
  const { type, additionalProperties, properties } = schema as Record<string, unknown>;
  // The schema that a command's output must match is data, not a description of data.
  const isOpen =
    type === 'object' && additionalProperties !== false && (properties !== undefined || !path.endsWith('.schema'));
  return isOpen ? [path, ...inner] : inner;
}

/** All regular expressions within a schema, those of names included. */
function patternsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { pattern, patternProperties = {} } = schema as { pattern?: unknown; patternProperties?: object };
  const own = [...(typeof pattern === 'string' ? [pattern] : []), ...Object.keys(patternProperties)];
  return [...own, ...Object.values(schema).flatMap(patternsOf)];
}
