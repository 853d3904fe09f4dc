import type { Assignment } from './assignment.ts';
import { identitiesOf } from './compare.ts';

/** Holds what an owner is about to take, so that nobody else in hand finds it free. */
export async function withClaims<Result>(assignment: Assignment, work: () => Promise<Result>): Promise<Result> {
  const { wanted, workshop } = assignment;
  const { claims } = workshop;
  const mine: string[] = [];
  for (const { resource } of wanted.resources)
    for (const { name, shared } of identitiesOf(resource, wanted.owner)) {
      if (shared || claims.has(name)) continue;
      claims.set(name, wanted.owner);
      mine.push(name);
    }
  try {
    return await work();
  } finally {
    for (const name of mine) claims.delete(name);
  }
}
