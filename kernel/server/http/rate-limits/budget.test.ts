import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Budget } from './budget.ts';

/** What the servers share, without a database. */
function share() {
  let taken = 0;
  let asked = 0;
  const lease = async (amount: number) => {
    asked += 1;
    taken += amount;
    return taken;
  };
  return { lease, asked: () => asked };
}

async function takeMany(budget: Budget, count: number): Promise<number> {
  let allowed = 0;
  for (let index = 0; index < count; index++) if (await budget.take()) allowed += 1;
  return allowed;
}

describe('a budget', () => {
  test('allows exactly its limit to one server', async () => {
    const { lease } = share();
    expect(await takeMany(new Budget(600, lease), 700)).toBe(600);
  });

  test('asks the others seldom, and not at all once nothing is left', async () => {
    const { lease, asked } = share();
    const budget = new Budget(600, lease);
    await takeMany(budget, 600);
    const before = asked();
    expect(before).toBeLessThan(60);
    expect(await takeMany(budget, 100)).toBe(0);
    expect(asked()).toBe(before);
  });

  test('never allows more than the limit to all servers together, and nearly all of it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3_000 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(), { minLength: 20, maxLength: 20 }),
        async (limit, servers, order) => {
          const { lease } = share();
          const budgets = Array.from({ length: servers }, () => new Budget(limit, lease));
          let allowed = 0;
          for (let index = 0; index < limit * 3 + 50; index++) {
            const budget = budgets[(order[index % order.length] ?? 0) % servers];
            if (await budget?.take()) allowed += 1;
          }
          for (const budget of budgets) allowed += await takeMany(budget, limit);
          expect(allowed).toBe(limit);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('asks once for many who come at the same moment', async () => {
    const { lease, asked } = share();
    const budget = new Budget(1_000, lease);
    const allowed = await Promise.all(Array.from({ length: 50 }, async () => budget.take()));
    expect(allowed.every(Boolean)).toBe(true);
    expect(asked()).toBeLessThan(4);
  });
});
