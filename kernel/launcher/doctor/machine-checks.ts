import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ACCOUNT_NAME } from '../account.ts';
import { findUserName, namelessUserProblem } from '../machine.ts';
import { findProgram } from './find-program.ts';
import { about, type Check } from './finding.ts';

export const checkSystem: Check = async () => {
  const check = about('system', 'Operating system');
  const { platform, arch } = process;
  if (platform !== 'linux')
    return check.failed(`${platform}, and Freehold runs on Linux only.`, 'Run it on Debian 12.');
  if (arch !== 'x64' && arch !== 'arm64')
    return check.failed(`The processor is ${arch}.`, 'Run it on x86-64 or arm64.');
  const name = readOsRelease().PRETTY_NAME ?? 'Linux';
  if (!findProgram('apt-get'))
    return check.skipped(`${name} on ${arch}. It has no apt-get, so packages are not installed for you.`);
  return check.ok(`${name} on ${arch}`);
};

export const checkPrivilege: Check = async ({ root }) => {
  const check = about('privilege', 'Privilege');
  const { message, remedy = '' } = namelessUserProblem();
  if (findUserName() === undefined) return check.failed(message, remedy);
  return root
    ? check.ok(
        'root: each site gets a unix user of its own, packages are installed, server and database run without privilege',
      )
    : check.skipped(
        'not root: everything runs as you, sites are not kept apart, and packages have to be there already',
      );
};

export const checkAccount: Check = async ({ root, account }) => {
  const check = about('account', 'System user');
  if (!root) return check.skipped('not needed when not root');
  if (account?.uid === 0) return check.failed(`The user ${ACCOUNT_NAME} is root.`, 'Give it an id of its own.');
  if (account) return check.ok(`${account.name}, uid ${account.uid}`);
  return findProgram('useradd')
    ? check.ok(`${ACCOUNT_NAME} will be made by the first start`)
    : check.failed('useradd is missing, so no users can be made.', 'Install it: apt-get install passwd');
};

export const checkServices: Check = async () => {
  const check = about('services', 'Services');
  return existsSync('/run/systemd/system')
    ? check.ok('systemd runs nginx and PHP')
    : check.ok('there is no systemd here, so the agent runs nginx and PHP itself');
};

/** A clock that is behind makes certificates and tokens invalid; nothing here may be from the future. */
export const checkClock: Check = async ({ settings }) => {
  const check = about('clock', 'Clock');
  const newest = statSync(join(settings.checkout, 'package-lock.json')).mtime;
  const now = new Date();
  if (newest.getTime() > now.getTime() + 3_600_000)
    return check.failed(
      `It is ${now.toISOString()}, and this program is from ${newest.toISOString()}.`,
      'Set the clock: apt-get install systemd-timesyncd, or date --set.',
    );
  return check.ok(now.toISOString());
};

function readOsRelease(): Record<string, string> {
  try {
    const lines = readFileSync('/etc/os-release', 'utf8').split('\n');
    return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).map((part) => part.replace(/^"|"$/g, ''))));
  } catch {
    return {};
  }
}
