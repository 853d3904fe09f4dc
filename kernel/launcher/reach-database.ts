import { connect } from 'node:net';
import { exitCodes, ProblemError } from '../cli/problem.ts';

export interface DatabasePlace {
  readonly host: string;
  readonly port: number;
}

/** Where a PostgreSQL of the hoster's own listens; undefined when it is reached through a socket. */
export function placeOf(databaseUrl: string): DatabasePlace | undefined {
  const { hostname, port, searchParams } = new URL(databaseUrl);
  const host = searchParams.get('host') ?? hostname.replace(/^\[|\]$/g, '');
  return host === '' || host.startsWith('/') ? undefined : { host, port: Number(port || 5432) };
}

/** Whether anything answers there. */
export function answers(place: DatabasePlace): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...place, timeout: 5_000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

/** Better said here than by a server that cannot start. */
export async function assertReachable(databaseUrl: string): Promise<void> {
  const place = placeOf(databaseUrl);
  if (!place || (await answers(place))) return;
  throw new ProblemError(
    {
      code: 'database-unreachable',
      title: 'The database does not answer',
      detail: `The PostgreSQL of DATABASE_URL does not answer at ${place.host} port ${place.port}.`,
      remedy: 'Start it, or correct DATABASE_URL. Without DATABASE_URL Freehold brings a PostgreSQL of its own.',
    },
    exitCodes.failed,
  );
}
