import { describe, expect, it } from 'vitest';
import { checkImport } from './check-import.ts';
import { findImports } from './find-imports.ts';

const plugins = new Map([
  ['@freehold/plugin-nginx-php', 'plugins/nginx-php'],
  ['@freehold/plugin-wordpress', 'plugins/wordpress'],
]);
const rule = (file: string, specifier: string) => checkImport(file, specifier, plugins)?.rule;

describe('imports that are allowed', () => {
  it.each([
    ['sdk/plugin.ts', './app-type.ts'],
    ['sdk/schema.ts', 'typebox'],
    ['sdk/render/template.ts', 'handlebars'],
    ['sdk/schema.test.ts', 'typebox/value'],
    ['kernel/server/apps/app.service.ts', '../domains/domain.service.ts'],
    ['kernel/server/apps/app.service.ts', '@freehold/sdk/protocol'],
    ['kernel/server/apps/app.routes.ts', './app.service.ts'],
    ['kernel/server/apps/app.service.ts', './app.entity.ts'],
    ['kernel/server/apps/app.service.ts', '@mikro-orm/core'],
    ['kernel/server/apps/app.service.test.ts', '../../testing/database.ts'],
    ['kernel/agent/system/commands.ts', 'execa'],
    ['kernel/agent/engine/engine.test.ts', '../../testing/machine/index.ts'],
    ['kernel/launcher/start.ts', '../postgres/cluster.ts'],
    ['kernel/cli/commands/start.ts', '../../launcher/start.ts'],
    ['plugins/wordpress/index.ts', '@freehold/sdk'],
    ['plugins/wordpress/index.ts', './wordpress.app-type.ts'],
    ['plugins/wordpress/index.ts', '@freehold/plugin-nginx-php/contract.ts'],
    ['plugins/wordpress/index.ts', '../nginx-php/contract.ts'],
    ['plugins/wordpress/wordpress.harness.test.ts', '@freehold/sdk/testing'],
    ['sdk/testing/test-app.ts', '../app-type.ts'],
    ['kernel/testing/kernel/harness-app.ts', '@freehold/sdk/testing'],
    ['e2e/life.e2e.test.ts', '../kernel/cli/api-client.ts'],
    ['tools/boundaries.ts', 'oxc-parser'],
    ['kernel/server/x.ts', 'node:fs'],
    ['vitest.config.ts', 'vitest/config'],
  ])('%s may import %s', (file, specifier) => {
    expect(rule(file, specifier)).toBeUndefined();
  });
});

describe('imports that are not', () => {
  it.each([
    ['sdk/plugin.ts', '../kernel/server/server.ts', 'the SDK is the contract and imports nothing of ours'],
    ['sdk/plugin.ts', '@freehold/kernel', 'the SDK is the contract'],
    ['sdk/testing/index.ts', '../../kernel/testing/index.ts', 'the harness shows only the SDK'],
    ['sdk/testing/conformance.ts', 'vitest', 'only tests import vitest'],
    ['sdk/plugin.ts', 'tapable', 'tapable is at home in kernel/server/hooks'],
    ['kernel/server/nodes/exchange.service.ts', '../../agent/exchange/link.ts', 'server and agent share only the SDK'],
    ['kernel/agent/engine/engine.ts', '../../server/log/logger.ts', 'server and agent share only the SDK'],
    ['kernel/agent/engine/engine.ts', '../../testing/machine/index.ts', 'kernel/agent does not import kernel/testing'],
    ['kernel/server/main.ts', '../launcher/home.ts', 'kernel/server does not import kernel/launcher'],
    ['kernel/agent/main.ts', '../cli/problem.ts', 'kernel/agent does not import kernel/cli'],
    ['kernel/cli/main.ts', '../server/errors/catalogue.ts', 'it talks to the server through the API'],
    ['kernel/server/apps/app.entity.ts', './app.service.ts', 'routes → service → entity'],
    ['kernel/server/apps/app.service.ts', './app.routes.ts', 'routes → service → entity'],
    ['kernel/server/apps/app.entity.ts', './app.routes.ts', 'routes → service → entity'],
    ['kernel/server/apps/app.service.ts', 'fastify', 'fastify is at home in kernel/server/http'],
    ['kernel/server/apps/app.service.ts', 'execa', 'execa is at home in kernel/agent/system'],
    ['kernel/server/apps/app.service.ts', 'node:child_process', 'node:child_process is at home in'],
    ['kernel/server/apps/app.service.ts', '../../../sdk/index.ts', 'the SDK is imported by its name'],
    ['kernel/server/apps/app.service.ts', 'fast-check', 'only tests import fast-check'],
    ['kernel/server/apps/app.service.ts', 'left-pad', 'left-pad has no home'],
    ['kernel/server/apps/app.service.ts', 'fs', 'modules of Node are imported with node:'],
    [
      'kernel/server/apps/app.service.ts',
      '../../../plugins/nginx-php/contract.ts',
      'kernel/server does not import plugins',
    ],
    ['plugins/wordpress/index.ts', '@freehold/kernel/server/server.ts', 'a plugin uses the public SDK only'],
    ['plugins/wordpress/index.ts', '../../kernel/agent/main.ts', 'a plugin uses the public SDK only'],
    ['plugins/wordpress/index.ts', '@freehold/sdk/protocol', 'a plugin uses only what @freehold/sdk exports'],
    ['plugins/wordpress/index.ts', '../../sdk/schema.ts', 'a plugin uses only what @freehold/sdk exports'],
    ['plugins/wordpress/index.ts', '@freehold/plugin-nginx-php', 'of another plugin only its contract.ts'],
    ['plugins/wordpress/index.ts', '../nginx-php/contract/http-route.ts', 'of another plugin only its contract.ts'],
    ['plugins/wordpress/index.ts', 'typebox', 'typebox is at home in sdk,'],
    ['tools/check.ts', '../../elsewhere/x.ts', 'nothing outside the repository'],
  ])('%s may not import %s', (file, specifier, expected) => {
    expect(rule(file, specifier)).toContain(expected);
    expect(checkImport(file, specifier, plugins)?.remedy).toMatch(/\.$/);
  });
});

it('finds every way to name a module', () => {
  const source = `
    import a from './a.ts';
    import type { B } from './b.ts';
    export * from './c.ts';
    export { type D } from './d.ts';
    import './e.ts';
    const f: import('./f.ts').F = await import('./g.ts');
    const h = await import(\`./\${a}.ts\`);
    type I = typeof import('./i.ts');
    // import './comment.ts'
    const text = "import './text.ts'";
  `;
  expect(findImports('x.ts', source).map(({ specifier, line }) => `${line} ${specifier}`)).toEqual([
    '2 ./a.ts',
    '3 ./b.ts',
    '6 ./e.ts',
    '4 ./c.ts',
    '5 ./d.ts',
    '7 ./f.ts',
    '7 ./g.ts',
    '9 ./i.ts',
  ]);
});
