import type { Transaction } from './store.ts';

/**
 * Runs a part of a transaction as the kernel itself, also where the transaction is an actor's: for what an actor's change does to things
 * that the actor may not see, such as taking from what its provider has.
 */
export async function asSystem<T>(tx: Transaction, work: () => Promise<T>): Promise<T> {
  // What was changed so far is written as whoever changed it.
  await tx.flush();
  const [before] = await tx.execute<{ role: string }[]>(`select current_setting('role') as role`);
  const role = before?.role ?? 'none';
  if (role === 'none') return work();
  await setRole(tx, 'none');
  // After an error the transaction is over, and its role with it.
  const result = await work();
  await tx.flush();
  await setRole(tx, role);
  return result;
}

async function setRole(tx: Transaction, role: string): Promise<void> {
  await tx.execute(`select set_config('role', ?, true)`, [role]);
}
