import { join } from 'node:path';
import type { Work } from '@freehold/sdk/protocol';
import { openStateStore } from '../store/state-store.ts';
import { linuxSystem } from '../system/linux-system.ts';
import { EngineBench } from './bench.ts';

/**
 * An engine on this machine in a process of its own, which a test may kill: starts, says so, does all the work of its second argument at
 * once, prints the reports and ends. Its services run on.
 */
const [home = '', given = '[]'] = process.argv.slice(2);
const work: readonly Work[] = JSON.parse(given);
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

await bench.engine.start();
process.stdout.write('started\n');
for (const piece of work) bench.engine.accept(piece);
await bench.engine.settled();
await system.services.close({ stop: false });
process.stdout.write(`${JSON.stringify(bench.reports.filter(({ kind }) => kind !== 'progress'))}\n`);
process.exit(0);
