import type { Store, Transaction } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import type { UploadStore } from './upload-store.ts';

/** What has just arrived is about to be used. */
const GRACE = 3_600_000;

/** Until the transaction ends nobody stores or removes the files with this hash. */
export async function holdUpload(tx: Transaction, sha256: string): Promise<void> {
  await tx.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`upload ${sha256}`]);
}

/** Removes archives that no release names, and files that nobody knows of. Gives how many. */
export async function cleanUploads(needs: { store: Store; uploads: UploadStore; clock: Clock }): Promise<number> {
  const { store, uploads, clock } = needs;
  const before = new Date(clock.now().getTime() - GRACE);
  const used = await store.reader().execute<{ sha256: string }[]>(
    `select sha256 from kernel.upload u
     where created_at >= ? or exists (select from kernel.release r where r.upload = u.sha256)`,
    [before],
  );
  const names = new Set(used.map(({ sha256 }) => sha256));
  const unused = (await uploads.list(before)).filter((sha256) => !names.has(sha256));
  for (const sha256 of unused) await store.transaction((tx) => removeUnused(tx, uploads, sha256));
  return unused.length;
}

/** Somebody may have deployed it since we looked. */
async function removeUnused(tx: Transaction, uploads: UploadStore, sha256: string): Promise<void> {
  await holdUpload(tx, sha256);
  const [used] = await tx.execute<object[]>('select from kernel.release where upload = ? limit 1', [sha256]);
  if (used) return;
  await tx.execute('delete from kernel.upload where sha256 = ?', [sha256]);
  await uploads.remove(sha256);
}
