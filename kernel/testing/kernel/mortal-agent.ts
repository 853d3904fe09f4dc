import { pino } from 'pino';
import { type Agent, createAgent } from '../../agent/agent.ts';
import type { StateStore } from '../../agent/store/state-store.ts';
import type { Connection, SimulatedMachine } from '../machine/index.ts';
import type { BellLink } from './bell-link.ts';
import { mortalLink } from './mortal-link.ts';

export interface AgentSurroundings {
  readonly machine: SimulatedMachine;
  readonly link: BellLink;
  readonly ports: { readonly http: number; readonly https: number };
  readonly token: string;
  /** What it knows. */
  readonly store: StateStore;
}

interface Life {
  readonly agent: Agent;
  readonly connection: Connection;
  readonly cutLink: () => void;
  /** Resolves when it is killed. */
  readonly death: PromiseWithResolvers<void>;
}

/** The agent of a node, which can be killed, and then lives again on the machine and the store that it left. */
export class MortalAgent {
  readonly #surroundings: AgentSurroundings;
  #life: Life;
  #stepsToLive: number | undefined;
  crashes = 0;

  constructor(surroundings: AgentSurroundings) {
    this.#surroundings = surroundings;
    this.#life = this.#beginLife();
  }

  get store(): StateStore {
    return this.#surroundings.store;
  }

  async start(): Promise<void> {
    await this.#life.agent.start();
  }

  /** It dies at this step of what it does next, counted from 1. */
  dieAfter(steps: number): void {
    this.#stepsToLive = steps;
  }

  /** It does not die any more unless told again. */
  spare(): void {
    this.#stepsToLive = undefined;
  }

  /** Ends it as `kill -9` would, and starts the next one. */
  async crash(): Promise<void> {
    this.#kill();
    await this.#revive();
  }

  /** Returns when no work is in hand and the server has all reports, or cannot be told. An agent that dies meanwhile lives again. */
  async settled(): Promise<void> {
    const { agent, death } = this.#life;
    const held = this.#surroundings.link.reachability.held;
    const isDead = await Promise.race([agent.settled(), held, death.promise.then(() => true)]);
    if (isDead !== true) return;
    await this.#revive();
    await this.settled();
  }

  /** Resolves with the death of the agent that lives now. */
  get death(): Promise<void> {
    return this.#life.death.promise;
  }

  async stop(): Promise<void> {
    await this.#life.agent.stop({ stopServices: true });
  }

  #kill(): void {
    this.crashes++;
    this.#life.connection.cut();
    this.#life.cutLink();
    this.#life.death.resolve();
  }

  async #revive(): Promise<void> {
    this.#life = this.#beginLife();
    this.#surroundings.link.ring();
    await this.start();
  }

  #beginLife(): Life {
    const { machine, link, ports, token, store } = this.#surroundings;
    const connection = machine.connect();
    const mortal = mortalLink(link);
    const agent = createAgent({
      system: connection.system,
      store,
      link: mortal.link,
      paths: machine.paths,
      trashFolder: `${machine.home}/agent/trash`,
      ports,
      log: pino({ level: process.env.AGENT_LOG ?? 'silent' }),
      loadToken: async () => token,
      crash: () => this.#step(connection),
    });
    return { agent, connection, cutLink: mortal.cut, death: Promise.withResolvers() };
  }

  #step(connection: Connection): void | Promise<void> {
    if (connection !== this.#life.connection) return never;
    if (this.#stepsToLive === undefined || --this.#stepsToLive > 0) return undefined;
    this.#stepsToLive = undefined;
    this.#kill();
    return never;
  }
}

const never = new Promise<never>(() => undefined);
