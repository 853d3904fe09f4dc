/** Keeps the process alive while something is going on, however much of it is waiting for what would not keep it alive. */
export async function keepingAlive<T>(work: () => Promise<T>): Promise<T> {
  const hold = setInterval(() => undefined, LONGEST);
  try {
    return await work();
  } finally {
    clearInterval(hold);
  }
}

/** The longest delay there is. */
const LONGEST = 2_147_483_647;
