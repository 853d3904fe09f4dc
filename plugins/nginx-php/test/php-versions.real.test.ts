import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { phpSite } from '../php-site.app-type.ts';
import type { ProblemsError } from './machine/lowering.ts';
import { Machine } from './machine/machine.ts';
import { requirePrograms } from './machine/programs.ts';
import { visit } from './machine/visit.ts';

/** A second version: the same program under another name, in a folder where hosters may put their own builds. */
const FOLDER = `/opt/freehold-test-${process.pid}`;
const OTHER = '7.4';

let machine: Machine;
let distributed: string;

/** Visits the site without a pause until the work is done, and gives what visitors saw. */
async function visitDuring(work: () => Promise<unknown>): Promise<Set<string>> {
  let done = false;
  const visitors = Array.from({ length: 4 }, async () => {
    const seen: string[] = [];
    while (!done) {
      const { status, body } = await visit(machine, { host: 'site.example' });
      seen.push(`${status} ${body.slice(0, 40)}`);
    }
    return seen;
  });
  await work().finally(() => {
    done = true;
  });
  return new Set((await Promise.all(visitors)).flat());
}

const site = (phpVersion: string | undefined) =>
  machine.applyApp({
    type: phpSite,
    name: 'site',
    spec: { hostnames: ['site.example'], ...(phpVersion ? { phpVersion } : {}) },
    releases: [
      {
        'index.php':
          '<?php usleep(20000); preg_match("#/php/([0-9.]+)/conf.d#", php_ini_scanned_files(), $found); echo $found[1];',
      },
    ],
  });

beforeAll(async () => {
  const { phpFpm, phpVersion } = requirePrograms();
  distributed = phpVersion;
  mkdirSync(FOLDER);
  symlinkSync(phpFpm, `${FOLDER}/php-fpm${OTHER}`);
  machine = await Machine.start({ phpSearchPaths: ['/usr/sbin', FOLDER] });
}, 120_000);
afterAll(async () => {
  await machine?.stop();
  rmSync(FOLDER, { recursive: true, force: true });
});

test('every version that is found gets a service of its own', () => {
  expect(machine.phpVersions).toEqual([distributed, OTHER]);
});

test('a site gets the newest version, or the one it asks for, and no visitor notices the change', async () => {
  await site(undefined);
  const seen = await visitDuring(async () => {
    await site(OTHER);
    expect((await visit(machine, { host: 'site.example' })).body).toBe(OTHER);
    await site(distributed);
  });
  expect(seen).toEqual(new Set([`200 ${distributed}`, `200 ${OTHER}`]));
});

test('no visitor notices that other sites come and go', async () => {
  await site(undefined);
  const other = { type: phpSite, name: 'other', spec: { hostnames: ['other.example'] } };
  const seen = await visitDuring(async () => {
    for (const suspended of [false, true, false]) await machine.applyApp({ ...other, suspended });
  });
  expect(seen).toEqual(new Set([`200 ${distributed}`]));
});

test('a version that is not there is refused, with those that are', async () => {
  const refusal = await site('9.9').catch((error: unknown) => error);
  expect((refusal as ProblemsError).problems).toEqual([
    {
      pointer: '/phpVersion',
      message: 'PHP 9.9 is not installed on node test.',
      remedy: `Choose one of ${distributed}, ${OTHER}.`,
    },
  ]);
});
