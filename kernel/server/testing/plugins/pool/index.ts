import { command, defineDriver, definePlugin, directory, Fields, file, Type } from '@freehold/sdk';
import { pool } from './contract.ts';

/** Versions that the node has: what its role observes. */
function versionsOf(role: Readonly<Record<string, unknown>>): readonly string[] {
  return (role['command:versions'] as string[] | undefined) ?? [];
}

export default definePlugin({
  config: Fields({ workers: Type.Integer({ minimum: 1, maximum: 64, default: 4 }) }),
  role: ({ node, config }) => [
    directory({ path: `${node.paths.config}/pool` }),
    command({ id: 'versions', argv: ['pool-versions'], output: { format: 'lines' } }),
    file({ path: `${node.paths.config}/pool/main.conf`, content: `workers = ${config.workers}\n` }),
  ],
  resourceTypes: [
    defineDriver(pool, {
      check: ({ spec, role }) =>
        versionsOf(role).includes(spec.version)
          ? []
          : [
              {
                pointer: '/version',
                message: `Version ${spec.version} is not installed.`,
                remedy: `Choose one of ${versionsOf(role).join(', ')}.`,
              },
            ],
      outputs: ({ owner, node }) => ({ socket: `${node.paths.run}/pool/${owner.id}.sock` }),
      lower: ({ id, owner, node, spec }) => [
        file({
          path: `${node.paths.config}/pool/${owner.id}-${id}.conf`,
          content: `version = ${spec.version}\ntitle = ${JSON.stringify(spec.title)}\npassword = ${spec.password ?? ''}\n`,
          secret: spec.password !== undefined,
        }),
      ],
    }),
  ],
});
