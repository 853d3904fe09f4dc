import type { Account } from '../account.ts';
import type { Ports } from '../installation.ts';
import type { Settings } from '../settings.ts';

/** What a check found. `skipped`: it does not matter here, or cannot be known. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  readonly state: 'ok' | 'failed' | 'skipped';
  readonly detail: string;
  /** What to do about it, when it failed. */
  readonly remedy?: string;
}

/** What the checks look at. */
export interface Patient {
  readonly settings: Settings;
  readonly ports: Ports;
  readonly root: boolean;
  /** The unprivileged account, when this is root and it exists. */
  readonly account: Account | undefined;
  /** Whether a launcher has this installation. */
  readonly running: boolean;
}

export type Check = (patient: Patient) => Promise<Finding | readonly Finding[]>;

/** Makes the findings of one check. */
export function about(id: string, title: string) {
  return {
    ok: (detail: string): Finding => ({ id, title, state: 'ok', detail }),
    skipped: (detail: string): Finding => ({ id, title, state: 'skipped', detail }),
    failed: (detail: string, remedy: string): Finding => ({ id, title, state: 'failed', detail, remedy }),
  };
}
