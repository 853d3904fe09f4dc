import { join } from 'node:path';
import { createTestKernel, TestKernelError, type TestKernelOptions } from '@freehold/sdk/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { memo, told } from './fixtures/memo/index.ts';

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);
const memoKernel = (options: Partial<TestKernelOptions> = {}) =>
  createTestKernel({ plugins: [fixture('memo')], ...options });

beforeEach(() => {
  told.length = 0;
});

describe('an app', () => {
  test('is there when it was made, with its files, user, commands and services', async () => {
    await using kernel = await memoKernel();
    const app = await kernel.apps.create(memo, { text: 'Buy milk' }, { name: 'list' });
    expect(app).toMatchObject({ name: 'list', type: 'memo', ready: true, generation: 1, lifecycle: 'present' });
    expect(app.spec.text).toBe('Buy milk');
    const { node } = kernel;
    expect(node.find(`${app.home}/memo.txt`)).toEqual({
      ...{ kind: 'file', mode: '0644', owner: app.user, group: app.user },
      content: 'Buy milk\n',
    });
    expect(node.users.map(({ name }) => name)).toContain(app.user);
    expect(node.commands).toContainEqual(expect.objectContaining({ argv: ['sync', 'Buy milk'], user: 'root' }));
    expect(node.services).toEqual([{ name: 'memod', argv: ['memod'], running: true }]);
    expect(node.signals).toEqual(['start memod', 'SIGHUP memod']);
    expect(app.resources.map(({ key }) => key)).toContain(`file:${app.home}/memo.txt`);
    expect(node.files(app.home)).toContain(`${app.home}/files/current`);
  });

  test('tells what is wrong with its spec', async () => {
    await using kernel = await memoKernel();
    const refused = await kernel.apps.create('memo', { text: 'a\nb' }).catch((error) => error);
    expect(refused).toBeInstanceOf(TestKernelError);
    expect(refused).toMatchObject({ code: 'invalid-request', problems: [{ pointer: '/text' }] });
    expect(refused.message).toContain('  /text: ');
    const app = await kernel.apps.create('memo');
    await expect(app.change({ text: 'a\nb' })).rejects.toMatchObject({ problems: [{ pointer: '/text' }] });
    await expect(app.plan({ text: 'a\nb' })).rejects.toMatchObject({ problems: [{ pointer: '/text' }] });
    const { body } = await kernel.http.inject({
      method: 'PATCH',
      url: `/v1/apps/${app.id}`,
      body: { spec: { text: 'a\nb' } },
    });
    expect(body).toMatchObject({ errors: [{ pointer: '/spec/text' }] });
  });

  test('that the node cannot make is an error with the words of its condition, and the app', async () => {
    await using kernel = await memoKernel();
    kernel.node.fail('sync', { code: 3, stderr: 'disk full' });
    const failed = await kernel.apps.create('memo').catch((error) => error);
    expect(failed.message).toContain('disk full');
    expect(failed.app.ready).toBe(false);
    await failed.app.retry();
    expect(failed.app.ready).toBe(true);
  });

  test('is refused by a gate of its plugin in the plugin’s words', async () => {
    await using kernel = await memoKernel();
    await expect(kernel.apps.create('memo', {}, { name: 'no' })).rejects.toThrow('No means no.');
  });

  test('belongs to the tenant that it was made for', async () => {
    await using kernel = await memoKernel();
    const tenant = await kernel.tenants.create({ name: 'Customer' });
    const app = await kernel.apps.create('memo', {}, { tenant });
    expect(app.tenant).toBe(tenant.id);
  });

  test('can be changed, deployed to, rolled back, asked, suspended, removed and restored', async () => {
    await using kernel = await memoKernel({ node: { commands: { print: ({ argv }) => `${argv[1]} copies\n` } } });
    const app = await kernel.apps.create(memo);
    await app.change({ text: 'Two', shared: true });
    expect(app.spec).toEqual({ text: 'Two', shared: true });
    await app.change({ shared: null });
    expect(app.spec).toEqual({ text: 'Two' });
    await app.deploy({ 'a/b.txt': 'first' });
    await app.deploy({ 'a/b.txt': 'second' });
    expect(kernel.node.file(`${app.home}/files/current/a/b.txt`)).toBe('second');
    await app.rollback();
    expect([app.release, kernel.node.file(`${app.home}/files/current/a/b.txt`)]).toEqual([1, 'first']);
    expect((await app.action('print', { copies: 3 })).output).toEqual({ print: ['3 copies'] });
    await app.suspend();
    expect([app.suspended, app.ready]).toEqual([true, true]);
    await app.resume();
    kernel.node.edit(`${app.home}/memo.log`, 'one\ntwo\n');
    expect(await app.log('memo')).toEqual(['one', 'two']);
    await app.remove();
    expect(kernel.node.files(app.home)).toEqual([]);
    await app.restore();
    expect(kernel.node.file(`${app.home}/files/current/a/b.txt`)).toBe('first');
  });
});

describe('what a plugin does is held against the rules', () => {
  const moods = [
    ['impure', /gave two answers to the same question/],
    ['grabbing', /Cannot assign to read only property/],
    ['scribbling', /file:.*\/mood/],
    ['restless', /the plan of .* is not empty[\s\S]*file:.*\/mood/],
  ] as const;
  test.each(moods)('an app type that is %s', async (mood, words) => {
    let rolls = 0;
    await using kernel = await createTestKernel({ plugins: [fixture('moody')] });
    const { node } = kernel;
    node.script('scribble', ({ argv }) => void node.edit(String(argv[1]), 'something else'));
    node.script('dice', () => `${++rolls}\n`);
    await expect(kernel.apps.create('moody', { mood })).rejects.toThrow(words);
  });

  test('a plugin that cannot run is an error that says why, all of it', async () => {
    const made = createTestKernel({ plugins: [fixture('newer')] });
    await expect(made).rejects.toThrow(/Plugin newer is blocked:\n.*\^9\.0\.0/);
  });

  test('or is looked at, when the test is about that', async () => {
    await using kernel = await createTestKernel({ plugins: [fixture('newer'), fixture('memo')], allowProblems: true });
    expect(kernel.problems).toMatchObject([{ plugin: 'newer', state: 'blocked' }]);
    expect((await kernel.apps.create('memo')).ready).toBe(true);
  });
});

describe('the node', () => {
  test('is repaired after a manual edit, and tells of it', async () => {
    await using kernel = await memoKernel();
    const app = await kernel.apps.create(memo, {}, { name: 'list' });
    const path = `${app.home}/memo.txt`;
    kernel.node.edit(path, 'Mine\n');
    expect(await kernel.node.check()).toMatchObject([
      { owner: 'list', resource: `file:${path}`, action: 'repaired' },
      { owner: 'list', resource: 'command:sync', action: 'repaired' },
    ]);
    expect(await kernel.node.check()).toEqual([]);
    expect(kernel.node.file(path)).toBe('Hello\n');
  });

  test('keeps a manual edit when the hoster wants it so', async () => {
    await using kernel = await memoKernel();
    const app = await kernel.apps.create(memo);
    await kernel.node.setDrift('keep');
    kernel.node.edit(`${app.home}/memo.txt`, 'Mine\n');
    await kernel.clock.advance('10m');
    expect(kernel.node.file(`${app.home}/memo.txt`)).toBe('Mine\n');
    expect(app.conditions).toContainEqual(expect.objectContaining({ type: 'Drifted', status: 'True' }));
  });

  test('takes back and does again what a crash cut off, wherever it came', async () => {
    await using kernel = await memoKernel();
    const app = await kernel.apps.create(memo);
    for (let after = 1; ; after++) {
      const before = kernel.node.crashes;
      await kernel.node.crash({ after });
      await app.change({ text: `Text ${after}` });
      expect(kernel.node.file(`${app.home}/memo.txt`)).toBe(`Text ${after}\n`);
      if (kernel.node.crashes === before) break;
    }
    expect(kernel.node.crashes).toBeGreaterThan(5);
  });

  test('makes what was asked of it when it is reachable again', async () => {
    await using kernel = await memoKernel();
    const app = await kernel.apps.create(memo);
    kernel.node.reachable = false;
    await expect(app.change({ text: 'Later' })).rejects.toThrow(/waits for the node/);
    expect(kernel.node.file(`${app.home}/memo.txt`)).toBe('Hello\n');
    kernel.node.reachable = true;
    await kernel.converge();
    expect(kernel.node.file(`${app.home}/memo.txt`)).toBe('Later\n');
    expect(app.ready).toBe(true);
  });

  test('does an action after the change that came before it', async () => {
    await using kernel = await memoKernel();
    const app = await kernel.apps.create(memo);
    kernel.node.reachable = false;
    const url = `/v1/apps/${app.id}`;
    await kernel.http.inject({ method: 'PATCH', url, body: { spec: { text: 'First' } } });
    await kernel.http.inject({ method: 'POST', url: `${url}/actions/print`, body: {} });
    kernel.node.reachable = true;
    await kernel.converge();
    expect(kernel.node.commands.slice(-2).map(({ argv }) => argv[0])).toEqual(['memod', 'print']);
  });

  test('refuses what a service’s validation refuses, and takes it back', async () => {
    await using kernel = await memoKernel();
    const app = await kernel.apps.create(memo);
    kernel.node.script('memod', ({ argv }) => (argv[1] === '--check' ? { code: 1, stderr: 'bad text' } : undefined));
    await expect(app.change({ text: 'Bad' })).rejects.toThrow('bad text');
    expect(kernel.node.file(`${app.home}/memo.txt`)).toBe('Hello\n');
  });

  test('may be one whose agent is not root', async () => {
    await using kernel = await memoKernel({ node: { facts: { privileged: false } } });
    const app = await kernel.apps.create(memo);
    expect(kernel.node.find(`${app.home}/memo.txt`)?.owner).toBe('freehold');
  });
});

describe('time and events', () => {
  test('timers and jobs come when they are due', async () => {
    await using kernel = await memoKernel();
    await kernel.apps.create(memo);
    const from = kernel.node.commands.length;
    await kernel.clock.advance('4h');
    expect(told.filter((one) => one === 'nightly')).toEqual(['nightly']);
    const runs = kernel.node.commands.slice(from).filter(({ argv }) => argv[0] === 'sync');
    expect(runs.map(({ argv }) => argv[1])).toEqual(['hourly', 'hourly', 'hourly', 'hourly']);
    await kernel.runJob('memo', 'nightly');
    expect(told.filter((one) => one === 'nightly')).toHaveLength(2);
  });

  test('the trash is emptied when its time has come', async () => {
    await using kernel = await memoKernel();
    const app = await kernel.apps.create(memo);
    await kernel.http.inject({ method: 'PATCH', url: '/v1/settings', body: { retention: 3600 } });
    await app.remove();
    await kernel.clock.advance('59m');
    expect(app.lifecycle).toBe('removed');
    await kernel.clock.advance('2m');
    expect(app.lifecycle).toBe('purged');
  });

  test('subscribers are told when a call returns', async () => {
    await using kernel = await memoKernel();
    await kernel.apps.create(memo, {}, { name: 'list' });
    expect(told).toEqual(['created list']);
    expect((await kernel.events()).map(({ type }) => type)).toContain('app.created');
  });

  test('a subscriber that fails is an error of the test', async () => {
    await using kernel = await memoKernel();
    await expect(kernel.apps.create(memo, {}, { name: 'unheard' })).rejects.toThrow('This is not heard.');
  });

  test.each(['1 hour', '-5m', '', 'h', -1])('%j is no time', async (time) => {
    await using kernel = await memoKernel();
    await expect(kernel.clock.advance(time)).rejects.toThrow('is no time');
  });
});

describe('one kernel after the other', () => {
  test('begins as the first did, and knows nothing of it', async () => {
    const begin = async () => {
      await using kernel = await memoKernel();
      const beginning = [kernel.node.snapshot(), kernel.clock.now, (await kernel.events()).length];
      await kernel.apps.create(memo, { text: 'Left behind' });
      return beginning;
    };
    const [first, ...others] = [await begin(), await begin(), await begin()];
    expect(others).toEqual([first, first]);
  });

  test('begins anew when it is another one', async () => {
    const greeting = async (text: string) => {
      await using kernel = await memoKernel({ config: { memo: { greeting: text } } });
      return kernel.node.file(`${kernel.node.paths.config}/memo/main.conf`);
    };
    expect([await greeting('Hi'), await greeting('Ho'), await greeting('Hi')]).toEqual([
      'greeting Hi\n',
      'greeting Ho\n',
      'greeting Hi\n',
    ]);
  });

  test('two at a time do not see each other', async () => {
    await using one = await memoKernel();
    await using two = await memoKernel();
    await one.apps.create(memo, {}, { name: 'same' });
    await two.apps.create(memo, {}, { name: 'same' });
    expect([one.apps.list().length, two.apps.list().length]).toEqual([1, 1]);
  });

  test('a configuration can be changed, and is refused in the words of the API', async () => {
    await using kernel = await memoKernel();
    await kernel.configure('memo', { greeting: 'Moin' });
    expect(kernel.node.file(`${kernel.node.paths.config}/memo/main.conf`)).toBe('greeting Moin\n');
    await expect(kernel.configure('memo', { greeting: 5 })).rejects.toThrow('  /greeting: ');
  });
});
