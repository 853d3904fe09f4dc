import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkLanes } from './check-steps.ts';
import { runLanes } from './steps/run-lanes.ts';
import type { Omission, Step } from './steps/step.ts';

/** Everything: `npm test`. The fast loop first, then what is built, then the tests on real services, which need root. */

const root = join(import.meta.dirname, '..');
const omitted: Omission[] = [];
const passed: boolean[] = [];

const thoroughStep: Step = { name: 'thorough tests', command: ['vitest', 'run', '--project', 'thorough'] };

passed.push((await runLanes(checkLanes, { root })) === 0);
const rest = [...panelSteps(), thoroughStep, ...realSteps()];
if (rest.length > 0 || omitted.length > 0) passed.push((await runLanes([rest], { root, omitted })) === 0);
process.exitCode = passed.every(Boolean) ? 0 : 1;

function panelSteps(): Step[] {
  const path = join(root, 'ui-shell', 'package.json');
  const scripts = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).scripts : undefined;
  if (scripts?.build) return [{ name: 'panel', command: ['npm', 'run', 'build', '--workspace', 'ui-shell'] }];
  omitted.push({ name: 'panel', reason: 'there is nothing to build in ui-shell' });
  return [];
}

function realSteps(): Step[] {
  const name = 'end-to-end tests';
  if (process.getuid?.() === 0)
    return [{ name, command: ['vitest', 'run', '--project', 'e2e', '--passWithNoTests'], live: true }];
  const reason = 'they make unix users, install Debian packages and run services as other users. Run: sudo npm test';
  omitted.push({ name, reason });
  return [];
}
