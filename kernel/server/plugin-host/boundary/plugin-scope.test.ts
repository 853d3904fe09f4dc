import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** In a process of its own, because this one's runner listens to errors that escape, too. */
function run(code: string) {
  const folder = join(import.meta.dirname, '..');
  const prelude = `
    import { appCreated } from '@freehold/sdk';
    import { createPluginHost } from '${folder}/create-plugin-host.ts';
    import { MemoryRecords } from '${folder}/memory-records.ts';
    import { systemClock } from '${folder}/../time/clock.ts';
    const print = (fields, message) => console.log(message, fields.error ?? fields.reason ?? '');
    const log = { debug() {}, info() {}, warn() {}, error: print, child: () => log };
    const records = new MemoryRecords();
    const folders = ['${folder}/fixtures'];
    const host = createPluginHost({ folders, engineVersion: '1.0.0', records, clock: systemClock, log, limits: { importTimeout: 100 } });
    await host.load();
    const event = { app: { id: 'app_1', tenant: 't', type: 'x', name: 'n' }, actor: { kind: 'system', id: 'kernel' } };
    const turn = () => new Promise((resolve) => setTimeout(resolve, 20));
  `;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', prelude + code], {
    encoding: 'utf8',
    cwd: folder,
  });
}

describe('errors that a plugin lets escape', () => {
  it('do not end the process, and quarantine the plugin when there are too many', () => {
    const { stdout, status } = run(`
      await host.hooks.deliver('app.created', 'escaping-errors', event);
      await turn();
      await host.hooks.deliver('app.created', 'escaping-errors', event);
      await turn();
      console.log(host.list().find(({ id }) => id === 'escaping-errors').state);
      await host.close();
      console.log('still here');
    `);
    expect(stdout.trim().split('\n')).toEqual([
      'A plugin let an error escape nobody awaits this',
      'A plugin let an error escape thrown in a timer',
      'A plugin let an error escape nobody awaits this',
      'A plugin was quarantined It failed 3 times within 60 minutes: it let an error escape (nobody awaits this); it let an error escape (thrown in a timer).',
      'A plugin let an error escape thrown in a timer',
      'quarantined',
      'still here',
    ]);
    expect(status).toBe(0);
  });

  it('are told from the errors of the server itself, which end it as ever', () => {
    const { stderr, stdout, status } = run(`
      setTimeout(() => { throw new Error('the server is broken'); }, 0);
      setTimeout(() => console.log('not reached'), 200);
    `);
    expect(stderr).toContain('the server is broken');
    expect(stdout).not.toContain('not reached');
    expect(status).not.toBe(0);
  });
});
