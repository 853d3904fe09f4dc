/** Those who want to hear of the end of something, while they want it. */
export class Watchers {
  readonly #watchers = new Map<string, Set<() => void>>();

  /** Gives the function that ends it. */
  add(keys: readonly string[], tell: () => void): () => void {
    for (const key of keys) this.#watchers.set(key, (this.#watchers.get(key) ?? new Set()).add(tell));
    return () => {
      for (const key of keys) this.#remove(key, tell);
    };
  }

  tell(key: string): void {
    for (const tell of [...(this.#watchers.get(key) ?? [])]) tell();
  }

  /** What they watch: the ids of one kind. */
  list(kind: string): string[] {
    return [...this.#watchers.keys()].flatMap((key) =>
      key.startsWith(`${kind} `) ? [key.slice(kind.length + 1)] : [],
    );
  }

  #remove(key: string, tell: () => void): void {
    const found = this.#watchers.get(key);
    found?.delete(tell);
    if (found?.size === 0) this.#watchers.delete(key);
  }
}
