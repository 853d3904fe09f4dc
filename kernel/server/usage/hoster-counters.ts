import type { TenantId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';
import type { Counter } from './counters.ts';

/**
 * What a hoster and all below it use. The hoster's own rows have what was measured only: if everything that is counted were added there,
 * every new app of the installation would wait for the one before.
 */
export async function loadHosterCounters(
  reader: Transaction,
  [hoster]: readonly TenantId[],
  periods: readonly string[],
): Promise<Counter[]> {
  const rows = await reader.execute<(Omit<Counter, 'amount'> & { amount: string })[]>(
    `with measured as (
       select subject, period, amount from kernel.usage_counter where tenant = ? and period = any(array[?]::text[])
     ), counted as (
       select c.subject, c.period, c.amount from kernel.usage_counter c join kernel.tenant t on t.id = c.tenant
       where t.parent = ? and c.period = any(array[?]::text[])
       union all
       select subject, '', sum(amount) from kernel.app_use where tenant = ? and kind = 'limit' and key = '' group by subject
       union all
       select subject, '', sum(amount) from (
         select subject, key, max(amount) as amount from kernel.app_use
         where tenant = ? and kind = 'limit' and key <> '' group by subject, key) keyed group by subject
     )
     select subject, period, amount from measured
     union all
     select subject, period, sum(amount) from counted
     where (subject, period) not in (select subject, period from measured) group by subject, period`,
    [hoster, periods, hoster, periods, hoster, hoster],
  );
  return rows.map(({ subject, period, amount }) => ({
    tenant: hoster as TenantId,
    subject,
    period,
    amount: Number(amount),
  }));
}
