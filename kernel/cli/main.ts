import { enableCompileCache } from 'node:module';

// Before anything else is loaded: what was compiled once need not be compiled again.
enableCompileCache();
const { run } = await import('./run.ts');
await run(process.argv);
