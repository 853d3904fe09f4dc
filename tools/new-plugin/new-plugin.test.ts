import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPlugin, NewPluginError } from './create-plugin.ts';
import { emptyCheckout, repository } from './testing/empty-checkout.ts';

describe('a new plugin', () => {
  it('passes the checks as it is', () => {
    const root = emptyCheckout();
    const files = createPlugin(root, 'web-shop');
    expect(files).toEqual([
      'plugins/web-shop/README.md',
      'plugins/web-shop/index.ts',
      'plugins/web-shop/package.json',
      'plugins/web-shop/web-shop.app-type.test.ts',
      'plugins/web-shop/web-shop.app-type.ts',
      'plugins/web-shop/web-shop.harness.test.ts',
    ]);
    const run = (program: string, ...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(join(repository, 'node_modules/.bin', program), args, {
        cwd: root,
        encoding: 'utf8',
      });
      expect(`${status === 0 ? 'passed' : `${stdout}${stderr}`}`).toBe('passed');
    };
    run('tsc', '--project', root);
    run('biome', 'check', '--error-on-warnings', '--vcs-enabled=false', join(root, 'plugins'));
    run('vitest', 'run', '--root', root, '--project', 'unit');
  }, 60_000);

  it('runs in the plugin host', () => {
    const root = emptyCheckout();
    createPlugin(root, 'web-shop');
    const server = join(repository, 'kernel/server');
    const code = `
      import { createPluginHost } from '${server}/plugin-host/create-plugin-host.ts';
      import { MemoryRecords } from '${server}/plugin-host/memory-records.ts';
      import { silentLog } from '${server}/log/logger.ts';
      import { systemClock } from '${server}/time/clock.ts';
      const host = createPluginHost({ folders: ['${root}/plugins'], engineVersion: '1.0.0', records: new MemoryRecords(), clock: systemClock, log: silentLog });
      await host.load();
      console.log(JSON.stringify(host.list().map(({ id, state, problems }) => [id, state, problems])));
      await host.close();
    `;
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' });
    expect(JSON.parse(printed)).toEqual([['web-shop', 'running', []]]);
  });

  it('never changes what is there', () => {
    const root = emptyCheckout();
    mkdirSync(join(root, 'plugins/shop'));
    writeFileSync(join(root, 'plugins/shop/index.ts'), 'mine');
    expect(() => createPlugin(root, 'shop')).toThrow('plugins/shop exists.');
    expect(readFileSync(join(root, 'plugins/shop/index.ts'), 'utf8')).toBe('mine');
  });

  it.each([
    '',
    'Shop',
    '1shop',
    'shop-',
    '-shop',
    '../shop',
    'a/b',
    'shop_1',
    'shöp',
    'a'.repeat(41),
    'shop\n',
    '{{id}}',
  ])('refuses the id %j', (id) => {
    const root = emptyCheckout();
    expect(() => createPlugin(root, id)).toThrow(NewPluginError);
    expect(existsSync(join(root, 'plugins', 'shop'))).toBe(false);
  });

  it.each(['new', 'class', 'a', 'a-1', 'x'.repeat(40)])('takes the id %j, which compiles', (id) => {
    const root = emptyCheckout();
    createPlugin(root, id);
    const printed = execFileSync(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import plugin from '${root}/plugins/${id}/index.ts'; console.log(plugin.appTypes[0].id)`,
      ],
      { encoding: 'utf8' },
    );
    expect(printed.trim()).toBe(id);
  });
});
