import { command, file } from '@freehold/sdk';
import { beforeEach, describe, expect, it } from 'vitest';
import { SimulatedBench } from '../testing/bench.ts';

const APP = 'app:one';
let bench: SimulatedBench;

beforeEach(() => {
  bench = new SimulatedBench();
  bench.machine.disk.makeFolder(bench.site('one'));
});

const ran = () => bench.machine.commands.runs.map(({ argv }) => argv.join(' '));

describe('a command', () => {
  it('with `unless` runs when the other one fails, and is not run when it ends with 0', async () => {
    let isMade = false;
    bench.machine.script('test', () => ({ code: isMade ? 0 : 1 }));
    bench.machine.script('make', () => {
      isMade = true;
      return undefined;
    });
    const make = command({ id: 'make', argv: ['make'], unless: ['test'] });
    expect((await bench.plan(APP, [make])).changes).toEqual([
      { resource: 'command:make', action: 'run', summary: 'runs make' },
    ]);
    await bench.apply(APP, [make]);
    await bench.apply(APP, [make]);
    expect(ran().filter((line) => line === 'make')).toHaveLength(1);
  });

  it('with `creates` runs until the path exists', async () => {
    const path = `${bench.site('one')}/made`;
    bench.machine.script('make', () => bench.machine.disk.writeFile(path, '') as undefined);
    const make = command({ id: 'make', argv: ['make'], creates: path });
    await bench.apply(APP, [make]);
    await bench.apply(APP, [make]);
    expect(ran()).toEqual(['make']);
  });

  it('with `onlyAfter` runs the first time, and whenever what it waits for changes, wherever that stands', async () => {
    const path = `${bench.site('one')}/a`;
    const reload = command({ id: 'reload', argv: ['reload'], onlyAfter: [`file:${path}`] });
    const document = (content: string) => [reload, file({ path, content })];
    await bench.apply(APP, document('one'));
    await bench.apply(APP, document('one'));
    expect(ran()).toEqual(['reload']);
    await bench.apply(APP, document('two'));
    expect(ran()).toEqual(['reload', 'reload']);
  });

  it('with `onlyAfter` runs again after a change that failed after it', async () => {
    const path = `${bench.site('one')}/a`;
    bench.machine.script('false', () => ({ code: 1 }));
    const reload = command({ id: 'reload', argv: ['reload'], onlyAfter: [`file:${path}`] });
    await bench.apply(APP, [file({ path, content: 'one' }), reload]);
    const fail = command({ id: 'fail', argv: ['false'], unless: ['false'] });
    await bench.apply(APP, [file({ path, content: 'two' }), reload, fail]);
    await bench.apply(APP, [file({ path, content: 'two' }), reload]);
    expect(ran().filter((line) => line === 'reload')).toHaveLength(3);
  });

  it('is not run when an earlier step of the same apply made it unnecessary', async () => {
    const path = `${bench.site('one')}/made`;
    const make = (id: string) => command({ id, argv: ['make', id], creates: path });
    bench.machine.script('make', () => bench.machine.disk.writeFile(path, '') as undefined);
    expect((await bench.apply(APP, [make('a'), make('b')])).outcome).toEqual({ kind: 'inSync' });
    expect(ran()).toEqual(['make a']);
  });

  it('that has neither a guard nor an output is refused', async () => {
    const report = await bench.apply(APP, [command({ id: 'a', argv: ['a'] })]);
    expect(report.outcome).toMatchObject({ kind: 'failed', reason: 'CommandUnguarded' });
  });

  it('that takes too long may work later, and is shown with what it printed', async () => {
    bench.machine.script('slow', () => ({ timedOut: true, stdout: 'half' }));
    const report = await bench.apply(APP, [command({ id: 'slow', argv: ['slow'], onlyAfter: ['x:y'], timeout: 5 })]);
    expect(report.outcome).toMatchObject({
      kind: 'retry',
      reason: 'CommandTimedOut',
      message: 'slow did not end within 5 seconds.',
    });
    expect(report.steps[0]).toMatchObject({ state: 'failed', output: 'half' });
  });

  it('gets its user, folder and environment', async () => {
    const circumstances = { user: 'nobody', cwd: '/srv', env: { A: '1' } };
    await bench.apply(APP, [command({ id: 'a', argv: ['a', '$HOME', ''], onlyAfter: ['x:y'], ...circumstances })]);
    expect(bench.machine.commands.runs).toEqual([{ argv: ['a', '$HOME', ''], input: '', ...circumstances }]);
  });
});

describe('what a command prints', () => {
  const schema = { type: 'object', properties: { version: { type: 'string' } }, required: ['version'] } as const;

  it.each([
    ['json', '{"version":"8.2"}\n', { version: '8.2' }],
    ['lines', 'a\n\nb\n', ['a', '', 'b']],
  ] as const)('is observed as %s', async (format, stdout, observed) => {
    bench.machine.script('look', () => ({ stdout, stderr: 'noise' }));
    const report = await bench.apply(APP, [command({ id: 'look', argv: ['look'], output: { format } })]);
    expect(report).toMatchObject({ outcome: { kind: 'inSync' }, observed: { 'command:look': observed } });
  });

  it.each([
    ['no JSON', 'oops', /no JSON/],
    ['something else than declared', '{"version":8}', /\/version must be string/],
  ])('has to be what the plugin declared: %s', async (_, stdout, message) => {
    bench.machine.script('look', () => stdout);
    const look = command({ id: 'look', argv: ['look'], output: { format: 'json', schema: schema as never } });
    const report = await bench.apply(APP, [look]);
    expect(report.outcome).toMatchObject({
      kind: 'failed',
      reason: 'OutputRefused',
      message: expect.stringMatching(message),
    });
  });

  it('is remembered as long as the command is not run again', async () => {
    bench.machine.script('make', () => '{"version":"1"}');
    const make = command({ id: 'make', argv: ['make'], onlyAfter: ['x:y'], output: { format: 'json' } });
    await bench.apply(APP, [make]);
    expect((await bench.apply(APP, [make])).observed).toEqual({ 'command:make': { version: '1' } });
    expect(ran()).toEqual(['make']);
  });

  it('is looked at after everything else was done, and is no change', async () => {
    const path = `${bench.site('one')}/a`;
    bench.machine.script('look', () => bench.machine.disk.readFile(path));
    const look = command({ id: 'look', argv: ['look'], output: { format: 'lines' } });
    const report = await bench.apply(APP, [look, file({ path, content: 'hello\n' })]);
    expect(report.observed).toEqual({ 'command:look': ['hello'] });
    expect(report.steps.map(({ resource }) => resource)).toEqual([`file:${path}`]);
  });
});
