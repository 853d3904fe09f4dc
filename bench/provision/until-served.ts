import { visit } from '../../e2e/installation/visit.ts';

/** Visits again and again, each time with a connection of its own, until the answer is 200. */
export async function untilServed(port: number, host: string): Promise<void> {
  for (;;) {
    const status = await visit(port, host).then(
      (answer) => answer.status,
      () => undefined,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
