import { command } from '@freehold/sdk';
import { beforeEach, describe, expect, it } from 'vitest';
import { SimulatedBench } from '../testing/bench.ts';

let bench: SimulatedBench;
beforeEach(() => {
  bench = new SimulatedBench();
});

const step = (id: string, more: object = {}) => command({ id, argv: [id], ...more }).spec;
const ran = () => bench.machine.commands.runs.map(({ argv }) => argv[0]);

describe('an action', () => {
  it('runs its commands in order, and gives what they print', async () => {
    bench.machine.script('login', () => '{"url":"https://one.example/?token=1"}');
    const commands = [step('clear'), step('login', { output: { format: 'json' } })];
    const report = await bench.act({ operation: 'op_1', owner: 'app:one', commands });
    expect(report).toMatchObject({
      kind: 'acted',
      operation: 'op_1',
      outcome: { kind: 'inSync' },
      steps: [{ resource: 'command:clear', action: 'run', state: 'done' }, { resource: 'command:login' }],
      output: { login: { url: 'https://one.example/?token=1' } },
    });
    expect(ran()).toEqual(['clear', 'login']);
  });

  it('stops at the first that fails', async () => {
    bench.machine.script('b', () => ({ code: 3, stderr: 'no' }));
    const report = await bench.act({
      operation: 'op_1',
      owner: 'app:one',
      commands: ['a', 'b', 'c'].map((id) => step(id)),
    });
    expect(report.outcome).toEqual({ kind: 'failed', reason: 'CommandFailed', message: 'b ended with 3: no' });
    expect(ran()).toEqual(['a', 'b']);
  });

  it('is never run twice: its outcome is told again', async () => {
    const work = { operation: 'op_1', owner: 'app:one', commands: [step('a')] } as const;
    const first = await bench.act(work);
    await bench.restart();
    expect(await bench.act(work)).toEqual(first);
    expect(ran()).toEqual(['a']);
  });

  it('that was cut off is not run again', async () => {
    const work = { operation: 'op_1', owner: 'app:one', commands: [step('a'), step('b')] } as const;
    bench.machine.script('a', () => {
      bench.kill();
      return undefined;
    });
    void bench.act(work);
    await expect.poll(ran).toEqual(['a']);
    await bench.restart();
    expect((await bench.act(work)).outcome).toMatchObject({ kind: 'failed', reason: 'Interrupted' });
    expect(ran()).toEqual(['a']);
  });

  it('may do no more than its plugin may', async () => {
    bench.configure({ grants: [{ plugin: 'test', version: '1.0.0', capabilities: { commands: ['a'] } }] });
    const report = await bench.act({ operation: 'op_1', owner: 'app:one', commands: [step('a'), step('rm')] });
    expect(report.outcome).toMatchObject({ kind: 'failed', reason: 'CapabilityMissing' });
    expect(ran()).toEqual([]);
  });

  it('gives secrets to its commands and to nobody else', async () => {
    bench.machine.script('a', ({ env }) => `password ${env.PASSWORD}`);
    const work = {
      operation: 'op_1',
      owner: 'app:one',
      commands: [step('a', { env: { PASSWORD: '{{s}}' } })],
    } as const;
    const report = await bench.do({
      kind: 'action',
      title: 'One',
      plugin: 'test',
      secrets: { '{{s}}': 'hunter2-hunter2' },
      ...work,
    });
    expect(bench.machine.commands.runs[0]?.env.PASSWORD).toBe('hunter2-hunter2');
    expect(JSON.stringify(report)).not.toContain('hunter2');
  });

  it('waits until nothing else is done for its app', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    bench.machine.script('slow', async () => {
      await promise;
      return undefined;
    });
    bench.engine.accept(bench.applyWork('app:one', [command({ id: 'slow', argv: ['slow'], onlyAfter: ['x:y'] })]));
    const acted = bench.act({ operation: 'op_1', owner: 'app:one', commands: [step('a')] });
    await expect.poll(ran).toEqual(['slow']);
    resolve();
    await acted;
    expect(ran()).toEqual(['slow', 'a']);
  });
});
