import { expect, test } from 'vitest';
import { parseFeatures, parseLimits } from './contents.ts';

test.each([
  ['apps=10', { apps: 10 }],
  ['disk=20GB', { disk: 21_474_836_480 }],
  ['disk=1.5 kb', { disk: 1536 }],
  ['domains=unlimited', { domains: null }],
  ['nginx-php.workers=0', { 'nginx-php.workers': 0 }],
])('the limit %s is read', (text, wanted) => {
  expect(parseLimits([text])).toEqual(wanted);
});

test.each(['apps', 'apps=', 'apps=many', 'apps=-1', '=5', 'disk=5XB', 'disk=99999999TB'])(
  'the limit %s is refused',
  (text) => {
    expect(() => parseLimits([text])).toThrow();
  },
);

test.each([
  ['ssh', { ssh: true }],
  ['ssh=no', { ssh: false }],
  ['nginx-php.versions=8.2,newest', { 'nginx-php.versions': ['8.2', 'newest'] }],
  ['nginx-php.versions=all', { 'nginx-php.versions': null }],
])('the feature %s is read', (text, wanted) => {
  expect(parseFeatures([text])).toEqual(wanted);
});
