import type { PrimitiveSpec } from '@freehold/sdk';
import type { OwnerKey } from '@freehold/sdk/protocol';
import { Cron } from 'croner';
import { fingerprint } from '../system/fingerprint.ts';
import type { TimerDefinition } from '../system/system.ts';
import { different, type PrimitiveHandler, same } from './primitive.ts';
import { Refusal } from './refusal.ts';

interface Inverse {
  readonly name: string;
  readonly before: TimerDefinition | null;
}

export const timerHandler: PrimitiveHandler<'timer', null, Inverse> = {
  async check({ spec }, { system, owner }) {
    requireSchedule(spec);
    const wanted = timerOf(spec, owner);
    const present = await system.timers.find(wanted.name);
    if (!present) return different('create', `runs ${wanted.argv[0]} at ${wanted.schedule}`);
    if (fingerprint(present) === fingerprint(wanted)) return same(null);
    return different('update', `runs ${wanted.argv[0]} at ${wanted.schedule}`);
  },

  async inverse({ spec }, { system, owner }) {
    const name = timerName(spec, owner);
    return { name, before: (await system.timers.find(name)) ?? null };
  },

  async apply({ spec }, { system, owner }) {
    await system.timers.put(timerOf(spec, owner));
    return { facts: null };
  },

  async undo({ name, before }, { system }) {
    if (before) await system.timers.put(before);
    else await system.timers.remove(name);
  },

  async remove({ spec }, { system, owner }) {
    await system.timers.remove(timerName(spec, owner));
    return undefined;
  },
};

export function timerOf(spec: PrimitiveSpec<'timer'>, owner: OwnerKey): TimerDefinition {
  const { schedule, argv, user, cwd, env = {}, timeout = 3600 } = spec;
  return { name: timerName(spec, owner), schedule, argv, user, cwd, env, timeout: timeout * 1000 };
}

/** Ids are unique within an owner, timers on the node. */
function timerName({ id }: PrimitiveSpec<'timer'>, owner: OwnerKey): string {
  return `${owner.replace(':', '-')}-${id}`;
}

function requireSchedule({ id, schedule }: PrimitiveSpec<'timer'>): void {
  try {
    new Cron(schedule, { paused: true });
  } catch (cause) {
    throw new Refusal('ScheduleRefused', `Timer ${id} has no schedule that cron knows: ${schedule}.`, { cause });
  }
}
