import type { Command } from 'commander';
export async function startCommand(_command: Command): Promise<void> {}
