import type { Command } from 'commander';
import { readSettings, type SettingFlags } from '../../launcher/settings.ts';
import { start } from '../../launcher/start.ts';
import type { GlobalOptions } from '../context.ts';
import { Output } from '../output/output.ts';

/** Not like the other commands: the launcher has its own idea of Ctrl-C. */
export async function startCommand(command: Command): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions & SettingFlags>();
  process.exitCode = await start(readSettings(options, process.env), new Output(options));
}
