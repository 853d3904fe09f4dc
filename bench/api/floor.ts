import { fastify } from 'fastify';
import pg from 'pg';

/**
 * The least that can answer the same question: Fastify, one prepared query for twenty rows with all that the list shows, and the
 * engine's own JSON. Nobody is asked who it is, nothing is counted, logged or checked.
 */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const http = fastify();
const query = {
  name: 'list',
  text: `select a.*, r.observed_generation, r.conditions, n.name as node_name, n.last_seen_at from kernel.app a
    join kernel.reconciliation r on r.app = a.id join kernel.node n on n.id = a.node order by a.id desc limit 20`,
};
http.get('/v1/apps', async () => ({ items: (await pool.query(query)).rows }));
await http.listen({ host: '127.0.0.1', port: 0 });
const [address] = http.addresses();
process.stdout.write(
  `${JSON.stringify({ ready: true, api: `http://127.0.0.1:${typeof address === 'object' ? address.port : ''}` })}\n`,
);
process.once('SIGTERM', () => process.exit());
