/** What happened, or would happen, to one resource. */
export interface Change {
  /** Key of the resource. */
  readonly resource: string;
  readonly action: 'create' | 'update' | 'remove' | 'run' | 'reload' | 'restart';
  /** One line: "mode 0644 → 0640", "runs useradd". */
  readonly summary: string;
  /** Unified diff of a text file; left out for secrets and for what is no text. */
  readonly diff?: string;
}

/** One step of an operation. */
export interface OperationStep extends Change {
  readonly state: 'done' | 'failed' | 'undone';
  /** What a command or a validation printed. */
  readonly output?: string;
}

/** The record of one apply, removal or action. */
export interface TestOperation {
  readonly id: string;
  /** `create`, `change`, `deploy`, `action` … */
  readonly kind: string;
  readonly state: 'succeeded' | 'failed' | 'superseded' | 'cancelled' | 'pending' | 'running';
  readonly steps: readonly OperationStep[];
  /** Of an action: what its commands with an output gave, by command id. */
  readonly output: Readonly<Record<string, unknown>>;
}
