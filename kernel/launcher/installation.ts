import type { Account } from './account.ts';
import type { Home } from './home.ts';
import type { Settings } from './settings.ts';

/** One installation while it is started and runs: what its parts need to know. */
export interface Installation {
  readonly settings: Settings;
  readonly home: Home;
  /** Where server, agent and PostgreSQL run from: the staged copy as root, otherwise the checkout. */
  readonly program: string;
  /** Path of the Node that runs them. */
  readonly node: string;
  /** Of server and PostgreSQL; undefined when everything runs as one user. */
  readonly account: Account | undefined;
  readonly ports: Ports;
  /** Aborted when the installation is to stop. */
  readonly stop: AbortSignal;
}

export interface Ports {
  readonly api: number;
  readonly http: number;
  readonly https: number;
}
