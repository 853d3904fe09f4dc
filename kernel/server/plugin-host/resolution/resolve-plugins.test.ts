import type { Manifest } from '@freehold/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FoundPlugin } from '../discovery/found-plugin.ts';
import { stateOf } from '../plugin-problem.ts';
import { resolvePlugins, type Surroundings } from './resolve-plugins.ts';

const surroundings: Surroundings = { engineVersion: '1.0.0', hooks: new Map(), furtherProblems: () => [] };

function plugin(id: string, parts: Partial<Manifest> = {}): FoundPlugin {
  const manifest: Manifest = { manifest: 1, id, displayName: id, engine: '^1.0.0', ...parts };
  return {
    id,
    displayName: id,
    version: '1.0.0',
    folder: `/plugins/${id}`,
    digest: '',
    manifest,
    entry: `/plugins/${id}/index.js`,
    problems: [],
  };
}

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const types = ['r.a', 'r.b', 'r.c', 'r.d'];
const anyPlugins = fc.uniqueArray(
  fc
    .record({
      id: fc.constantFrom(...ids),
      provides: fc.uniqueArray(fc.constantFrom(...types), { maxLength: 2 }),
      uses: fc.uniqueArray(fc.constantFrom(...types), { maxLength: 2 }),
      needs: fc.uniqueArray(fc.constantFrom(...ids, 'absent'), { maxLength: 2 }),
      broken: fc.boolean(),
    })
    .map(({ id, provides, uses, needs, broken }) =>
      plugin(id, {
        engine: broken ? '^9.0.0' : '^1.0.0',
        contributes: { resourceTypes: Object.fromEntries(provides.map((type) => [type, 1])) },
        requires: {
          resources: Object.fromEntries(uses.map((type) => [type, 1])),
          plugins: Object.fromEntries(needs.map((need) => [need, '^1.0.0'])),
        },
      }),
    ),
  { selector: ({ id }) => id },
);

describe('resolvePlugins', () => {
  it('lets a plugin run only when everything it needs runs', () => {
    fc.assert(
      fc.property(anyPlugins, (found) => {
        const resolutions = resolvePlugins(found, surroundings);
        const runs = (id: string) =>
          found.some((one) => one.id === id && !stateOf(resolutions.get(one)?.problems ?? []));
        for (const { id, manifest } of found.filter((one) => runs(one.id))) {
          for (const need of Object.keys(manifest?.requires?.plugins ?? {})) expect(runs(need)).toBe(true);
          for (const type of Object.keys(manifest?.requires?.resources ?? {})) {
            const provider = found.find((one) => one.manifest?.contributes?.resourceTypes?.[type]);
            expect(provider && runs(provider.id)).toBe(true);
          }
          expect(resolutions.get(found.find((one) => one.id === id) as FoundPlugin)?.drivers).toContain(id);
        }
      }),
    );
  });

  it('gives every plugin that does not run a reason', () => {
    fc.assert(
      fc.property(anyPlugins, (found) => {
        for (const [{ id, manifest }, { problems }] of resolvePlugins(found, surroundings)) {
          const wanted = Object.keys({ ...manifest?.requires?.plugins, ...manifest?.requires?.resources });
          if (
            manifest?.engine === '^1.0.0' &&
            wanted.length === 0 &&
            Object.keys(manifest.contributes?.resourceTypes ?? {}).length === 0
          )
            expect([id, problems]).toEqual([id, []]);
          expect(new Set(problems.map(({ message }) => message)).size).toBe(problems.length);
        }
      }),
    );
  });

  it('counts the drivers of drivers', () => {
    const found = [
      plugin('shop', { requires: { resources: { 'r.a': 1 } } }),
      plugin('one', { contributes: { resourceTypes: { 'r.a': 1 } }, requires: { resources: { 'r.b': 1 } } }),
      plugin('two', { contributes: { resourceTypes: { 'r.b': 1 } } }),
    ];
    const resolutions = resolvePlugins(found, surroundings);
    expect(found.map((one) => resolutions.get(one)?.drivers)).toEqual([
      ['one', 'shop', 'two'],
      ['one', 'two'],
      ['two'],
    ]);
  });

  it('lets a plugin use what it provides itself', () => {
    const own = plugin('own', { contributes: { resourceTypes: { 'r.a': 1 } }, requires: { resources: { 'r.a': 1 } } });
    expect(resolvePlugins([own], surroundings).get(own)).toEqual({ problems: [], drivers: ['own'], needs: [] });
  });

  it('shows the shortest way of a cycle, once for each plugin in it', () => {
    const needs = (...names: string[]) => ({
      requires: { plugins: Object.fromEntries(names.map((name) => [name, '^1.0.0'])) },
    });
    const found = [
      plugin('c', needs('a')),
      plugin('b', needs('c', 'b')),
      plugin('a', needs('b')),
      plugin('d', needs('a')),
    ];
    const resolutions = resolvePlugins(found, surroundings);
    expect(found.map((one) => resolutions.get(one)?.problems.map(({ message }) => message))).toEqual([
      ['It needs itself: a → b → c → a.'],
      ['It needs itself: a → b → c → a.'],
      ['It needs itself: a → b → c → a.'],
      ['It needs the plugin a, which does not run (blocked).'],
    ]);
  });
});
