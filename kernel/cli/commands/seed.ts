import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { handle } from '../handle.ts';
import { seed } from '../seed/seed.ts';
import { seedPlan } from '../seed/seed-plan.ts';

export function addSeedCommand(program: Command): void {
  program
    .command('seed')
    .description('fill an installation with resellers, customers, packages, apps and accounts, for development')
    .option('--password <password>', 'of all accounts that are made; left out: one that is made up and shown')
    .action(handle(seedInstallation));
}

async function seedInstallation({ connect, output }: Context, given: { password?: string }): Promise<void> {
  const password = given.password ?? randomBytes(15).toString('base64url');
  const client = await connect();
  const report = await seed(client, {
    ...{ plan: seedPlan, password, type: 'php-site' },
    spec: (hostname) => ({ hostnames: [hostname] }),
  });
  const { made, accounts, omissions } = report;
  output.result({ ...report, ...(accounts.length > 0 && { password }) }, () =>
    [
      `Made ${made.tenants} tenants, ${made.packages} packages, ${made.apps} apps and ${accounts.length} accounts.`,
      ...(accounts.length > 0 ? [`Their password is ${password}`, ...accounts.map((email) => `  ${email}`)] : []),
      ...omissions,
    ].join('\n'),
  );
}
