/** The database was brought forward by a newer program. Its words are for whoever starts the server. */
export class DatabaseNewerError extends Error {
  override readonly name = 'DatabaseNewerError';

  constructor({ unknown, newest }: { unknown: readonly string[]; newest: string }) {
    super(
      `The database is that of a newer Freehold: it has ${unknown.join(', ')}, and this program knows its tables up to ${newest}.\n` +
        'Nothing was changed. Start the newer program again, or restore a backup of the database from before the upgrade.',
    );
  }
}
