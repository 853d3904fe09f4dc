/**
 * How Node holds the server's memory. By itself it lets the space for new things grow to hundreds of megabytes under load, and collects
 * old ones only when there are twice as many, because it takes the machine for its own; here the sites of customers need it. Measured
 * with `npm run bench -- api-memory`.
 */
export const memoryFlags = ['--max-semi-space-size=8', '--heap-growing-percent=20'] as const;

/** Freed memory of many threads stays with the process: two pools of it are enough. */
export const memoryEnvironment = { MALLOC_ARENA_MAX: '2' } as const;
