import type { Command } from 'commander';
import type { SettingFlags } from '../../launcher/settings.ts';
import type { Context } from '../context.ts';
import { handle } from '../handle.ts';
import { loadVersion } from '../version.ts';

/** Commands about the installation on this machine. Their code is loaded when they run: others shall not pay for it. */
export function addInstallationCommands(program: Command): void {
  addSettings(
    program.command('start').description('start an installation on this machine, and set it up the first time'),
  )
    .option('--no-demo', 'no demo website [FREEHOLD_DEMO=0]')
    .action(async (_options: unknown, command: Command) => {
      const { startCommand } = await import('./start.ts');
      await startCommand(command);
    });
  addSettings(
    program.command('doctor').description('check everything that an installation on this machine needs'),
  ).action(handle(doctor));
  program.command('version').description('show the versions').action(handle(showVersion));
  program.version(loadVersion(), '-V, --version', 'show the version');
}

/** What an installation is started with; `--home` is an option of all commands. */
function addSettings(command: Command): Command {
  return command
    .option('--host <address>', 'where API and panel listen [FREEHOLD_HOST] (default 127.0.0.1)')
    .option('--port <port>', 'port of API and panel [FREEHOLD_PORT] (default 8600); 0: any free one')
    .option('--http-port <port>', 'web port of this node [FREEHOLD_HTTP_PORT] (default 8080); 0: any free one')
    .option(
      '--https-port <port>',
      'web port of this node for TLS [FREEHOLD_HTTPS_PORT] (default 8443); 0: any free one',
    )
    .option('--database-url <url>', 'a PostgreSQL of your own [DATABASE_URL]');
}

async function doctor(context: Context, flags: SettingFlags) {
  const { doctorCommand } = await import('./doctor.ts');
  const { home } = context.options;
  return doctorCommand(context, { ...flags, ...(home ? { home } : {}) });
}

async function showVersion({ output }: Context): Promise<void> {
  const versions = { freehold: loadVersion(), node: process.versions.node };
  output.result(versions, () => `freehold ${versions.freehold} (Node ${versions.node})`);
}
