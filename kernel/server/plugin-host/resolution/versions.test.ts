import { describe, expect, it } from 'vitest';
import { checkEngine, satisfies } from './versions.ts';

describe('checkEngine', () => {
  it.each<[string, string, string[]]>([
    ['^1.0.0', '1.0.0', []],
    ['^1.0.0', '1.9.3', []],
    ['>=1.2.0 <3', '2.0.0', []],
    ['1.x || 2.x', '2.5.0', []],
    ['^1.0.0', '2.0.0', ['engine-mismatch']],
    ['^1.4.0', '1.3.9', ['engine-mismatch']],
    ['*', '1.0.0', ['engine-unbounded']],
    ['', '1.0.0', ['engine-unbounded']],
    ['>=1.0.0', '1.0.0', ['engine-unbounded']],
    ['^1.0.0 || >=3', '1.0.0', ['engine-unbounded']],
    ['latest', '1.0.0', ['range-invalid']],
    ['^2.0.0', '2.0.0-rc.1', []],
    ['<2.0.0', '2.0.0-rc.1', ['engine-mismatch']],
  ])('%s with %s: %j', (range, engine, codes) => {
    expect(checkEngine(range, engine).map(({ code }) => code)).toEqual(codes);
  });

  it('says which of the two is too old', () => {
    expect(checkEngine('^2.0.0', '1.0.0')[0]?.remedy).toBe('Use a newer kernel, or an older version of the plugin.');
    expect(checkEngine('^1.0.0', '2.0.0')[0]?.remedy).toBe('Use a version of the plugin that fits this kernel.');
  });
});

it('counts a pre-release as the release that it leads to', () => {
  expect(satisfies('2.0.0-beta.1', '^2.0.0')).toBe(true);
  expect(satisfies('2.0.0-beta.1', '^1.0.0')).toBe(false);
});
