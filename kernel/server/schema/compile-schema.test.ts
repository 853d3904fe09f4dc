import { Fields, Hostname, Line, type TSchema, Type } from '@freehold/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSchema, MOST_PROBLEMS, SchemaError } from './compile-schema.ts';

const Site = Fields({
  hostnames: Type.Array(Hostname({ description: 'A name such as www.example.org.' }), {
    minItems: 1,
    uniqueItems: true,
  }),
  phpVersion: Type.Optional(Type.Union([Type.Literal('8.2'), Type.Literal('8.3')], { default: '8.2' })),
  workers: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 5 })),
  title: Type.Optional(Line({ maxLength: 10 })),
  redirect: Type.Optional(
    Type.Union([
      Fields({ kind: Type.Literal('to'), url: Type.String({ maxLength: 50 }) }),
      Fields({ kind: Type.Literal('none') }),
    ]),
  ),
});

describe('compileSchema', () => {
  it('fills in defaults on a copy', () => {
    const given = { hostnames: ['example.org'] };
    expect(compileSchema(Site).validate(given)).toEqual({
      value: { hostnames: ['example.org'], phpVersion: '8.2', workers: 5 },
      problems: [],
    });
    expect(given).toEqual({ hostnames: ['example.org'] });
  });

  it.each<[string, unknown, object[]]>([
    [
      'a missing field',
      {},
      [
        {
          pointer: '/hostnames',
          rule: 'required',
          message: 'Field "hostnames" is missing.',
          remedy: 'Give it a value.',
        },
      ],
    ],
    [
      'an unknown field that looks like a known one',
      { hostnames: ['a.b'], worker: 3 },
      [
        {
          pointer: '/worker',
          rule: 'additionalProperties',
          message: 'There is no field "worker" here.',
          remedy: 'Did you mean "workers"?',
          value: 3,
        },
      ],
    ],
    [
      'a value out of a list',
      { hostnames: ['a.b'], phpVersion: '9.9' },
      [
        {
          pointer: '/phpVersion',
          rule: 'anyOf',
          message: '"9.9" is not one of the allowed values.',
          remedy: 'Choose one of "8.2", "8.3".',
          value: '9.9',
        },
      ],
    ],
    [
      'a pattern, in words',
      { hostnames: ['a b'] },
      [
        {
          pointer: '/hostnames/0',
          rule: 'pattern',
          message: '"a b" does not have the form of the field "Host name".',
          remedy: expect.stringMatching(/^Give a host name in lower case.* in their xn-- form\.$/),
          value: 'a b',
        },
      ],
    ],
    [
      'the alternative that was meant',
      { hostnames: ['a.b'], redirect: { kind: 'to', ulr: 'x' } },
      [
        { pointer: '/redirect/url', rule: 'required', message: 'Field "url" is missing.', remedy: 'Give it a value.' },
        {
          pointer: '/redirect/ulr',
          rule: 'additionalProperties',
          message: 'There is no field "ulr" here.',
          remedy: 'Remove it. The fields here are kind, url.',
          value: 'x',
        },
      ],
    ],
    [
      'that no alternative was meant',
      { hostnames: ['a.b'], redirect: 7 },
      [
        {
          pointer: '/redirect',
          rule: 'anyOf',
          message: '7 has none of the allowed forms.',
          remedy: 'Give an object or an object.',
          value: 7,
        },
      ],
    ],
    [
      'every problem at once',
      { hostnames: ['a.b', 'a.b'], workers: 99, title: 'too long a title' },
      [
        {
          pointer: '/hostnames',
          rule: 'uniqueItems',
          message: '["a.b","a.b"] has an entry twice.',
          remedy: 'Give every entry once.',
          value: '["a.b","a.b"]',
        },
        { pointer: '/workers', rule: 'maximum', message: '99 is too large: at most 50 is allowed.', value: 99 },
        {
          pointer: '/title',
          rule: 'maxLength',
          message: '"too long a title" is too long: at most 10 characters are allowed.',
          value: 'too long a title',
        },
      ],
    ],
    [
      'the wrong type',
      { hostnames: 'a.b' },
      [
        {
          pointer: '/hostnames',
          rule: 'type',
          message: '"a.b" is not of the right type.',
          remedy: 'Give a list.',
          value: 'a.b',
        },
      ],
    ],
  ])('names %s', (_, value, problems) => {
    expect(compileSchema(Site).validate(value).problems).toEqual(problems);
  });

  it('cuts values and takes control characters out of them', () => {
    const { problems } = compileSchema(Fields({ name: Type.String({ pattern: '^a$' }) })).validate({
      name: `\u001b[31m\u202e${'x'.repeat(65_536)}`,
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.value).toBe(`[31m${'x'.repeat(195)}…`);
    expect(problems[0]?.message.length).toBeLessThan(300);
  });

  it('is not fooled by names that every object has', () => {
    const { validate } = compileSchema(Fields({ a: Type.Optional(Type.String()), toString: Type.String() }));
    expect(validate({}).problems.map(({ pointer }) => pointer)).toEqual(['/toString']);
    expect(validate(JSON.parse('{"toString":"x","__proto__":{"a":"b"}}')).problems).toMatchObject([
      { pointer: '/__proto__', rule: 'json' },
    ]);
    expect(validate(JSON.parse('{"toString":"x","constructor":{"prototype":{"a":"b"}}}')).problems).toMatchObject([
      { pointer: '/constructor', rule: 'additionalProperties' },
    ]);
    expect({}).not.toHaveProperty('a');
  });

  it('answers hostile values quickly and shortly', () => {
    const schema = Fields({
      slow: Type.Optional(Type.String({ pattern: '^(?:(?:a+)+)+$' })),
      list: Type.Optional(Type.Array(Type.Unknown(), { uniqueItems: true })),
      deep: Type.Optional(Type.Unknown()),
    });
    const { validate } = compileSchema(schema);
    const deep = JSON.parse('['.repeat(5000) + ']'.repeat(5000));
    const list = Array.from({ length: 30_000 }, (_, index) => ({ a: index, b: { c: index } }));
    const many = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`field-${index}`, index]));
    const start = performance.now();
    expect(validate({ slow: `${'a'.repeat(65_536)}!` }).problems).toHaveLength(1);
    expect(validate({ list }).problems).toEqual([
      {
        pointer: '',
        rule: 'json',
        message: 'The value has more than 100000 values.',
        remedy: 'Send less of it, as plain JSON.',
      },
    ]);
    expect(validate({ list: list.slice(0, 20_000) }).problems).toEqual([]);
    expect(validate({ deep }).problems).toMatchObject([{ rule: 'json' }]);
    expect(validate(many).problems).toHaveLength(MOST_PROBLEMS);
    expect(performance.now() - start).toBeLessThan(15_000);
  });

  it('never throws and never changes what it was given, whatever that is', () => {
    const { validate } = compileSchema(Site);
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true }),
        (value) => {
          expect(validate(value).problems.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  it.each<[string, TSchema, string]>([
    ['an unknown keyword', { type: 'string', maxlength: 3 } as TSchema, 'unknown keyword: "maxlength"'],
    ['an unknown type', { type: 'text' } as TSchema, 'schema/type'],
    ['a format', Type.String({ format: 'email' }), 'unknown format "email"'],
    ['a pattern that may backtrack', Type.String({ pattern: '(a)\\1' }), 'back-reference'],
    [
      'a default that would be ignored',
      Type.Union([Fields({ a: Type.Optional(Type.String({ default: 'x' })) }), Type.Null()]),
      'default is ignored',
    ],
    ['an unknown word in x-freehold', Type.String({ 'x-freehold': { claims: 'everything' } }), 'x-freehold'],
    [
      'a reference to another document',
      { $ref: 'https://example.org/schema.json' } as TSchema,
      "can't resolve reference",
    ],
    ['code', { type: 'string', default: () => 'x' } as unknown as TSchema, 'is a function'],
  ])('refuses %s in a schema', (_, schema, message) => {
    expect(() => compileSchema(schema)).toThrow(SchemaError);
    expect(() => compileSchema(schema)).toThrow(message);
  });

  it('lets two schemas have the same $id', () => {
    const of = (type: string) => compileSchema({ $id: 'spec', type } as TSchema);
    expect(of('string').validate('a').problems).toEqual([]);
    expect(of('number').validate('a').problems).toHaveLength(1);
  });
});
