import type { OwnerKey } from '@freehold/sdk/protocol';
import type { Context } from '../primitives/primitive.ts';
import { type Refusal, toRefusal } from '../primitives/refusal.ts';
import { runStep, type Step, undoStep } from './step.ts';
import type { ServiceSpec } from './watches.ts';

/** What one owner brings to a commit round. */
export interface Entry {
  readonly owner: OwnerKey;
  readonly title: string;
  readonly context: Context;
  /** Files that services read, then services, in order. */
  readonly writes: readonly Step[];
  readonly removals: readonly Step[];
  /** Specs of its services that run or are among `writes`, with the values of the secrets in place. */
  readonly services: readonly ServiceSpec[];
  /** Names of the services that the owner takes away. */
  readonly leaving: readonly string[];
  /** Tells of a reload or restart that was made for it. */
  readonly tell: (step: Step) => void;
}

/** Which of an owner's changes: those that add and change, or those that take away. */
export type Half = 'writes' | 'removals';

/** An owner in a round: what of its changes the machine holds at the moment. */
export class Entrant {
  readonly entry: Entry;
  /** Why it did not pass. */
  refusal: Refusal | undefined;
  readonly #held = new Set<Half>();

  constructor(entry: Entry) {
    this.entry = entry;
  }

  holds(half: Half): boolean {
    return this.#held.has(half);
  }

  heldSteps(): Step[] {
    return [...this.#held].flatMap((half) => this.entry[half]);
  }

  /** Makes its changes. When one of them fails, none of them stays. */
  async hold(half: Half): Promise<void> {
    if (this.refusal || this.#held.has(half)) return;
    this.#held.add(half);
    try {
      for (const step of this.entry[half]) await runStep(step, this.entry.context);
    } catch (cause) {
      this.refusal = toRefusal(cause);
      await this.release(half);
    }
  }

  /** Takes its changes back, the last one first. */
  async release(half: Half): Promise<void> {
    if (!this.#held.has(half)) return;
    for (const step of [...this.entry[half]].reverse()) await undoStep(step, this.entry.context);
    this.#held.delete(half);
  }

  async releaseAll(): Promise<void> {
    await this.release('removals');
    await this.release('writes');
  }
}
