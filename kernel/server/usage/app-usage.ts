import type { AppId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';

/** What an app takes of each limit, with what it sent and received in a month. */
export async function loadAppUsage(reader: Transaction, app: AppId, month: string): Promise<Map<string, number>> {
  const rows = await reader.execute<{ subject: string; amount: string }[]>(
    `select subject, sum(amount) as amount from kernel.app_use where app = ? and kind = 'limit' group by subject
     union all
     select subject, amount from kernel.app_measure where app = ? and period in ('', ?)`,
    [app, app, month],
  );
  return new Map(rows.map(({ subject, amount }) => [subject, Number(amount)]));
}
