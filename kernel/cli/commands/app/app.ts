import type { Command } from 'commander';
import { addDeployCommands } from './deploy.ts';
import { addLifeCommands } from './life.ts';
import { addLogCommand } from './logs.ts';
import { addShowCommands } from './show.ts';
import { addSpecCommands } from './spec.ts';
import { addTypeCommand } from './types.ts';

export function addAppCommands(program: Command): void {
  const app = program.command('app').alias('apps').description('websites and other apps');
  addShowCommands(app);
  addTypeCommand(app);
  addSpecCommands(app);
  addDeployCommands(app);
  addLifeCommands(app);
  addLogCommand(app);
}
