/** The words are for whoever starts the server. */
export class RoleNotAllowedError extends Error {
  override readonly name = 'RoleNotAllowedError';

  constructor({ role, owner }: { role: string; owner: string }, cause: unknown) {
    super(
      `The database user ${owner} may not make the role ${role}, in which Freehold does what it does for tenants.\n` +
        `Let somebody who may do it run: create role "${role}" nologin; grant "${role}" to "${owner}";`,
      { cause },
    );
  }
}
