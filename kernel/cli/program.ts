import { Command, type Help } from 'commander';
import { addMemberCommands } from './commands/access/members.ts';
import { addPermissionCommands } from './commands/access/permissions.ts';
import { addAccountCommands } from './commands/account.ts';
import { addAppCommands } from './commands/app/app.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addBrandCommands } from './commands/brand.ts';
import { addCompletionCommands } from './commands/completion.ts';
import { addEventCommands } from './commands/events.ts';
import { addInstallationCommands } from './commands/installation.ts';
import { addMailCommands } from './commands/mail.ts';
import { addNodeCommands } from './commands/nodes.ts';
import { addOperationCommands } from './commands/operations.ts';
import { addOtherAccountCommands } from './commands/other-accounts.ts';
import { addOwnAccountCommands } from './commands/own-account.ts';
import { addPackageCommands } from './commands/packages/packages.ts';
import { addPluginCommands } from './commands/plugins.ts';
import { addSeedCommand } from './commands/seed.ts';
import { addSettingCommands } from './commands/settings.ts';
import { addTenantCommands } from './commands/tenants.ts';
import { addUsageCommands } from './commands/usage.ts';
import { addWebhookCommands } from './commands/webhooks.ts';
import { exitCodeMeanings } from './problem.ts';

/** All commands of `freehold`. */
export function buildProgram(): Command {
  const program = new Command('freehold')
    .description('Freehold, a hosting kernel: run it, and run apps on it.')
    .option('--api <address>', 'address of the API [FREEHOLD_API]')
    .option('--token <token>', 'API token [FREEHOLD_TOKEN]')
    .option('--home <folder>', 'data folder of an installation on this machine [FREEHOLD_HOME]')
    .option('--json', 'one JSON document on standard output, JSON lines for streams; errors as JSON on standard error')
    .option('-q, --quiet', 'nothing but results and errors')
    .option('--no-color', 'no colours [NO_COLOR]')
    .option('--debug', 'stack traces of errors')
    .addHelpText(
      'after',
      `\nExit codes:\n${exitCodeMeanings.map(([code, words]) => `  ${`${code}`.padEnd(5)} ${words}`).join('\n')}`,
    );

  addInstallationCommands(program);
  addAccountCommands(program);
  addOwnAccountCommands(program);
  addOtherAccountCommands(program);
  addAppCommands(program);
  addOperationCommands(program);
  addEventCommands(program);
  addTenantCommands(program);
  addMemberCommands(program);
  addPermissionCommands(program);
  addPackageCommands(program);
  addUsageCommands(program);
  addNodeCommands(program);
  addPluginCommands(program);
  addSettingCommands(program);
  addMailCommands(program);
  addBrandCommands(program);
  addAuditCommands(program);
  addWebhookCommands(program);
  addSeedCommand(program);
  addCompletionCommands(program);
  configure(program);
  return program;
}

/** Errors are thrown and shown in one place; every command explains itself in the same way. A group alone shows its help. */
function configure(command: Command): void {
  command
    .exitOverride()
    .configureOutput({ writeErr: (help) => process.stdout.write(help), outputError: () => {} })
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true, subcommandTerm: (sub) => termOf(sub) });
  for (const child of command.commands) configure(child);
}

/** `app|apps [options]` → `app`: what people have to type, and no more. */
function termOf(command: Command): ReturnType<Help['subcommandTerm']> {
  const parameters = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  return [command.name(), ...parameters].join(' ');
}
