import { enableCompileCache } from 'node:module';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';

// Before anything else is loaded: what was compiled once need not be compiled again. In a folder of the user's own, since
// what lies there is run; by the account and not by $HOME, which sudo leaves as it is.
enableCompileCache(join(ownFolder(), '.cache/freehold/compiled'));
const { run } = await import('./run.ts');
await run(process.argv);

function ownFolder(): string {
  try {
    return userInfo().homedir;
  } catch {
    return homedir();
  }
}
