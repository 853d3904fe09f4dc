import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareFixtures } from './fixtures/load-fixtures.ts';
import type { PluginStatus } from './plugin-host.ts';

const everything = readdirSync(join(import.meta.dirname, 'fixtures'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** `state: code, code` of each, by id. */
const summary = (statuses: readonly PluginStatus[]) =>
  statuses.map(({ id, state, problems }) => `${id} ${state}: ${problems.map(({ code }) => code).join(' ')}`);

describe('the report of all plugins', () => {
  it('has every problem of every plugin, and the good ones run', async () => {
    const { host, clock, records } = await prepareFixtures(everything);
    records.configs.set('wrong-config', { size: 'large', colour: 'red' });
    const loading = host.load();
    const unfinished = () => host.list().filter(({ state }) => state === 'resolved' || state === 'validated');
    await expect.poll(() => unfinished().map(({ id }) => id), { timeout: 10_000 }).toEqual(['never-imported']);
    clock.advance(10_000);
    await loading;
    expect(summary(host.list())).toEqual([
      'asynchronous-setup failed: setup-asynchronous',
      'bad-answer-tap running: ',
      'code-without-declaration failed: declaration-missing declaration-missing declaration-missing',
      'cycle-a blocked: dependency-cycle',
      'cycle-b blocked: dependency-cycle',
      'cycle-c blocked: dependency-cycle',
      'declared-without-code failed: code-missing code-missing code-missing',
      'duplicate running: ',
      'duplicate blocked: plugin-duplicate',
      'escaping-errors running: ',
      'exports-nothing failed: export-invalid',
      'good running: ',
      'good-driver running: ',
      'hanging-tap running: ',
      'malformed-json failed: manifest-unreadable',
      'misbehaving running: ',
      'missing-dependency failed: import-failed',
      'missing-plugin blocked: plugin-missing plugin-version-mismatch',
      'missing-resource blocked: resource-missing resource-missing',
      'needs-failed blocked: requirement-not-running requirement-not-running',
      'never-imported failed: import-timeout',
      'newer-engine blocked: engine-mismatch',
      'no-manifest failed: manifest-missing',
      'no-module failed: entry-missing',
      'no-version failed: version-invalid',
      'open-spec failed: contribution-invalid code-missing schema-open schema-invalid contribution-invalid schema-open config-without-default',
      'role-outside-capabilities running: ',
      'same-contributions blocked: app-type-duplicate resource-type-duplicate',
      'throwing-tap running: ',
      'throws-in-setup failed: setup-failed',
      'throws-on-import failed: import-failed',
      'unbounded-engine failed: engine-unbounded',
      'undeclared-setup failed: contribution-invalid contribution-invalid contribution-invalid contribution-invalid contribution-invalid contribution-invalid',
      'unknown-format blocked: manifest-format-unknown',
      'unknown-hook blocked: hook-unknown hook-version-mismatch',
      'unknown-key failed: manifest-invalid manifest-invalid manifest-invalid',
      'waits-a running: tap-order',
      'waits-b running: tap-order',
      'wrong-config failed: config-invalid config-invalid',
      'wrong-contract blocked: resource-version-mismatch',
    ]);
    for (const { state, reason, problems } of host.list()) {
      expect(reason).toBe(state === 'running' ? '' : problems[0]?.message);
      for (const { message, remedy } of problems) {
        expect(message).toMatch(/^.{20,}/s);
        expect(remedy).toMatch(/[.?]$/);
      }
    }
  });
});
