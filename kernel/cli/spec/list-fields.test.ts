import { expect, test } from 'vitest';
import { listFields } from './list-fields.ts';

test('groups and lists are followed by what is in them, in the words of --set', () => {
  const schema = {
    type: 'object',
    properties: {
      hostnames: { type: 'array', items: { type: 'string' }, description: 'Names of the site.' },
      cache: { enum: ['off', 'day'], default: 'off', title: 'Cache' },
      php: { type: 'object', title: 'PHP', properties: { memory: { type: 'string' }, deep: { type: 'boolean' } } },
      redirects: { type: 'array', items: { type: 'object', properties: { to: { type: 'integer' } } } },
      environment: { type: 'object', patternProperties: { '^[A-Z]+$': { type: 'string' } } },
    },
  };
  expect(listFields(schema).map(({ name, value, otherwise, meaning }) => [name, value, otherwise, meaning])).toEqual([
    ['hostnames', 'list of texts', '', 'Names of the site.'],
    ['cache', 'off | day', '"off"', 'Cache'],
    ['php', 'group', '', 'PHP'],
    ['php.memory', 'text', '', ''],
    ['php.deep', 'true | false', '', ''],
    ['redirects', 'list of groups', '', ''],
    ['redirects[].to', 'number', '', ''],
    ['environment', 'names and values', '', ''],
  ]);
});
