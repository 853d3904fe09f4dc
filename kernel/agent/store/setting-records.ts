import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { NodeSettings } from '@freehold/sdk/protocol';

/** The node's own key, kept after enrolment. */
export interface NodeIdentity {
  readonly node: string;
  readonly name: string;
  readonly key: string;
}

export interface Settings {
  readonly identity: NodeIdentity;
  /** The last that the server said. */
  readonly node: NodeSettings;
  /** Names the sums of what apps sent and received: another one when they begin at 0 again. */
  readonly usageEpoch: string;
  /** The next number to try for a unix user. */
  readonly nextUid: number;
  /** Units of systemd that came with packages which this agent installed. Others are somebody's own. */
  readonly ownUnits: readonly string[];
  /** Units that were there before packages were installed whose installation nobody saw the end of; null when there is none. */
  readonly unitsBefore: readonly string[] | null;
}

export class SettingRecords {
  readonly #find: StatementSync;
  readonly #save: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT value FROM setting WHERE name = ?');
    this.#save = database.prepare('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)');
  }

  find<Name extends keyof Settings>(name: Name): Settings[Name] | undefined {
    const row = this.#find.get(name);
    return row && JSON.parse(String(row.value));
  }

  /** The server says the same with every answer. */
  saveIfChanged<Name extends keyof Settings>(name: Name, value: Settings[Name]): void {
    if (this.#find.get(name)?.value !== JSON.stringify(value)) this.save(name, value);
  }

  save<Name extends keyof Settings>(name: Name, value: Settings[Name]): void {
    this.#save.run(name, JSON.stringify(value));
  }
}
