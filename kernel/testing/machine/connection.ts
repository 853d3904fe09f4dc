import { AgentTimers } from '../../agent/system/agent-timers.ts';
import type { System } from '../../agent/system/system.ts';

/** One agent's way to a machine, which can be cut like the life of a process. */
export interface Connection {
  readonly system: System;
  /** From now on nothing this agent does reaches the machine: every call stays without an answer, as after a `kill -9`. */
  cut(): void;
}

/** Awaited before each thing an agent does: lets others come first, or fails in its place. */
export type Before = (operation: string, args: readonly unknown[]) => void | Promise<void>;

/** Timers are kept by the agent itself, so each connection has its own, and they end with it. */
export function connect(parts: Omit<System, 'timers'>, before: Before = () => undefined): Connection {
  const state = { cut: false };
  const members = Object.entries(parts).map(([name, member]) => [name, guarded(name, member, { state, before })]);
  const system: Omit<System, 'timers'> = Object.fromEntries(members);
  const { clock, commands } = system;
  return {
    system: { ...system, timers: new AgentTimers({ clock, commands, failed: () => undefined }) },
    cut() {
      state.cut = true;
    },
  };
}

/** These answer at once on every machine. */
const SYNCHRONOUS = ['now', 'after', 'watch'];

function guarded(part: string, member: object, { state, before }: { state: { cut: boolean }; before: Before }): object {
  return new Proxy(member, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (SYNCHRONOUS.includes(String(name)))
        return (...args: unknown[]) =>
          Reflect.apply(
            value,
            target,
            args.map((argument) => silenced(argument, state)),
          );
      return async (...args: unknown[]) => {
        await before(`${part}.${String(name)}`, args);
        if (state.cut) await never;
        const result: unknown = await Reflect.apply(value, target, args);
        if (state.cut) await never;
        return result;
      };
    },
  });
}

const never = new Promise<never>(() => undefined);

/** A call that was asked for before the cut must not come after it. */
function silenced(argument: unknown, state: { cut: boolean }): unknown {
  if (typeof argument !== 'function') return argument;
  return (...args: unknown[]) => (state.cut ? undefined : Reflect.apply(argument, undefined, args));
}
