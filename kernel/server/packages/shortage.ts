import type { FieldProblem } from '../errors/problem.ts';
import { problem } from '../errors/problem.ts';
import type { TenantId } from '../store/ids.ts';
import { renderAmount } from './render-amount.ts';

/** Something that a tenant wants and has no more of. */
export interface Shortage {
  /** Whose packages say no. */
  readonly tenant: TenantId;
  readonly kind: 'limit' | 'feature';
  readonly subject: string;
  readonly title: string;
  readonly unit?: string;
  /** What it would be. */
  readonly wanted?: number;
  readonly limit?: number;
  /** Of a feature. */
  readonly value?: string;
  readonly pointer?: string;
}

/**
 * Tells what a tenant has no more of. How much a provider has is none of the tenant's business.
 *
 * @throws ProblemError limit-reached, feature-not-included, provider-limit-reached
 */
export function refuseShortages(tenant: TenantId, shortages: readonly Shortage[]): void {
  if (shortages.length === 0) return;
  const own = shortages.filter((one) => one.tenant === tenant);
  const [first] = own;
  if (!first) {
    const limits = [...new Set(shortages.map(({ title }) => title))].join(', ');
    throw problem('provider-limit-reached', { limits }, { errors: shortages.flatMap((one) => fieldOf(one, true)) });
  }
  const reasons = [...new Set(own.map(sayShortage))].join(' ');
  const code = own.some(({ kind }) => kind === 'limit') ? 'limit-reached' : 'feature-not-included';
  throw problem(code, { reasons }, { fields: { tenant }, errors: own.flatMap((one) => fieldOf(one, false)) });
}

/** One sentence. */
export function sayShortage({ title, unit, wanted, limit, value }: Shortage): string {
  if (limit === undefined)
    return value === undefined ? `${title} is not included.` : `${title}: ${value} is not included.`;
  const most = renderAmount(limit, unit ?? '');
  return wanted === undefined
    ? `${title}: ${most} are used up.`
    : `${title}: ${renderAmount(wanted, unit ?? '')}, and ${most} at the most.`;
}

function fieldOf(shortage: Shortage, isProviders: boolean): FieldProblem[] {
  const { pointer, kind, title, value } = shortage;
  if (pointer === undefined) return [];
  const message = isProviders ? `${title}: the provider has no more.` : sayShortage(shortage);
  return [{ pointer: `/spec${pointer}`, rule: kind, message, ...(value !== undefined && { value }) }];
}
