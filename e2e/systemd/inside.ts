import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Resource } from '@freehold/sdk';
import type { OwnerKey } from '@freehold/sdk/protocol';
import { openStateStore } from '../../kernel/agent/store/state-store.ts';
import { linuxSystem } from '../../kernel/agent/system/linux-system.ts';
import { loadAllowance, openFilesLimit } from '../../kernel/agent/system/systemd/open-files.ts';
import { EngineBench } from '../../kernel/agent/testing/bench.ts';

/** Runs on the machine with systemd: an engine on the real system, that does what comes in as lines of JSON. */
const home = process.argv[2] ?? '';
const store = openStateStore(join(home, 'agent/state.db'));
const system = linuxSystem({
  home,
  sites: join(home, 'node/sites'),
  logs: join(home, 'node/logs'),
  records: store.services,
  runtime: true,
  timerFailed: () => undefined,
});
const bench = new EngineBench({ home, system: () => system }, { store });

const methods: Record<string, (...args: never[]) => Promise<unknown>> = {
  start: () => bench.engine.start(),
  apply: (owner: OwnerKey, resources: Resource[], secrets: Record<string, string>) =>
    bench.apply(owner, resources, { secrets }),
  remove: (owner: OwnerKey) => bench.remove(owner),
  sweep: () => bench.sweep(),
  service: (name: string) => system.services.find(name),
  timer: (name: string) => system.timers.find(name),
  signal: (name: string, signal: string) => system.services.signal(name, signal),
  words: (name: string) => system.services.lastWords(name),
  close: (options: { stop: boolean }) => system.services.close(options),
  warnings: async () => bench.engine.warnings(),
  manager: async () => system.services.manager,
  openFiles: async () => openFilesLimit(loadAllowance()),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, args } = JSON.parse(line);
  try {
    const result = await methods[method]?.(...(args as never[]));
    process.stdout.write(`${JSON.stringify({ id, result: result ?? null })}\n`);
  } catch (cause) {
    process.stdout.write(`${JSON.stringify({ id, error: String(cause) })}\n`);
  }
}
process.exit(0);
