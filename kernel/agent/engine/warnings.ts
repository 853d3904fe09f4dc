import type { Outcome, OwnerKey } from '@freehold/sdk/protocol';

/** What people who look after the node should know, with the remedy. */
export class Warnings {
  /** Of what an owner has. */
  readonly #present = new Map<OwnerKey, readonly string[]>();
  /** Of what an owner wants and did not get: comparing what it has says nothing of that. */
  readonly #wanted = new Map<OwnerKey, readonly string[]>();

  /** While what an owner has was compared with the machine. */
  seen(owner: OwnerKey, warnings: readonly string[]): void {
    this.#present.set(owner, warnings);
  }

  /** While something was applied for an owner. */
  said(owner: OwnerKey, warnings: readonly string[], { kind }: Outcome): void {
    if (kind === 'inSync') this.#present.set(owner, warnings);
    this.#wanted.set(owner, kind === 'inSync' ? [] : warnings);
  }

  /** Each one once. */
  list(): string[] {
    return [...new Set([...this.#present.values(), ...this.#wanted.values()].flat())];
  }
}
