import type { NodePaths } from '@freehold/sdk';
import type { NodeFacts } from '@freehold/sdk/protocol';
import { fingerprint } from '../system/fingerprint.ts';
import type { System } from '../system/system.ts';

export interface FactParts {
  readonly system: System;
  readonly paths: NodePaths;
  readonly ports: { readonly http: number; readonly https: number };
  readonly agentVersion: string;
  warnings(): readonly string[];
}

/** Free space is told again when it changed by this part of the disk. */
const NOTEWORTHY = 0.02;

/** What a node says of itself, and what of it the server knows. */
export class Facts {
  readonly #parts: FactParts;
  #told: NodeFacts | undefined;

  constructor(parts: FactParts) {
    this.#parts = parts;
  }

  /** Undefined when the server knows them. */
  async findNews(): Promise<NodeFacts | undefined> {
    const facts = await this.#load();
    return this.#told && isSame(this.#told, facts) ? undefined : facts;
  }

  /** The server has these. */
  saveTold(facts: NodeFacts): void {
    this.#told = facts;
  }

  async #load(): Promise<NodeFacts> {
    const { system, paths, ports, agentVersion, warnings } = this.#parts;
    const { self } = system.accounts;
    return {
      ...(await system.host.describe(paths.sites)),
      privileged: self.uid === 0,
      user: self.name,
      paths,
      ports,
      agentVersion,
      serviceManager: system.services.manager,
      warnings: [...warnings()],
    };
  }
}

function isSame(told: NodeFacts, facts: NodeFacts): boolean {
  const stable = ({ diskFreeBytes: _, ...rest }: NodeFacts) => fingerprint(rest);
  const change = Math.abs(told.diskFreeBytes - facts.diskFreeBytes);
  return stable(told) === stable(facts) && change < NOTEWORTHY * facts.diskBytes;
}
