import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { findApp, findTenant } from '../find-app.ts';
import { handle } from '../handle.ts';
import { renderTime } from '../output/measure.ts';
import { renderTable } from '../output/table.ts';
import { usageProblem } from '../problem.ts';
import { renderAmount } from './packages/render.ts';

interface Usage {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly period: string | null;
  readonly used: number;
  /** Of a tenant. */
  readonly limit?: number | null;
  readonly state?: string;
}

interface Options {
  readonly app?: string;
  readonly series?: string;
  readonly step?: string;
}

export function addUsageCommands(program: Command): void {
  program
    .command('usage')
    .description('what a tenant or an app uses, against what it has')
    .argument('[tenant]', 'slug or id')
    .option('--app <app>', 'of one app: name or id')
    .option('--series <limit>', 'how one of them went over time: disk')
    .option('--step <step>', 'of the series: hour or day', 'hour')
    .action(handle(showUsage));
}

async function showUsage({ connect, output }: Context, options: Options, tenant: string | undefined): Promise<void> {
  const client = await connect();
  if ((tenant === undefined) === (options.app === undefined))
    throw usageProblem('It is not clear whose use is meant.', 'Name a tenant, or give --app.');
  const path = options.app
    ? `/v1/apps/${(await findApp(client, options.app)).id}/usage`
    : `/v1/tenants/${(await findTenant(client, tenant ?? '')).id}/usage`;
  const { items } = await client.get<{ items: Usage[] }>(path);
  if (options.series === undefined) return output.result({ items }, () => renderUsage(items, output));
  const unit = items.find(({ id }) => id === options.series)?.unit ?? '';
  const url = `${path}/${encodeURIComponent(options.series)}`;
  const series = await client.get<{ items: { at: string; amount: number }[] }>(url, { step: options.step });
  const rows = series.items.map(({ at, amount }) => [renderTime(at), renderAmount(amount, unit)]);
  output.result(series, () => renderTable(['from', 'amount'], rows, output.colors));
}

function renderUsage(items: readonly Usage[], { colors }: Context['output']): string {
  const rows = items.map(({ title, unit, period, used, limit, state = '' }) => [
    period ? `${title} (${period})` : title,
    renderAmount(used, unit),
    ...(limit === undefined ? [] : [renderAmount(limit, unit)]),
    ...(limit === undefined
      ? []
      : [state === 'full' ? colors.red(state) : state === 'near' ? colors.yellow(state) : '']),
  ]);
  return renderTable(
    items.some(({ limit }) => limit !== undefined) ? ['what', 'used', 'of', ''] : ['what', 'used'],
    rows,
    colors,
  );
}
