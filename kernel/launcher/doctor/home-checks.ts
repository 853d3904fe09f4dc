import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { renderBytes } from '../../cli/output/measure.ts';
import { ACCOUNT_NAME } from '../account.ts';
import { findClosedParent } from '../ensure-home.ts';
import { closedParentProblem, NEEDED_BYTES, namedPorts, portProblem } from '../machine.ts';
import { probePort } from '../ports.ts';
import { describeProcess, ProcessRecords } from '../processes/process-records.ts';
import { findStrays } from '../processes/strays.ts';
import { about, type Check } from './finding.ts';

export const checkHome: Check = async ({ settings: { home }, root, account }) => {
  const check = about('home', 'Data folder');
  const existing = await deepestExisting(home.path);
  const mayWrite = await access(existing, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!mayWrite && existing === home.path && (await stat(home.path)).uid !== process.getuid?.())
    return check.failed(
      `${home.path} belongs to another user.`,
      'Run this as that user, or name another folder with --home.',
    );
  if (!mayWrite)
    return check.failed(`You may not write in ${existing}.`, 'Name another folder with --home or FREEHOLD_HOME.');
  // Before the first start there is no account yet: one that owns nothing stands for it.
  const closed = root && (await findClosedParent(home.path, account ?? { name: ACCOUNT_NAME, uid: -1, gid: -1 }));
  if (closed) {
    const { message, remedy = '' } = closedParentProblem(home, closed);
    return check.failed(message, remedy);
  }
  return check.ok(existing === home.path ? home.path : `${home.path} will be made`);
};

export const checkDisk: Check = async ({ settings: { home } }) => {
  const check = about('disk', 'Disk');
  const { bavail, bsize } = await statfs(await deepestExisting(home.path));
  const free = bavail * bsize;
  return free >= NEEDED_BYTES
    ? check.ok(`${renderBytes(free)} free`)
    : check.failed(
        `Only ${renderBytes(free)} are free.`,
        `Make about ${renderBytes(NEEDED_BYTES)} free, or name a folder on another disk with --home.`,
      );
};

export const checkPorts: Check = async ({ settings, ports, running }) => {
  const named = namedPorts(settings, ports);
  return Promise.all(
    named.map(async (port) => {
      const check = about(`port-${port.name}`, `Port ${port.port}`);
      if (port.port === 0) return check.skipped(`${port.name} is 0: any free port will be taken`);
      const state = await probePort(port.port, port.host, settings.home.path);
      const problem = portProblem(port, state);
      if (state.kind === 'taken' && running && port.name === 'FREEHOLD_PORT')
        return check.ok('used by this installation');
      if (problem) return check.failed(problem.message, problem.remedy ?? '');
      return check.ok(state.kind === 'ours' ? 'used by this installation' : 'free');
    }),
  );
};

export const checkLeftovers: Check = async ({ settings: { home }, running }) => {
  const check = about('leftovers', 'Leftover processes');
  if (running) return check.skipped('the installation runs');
  const recorded = await new ProcessRecords(home).findAlive().catch(() => []);
  const pids = [...new Set([...recorded, ...findStrays(home)].map(({ pid }) => pid))];
  if (pids.length === 0) return check.ok('none');
  return check.skipped(`${pids.map(describeProcess).join(', ')}; the next start ends or adopts them`);
};

async function deepestExisting(path: string): Promise<string> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  return exists ? path : deepestExisting(dirname(path));
}
