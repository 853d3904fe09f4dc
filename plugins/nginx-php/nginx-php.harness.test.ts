import { createTestKernel, type TestKernelOptions } from '@freehold/sdk/testing';
import { describe, expect, test } from 'vitest';
import { phpSite } from './php-site.app-type.ts';
import { staticSite } from './static-site.app-type.ts';

const makeKernel = (options: Partial<TestKernelOptions> = {}) =>
  createTestKernel({ plugins: [import.meta.url], ...options });
/** A node with two PHP versions. */
const twoVersions: Partial<TestKernelOptions> = {
  config: { 'nginx-php': { packages: ['nginx', 'php8.2-fpm', 'php8.4-fpm'] } },
};

describe('the node role', () => {
  test('installs the packages, finds PHP and runs it and nginx', async () => {
    await using kernel = await makeKernel();
    expect(kernel.node.packages).toEqual(expect.arrayContaining(['nginx', 'php-fpm', 'openssl', 'procps']));
    expect(kernel.node.services.map(({ name, running }) => [name, running])).toEqual([
      ['nginx', true],
      ['php-fpm-8.2', true],
    ]);
    expect(kernel.node.file(`${kernel.node.paths.config}/nginx/nginx.conf`)).toContain('user www-data www-data;');
  });

  test('runs every version that its packages bring, and stops one that is taken away', async () => {
    await using kernel = await makeKernel(twoVersions);
    const names = () => kernel.node.services.map(({ name }) => name).sort();
    expect(names()).toEqual(['nginx', 'php-fpm-8.2', 'php-fpm-8.4']);
    kernel.node.delete('/usr/sbin/php-fpm8.4');
    await kernel.configure('nginx-php', { packages: ['nginx', 'php8.2-fpm'] });
    expect(names()).toEqual(['nginx', 'php-fpm-8.2']);
  });

  test('gives its own words when nginx refuses the configuration', async () => {
    const nginx = ({ argv }: { argv: readonly string[] }) =>
      argv.includes('-t') ? { code: 1, stderr: 'nginx: [emerg] unknown directive "x"' } : undefined;
    await expect(makeKernel({ node: { commands: { nginx } } })).rejects.toThrow('unknown directive "x"');
  });

  test('works without root, with what is installed', async () => {
    const files = { '/usr/sbin/php-fpm8.2': '' };
    const made = makeKernel({ node: { facts: { privileged: false }, files } });
    await expect(made).rejects.toThrow(/apt-get install -y .*nginx/);
  });
});

describe('a PHP website', () => {
  test('has a user, a pool, a route and an address', async () => {
    await using kernel = await makeKernel();
    const app = await kernel.apps.create(phpSite, { hostnames: ['a.test'] });
    const { config } = kernel.node.paths;
    expect(kernel.node.users.map(({ name }) => name)).toContain(app.user);
    expect(kernel.node.file(`${config}/php/8.2/pools/${app.id}-main.conf`)).toContain(`user = ${app.user}`);
    expect(kernel.node.file(`${config}/nginx/sites/${app.id}-main.conf`)).toContain('server_name "a.test"');
    expect(kernel.node.signals.slice(-2).sort()).toEqual(['SIGHUP nginx', 'SIGUSR2 php-fpm-8.2']);
    expect(app.links).toEqual([{ title: 'a.test', url: 'http://a.test/' }]);
  });

  test('changes its host names with one reload of nginx and none of PHP', async () => {
    await using kernel = await makeKernel();
    const app = await kernel.apps.create(phpSite, { hostnames: ['a.test'] });
    const from = kernel.node.signals.length;
    await app.change({ hostnames: ['b.test', 'c.test'] });
    expect(kernel.node.signals.slice(from)).toEqual(['SIGHUP nginx']);
    expect(kernel.node.file(`${kernel.node.paths.config}/nginx/sites/${app.id}-main.conf`)).not.toContain('a.test');
  });

  test('moves to another PHP version', async () => {
    await using kernel = await makeKernel(twoVersions);
    const app = await kernel.apps.create(phpSite, { hostnames: ['a.test'], phpVersion: '8.2' });
    const pool = (version: string) =>
      kernel.node.find(`${kernel.node.paths.config}/php/${version}/pools/${app.id}-main.conf`);
    await app.change({ phpVersion: '8.4' });
    expect([pool('8.2'), pool('8.4')?.kind]).toEqual([undefined, 'file']);
  });

  test('cannot have a PHP version that the node does not have, and is told which there are', async () => {
    await using kernel = await makeKernel();
    const refused = kernel.apps.create(phpSite, { hostnames: ['a.test'], phpVersion: '8.4' });
    await expect(refused).rejects.toThrow(/PHP 8\.4 is not installed on node local\. Choose one of 8\.2\./);
  });

  test('shows a page of its own while it is suspended, and runs nothing', async () => {
    await using kernel = await makeKernel();
    const app = await kernel.apps.create(phpSite, { hostnames: ['a.test'] });
    await app.suspend('billing');
    const { config } = kernel.node.paths;
    expect(kernel.node.file(`${config}/nginx/sites/${app.id}-main.conf`)).toContain('503');
    expect(kernel.node.find(`${config}/php/8.2/pools/${app.id}-main.conf`)).toBeUndefined();
    await app.resume();
    expect(kernel.node.find(`${config}/php/8.2/pools/${app.id}-main.conf`)?.kind).toBe('file');
  });

  test('serves what was deployed last, and what was there before after a rollback', async () => {
    await using kernel = await makeKernel();
    const app = await kernel.apps.create(phpSite, { hostnames: ['a.test'] });
    const served = () => kernel.node.file(`${app.home}/files/current/index.php`);
    await app.deploy({ 'index.php': 'first' });
    await app.deploy({ 'index.php': 'second' });
    expect(served()).toBe('second');
    expect(kernel.node.find(`${app.home}/files/releases/2/index.php`)).toMatchObject({
      ...{ owner: app.user, group: 'www-data', mode: '0640' },
    });
    await app.rollback();
    expect(served()).toBe('first');
  });

  test('keeps its data in the trash, and has it again when it is restored', async () => {
    await using kernel = await makeKernel();
    const app = await kernel.apps.create(phpSite, { hostnames: ['a.test'] });
    kernel.node.edit(`${app.home}/files/data/guests.txt`, 'Grace\n');
    await app.remove();
    expect(kernel.node.find(app.home)).toBeUndefined();
    expect(kernel.node.users.map(({ name }) => name)).not.toContain(app.user);
    await app.restore();
    expect(kernel.node.file(`${app.home}/files/data/guests.txt`)).toBe('Grace\n');
  });

  test('that nginx refuses does not stop another one', async () => {
    await using kernel = await makeKernel();
    const { config } = kernel.node.paths;
    kernel.node.script('nginx', ({ argv }) => {
      const bad = kernel.node
        .files(`${config}/nginx/sites`)
        .find((path) => kernel.node.file(path).includes('bad.test'));
      return argv.includes('-t') && bad ? { code: 1, stderr: `nginx: [emerg] refused in ${bad}:1` } : undefined;
    });
    const [bad, good] = await Promise.allSettled([
      kernel.apps.create(phpSite, { hostnames: ['bad.test'] }),
      kernel.apps.create(phpSite, { hostnames: ['good.test'] }),
    ]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'ConfigurationRefused' } });
    expect(good).toMatchObject({ status: 'fulfilled', value: { ready: true } });
  });

  test('can restart its PHP and clear what PHP left', async () => {
    await using kernel = await makeKernel();
    const app = await kernel.apps.create(phpSite, { hostnames: ['a.test'] });
    kernel.node.edit(`${app.home}/tmp/upload`, 'half');
    await app.action('clear-temporary-files');
    expect(kernel.node.files(`${app.home}/tmp`)).toEqual([]);
    await app.action('restart-php');
    expect(kernel.node.commands.at(-1)).toMatchObject({ user: app.user, argv: expect.arrayContaining(['pkill']) });
  });
});

describe('a static website', () => {
  test('has no PHP', async () => {
    await using kernel = await makeKernel();
    const app = await kernel.apps.create(staticSite, { hostnames: ['a.test'] });
    expect(app.resources.filter(({ via }) => via.some((key) => key.startsWith('php.pool')))).toEqual([]);
    expect(kernel.node.file(`${kernel.node.paths.config}/nginx/sites/${app.id}-main.conf`)).not.toContain('fastcgi');
  });

  test('cannot have a host name that another site has', async () => {
    await using kernel = await makeKernel();
    await kernel.apps.create(staticSite, { hostnames: ['a.test'] });
    await expect(kernel.apps.create(phpSite, { hostnames: ['a.test'] })).rejects.toThrow('a.test');
  });
});
