import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { NodeInput, Primitive } from '@freehold/sdk';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpRouteSpec, HttpRouteSpec as RouteSchema } from '../../contract/http-route.ts';
import { type PhpPoolSpec, PhpPoolSpec as PoolSchema } from '../../contract/php-pool.ts';
import { httpRouteDriver } from '../../http-route.driver.ts';
import { phpPoolDriver } from '../../php-pool.driver.ts';
import { Machine } from '../machine/machine.ts';
import { requirePrograms } from '../machine/programs.ts';
import { arbitraryValue } from './arbitrary-value.ts';

let machine: Machine;
let folder: string;

beforeAll(async () => {
  machine = await Machine.start();
  folder = mkdtempSync(`${tmpdir()}/fh-`);
}, 120_000);
afterAll(async () => {
  await machine?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const filesOf = (resources: readonly unknown[]) =>
  (resources as Primitive[]).flatMap((resource) => (resource.type === 'file' ? [resource.spec] : []));

function inputFor(node: NodeInput, id: string) {
  const owner = { kind: 'app', id, user: 'nobody', group: 'nogroup', home: folder } as const;
  const role = { 'command:php-versions': [requirePrograms().phpFpm] };
  return { id: 'main', owner, node, config: {}, role, observed: {}, secret: (name: string) => name };
}

test('nginx takes every route that the driver has no objection to', () => {
  const { node } = machine;
  const specs = fc
    .sample(arbitraryValue(RouteSchema) as fc.Arbitrary<HttpRouteSpec>, 400)
    .map((spec) => ({ ...spec, logFolder: folder, tls: undefined }));
  const accepted = specs.flatMap((spec, index) => {
    const input = { ...inputFor(node, `hostile${index}`), spec };
    return httpRouteDriver.check?.(input).length === 0 ? filesOf(httpRouteDriver.lower(input)) : [];
  });
  expect(accepted.length).toBeGreaterThan(50);
  for (const { path, content } of accepted) writeFileSync(path, content);
  const tested = spawnSync('nginx', ['-e', 'stderr', '-c', `${node.paths.config}/nginx/nginx.conf`, '-t', '-q'], {
    encoding: 'utf8',
  });
  expect(withoutWarnings(tested.stderr)).toBe('');
});

/** Routes of one sample have the same names, which is no error. */
function withoutWarnings(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.includes('[warn]'))
    .join('\n');
}

test('php-fpm reads the values that were given', () => {
  const specs = fc.sample(arbitraryValue(PoolSchema) as fc.Arbitrary<PhpPoolSpec>, 40);
  const pools = `${folder}/pools`;
  mkdirSync(pools);
  const expected = specs.flatMap((chosen, index) => {
    const spec = { ...chosen, phpVersion: undefined, suspended: false, slowLog: undefined };
    const input = { ...inputFor(machine.node, `hostile${index}`), spec };
    filesOf(phpPoolDriver.lower(input)).forEach(({ content }, part) => {
      writeFileSync(`${pools}/${index}.${part}.conf`, content);
    });
    const variables = Object.entries({ ...spec.systemEnvironment, ...spec.environment });
    return [
      ...variables.map(([name, value]) => `env[${name}] = ${value}`),
      `php_admin_value[error_log] = ${spec.logFolder ?? `${folder}/logs/php`}/error.log`,
    ];
  });
  writeFileSync(
    `${folder}/fpm.conf`,
    `[global]\nerror_log = ${folder}/fpm.log\nlog_limit = 60000\ninclude = "${pools}/*.conf"\n`,
  );
  const dump = spawnSync(requirePrograms().phpFpm, ['-tt', '-y', `${folder}/fpm.conf`], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  expect(dump.status, dump.stderr.slice(-500)).toBe(0);
  const lines = new Set(dump.stderr.split('\n').map((line) => line.replace(/^\[[^\]]*\] NOTICE: \t/, '')));
  expect(expected.filter((line) => !lines.has(line))).toEqual([]);
});
