import { findAccount } from '../account.ts';
import { takeLock } from '../lock.ts';
import { isRoot } from '../machine.ts';
import type { Settings } from '../settings.ts';
import { loadState } from '../state-file.ts';
import type { Check, Finding, Patient } from './finding.ts';
import { checkDisk, checkHome, checkLeftovers, checkPorts } from './home-checks.ts';
import { checkApi, checkNode } from './installation-checks.ts';
import { checkAccount, checkClock, checkPrivilege, checkServices, checkSystem } from './machine-checks.ts';
import { checkPackages } from './package-check.ts';
import { checkDatabase, checkNodeVersion, checkNpm } from './program-checks.ts';

/** In the order in which a start would trip over them. */
const CHECKS: readonly Check[] = [
  checkNodeVersion,
  checkNpm,
  checkSystem,
  checkPrivilege,
  checkAccount,
  checkServices,
  checkClock,
  checkHome,
  checkDisk,
  checkLeftovers,
  checkPorts,
  checkDatabase,
  checkPackages,
  checkApi,
  checkNode,
];

/** Checks everything that an installation needs, and the installation itself if it runs. Changes nothing. */
export async function examine(settings: Settings): Promise<Finding[]> {
  const running = isRunning(settings);
  const patient: Patient = {
    settings,
    ports: await portsOf(settings, running),
    root: isRoot(),
    account: isRoot() ? await findAccount() : undefined,
    running,
  };
  return (await Promise.all(CHECKS.map((check) => check(patient)))).flat();
}

/** An installation that runs has the ports it was started with; otherwise 0 means the one of the last start. */
async function portsOf({ home, port, httpPort, httpsPort }: Settings, running: boolean): Promise<Patient['ports']> {
  const { ports } = await loadState(home);
  if (running && ports) return ports;
  return {
    api: port || (ports?.api ?? 0),
    http: httpPort || (ports?.http ?? 0),
    https: httpsPort || (ports?.https ?? 0),
  };
}

function isRunning({ home }: Settings): boolean {
  try {
    const lock = takeLock(home);
    lock?.release();
    return lock === undefined;
  } catch {
    // There is no installation yet, or it is not ours to look into.
    return false;
  }
}
