import type { NodePaths } from '@freehold/sdk';
import type { Logger } from 'pino';
import type { CrashPoints } from './engine/crash-points.ts';
import { Engine } from './engine/engine.ts';
import { enrol } from './exchange/enrolment.ts';
import type { ExchangeLink } from './exchange/exchange-link.ts';
import { ExchangeLoop } from './exchange/exchange-loop.ts';
import { Facts } from './exchange/facts.ts';
import { ReportQueue } from './exchange/report-queue.ts';
import type { StateStore } from './store/state-store.ts';
import type { System } from './system/system.ts';

export const AGENT_VERSION = '0.1.0';

/** What an agent is made of. Tests give it a simulated machine and a link that calls the server in the same process. */
export interface AgentParts {
  readonly system: System;
  readonly store: StateStore;
  readonly link: ExchangeLink;
  readonly paths: NodePaths;
  /** The folder of all trash; it exists. */
  readonly trashFolder: string;
  readonly ports: { readonly http: number; readonly https: number };
  readonly log: Logger;
  /** The one-time token, asked for when the node is not enrolled. */
  readonly loadToken: () => Promise<string | undefined>;
  readonly crash?: CrashPoints;
}

export interface Agent {
  /** Puts right what was left, enrols, and returns after the first exchange. Work begins then. */
  start(): Promise<void>;
  /** Returns when no work but the following of logs is in hand, and the server has all reports. */
  settled(): Promise<void>;
  /** Finishes what is in hand or takes it back. Services run on unless they are to be stopped. */
  stop(options: { stopServices: boolean }): Promise<void>;
}

/** Milliseconds that work in hand may take to end when the agent is stopped, before it is taken back. */
const PATIENCE = 5000;

export function createAgent(parts: AgentParts): Agent {
  const { system, store, link, paths, ports, log, loadToken } = parts;
  const reports = new ReportQueue(store);
  const engine = new Engine({ ...parts, uploads: link, reports, released: () => loop.refresh() });
  const facts = new Facts({ system, paths, ports, agentVersion: AGENT_VERSION, warnings: () => engine.warnings() });
  const loop: ExchangeLoop = new ExchangeLoop({
    link,
    reports,
    facts,
    clock: system.clock,
    log,
    inHand: () => engine.inHand(),
    accept: (work) => engine.accept(work),
    cancel: (key) => engine.cancel(key),
    configure: (settings) => engine.configure(settings),
  });

  return {
    async start() {
      await engine.start();
      const { hostname } = await system.host.describe(paths.sites);
      await enrol({ link, store, hostname, loadToken });
      await loop.begin();
      loop.run();
      engine.keepUp();
    },
    async settled() {
      do {
        await engine.settled();
        await reports.delivered();
      } while (engine.isBusy());
    },
    async stop({ stopServices }) {
      await engine.stop({ patience: PATIENCE });
      await loop.stop();
      await system.timers.close();
      await system.services.close({ stop: stopServices });
      store.close();
    },
  };
}
