import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPlugin, NewPluginError } from './create-plugin.ts';
import { emptyCheckout, repository } from './testing/empty-checkout.ts';

describe('a new plugin', () => {
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

  it('takes ids that are words of the language, short ones and long ones, and compiles with each', () => {
    const root = emptyCheckout();
    const ids = ['new', 'class', 'a', 'a-1', 'x'.repeat(40)];
    for (const id of ids) createPlugin(root, id);
    const code = `
      for (const id of ${JSON.stringify(ids)}) {
        const { default: plugin } = await import('${root}/plugins/' + id + '/index.ts');
        console.log(plugin.appTypes[0].id);
      }`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' });
    expect(printed.trim().split('\n')).toEqual(ids);
  });
});
