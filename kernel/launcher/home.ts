import { homedir } from 'node:os';
import { join } from 'node:path';

/** Everything of one installation, by path. Who owns what stands in `ensureHome`. */
export interface Home {
  readonly path: string;
  /** Address, pid and demo of a running installation; absent while it is not ready. */
  readonly ready: string;
  /** The first administrator: e-mail address, password and an API token for scripts. */
  readonly initialAdmin: string;
  /** The launcher's own notes. */
  readonly launcher: string;
  /** As root, the program as it runs. */
  readonly program: string;
  readonly postgres: string;
  readonly server: string;
  readonly agent: string;
  readonly node: string;
  readonly logs: string;
}

export function homeAt(path: string): Home {
  return {
    path,
    ready: join(path, 'ready.json'),
    initialAdmin: join(path, 'initial-admin.json'),
    launcher: join(path, 'launcher'),
    program: join(path, 'program'),
    postgres: join(path, 'postgres'),
    server: join(path, 'server'),
    agent: join(path, 'agent'),
    node: join(path, 'node'),
    logs: join(path, 'logs'),
  };
}

/** Where an installation is when nobody says otherwise. */
export function defaultHomePath(environment: NodeJS.ProcessEnv = process.env): string {
  if (process.getuid?.() === 0) return '/var/lib/freehold';
  return join(environment.XDG_DATA_HOME || join(homedir(), '.local/share'), 'freehold');
}

/** Contents of {@link Home.ready}. */
export interface ReadyFile {
  readonly api: string;
  readonly pid: number;
  readonly demo?: { readonly app: string; readonly url: string };
}

/** Contents of {@link Home.initialAdmin}. */
export interface InitialAdmin {
  readonly email: string;
  readonly password: string;
  readonly token: string;
}
