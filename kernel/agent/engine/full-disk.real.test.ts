import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { directory, file, type Resource } from '@freehold/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStateStore, type StateStore } from '../store/state-store.ts';
import { EngineBench } from '../testing/bench.ts';
import { realTestMachine } from '../testing/real-test-machine.ts';
import type { TestMachine } from '../testing/test-machine.ts';

const APP = 'app:one';

let machine: TestMachine;
let store: StateStore;
let bench: EngineBench;
let disk: string;

beforeEach(() => {
  machine = realTestMachine();
});
afterEach(() => {
  store.close();
  execFileSync('umount', [disk]);
  machine.dispose();
});

/** A small disk of its own for one of the folders. */
function begin(folder: string): void {
  disk = `${machine.home}/${folder}`;
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
  store = openStateStore(`${machine.home}/agent/state.db`);
  bench = new EngineBench({ home: machine.home, system: () => machine.connect(store) }, { store });
}

/** Writes until nothing more goes in. */
function fillDisk(): void {
  try {
    for (let size = 65_536; ; ) writeFileSync(`${disk}/filler`, Buffer.alloc(size), { flag: 'a' });
  } catch (cause) {
    expect(cause).toMatchObject({ code: 'ENOSPC' });
  }
}

function site(content: string): Resource[] {
  const home = bench.site('one');
  return [
    directory({ path: home }),
    file({ path: `${home}/a`, content }),
    file({ path: `${home}/b`, content: content.repeat(1000) }),
  ];
}

describe.each([
  ['the sites', 'node/sites'],
  ['what the agent knows', 'agent'],
])('when the disk with %s is full', (_, folder) => {
  it('a change is taken back, is tried again later, and goes well when there is room', async () => {
    begin(folder);
    await bench.engine.start();
    expect((await bench.apply(APP, site('one'))).outcome).toEqual({ kind: 'inSync' });
    fillDisk();
    expect((await bench.apply(APP, site('another'))).outcome).toMatchObject({ kind: 'retry', reason: 'OutOfSpace' });
    expect(readFileSync(`${bench.site('one')}/a`, 'utf8')).toBe('one');
    expect(readdirSync(bench.site('one'))).toEqual(['a', 'b']);
    rmSync(`${disk}/filler`);
    expect((await bench.apply(APP, site('another'))).outcome).toEqual({ kind: 'inSync' });
    expect(readFileSync(`${bench.site('one')}/a`, 'utf8')).toBe('another');
    expect(store.journal.list()).toEqual([]);
  });
});
