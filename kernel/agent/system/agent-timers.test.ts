import { setImmediate as turn } from 'node:timers/promises';
import { timer } from '@freehold/sdk';
import { beforeEach, describe, expect, it } from 'vitest';
import { SimulatedBench } from '../testing/bench.ts';

const MINUTE = 60_000;
let bench: SimulatedBench;

beforeEach(() => {
  bench = new SimulatedBench();
});

const runs = () => bench.machine.commands.runs.length;
const every = (schedule: string, more: object = {}) => timer({ id: 'cron', schedule, argv: ['work'], ...more });

describe('a timer', () => {
  it('runs at its times, with its user and environment', async () => {
    await bench.apply('app:one', [every('*/5 * * * *', { user: 'nobody', env: { A: '1' } })]);
    await bench.machine.clock.advance(16 * MINUTE);
    expect(bench.machine.commands.runs).toEqual(
      Array(3).fill({ argv: ['work'], user: 'nobody', cwd: '/', env: { A: '1' }, input: '' }),
    );
  });

  it('is left out while its last run still goes', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    bench.machine.script('work', async () => {
      await promise;
      return undefined;
    });
    await bench.apply('app:one', [every('* * * * *')]);
    await bench.machine.clock.advance(5 * MINUTE);
    expect(runs()).toBe(1);
    resolve();
    await turn();
    await bench.machine.clock.advance(MINUTE);
    expect(runs()).toBe(2);
  });

  it('goes on after a restart of the agent, and not after its removal', async () => {
    await bench.apply('app:one', [every('* * * * *')]);
    bench.kill();
    await bench.restart();
    await bench.machine.clock.advance(MINUTE);
    expect(runs()).toBe(1);
    await bench.remove('app:one');
    await bench.machine.clock.advance(10 * MINUTE);
    expect(runs()).toBe(1);
  });

  it('of a suspended app is gone, and is as before when the change fails', async () => {
    bench.machine.script('false', () => ({ code: 1 }));
    await bench.apply('app:one', [every('* * * * *')]);
    const { command } = await import('@freehold/sdk');
    await bench.apply('app:one', [every('0 0 1 1 *'), command({ id: 'x', argv: ['false'], unless: ['false'] })]);
    await bench.machine.clock.advance(MINUTE);
    expect(bench.machine.commands.runs.filter(({ argv }) => argv[0] === 'work')).toHaveLength(1);
  });

  it.each(['60 * * * *', '* * * 13 *', 'x * * * *', '* * * * 8'])(
    'with the schedule %j is refused',
    async (schedule) => {
      const report = await bench.apply('app:one', [every(schedule)]);
      expect(report.outcome).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/Refused$/) });
    },
  );
});
