/**
 * How Node holds the server's memory. By itself it lets the space for new things grow to hundreds of megabytes under load, and collects
 * old ones the more lazily the more memory the machine has, as if it had the machine for itself; here the sites of customers need it. The
 * largest report of a node, 64 MiB of JSON, was tried and has room in it. Measured with `npm run bench -- api-memory`.
 */
export const memoryFlags = ['--max-semi-space-size=4', '--max-old-space-size=256'] as const;

/** Freed memory of many threads stays with the process: two pools of it are enough. */
export const memoryEnvironment = { MALLOC_ARENA_MAX: '2' } as const;
