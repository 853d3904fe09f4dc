import { appBeforeCreate, appSpec } from '@freehold/sdk';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../hooks/fake-clock.ts';
import { type Fixtures, loadFixtures, node, settle } from './fixtures/load-fixtures.ts';

const actor = { kind: 'account' as const, id: 'acc_1' };
const request = { actor, app: { tenant: 'ten_1', type: 'shop', name: 'blog', spec: {} } };
const spec = { tenant: 'ten_1', type: 'shop', spec: { a: 1 } };
const stateOf = ({ host }: Fixtures, plugin: string) => host.list().find(({ id }) => id === plugin)?.state;

async function amendTimes(fixtures: Fixtures, times: number) {
  for (let time = 0; time < times; time++) await fixtures.host.hooks.filter(appSpec, spec, () => []);
}

/** Three rounds of failures, each opening the breaker. */
async function failUntilQuarantined(fixtures: Fixtures) {
  await amendTimes(fixtures, 5);
  for (let trial = 0; trial < 2; trial++) {
    fixtures.clock.advance(30_000);
    await amendTimes(fixtures, 1);
  }
}

describe('a tap that never returns', () => {
  it('is cut off, and the plugin is quarantined when it happens again and again', async () => {
    const fixtures = await loadFixtures(['hanging-tap', 'good', 'good-driver']);
    const ask = async () => {
      const verdict = fixtures.host.hooks.gate(appBeforeCreate, request);
      await settle(2);
      fixtures.clock.advance(200);
      return verdict;
    };
    for (let time = 0; time < 5; time++)
      await expect(ask()).resolves.toMatchObject({ allow: false, plugin: 'hanging-tap' });
    expect(fixtures.host.list().find(({ id }) => id === 'hanging-tap')?.taps).toMatchObject([
      { hook: 'app.beforeCreate', calls: 5, failures: 5, breaker: 'open', p95: expect.any(Number) },
    ]);
    for (let trial = 0; trial < 2; trial++) {
      fixtures.clock.advance(30_000);
      await ask();
    }
    expect(stateOf(fixtures, 'hanging-tap')).toBe('quarantined');
    await expect(fixtures.host.hooks.gate(appBeforeCreate, request)).resolves.toEqual({ allow: true });
    expect(stateOf(fixtures, 'good')).toBe('running');
  });
});

describe('quarantine', () => {
  it.each(['throwing-tap', 'bad-answer-tap'])(
    'takes %s out after three openings, with a reason, and lets the others run',
    async (plugin) => {
      const fixtures = await loadFixtures([plugin, 'good', 'good-driver']);
      await amendTimes(fixtures, 4);
      expect(fixtures.host.list().find(({ id }) => id === plugin)?.taps[0]?.breaker).toBe('closed');
      await failUntilQuarantined(fixtures);
      const status = fixtures.host.list().find(({ id }) => id === plugin);
      expect(status).toMatchObject({
        state: 'quarantined',
        reason: 'It failed 3 times within 60 minutes: its tap of app.spec failed 5 times in a row.',
        problems: [{ code: 'quarantined', remedy: 'Find the cause in the log, then reset the plugin.' }],
        taps: [],
      });
      expect(fixtures.records.quarantines.get(plugin)).toBe(status?.reason);
      await expect(fixtures.host.hooks.filter(appSpec, spec, () => [])).resolves.toEqual({
        ...spec,
        spec: { a: 1, pages: 9 },
      });
    },
  );

  it('does not come from openings that lie further apart', async () => {
    const fixtures = await loadFixtures(['throwing-tap']);
    await amendTimes(fixtures, 5);
    for (let trial = 0; trial < 5; trial++) {
      fixtures.clock.advance(31 * 60_000);
      await amendTimes(fixtures, 1);
    }
    expect(stateOf(fixtures, 'throwing-tap')).toBe('running');
  });

  it('outlives a restart, and ends with a reset', async () => {
    const fixtures = await loadFixtures(['throwing-tap']);
    await failUntilQuarantined(fixtures);
    await fixtures.host.load();
    expect(stateOf(fixtures, 'throwing-tap')).toBe('quarantined');

    await expect(fixtures.host.reset('throwing-tap')).resolves.toMatchObject({
      state: 'running',
      taps: [{ breaker: 'closed', calls: 0 }],
    });
    expect(fixtures.records.quarantines.size).toBe(0);
    await amendTimes(fixtures, 5);
    expect(stateOf(fixtures, 'throwing-tap')).toBe('running');
    await failUntilQuarantined(fixtures);
    expect(stateOf(fixtures, 'throwing-tap')).toBe('quarantined');
  });

  it('blocks the plugins that need it, until it is reset', async () => {
    const fixtures = await loadFixtures(['good', 'good-driver']);
    fixtures.records.quarantines.set('good-driver', 'It misbehaved.');
    await fixtures.host.load();
    expect(fixtures.host.list()).toMatchObject([
      { id: 'good', state: 'blocked', reason: 'It needs the plugin good-driver, which does not run (quarantined).' },
      { id: 'good-driver', state: 'quarantined', reason: 'It misbehaved.' },
    ]);
    expect(fixtures.host.appTypes()).toEqual([]);
    expect(fixtures.host.findDriver('test.cache')).toBeUndefined();
    await fixtures.host.reset('good-driver');
    expect(fixtures.host.list().map(({ state }) => state)).toEqual(['running', 'running']);
    expect(fixtures.host.findAppType('shop')).toBeDefined();
  });

  it('holds when it cannot be recorded', async () => {
    const fixtures = await loadFixtures(['throwing-tap']);
    fixtures.records.recordQuarantine = async () => {
      throw new Error('no database');
    };
    await failUntilQuarantined(fixtures);
    expect(stateOf(fixtures, 'throwing-tap')).toBe('quarantined');
    await settle();
    expect(fixtures.logged.map(({ message }) => message)).toContain('A quarantine was not recorded');
  });

  it('comes from functions that hold up the server again and again', async () => {
    class SlowClock extends FakeClock {
      override now(): Date {
        this.advance(1500);
        return super.now();
      }
    }
    const plugin = 'role-outside-capabilities';
    const { host, records } = await loadFixtures([plugin], { clock: new SlowClock() });
    const role = host.findRole(plugin);
    const input = { node, config: {}, observed: {}, secret: () => '' };
    for (let call = 0; call < 15; call++) await role?.resources(input);
    expect(records.quarantines.get(plugin)).toBe(
      'It failed 3 times within 60 minutes: role() held up the server 5 times in a row.',
    );
  });
});

describe('approval', () => {
  const wanted = { paths: ['{sites}/*', '{sites}/*/**'] };

  it.each([
    ['is not asked for where the plugin is not enabled', [], 'running'],
    ['is not asked for when every node grants it all', [wanted, { ...wanted, commands: ['php'] }], 'running'],
    ['is asked for when one node grants less', [wanted, { paths: ['{sites}/*'] }], 'needs-approval'],
    ['is asked for when another pattern was granted', [{ paths: ['/**'] }], 'needs-approval'],
  ])('%s', async (_, grants, state) => {
    const fixtures = await loadFixtures([]);
    fixtures.records.grants.set('good', grants);
    const { host } = await loadFixtures(['good', 'good-driver'], { records: fixtures.records });
    expect(host.list()[0]?.state).toBe(state);
  });

  it('starts the plugin, and is recorded', async () => {
    const { records } = await loadFixtures([]);
    records.grants.set('good', [{ paths: ['{sites}/*'] }]);
    const { host } = await loadFixtures(['good', 'good-driver'], { records });
    expect(host.list()[0]).toMatchObject({
      state: 'needs-approval',
      reason: 'It asks for more than it was given: paths: {sites}/*/**.',
    });
    expect(host.appTypes()).toEqual([]);
    await expect(host.approve('good')).resolves.toMatchObject({ state: 'running', reason: '' });
    expect(host.appTypes()).toHaveLength(1);
    expect(records.grants.get('good')).toEqual([wanted]);
    await expect(host.approve('nobody')).rejects.toThrow('There is no plugin nobody');
  });
});
