/** One thing to run, as a program with its arguments. */
export interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** Whether its output is shown while it runs; otherwise only when it fails. */
  readonly live?: boolean;
}

/** Something that cannot be run here, and why. */
export interface Omission {
  readonly name: string;
  readonly reason: string;
}

export interface Outcome {
  readonly step: Step;
  readonly passed: boolean;
  readonly seconds: number;
}
