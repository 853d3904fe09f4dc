import type { Link } from '@freehold/sdk';
import type { Condition } from '@freehold/sdk/testing';

/** An app as the API shows it. */
export interface AppRecord {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly tenant: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly generation: number;
  readonly lifecycle: 'present' | 'removed' | 'purging';
  readonly suspended: readonly unknown[];
  readonly release: number | null;
  readonly links: readonly Link[];
  readonly conditions: readonly Condition[];
}

/** An operation as the API shows it. */
export interface OperationRecord {
  readonly id: string;
  readonly kind: string;
  readonly state: 'succeeded' | 'failed' | 'superseded' | 'cancelled' | 'pending' | 'running';
  readonly app: string | null;
  readonly steps: readonly {
    readonly resource: string;
    readonly action: 'create' | 'update' | 'remove' | 'run' | 'reload' | 'restart';
    readonly summary: string;
    readonly diff?: string;
    readonly state: 'done' | 'failed' | 'undone';
    readonly output?: string;
  }[];
  readonly outcome: { readonly kind: string; readonly reason?: string; readonly message?: string } | null;
  readonly output: Readonly<Record<string, unknown>> | null;
}

/** What the API answers to a change. */
export type Begun = AppRecord & { readonly operation: OperationRecord };
