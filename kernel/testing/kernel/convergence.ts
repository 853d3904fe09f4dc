import { TestKernelError } from '@freehold/sdk/testing';
import { JobRunner } from '../../server/jobs/job-runner.ts';
import type { BellLink } from './bell-link.ts';
import type { MortalAgent } from './mortal-agent.ts';
import type { SharedServer } from './shared-server.ts';

/** More rounds than any plugin needs: what a node reports may be the reason for more work, and that for more. */
const MOST_ROUNDS = 50;

export interface ConvergenceParts {
  readonly shared: SharedServer;
  readonly link: BellLink;
  readonly agent: MortalAgent;
}

/**
 * Returns when the server has no work, the agent has none in hand and the server has all its reports, and no job is due.
 * Nobody is asked twice without a reason and nothing is waited for but what is really being done.
 *
 * @throws TestKernelError when that never comes, and when a plugin fails to take in an event
 */
export async function converge({ shared, link, agent }: ConvergenceParts): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = link.records.progress;
    await shared.server.foundation.notifications.flush();
    if (link.reachability.isOpen) await Promise.race([link.quiet(), agent.death]);
    await agent.settled();
    const ran = await runJobs(shared);
    if (!ran && link.records.progress === before) return;
  }
  throw new TestKernelError(
    'The kernel does not come to rest: what the node reports is a reason for more work again and again. Does a command with an output print something else each time?',
    { code: 'unstable' },
  );
}

/** Tells plugins of events. Gives whether there was anything to tell. */
async function runJobs({ server, database }: SharedServer): Promise<boolean> {
  const { pool } = database.store;
  const due = await pool.query(
    'select from graphile_worker.jobs where run_at <= now() and attempts < max_attempts limit 1',
  );
  if (due.rowCount === 0) return false;
  await server.get(JobRunner).runDue();
  const { rows } = await pool.query('select last_error from graphile_worker.jobs where last_error is not null limit 1');
  const [failed] = rows;
  if (failed) throw new TestKernelError(String(failed.last_error), { code: 'subscriber-failed' });
  return true;
}
