/** Whether a set of changes is accepted, and what was said. */
export interface Verdict {
  readonly accepted: boolean;
  readonly words: string;
}

export interface Guilt<Change> {
  /** Those without which all others are accepted, each with what was said when it alone was added. */
  readonly guilty: ReadonlyMap<Change, string>;
  /** What was said of no change at all: then none of them is to blame. */
  readonly before?: string;
}

export interface Court<Change> {
  /** Who is looked at first. */
  readonly suspects: readonly Change[];
  /** What was said of all changes together. */
  readonly words: string;
  /** Makes the machine hold just these changes, and asks. */
  accepts(changes: readonly Change[]): Promise<Verdict>;
}

/**
 * Finds the guilty among changes that are refused together. With g of n guilty it asks some 2·g·log₂(n) times, and once
 * when there is one suspect and it is the right one. Where two are harmless alone and refused together, the later one is guilty.
 *
 * The last set that was accepted is all the others.
 */
export async function findGuilty<Change>(changes: readonly Change[], court: Court<Change>): Promise<Guilt<Change>> {
  const guilty = new Map<Change, string>();
  const suspects = changes.filter((change) => court.suspects.includes(change));
  const others = changes.filter((change) => !suspects.includes(change));

  const withoutSuspects = suspects.length > 0 ? await ask(others) : undefined;
  if (withoutSuspects?.accepted) {
    await sift(suspects, others, court.words);
    return { guilty };
  }
  const withoutAny = others.length === 0 && withoutSuspects ? withoutSuspects : await ask([]);
  if (!withoutAny.accepted) return { guilty, before: withoutAny.words };
  await sift(changes, [], court.words);
  return { guilty };

  /** Takes up into what is accepted all of these that are not guilty. They were refused as a whole. */
  async function sift(
    refused: readonly Change[],
    accepted: readonly Change[],
    words: string,
  ): Promise<readonly Change[]> {
    const [only] = refused;
    if (only === undefined) return accepted;
    if (refused.length === 1) {
      guilty.set(only, words);
      return accepted;
    }
    const middle = Math.ceil(refused.length / 2);
    const afterFirst = await take(refused.slice(0, middle), accepted);
    return take(refused.slice(middle), afterFirst);
  }

  async function take(some: readonly Change[], accepted: readonly Change[]): Promise<readonly Change[]> {
    const verdict = await ask([...accepted, ...some]);
    return verdict.accepted ? [...accepted, ...some] : sift(some, accepted, verdict.words);
  }

  /** Always in the order in which the changes came: it may matter to whoever reads them. */
  function ask(some: readonly Change[]): Promise<Verdict> {
    return court.accepts(changes.filter((change) => some.includes(change)));
  }
}
