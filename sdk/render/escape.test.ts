import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { bareWord, escapeSqlIdentifier, escapeValue, RenderError, type Syntax } from './escape.ts';
import { readEnvFile, readNginx, readPhpIni, readSql, readSystemdWord } from './syntaxes/readers.ts';

const nasty = fc.constantFrom(
  ...[
    '"',
    "'",
    '\\',
    '`',
    '$',
    '$\u007bHOME}',
    '$(id)',
    '%',
    '%n',
    ';',
    '{',
    '}',
    '#',
    '\n',
    '\r',
    '\0',
    '\t',
    ' ',
    '=',
    '[x]',
    '</',
    '--',
    '*/',
  ],
  ...[
    '\u0085',
    '\u2028',
    '\u202e',
    '\ufeff',
    'é',
    '漢',
    '😀',
    'аdmin',
    '\ud800',
    '\\"',
    '"; }',
    "' OR 1=1 --",
    '../',
    'null',
    'yes',
    '0x10',
    '1e3',
    '!!str',
  ],
);
const text = fc.oneof(
  fc
    .array(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 12 })
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
);

/** The literal of a value, or undefined when it is refused. */
function literalOf(syntax: Syntax, value: unknown): string | undefined {
  try {
    return escapeValue(syntax, value);
  } catch (error) {
    expect(error).toBeInstanceOf(RenderError);
    return undefined;
  }
}

/** Texts that a syntax takes, with their literals: for trying on real programs, many at once. */
function sample(syntax: Syntax, count: number): { value: string; literal: string }[] {
  const pairs = fc.sample(text, count * 4).map((value) => ({ value, literal: literalOf(syntax, value) }));
  return pairs.flatMap(({ value, literal }) => (literal === undefined ? [] : [{ value, literal }])).slice(0, count);
}

describe('a text as a literal', () => {
  it.each<[Syntax, (literal: string) => unknown]>([
    ['nginx', readNginx],
    ['php-ini', readPhpIni],
    ['systemd', readSystemdWord],
    ['env', readEnvFile],
    ['sql', readSql],
    ['json', JSON.parse],
    ['yaml', (literal) => parse(literal)],
    ['yaml', (literal) => parse(literal, { version: '1.1' })],
    ['yaml', (literal) => parse(`key: [ ${literal} , x ]\nother: 1\n`).key[0]],
  ])('of %s is read back as it was, or refused', (syntax, read) => {
    fc.assert(
      fc.property(text, (value) => {
        const literal = literalOf(syntax, value);
        if (literal !== undefined) expect(read(literal)).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[Syntax, RegExp]>([
    ['nginx', /[\p{Cc}\u2028\u2029$]/u],
    ['php-ini', /[\p{Cc}\u2028\u2029$]/u],
    ['systemd', /[\p{Cc}\u2028\u2029]/u],
    ['env', /[\p{Cc}\u2028\u2029]/u],
    ['sql', /[\p{Cc}\u2028\u2029\\]/u],
    ['json', /(?!)/u],
    ['yaml', /(?!)/u],
  ])('of %s is refused only where the syntax cannot say it', (syntax, unsayable) => {
    fc.assert(
      fc.property(text, (value) => {
        expect(literalOf(syntax, value) === undefined).toBe(!value.isWellFormed() || unsayable.test(value));
      }),
      { numRuns: 1000 },
    );
  });

  it.each<Syntax>(['nginx', 'php-ini', 'systemd', 'env', 'sql', 'json', 'yaml'])(
    'of %s keeps to one line of ASCII controls',
    (syntax) => {
      fc.assert(
        fc.property(text, (value) => {
          expect(literalOf(syntax, value) ?? '').not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        }),
      );
    },
  );

  it.each<Syntax>(['nginx', 'php-ini', 'systemd', 'env', 'sql'])(
    'of %s is no place for anything but texts and numbers',
    (syntax) => {
      for (const value of [
        null,
        undefined,
        true,
        {},
        [],
        () => 1,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        1n,
        Symbol('x'),
        ['a'],
      ])
        expect(literalOf(syntax, value)).toBeUndefined();
      for (const value of [0, -1, 1.5, 1e21, 1e-7]) expect(literalOf(syntax, value)).toMatch(/^"?-?[0-9.e+-]+"?$/);
    },
  );

  it('of 64 KB is refused by nginx and taken by the others', () => {
    const long = 'x'.repeat(65_536);
    const taken = (['nginx', 'php-ini', 'systemd', 'env', 'sql', 'json', 'yaml'] as const).filter((syntax) =>
      literalOf(syntax, long),
    );
    expect(taken).toEqual(['php-ini', 'systemd', 'env', 'sql', 'json', 'yaml']);
  });
});

describe('a value as JSON and YAML', () => {
  it('is read back as it was, or refused', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }), (value) => {
        const expected = JSON.parse(JSON.stringify(value));
        const [json, yaml] = [literalOf('json', value), literalOf('yaml', value)];
        if (json !== undefined) expect(JSON.parse(json)).toEqual(expected);
        if (yaml !== undefined) expect(parse(yaml)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['what is not finite', { a: [Number.NaN] }],
    ['a function', { a: () => 1 }],
    ['a hole', [undefined]],
    ['nothing', undefined],
    ['a big integer', { a: 1n }],
    ['half a character', ['\ud800']],
    ['half a character in a name', { '\ud800': 1 }],
  ])('refuses %s', (_, value) => {
    expect([literalOf('json', value), literalOf('yaml', value)]).toEqual([undefined, undefined]);
  });

  it('leaves out what is not there', () => {
    expect(escapeValue('json', { a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it('refuses names that YAML cannot read', () => {
    const value = { ['x'.repeat(1025)]: 1 };
    expect([typeof literalOf('json', value), literalOf('yaml', value)]).toEqual(['string', undefined]);
  });
});

describe('names and words', () => {
  it('are read back as they were', () => {
    const database = new DatabaseSync(':memory:');
    fc.assert(
      fc.property(text, (value) => {
        let identifier: string;
        try {
          identifier = escapeSqlIdentifier(value);
        } catch (error) {
          expect(error).toBeInstanceOf(RenderError);
          return;
        }
        expect(Object.keys(database.prepare(`SELECT 1 AS ${identifier}`).get() ?? {})).toEqual([value]);
      }),
    );
  });

  it('take no other characters', () => {
    fc.assert(
      fc.property(text, (value) => {
        if (/^[A-Za-z0-9._:/@+-]+$/.test(value)) expect(bareWord(value)).toBe(value);
        else expect(() => bareWord(value)).toThrow(RenderError);
      }),
    );
    expect(bareWord(80)).toBe('80');
    for (const value of [null, undefined, true, ['a'], {}, '']) expect(() => bareWord(value)).toThrow(RenderError);
  });
});

describe('the programs themselves', () => {
  it('SQLite reads what was written', () => {
    const database = new DatabaseSync(':memory:');
    for (const { value, literal } of sample('sql', 300))
      expect(database.prepare(`SELECT ${literal} AS v`).get()).toEqual({ v: value });
  });

  it('a shell reads what was written', () => {
    const pairs = sample('env', 300);
    const script = pairs.map(({ literal }, index) => `V${index}=${literal}; export V${index}`).join('\n');
    const printed = execFileSync('sh', ['-c', `${script}\nenv -0`], { env: {}, encoding: 'utf8' });
    const read = new Map(
      printed.split('\0').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    for (const [index, { value }] of pairs.entries()) expect(read.get(`V${index}`)).toBe(value);
  });

  it.skipIf(spawnSync('php', ['-v']).status !== 0)('PHP reads what was written', () => {
    const pairs = sample('php-ini', 300);
    const ini = pairs.map(({ literal }, index) => `v${index} = ${literal}`).join('\n');
    const code = 'echo json_encode(parse_ini_string(stream_get_contents(STDIN), false, INI_SCANNER_NORMAL));';
    const read = JSON.parse(execFileSync('php', ['-n', '-r', code], { input: ini, encoding: 'utf8' }));
    expect(read).toEqual(Object.fromEntries(pairs.map(({ value }, index) => [`v${index}`, value])));
  });

  it.skipIf(!existsSync('/usr/sbin/nginx'))('nginx reads what was written', async () => {
    const pairs = [
      ...sample('nginx', 200),
      { value: 'x'.repeat(3990), literal: escapeValue('nginx', 'x'.repeat(3990)) },
    ];
    const socket = await startNginx(
      pairs.map(({ literal }, index) => `location = /${index} { return 200 ${literal}; }`),
    );
    for (const [index, { value }] of pairs.entries()) expect(await fetchFrom(socket, `/${index}`)).toBe(value);
  });
});

/** Starts nginx in the foreground with these locations and gives its socket when it listens. */
async function startNginx(locations: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-nginx-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const socket = join(folder, 'socket');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  const server = `server { listen unix:${socket}; default_type text/plain; ${locations.join('\n')} }`;
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr; events {} http { access_log off; ${temporary.join(' ')} ${server} }`,
  );
  const nginx = spawn('/usr/sbin/nginx', ['-e', 'stderr', '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  nginx.stderr.on('data', (data) => {
    said += data;
  });
  onTestFinished(() => {
    nginx.kill();
  });
  await expect.poll(() => existsSync(socket) || nginx.exitCode !== null, { timeout: 3000, interval: 10 }).toBe(true);
  expect(nginx.exitCode, said).toBe(null);
  return socket;
}

function fetchFrom(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    });
    sent.on('error', reject);
    sent.end();
  });
}
