import { Agent, request } from 'node:http';

export interface Visit {
  readonly port: number;
  readonly host: string;
  readonly path?: string;
}

// A connection of its own for each visit: one that is kept would stay with a worker of nginx that is about to end.
const agent = new Agent({ keepAlive: false });

/** The status that a web server of this machine answers with, or undefined when nobody answers. */
export function visit({ port, host, path = '/' }: Visit): Promise<number | undefined> {
  return new Promise((resolve) => {
    const call = request({ host: '127.0.0.1', port, path, agent, headers: { host } }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    });
    call.once('error', () => resolve(undefined));
    call.end();
  });
}

/** Visits again and again, until the answer is 200. */
export async function untilServed(site: Visit): Promise<void> {
  while ((await visit(site)) !== 200) await new Promise((resolve) => setTimeout(resolve, 1));
}
