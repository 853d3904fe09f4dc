import { createServer } from 'node:http';
import pg from 'pg';

/** The least that a server with a database can be: one connection, one answer. Says when it is ready in the way of the server. */

const database = new pg.Client({ connectionString: process.env.DATABASE_URL });
await database.connect();
const server = createServer(async (_request, response) => {
  await database.query('select 1');
  response.end();
});
server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address() as { port: number };
  await fetch(`http://127.0.0.1:${port}/ready`);
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
});
process.once('SIGTERM', () => process.exit());
