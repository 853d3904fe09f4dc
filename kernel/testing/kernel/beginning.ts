import { basename } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Script, TestKernelOptions } from '@freehold/sdk/testing';
import { type StateStore, stateStoreOn } from '../../agent/store/state-store.ts';
import type { TestDatabase } from '../database.ts';
import { SimulatedMachine } from '../machine/index.ts';

/** A kernel whose node is set up, kept so that the next one with the same options need not be set up again. */
export interface Beginning {
  readonly options: TestKernelOptions;
  readonly machine: SimulatedMachine;
  readonly agent: DatabaseSync;
}

/** Keeps how everything is now. The database has room for one beginning. */
export async function keepBeginning(
  database: TestDatabase,
  kept: { options: TestKernelOptions; machine: SimulatedMachine; agent: DatabaseSync },
): Promise<Beginning> {
  await database.store.pool.query('select public.freehold_keep()');
  return { options: kept.options, machine: new SimulatedMachine().copyFrom(kept.machine), agent: copyRows(kept.agent) };
}

/** The state of an agent as it was kept. */
export function copyStore(database: DatabaseSync): StateStore {
  return stateStoreOn(copyRows(database));
}

/** Whether setting up a kernel with these options would come to the same. */
export function isSame({ options, machine }: Beginning, wanted: TestKernelOptions): boolean {
  const ran = new Set(machine.commands.runs.flatMap(({ argv: [program = ''] }) => [program, basename(program)]));
  return plain(options) === plain(wanted) && [...ran].every((program) => isSameScript(options, wanted, program));
}

/** What a program does that did not run does not matter. */
function isSameScript(one: TestKernelOptions, other: TestKernelOptions, program: string): boolean {
  const [a, b] = [scriptOf(one, program), scriptOf(other, program)];
  return a === b || (typeof a !== 'function' && typeof b !== 'function' && JSON.stringify(a) === JSON.stringify(b));
}

function scriptOf({ node }: TestKernelOptions, program: string): Script | undefined {
  return node?.commands?.[program];
}

function plain({ config, node }: TestKernelOptions): string {
  return JSON.stringify([config ?? {}, node?.facts ?? {}, node?.files ?? {}]);
}

function copyRows(from: DatabaseSync): DatabaseSync {
  const into = new DatabaseSync(':memory:');
  stateStoreOn(into);
  into.exec('BEGIN; PRAGMA defer_foreign_keys = ON');
  for (const { name } of from.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()) {
    const rows = from.prepare(`SELECT * FROM ${name}`).all();
    const columns = Object.keys(rows[0] ?? {});
    if (columns.length === 0) continue;
    const insert = into.prepare(`INSERT INTO ${name} VALUES (${columns.map(() => '?').join(', ')})`);
    for (const row of rows) insert.run(...columns.map((column) => row[column] ?? null));
  }
  into.exec('COMMIT');
  return into;
}
