import { allow, type CallContext, defineHook, Fields, type HookKind, refuse, type TapBand, Type } from '@freehold/sdk';
import { describe, expect, it } from 'vitest';
import { type Log, silentLog } from '../log/logger.ts';
import { FakeClock } from './fake-clock.ts';
import { SwappingHookRunner } from './hook-runner.ts';
import { HookSet } from './hook-set.ts';
import { Tap } from './tap.ts';

const Value = Fields({ names: Type.Array(Type.String()) });
const gate = defineHook({ id: 'test.gate', kind: 'gate', version: 1, input: Value });
const filter = defineHook({ id: 'test.filter', kind: 'filter', version: 1, input: Value });
const collect = defineHook({ id: 'test.collect', kind: 'collect', version: 1, input: Value, output: Type.String() });
const first = defineHook({ id: 'test.first', kind: 'first', version: 1, input: Value, output: Type.String() });
const event = defineHook({ id: 'test.event', kind: 'event', version: 1, input: Value });

const input = { names: ['x'] };
const fine = () => [];
const hang = () => new Promise<never>(() => undefined);
const fail = async () => {
  throw new Error('disk full');
};

/** A world with taps that are written in a row: plugin ids come from their order, a, b, c … */
function world() {
  const clock = new FakeClock();
  const logged: string[] = [];
  const log: Log = { ...silentLog, warn: (fields) => logged.push((fields as { reason: string }).reason) };
  const opened: string[] = [];
  const stop = new AbortController();
  const tap = (
    hook: { id: string; kind: HookKind },
    handler: (given: typeof input, context: CallContext) => Promise<unknown>,
    options: { plugin?: string; band?: TapBand } = {},
  ) =>
    new Tap(
      { plugin: 'a', band: 'normal', after: [], timeout: 5000, hook, handler: handler as never, ...options },
      {
        clock,
        breaker: { failures: 5, pause: 30_000 },
        scope: { plugin: 'a', onEscaped: () => undefined },
        context: { config: { colour: 'red' }, log: { info() {}, warn() {}, error() {} } },
        stopping: stop.signal,
        onOpen: (what) => opened.push(what),
      },
    );
  const taps = (hook: { id: string; kind: HookKind }, ...handlers: Parameters<typeof tap>[1][]) =>
    handlers.map((handler, place) => tap(hook, handler, { plugin: 'abcdef'[place] as string }));
  const runner = (...all: Tap[]) => new SwappingHookRunner(new HookSet(all, log));
  return { clock, log, logged, opened, stop, tap, taps, runner };
}

/** Lets promises that are due settle. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a gate', () => {
  it('allows when all allow, and when nobody is asked', async () => {
    const { taps, runner } = world();
    await expect(runner().gate(gate, input)).resolves.toEqual({ allow: true });
    await expect(
      runner(
        ...taps(
          gate,
          async () => allow,
          async () => allow,
        ),
      ).gate(gate, input),
    ).resolves.toEqual({ allow: true });
  });

  it('gives the first refusal and asks nobody after it', async () => {
    const { taps, runner } = world();
    const asked: string[] = [];
    const answer = (name: string, verdict: typeof allow | ReturnType<typeof refuse>) => async () => {
      asked.push(name);
      return verdict;
    };
    const gates = taps(gate, answer('a', allow), answer('b', refuse('full')), answer('c', refuse('late')));
    await expect(runner(...gates).gate(gate, input)).resolves.toEqual({ allow: false, reason: 'full', plugin: 'b' });
    expect(asked).toEqual(['a', 'b']);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['fails', fail, 'it failed: disk full'],
    ['gives nothing', async () => undefined, 'it gave a bad answer'],
    ['refuses without a reason', async () => ({ allow: false }), 'Field "reason" is missing'],
    ['gives what is no JSON', async () => ({ allow: true, at: new Date() }), 'is an instance of Date'],
  ])('refuses when a tap %s', async (_, handler, logs) => {
    const { taps, runner, logged } = world();
    const verdict = await runner(...taps(gate, handler)).gate(gate, input);
    expect(verdict).toEqual({ allow: false, plugin: 'a', reason: expect.stringContaining('The plugin a must agree') });
    expect(logged).toEqual([expect.stringContaining(logs)]);
  });

  it('refuses when a tap does not answer in time, and tells the tap', async () => {
    const { tap, runner, clock, logged } = world();
    let given: CallContext | undefined;
    const hanging = tap(gate, (_, context) => {
      given = context;
      return hang();
    });
    const verdict = runner(hanging).gate(gate, input);
    await settle();
    clock.advance(5000);
    await expect(verdict).resolves.toMatchObject({ allow: false, plugin: 'a' });
    expect(given?.signal.aborted).toBe(true);
    expect(given?.config).toEqual({ colour: 'red' });
    expect(logged).toEqual(['it did not answer within 5000 ms']);
    expect(hanging.status()).toMatchObject({ calls: 1, failures: 1, p95: expect.any(Number) });
    expect(hanging.status().p95).toBeGreaterThan(4000);
  });

  it('ends the wait when the server stops', async () => {
    const { tap, runner, stop } = world();
    const verdict = runner(tap(gate, hang)).gate(gate, input);
    await settle();
    stop.abort();
    await expect(verdict).resolves.toMatchObject({ allow: false });
  });
});

describe('a filter', () => {
  it('hands the value from tap to tap', async () => {
    const { taps, runner } = world();
    const add = (name: string) => async (value: typeof input) => ({ names: [...value.names, name] });
    await expect(runner(...taps(filter, add('a'), add('b'))).filter(filter, input, fine)).resolves.toEqual({
      names: ['x', 'a', 'b'],
    });
  });

  it('leaves out taps that fail, change their input, or give a value that is not right', async () => {
    const { taps, runner, logged } = world();
    const validate = ({ names }: typeof input) =>
      names.includes('bad') ? [{ pointer: '/names', message: 'No bad names.' }] : [];
    const chain = taps(
      filter,
      fail,
      async (value) => {
        value.names.push('pushed');
        return value;
      },
      async () => ({ names: ['bad'] }),
      async () => ({ names: ['y'], extra: 1 }),
      async () => undefined,
      async (value) => ({ names: [...value.names, 'good'] }),
    );
    await expect(runner(...chain).filter(filter, input, validate)).resolves.toEqual({ names: ['x', 'good'] });
    expect(logged).toEqual([
      'it failed: disk full',
      expect.stringContaining('object is not extensible'),
      expect.stringContaining('No bad names.'),
      expect.stringContaining('There is no field "extra" here.'),
      expect.stringContaining('it gave a bad answer'),
    ]);
    expect(input).toEqual({ names: ['x'] });
  });
});

describe('collect', () => {
  it('asks all at once and gives the items in order', async () => {
    const { taps, runner } = world();
    const slow = Promise.withResolvers<string[]>();
    const all = taps(
      collect,
      () => slow.promise,
      fail,
      async () => [7],
      async () => {
        slow.resolve(['a1', 'a2']);
        return ['d'];
      },
    );
    await expect(runner(...all).collect(collect, input)).resolves.toEqual([
      { plugin: 'a', item: 'a1' },
      { plugin: 'a', item: 'a2' },
      { plugin: 'd', item: 'd' },
    ]);
  });
});

describe('first', () => {
  it('gives the first answer, past taps that have none or fail', async () => {
    const { taps, runner } = world();
    const answers = taps(
      first,
      async () => undefined,
      fail,
      async () => 42,
      async () => 'c',
      async () => 'd',
    );
    await expect(runner(...answers).first(first, input)).resolves.toBe('c');
    await expect(runner().first(first, input)).resolves.toBeUndefined();
  });
});

describe('an event', () => {
  it('is told to one subscriber, and fails when the subscriber fails', async () => {
    const { taps, runner } = world();
    const told: string[] = [];
    const hooks = runner(
      ...taps(
        event,
        async ({ names }) => {
          told.push(...names);
        },
        fail,
      ),
    );
    expect(hooks.subscribers('test.event')).toEqual(['a', 'b']);
    await hooks.deliver('test.event', 'a', input);
    expect(told).toEqual(['x']);
    await expect(hooks.deliver('test.event', 'b', input)).rejects.toThrow(
      'Plugin b, tap of test.event: it failed: disk full',
    );
    await expect(hooks.deliver('test.event', 'c', input)).rejects.toThrow('Plugin c does not subscribe');
  });
});

describe('a tap that keeps failing', () => {
  it('is left alone, tried again, and asked as before when it works', async () => {
    const { tap, runner, clock, opened } = world();
    let works = false;
    let calls = 0;
    const moody = tap(first, async () => {
      calls++;
      if (!works) throw new Error('no');
      return 'yes';
    });
    const hooks = runner(moody);
    for (let time = 0; time < 8; time++) await hooks.first(first, input);
    expect([calls, moody.status().breaker, opened]).toEqual([
      5,
      'open',
      ['its tap of test.first failed 5 times in a row'],
    ]);
    clock.advance(30_000);
    expect(moody.status().breaker).toBe('half-open');
    await hooks.first(first, input);
    await hooks.first(first, input);
    expect([calls, moody.status().breaker, opened.length]).toEqual([6, 'open', 2]);
    works = true;
    clock.advance(30_000);
    await expect(hooks.first(first, input)).resolves.toBe('yes');
    expect(moody.status()).toMatchObject({ breaker: 'closed', calls: 7, failures: 6 });
  });

  it('refuses without being asked when it is a gate', async () => {
    const { tap, runner } = world();
    const hooks = runner(tap(gate, fail));
    for (let time = 0; time < 5; time++) await hooks.gate(gate, input);
    await expect(hooks.gate(gate, input)).resolves.toMatchObject({ allow: false, plugin: 'a' });
  });
});

describe('swapping the set', () => {
  it('lets calls that are under way finish on the old one', async () => {
    const { taps, runner, log } = world();
    const go = Promise.withResolvers<void>();
    const asked: string[] = [];
    const old = taps(
      gate,
      async () => {
        asked.push('old a');
        await go.promise;
        return allow;
      },
      async () => {
        asked.push('old b');
        return refuse('old');
      },
    );
    const hooks = runner(...old);
    const before = hooks.gate(gate, input);
    await settle();
    hooks.swap(
      new HookSet(
        taps(gate, async () => refuse('new')),
        log,
      ),
    );
    await expect(hooks.gate(gate, input)).resolves.toMatchObject({ reason: 'new' });
    go.resolve();
    await expect(before).resolves.toMatchObject({ reason: 'old', plugin: 'b' });
    expect(asked).toEqual(['old a', 'old b']);
  });
});
