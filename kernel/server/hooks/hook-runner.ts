import type { Hook, Problem, Verdict } from '@freehold/sdk';
import type { HookRunner } from '../plugin-host/plugin-host.ts';
import { copyJson } from '../schema/json-copy.ts';
import type { AttributedItem, HookSet } from './hook-set.ts';

/** Runs every call from its first tap to its last on the set that was current when it began. */
export class SwappingHookRunner implements HookRunner {
  #current: HookSet;

  constructor(initial: HookSet) {
    this.#current = initial;
  }

  /** Calls that begin from now on use the new set. */
  swap(next: HookSet): void {
    this.#current = next;
  }

  async gate<Input>(hook: Hook<'gate', Input, unknown>, input: Input): Promise<Verdict & { readonly plugin?: string }> {
    const refusal = await this.#current.gate(hook).promise(frozen(input));
    return refusal ?? { allow: true };
  }

  async filter<Value>(
    hook: Hook<'filter', Value, Value>,
    value: Value,
    validate: (value: Value) => readonly Problem[],
  ): Promise<Value> {
    const call = { value: frozen(value), validate: validate as (value: unknown) => readonly Problem[] };
    const result = await this.#current.filter(hook).promise(call);
    return result.value as Value;
  }

  async collect<Input, Item>(
    hook: Hook<'collect', Input, Item>,
    input: Input,
  ): Promise<readonly { plugin: string; item: Item }[]> {
    const items: AttributedItem[][] = [];
    await this.#current.collect(hook).promise(frozen(input), items);
    return items.flat() as { plugin: string; item: Item }[];
  }

  async first<Input, Answer>(hook: Hook<'first', Input, Answer>, input: Input): Promise<Answer | undefined> {
    return (await this.#current.first(hook).promise(frozen(input))) as Answer | undefined;
  }

  subscribers(event: string): readonly string[] {
    return this.#current.taps(event).map((tap) => tap.plugin);
  }

  async deliver(event: string, plugin: string, input: unknown): Promise<void> {
    const tap = this.#current.taps(event).find((one) => one.plugin === plugin);
    if (!tap) throw new Error(`Plugin ${plugin} does not subscribe to ${event} now`);
    await tap.call(frozen(input), () => undefined);
  }
}

function frozen(input: unknown): unknown {
  return copyJson(input, { freeze: true });
}
