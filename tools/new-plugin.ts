import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createPlugin, NewPluginError } from './new-plugin/create-plugin.ts';

/** `npm run new-plugin -- <id>` writes a plugin that works and passes all checks, to be changed into what is wanted. */

const root = join(import.meta.dirname, '..');
const [id, ...rest] = process.argv.slice(2);
if (id === undefined || rest.length > 0) {
  process.stderr.write('Usage: npm run new-plugin -- <id>, for example: npm run new-plugin -- web-shop\n');
  process.exit(2);
}
try {
  const files = createPlugin(root, id);
  for (const file of files) process.stdout.write(`  ${file}\n`);
  linkWorkspace();
  process.stdout.write(`\nThe app type is in plugins/${id}/${id}.app-type.ts. Next: npm run check\n`);
} catch (error) {
  if (!(error instanceof NewPluginError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** The lock file names every workspace: without this, npm ci would refuse it. */
function linkWorkspace(): void {
  const { status } = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0)
    process.stderr.write(
      'npm install failed; run it again before you commit, so that package-lock.json knows the plugin.\n',
    );
}
