import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const project = mkdtempSync(join(tmpdir(), 'freehold-author-'));

/** What a plugin author has after npm install: the built package and its dependencies, nothing of this repository. */
beforeAll(() => {
  mkdirSync(join(project, 'node_modules/@freehold'), { recursive: true });
  for (const name of ['typebox', 'handlebars'])
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
  execFileSync(process.execPath, [join(root, 'tools/build-sdk.ts'), join(project, 'node_modules/@freehold/sdk')]);
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        target: 'es2024',
        strict: true,
        skipLibCheck: true,
        noEmit: true,
        types: [],
      },
    }),
  );
}, 30_000);
afterAll(() => rmSync(project, { recursive: true }));

const plugin = `
  import { defineAppType, definePlugin, directory, Fields, Hostname, template, Type } from '@freehold/sdk';
  import { matchesPath } from '@freehold/sdk/protocol';
  const page = template<{ name: string }>('nginx', 'server_name {{name}};');
  const site = defineAppType({
    id: 'site', title: 'Site', description: 'A site.', category: 'web', specVersion: 1,
    spec: Fields({ hostname: Hostname(), size: Type.Integer() }),
    resources: ({ app, spec }) => [directory({ path: app.home + '/' + page({ name: spec.hostname }) })],
  });
  // @ts-expect-error Were a declaration not found, everything would be any and this no error.
  defineAppType({ ...site, resources: ({ spec }) => [directory({ path: spec.size })] });
  export default definePlugin({ appTypes: [site] });
  export const matches: boolean = matchesPath('/a/*', '/a/b');
`;

describe('the package that plugin authors install', () => {
  it.each([
    ['nodenext', []],
    ['bundler', ['--module', 'esnext', '--moduleResolution', 'bundler']],
  ])(
    'has types that work without this repository, with module resolution %s',
    (_, options) => {
      writeFileSync(join(project, 'index.ts'), plugin);
      const tsc = join(root, 'node_modules/.bin/tsc');
      expect(spawnSync(tsc, ['--project', project, ...options], { encoding: 'utf8' }).stdout).toBe('');
    },
    30_000,
  );

  it('runs', () => {
    const code = `
      import plugin, { matches } from '${project}/index.ts';
      const [resource] = plugin.appTypes[0].resources({ app: { home: '/a' }, spec: { hostname: 'b.example', size: 1 } });
      console.log(plugin.$$type, matches, resource.id);
    `;
    writeFileSync(join(project, 'index.ts'), plugin);
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' });
    expect(printed).toBe('freehold/plugin true /a/server_name "b.example";\n');
  });
});
