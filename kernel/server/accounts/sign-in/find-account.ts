import { Account } from '../../store/entities/index.ts';
import type { AccountId } from '../../store/ids.ts';
import type { Transaction } from '../../store/store.ts';

/** By an address, whatever letters are capitals. */
export async function findAccount(reader: Transaction, email: string): Promise<Account | undefined> {
  const [found] = await reader.execute<{ id: AccountId }[]>(
    'select id from kernel.account where lower(email) = lower(?)',
    [email],
  );
  return found && (await reader.findOneOrFail(Account, { id: found.id }));
}
