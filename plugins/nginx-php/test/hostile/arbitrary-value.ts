import type { TSchema } from '@freehold/sdk';
import fc from 'fast-check';

/** The parts of JSON Schema that specs are made of. */
interface Schema {
  type?: string;
  enum?: readonly unknown[];
  properties?: Record<string, Schema>;
  required?: readonly string[];
  patternProperties?: Record<string, Schema>;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  maxLength?: number;
  examples?: readonly unknown[];
}

/** Values that a schema takes, as hostile as it lets them be. */
export function arbitraryValue(schema: TSchema): fc.Arbitrary<unknown> {
  return value(schema as Schema);
}

function value(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object':
      return schema.patternProperties ? dictionary(schema.patternProperties) : record(schema);
    case 'array':
      return list(schema);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000_000 });
    case 'string':
      return text(schema);
    default:
      throw new Error(`no arbitrary for ${JSON.stringify(schema)}`);
  }
}

function record({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, schema]) => [name, value(schema)] as const);
  return fc.record(Object.fromEntries(members), { requiredKeys: [...required] });
}

function dictionary(patterns: Record<string, Schema>): fc.Arbitrary<unknown> {
  const [[pattern, schema] = ['', {}]] = Object.entries(patterns);
  return fc.dictionary(text({ pattern, maxLength: 100 }), value(schema), { maxKeys: 4 });
}

function list({ items = {}, minItems = 0, maxItems = 4, uniqueItems }: Schema): fc.Arbitrary<unknown> {
  const lengths = { minLength: minItems, maxLength: Math.min(maxItems, minItems + 3) };
  return uniqueItems ? fc.uniqueArray(value(items), lengths) : fc.array(value(items), lengths);
}

/** What breaks out of quotes, blocks, lines, folders and variables, and what only looks harmless. */
const HOSTILE = [
  ...['"', "'", '\\', '\\\\', '\\"', ';', ';}', '{', '}', '#', '$', '$uri', '$' + '{PATH}', '$pool', '$(id)', '`id`'],
  ...['\n', '\r\n', '\t', '\0', '\u0085', '\u2028', '\u00a0', '\u202e', '\u200b', '\ud800', '\ufeff', ' ', '  '],
  ...[
    '..',
    '/..',
    '/../',
    '//',
    '/',
    '.',
    '~',
    '*',
    '?',
    '%',
    '%00',
    '%2e',
    '&',
    '|',
    '<',
    '>',
    '=',
    ':',
    ',',
    '@',
    '+',
  ],
  ...[
    '!',
    '(',
    ')',
    '[',
    ']',
    '[x]',
    '-',
    '--',
    '_',
    'ä',
    'а',
    '漢',
    '💥',
    'on',
    'off',
    'include',
    '.php',
    'x'.repeat(60),
  ],
];

const SEEDS = [
  ...[
    '',
    'a',
    'a.example',
    '/',
    '/a',
    '/a/b',
    '/a/',
    '/index.php',
    'index.html',
    'a/b',
    '64M',
    '1G',
    '8.2',
    'X-Own',
    'UTC',
  ],
  ...[
    'https://a.example/x?y=1#z',
    '/new',
    'unix:/run/a.sock',
    'tcp:127.0.0.1:80',
    'A_B',
    'FREEHOLD_X',
    "default-src 'self'",
  ],
];

/** Starts with something that matches, and keeps of what is put into it whatever the pattern lets in. */
function text({ pattern = '', maxLength = 200, examples = [] }: Schema): fc.Arbitrary<string> {
  const matcher = new RegExp(pattern, 'u');
  const fits = (candidate: string) => candidate.length <= maxLength && matcher.test(candidate);
  const seeds = [...SEEDS, ...examples.filter((example) => typeof example === 'string')].filter(fits);
  const insertions = fc.noBias(
    fc.array(fc.tuple(fc.constantFrom(...HOSTILE), fc.nat(1000)), { maxLength: 12, size: 'max' }),
  );
  return fc.tuple(fc.constantFrom(...seeds), insertions).map(([seed, chosen]) =>
    chosen.reduce((before, [chunk, where]) => {
      const at = where % (before.length + 1);
      const after = before.slice(0, at) + chunk + before.slice(at);
      return fits(after) ? after : before;
    }, seed),
  );
}
