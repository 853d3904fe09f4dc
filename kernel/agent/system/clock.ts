import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Watch } from './system.ts';

/** What setTimeout can wait: its delay has 32 bits. */
const LONGEST = 2_147_483_647;

export class LinuxClock implements Clock {
  now(): number {
    return Date.now();
  }

  async pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
    await sleep(milliseconds, undefined, { signal });
  }

  after(milliseconds: number, call: () => void): Watch {
    let timer: NodeJS.Timeout;
    const arm = (left: number) => {
      timer = setTimeout(() => (left > LONGEST ? arm(left - LONGEST) : call()), Math.min(left, LONGEST));
      timer.unref();
    };
    arm(Math.max(0, milliseconds));
    return { close: () => clearTimeout(timer) };
  }
}
