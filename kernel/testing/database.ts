import pg from 'pg';
import { Store } from '../server/store/store.ts';
import { type ClusterUrl, loadTestCluster } from './cluster.ts';
import { ensureTemplate } from './template.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  /** Open, on an empty database with all tables. */
  readonly store: Store;
  /** Gives it back. Whatever uses it must have stopped. */
  release(): Promise<void>;
}

/**
 * A migrated, empty PostgreSQL database for one test: a real one, in a throw-away cluster that is started by the first call and
 * shared by the processes of a test run. Databases that were given back are emptied and used again.
 */
export async function takeDatabase(): Promise<TestDatabase> {
  const slot = idle.pop() ?? (await openSlot());
  await slot.store.pool.query('select public.freehold_reset()');
  let taken = true;
  const release = async () => {
    if (taken) idle.push(slot);
    taken = false;
  };
  return { ...slot, release, [Symbol.asyncDispose]: release };
}

interface Slot {
  readonly url: string;
  readonly store: Store;
}

const idle: Slot[] = [];
let used = 0;
let started: Promise<Cluster> | undefined;

interface Cluster {
  readonly url: ClusterUrl;
  readonly template: string;
  readonly maintenance: pg.Client;
}

async function openSlot(): Promise<Slot> {
  started ??= startUp();
  const cluster = await started;
  const name = await serialize(() => takeClone(cluster));
  const url = cluster.url(name);
  return { url, store: await Store.open({ url }) };
}

async function startUp(): Promise<Cluster> {
  const url = await loadTestCluster();
  const maintenance = new pg.Client({ connectionString: url('postgres') });
  await maintenance.connect();
  const template = await ensureTemplate(url, maintenance);
  holdProcess(maintenance, false);
  return { url, template, maintenance };
}

/** The first clone that no living process holds: a lock of a session ends with its process. */
async function takeClone({ maintenance, template }: Cluster): Promise<string> {
  holdProcess(maintenance, true);
  try {
    for (;;) {
      used += 1;
      const { rows } = await maintenance.query('select pg_try_advisory_lock($1, $2) as taken', [LOCKS, used]);
      if (rows[0].taken) return await ensureClone(maintenance, template, `${template}_${used}`);
    }
  } finally {
    holdProcess(maintenance, false);
  }
}

/** Any number: the class of the locks on clones. */
const LOCKS = 7_020_118;

async function ensureClone(maintenance: pg.Client, template: string, name: string): Promise<string> {
  const { rowCount } = await maintenance.query('select from pg_database where datname = $1', [name]);
  if (!rowCount) await maintenance.query(`create database ${name} template ${template} strategy file_copy`);
  return name;
}

/** The connection holds the locks on this process's clones; while nobody uses it, it must not keep the process alive. */
function holdProcess(connection: pg.Client, hold: boolean): void {
  const handle = connection as unknown as { ref(): void; unref(): void };
  if (hold) handle.ref();
  else handle.unref();
}

let queue: Promise<unknown> = Promise.resolve();

/** The maintenance connection does one thing at a time. */
function serialize<T>(work: () => Promise<T>): Promise<T> {
  const done = queue.then(work);
  queue = done.catch(() => undefined);
  return done;
}
