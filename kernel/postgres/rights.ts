import pg from 'pg';

/** What the user of a database may do, as far as Freehold needs it. */
export interface Rights {
  readonly user: string;
  /** More than is needed: row-level security is nothing to it. */
  readonly superuser: boolean;
  /** The role in which tenants are kept apart. */
  readonly role: string;
  /** Whether the role is there for it, or it can make it. */
  readonly ready: boolean;
}

/** @throws Error when the database does not let one in */
export async function loadRights(url: string): Promise<Rights> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const { rows } = await client.query<Rights>(
      `select session_user::text as user, rolsuper as superuser, role, rolsuper or rolcreaterole
         or exists (select from pg_roles where rolname = role and pg_has_role(session_user, oid, 'member')) as ready
       from pg_roles, (select left(session_user, 55) || '_scoped' as role) as named where rolname = session_user`,
    );
    return rows[0] as Rights;
  } finally {
    await client.end();
  }
}
