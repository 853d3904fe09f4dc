import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Primitive } from '@freehold/sdk';
import type { OwnerKey } from '@freehold/sdk/protocol';

/** A resource that the agent applied. */
export interface Recorded {
  readonly owner: OwnerKey;
  readonly key: string;
  /** As the server sent it: with placeholders where secrets belong. */
  readonly resource: Primitive;
  readonly plugin: string;
  readonly via: readonly string[];
  /** Its place in the owner's list. */
  readonly ordinal: number;
  /** What its primitive remembers: what was last written, numbers that were chosen. */
  readonly facts: unknown;
  /** No longer wanted, but not gone yet. */
  readonly leaving: boolean;
}

/** What only one owner may hold, unless all that hold it share it. */
export interface Identity {
  /** `path:/etc/x`, `user:web1`, `service:nginx`. */
  readonly name: string;
  readonly shared: boolean;
}

export interface Holding extends Identity {
  readonly owner: OwnerKey;
  readonly key: string;
}

/** Everything that the agent made and has not removed. */
export class Inventory {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database);
  }

  /** In the order of the owner's list. */
  ofOwner(owner: OwnerKey): Recorded[] {
    return this.#statements.ofOwner.all(owner).map(toRecorded);
  }

  find(owner: OwnerKey, key: string): Recorded | undefined {
    const row = this.#statements.find.get(owner, key);
    return row && toRecorded(row);
  }

  /** Of all owners, in the order in which the owners came. */
  ofType<Type extends Primitive['type']>(type: Type): (Recorded & { resource: Extract<Primitive, { type: Type }> })[] {
    return this.#statements.ofType.all(type).map(toRecorded) as ReturnType<typeof this.ofType<Type>>;
  }

  save(recorded: Recorded, identities: readonly Identity[]): void {
    const { owner, key, resource, plugin, via, ordinal, facts, leaving } = recorded;
    const { type, id, spec } = resource;
    const values = [JSON.stringify(spec), plugin, JSON.stringify(via), JSON.stringify(facts ?? null)];
    this.#statements.save.run(owner, key, ordinal, type, id, ...values, leaving ? 1 : 0);
    this.#statements.deleteIdentities.run(owner, key);
    for (const { name, shared } of identities) this.#statements.saveIdentity.run(name, owner, key, shared ? 1 : 0);
  }

  saveFacts(owner: OwnerKey, key: string, facts: unknown): void {
    this.#statements.saveFacts.run(JSON.stringify(facts ?? null), owner, key);
  }

  delete(owner: OwnerKey, key: string): void {
    this.#statements.deleteIdentities.run(owner, key);
    this.#statements.delete.run(owner, key);
  }

  /** Who holds an identity. */
  holdersOf(name: string): Holding[] {
    return this.#statements.holders.all(name).map(toHolding);
  }

  /** Who holds paths below a folder. */
  holdersBelow(folder: string): Holding[] {
    // `0` is the character after `/`: everything that begins with the folder and a slash lies between.
    return this.#statements.holdersBetween.all(`path:${folder}/`, `path:${folder}0`).map(toHolding);
  }
}

function prepare(database: DatabaseSync) {
  return {
    ofOwner: database.prepare('SELECT * FROM resource WHERE owner = ? ORDER BY ordinal'),
    find: database.prepare('SELECT * FROM resource WHERE owner = ? AND key = ?'),
    ofType: database.prepare(
      'SELECT resource.* FROM resource JOIN owner USING (owner) WHERE type = ? ORDER BY owner.sequence, ordinal',
    ),
    save: database.prepare('INSERT OR REPLACE INTO resource VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    saveFacts: database.prepare('UPDATE resource SET facts = ? WHERE owner = ? AND key = ?'),
    delete: database.prepare('DELETE FROM resource WHERE owner = ? AND key = ?'),
    saveIdentity: database.prepare('INSERT INTO identity (name, owner, key, shared) VALUES (?, ?, ?, ?)'),
    deleteIdentities: database.prepare('DELETE FROM identity WHERE owner = ? AND key = ?'),
    holders: database.prepare('SELECT * FROM identity WHERE name = ?'),
    holdersBetween: database.prepare('SELECT * FROM identity WHERE name > ? AND name < ?'),
  } as const;
}

type Row = Record<string, SQLOutputValue>;

function toRecorded(row: Row): Recorded {
  const spec = JSON.parse(String(row.spec));
  return {
    owner: row.owner as OwnerKey,
    key: String(row.key),
    resource: { type: row.type, id: row.id, spec } as unknown as Primitive,
    plugin: String(row.plugin),
    via: JSON.parse(String(row.via)),
    ordinal: Number(row.ordinal),
    facts: JSON.parse(String(row.facts)),
    leaving: row.leaving === 1,
  };
}

function toHolding(row: Row): Holding {
  return { name: String(row.name), owner: row.owner as OwnerKey, key: String(row.key), shared: row.shared === 1 };
}
