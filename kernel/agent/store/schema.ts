import type { DatabaseSync } from 'node:sqlite';

/** Each entry brings the store from the version before it to its own. Entries are added, never changed. */
const VERSIONS = [
  `
  CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  -- Owners in the order in which they first came: their services start in it.
  CREATE TABLE owner (
    sequence INTEGER PRIMARY KEY, owner TEXT NOT NULL UNIQUE, title TEXT NOT NULL, user TEXT,
    revision INTEGER NOT NULL, generation INTEGER NOT NULL, secrets TEXT NOT NULL, reported TEXT
  ) STRICT;

  CREATE TABLE resource (
    owner TEXT NOT NULL, key TEXT NOT NULL, ordinal INTEGER NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,
    spec TEXT NOT NULL, plugin TEXT NOT NULL, via TEXT NOT NULL, facts TEXT NOT NULL, leaving INTEGER NOT NULL,
    PRIMARY KEY (owner, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX resource_type ON resource (type);

  -- What no two owners may hold: paths, names of users and services.
  CREATE TABLE identity (
    name TEXT NOT NULL, owner TEXT NOT NULL, key TEXT NOT NULL, shared INTEGER NOT NULL,
    PRIMARY KEY (name, owner, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX identity_resource ON identity (owner, key);

  -- The parts of files that several owners share.
  CREATE TABLE fragment (
    path TEXT NOT NULL, key TEXT NOT NULL, owner TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (path, key)
  ) STRICT, WITHOUT ROWID;

  -- Numbers of unix users: reserved as long as files of theirs may be in the trash.
  CREATE TABLE account (uid INTEGER PRIMARY KEY, name TEXT NOT NULL, owner TEXT NOT NULL, UNIQUE (owner, name)) STRICT;

  CREATE TABLE journal (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, committed INTEGER NOT NULL) STRICT;
  CREATE TABLE journal_step (
    journal INTEGER NOT NULL REFERENCES journal (id) ON DELETE CASCADE, ordinal INTEGER NOT NULL,
    key TEXT NOT NULL, type TEXT NOT NULL, inverse TEXT NOT NULL, PRIMARY KEY (journal, ordinal)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE service (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;

  CREATE TABLE trash (
    id INTEGER PRIMARY KEY, owner TEXT NOT NULL, dataset TEXT NOT NULL, path TEXT NOT NULL, manifest TEXT NOT NULL,
    moved INTEGER NOT NULL, at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX trash_owner ON trash (owner, dataset);

  CREATE TABLE action (operation TEXT PRIMARY KEY, report TEXT, at INTEGER NOT NULL) STRICT;

  CREATE TABLE report (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
  `,
  `
  -- Numbers that the owner's users had when it was taken away, by name: the files in it have them.
  ALTER TABLE trash ADD COLUMN uids TEXT NOT NULL DEFAULT '{}';
  UPDATE trash SET uids = (SELECT json_group_object(name, uid) FROM account WHERE account.owner = trash.owner);
  `,
  `
  -- How far each log was counted, and what was counted: bytes that were sent and received.
  CREATE TABLE IF NOT EXISTS traffic_log (
    owner TEXT NOT NULL, key TEXT NOT NULL, inode TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (owner, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS traffic (owner TEXT PRIMARY KEY, bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
];

export function upgrade(database: DatabaseSync): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version > VERSIONS.length)
    throw new Error(
      `The agent's store has version ${version}; this agent knows ${VERSIONS.length}. Run the newer agent.`,
    );
  for (const [index, statements] of VERSIONS.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN; ${statements}; PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}
