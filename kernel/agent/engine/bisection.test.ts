import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findGuilty } from './bisection.ts';

/** A service that refuses whenever it sees one of these. */
function court(guilty: (set: readonly number[]) => boolean, suspects: readonly number[] = []) {
  const asked: (readonly number[])[] = [];
  return {
    asked,
    suspects,
    words: 'all',
    async accepts(set: readonly number[]) {
      asked.push(set);
      return { accepted: !guilty(set), words: `refused ${set.join(' ')}` };
    },
  };
}

describe('finding who is to blame', () => {
  const changes = [1, 2, 3, 4, 5, 6, 7, 8];

  it('always finds exactly the guilty, whoever is suspected', async () => {
    const sets = fc.tuple(fc.uniqueArray(fc.nat(30), { minLength: 1 }), fc.array(fc.nat(30)), fc.array(fc.nat(30)));
    await fc.assert(
      fc.asyncProperty(sets, async ([all, bad, suspects]) => {
        const wanted = all.filter((change) => bad.includes(change));
        fc.pre(wanted.length > 0);
        const jury = court((set) => set.some((change) => wanted.includes(change)), suspects);
        const { guilty, before } = await findGuilty(all, jury);
        expect([...guilty.keys()]).toEqual(wanted);
        expect(before).toBeUndefined();
        const lastAccepted = jury.asked.findLast((set) => !set.some((change) => wanted.includes(change)));
        expect(lastAccepted).toEqual(all.filter((change) => !wanted.includes(change)));
      }),
    );
  });

  it('leaves a set that is accepted, also where only some together are refused', async () => {
    const pairs = fc.array(fc.tuple(fc.nat(12), fc.nat(12)), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(pairs, async (conflicts) => {
        const all = Array.from({ length: 13 }, (_, index) => index);
        const refuses = (set: readonly number[]) => conflicts.some(([a, b]) => set.includes(a) && set.includes(b));
        fc.pre(refuses(all));
        const { guilty } = await findGuilty(all, court(refuses));
        expect(refuses(all.filter((change) => !guilty.has(change)))).toBe(false);
      }),
    );
  });

  it('asks once when one is suspected and it is the one', async () => {
    const jury = court((set) => set.includes(5), [5]);
    expect([...(await findGuilty(changes, jury)).guilty]).toEqual([[5, 'all']]);
    expect(jury.asked).toEqual([[1, 2, 3, 4, 6, 7, 8]]);
  });

  it('says what was said of the guilty one, not of all', async () => {
    const { guilty } = await findGuilty(
      changes,
      court((set) => set.includes(2)),
    );
    expect([...guilty.entries()]).toEqual([[2, 'refused 1 2']]);
  });

  it('asks a number of times that grows with the logarithm', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => index);
    const jury = court((set) => set.includes(700));
    await findGuilty(many, jury);
    expect(jury.asked.length).toBeLessThan(25);
  });

  it('blames nobody when the service refuses without any of them', async () => {
    const { guilty, before } = await findGuilty(
      changes,
      court(() => true),
    );
    expect([...guilty]).toEqual([]);
    expect(before).toBe('refused ');
  });
});
