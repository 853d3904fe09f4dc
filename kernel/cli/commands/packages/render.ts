import { renderBytes } from '../../output/measure.ts';
import type { Contents } from './contents.ts';

/** `20 GB`, `5 apps`, `unlimited`. */
export function renderAmount(amount: number | null, unit: string): string {
  if (amount === null) return 'unlimited';
  return unit === 'bytes' ? renderBytes(amount) : `${amount} ${unit}`.trim();
}

/** What of a feature is included. */
export function renderIncluded(value: unknown): string {
  if (value === null) return 'all';
  return Array.isArray(value) ? value.join(', ') || 'none' : value ? 'yes' : 'no';
}

/** What a package says, line by line. */
export function listContents({ limits = {}, features = {} }: Contents, units: ReadonlyMap<string, string>) {
  return [
    ...Object.entries(limits).map(([id, amount]) => [id, renderAmount(amount, units.get(id) ?? '')] as const),
    ...Object.entries(features).map(([id, value]) => [id, renderIncluded(value)] as const),
  ];
}
