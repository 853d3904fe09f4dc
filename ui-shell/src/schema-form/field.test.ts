import { describe, expect, test } from 'vitest';
import { describeField, type FieldKind, listFields } from './field.ts';
import { getAt, joinPointer, setAt } from './pointer.ts';

describe('a schema becomes a field', () => {
  test.each<[object, FieldKind]>([
    [{ type: 'string' }, 'text'],
    [{ type: 'integer' }, 'number'],
    [{ type: 'boolean' }, 'switch'],
    [{ enum: [301, 302] }, 'choice'],
    [{ anyOf: [{ const: 'a' }, { const: 'b' }] }, 'choice'],
    [{ anyOf: [{ type: 'string' }, { type: 'integer' }] }, 'json'],
    [{ type: 'array', items: { type: 'string' } }, 'list'],
    [{ type: 'array', items: { type: 'object', properties: {} } }, 'table'],
    [{ type: 'array', items: { type: 'array' } }, 'json'],
    [{ type: 'object', properties: {} }, 'group'],
    [{ type: 'object', patternProperties: { '^.*$': { type: 'string' } } }, 'map'],
    [{ type: 'object', patternProperties: { '^.*$': { type: 'object' } } }, 'json'],
    [{}, 'json'],
  ])('%j is a %s', (schema, kind) => {
    expect(describeField('x', schema, false).kind).toBe(kind);
  });

  test('with words from its name when it has no title', () => {
    expect(
      listFields({ type: 'object', properties: { documentRoot: {}, 'date.zone_x': {} } }).map((one) => one.title),
    ).toEqual(['Document root', 'Date zone x']);
  });

  test('with an example that can be read', () => {
    const schema = { type: 'array', items: { type: 'string' }, examples: [['a.example', 'b.example']] };
    expect(describeField('x', schema as never, true)).toMatchObject({
      example: 'a.example, b.example',
      required: true,
    });
  });
});

describe('a pointer', () => {
  test.each([
    [{ a: { b: 1 } }, '/a/b', 1],
    [{ a: ['x', 'y'] }, '/a/1', 'y'],
    [{ 'a/b': { '~': 1 } }, '/a~1b/~0', 1],
    [{ a: 1 }, '/a/b', undefined],
    [{}, '/constructor', undefined],
    [7, '', 7],
  ])('in %j %s finds %j', (value, pointer, found) => {
    expect(getAt(value, pointer)).toEqual(found);
  });

  test.each([
    [{}, '/a/b', 1, { a: { b: 1 } }],
    [{ a: { b: 1, c: 2 } }, '/a/b', undefined, { a: { c: 2 } }],
    [{ a: ['x', 'y', 'z'] }, '/a/1', 'Y', { a: ['x', 'Y', 'z'] }],
    [{ a: ['x'] }, '/a/1', 'Y', { a: ['x', 'Y'] }],
    [{ a: ['x', 'y', 'z'] }, '/a/1', undefined, { a: ['x', 'z'] }],
    [{ a: [{ b: 1 }] }, '/a/0/b', undefined, { a: [{}] }],
    [undefined, joinPointer('', 'a/b'), 1, { 'a/b': 1 }],
    [1, '', 2, 2],
  ])('in %j puts at %s %j', (value, pointer, wanted, result) => {
    const before = JSON.stringify(value);
    expect(setAt(value, pointer, wanted)).toEqual(result);
    expect(JSON.stringify(value)).toBe(before);
  });
});
