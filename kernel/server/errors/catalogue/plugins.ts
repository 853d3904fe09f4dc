import type { ErrorKind } from './error-kind.ts';

/** Errors of plugins. */
export const pluginErrors = {
  'plugin-not-found': {
    status: 404,
    title: 'Plugin not found',
    detail: 'There is no plugin {plugin}.',
    remedy: 'GET /v1/plugins lists the plugins that were found.',
  },
  'plugin-not-running': {
    status: 409,
    title: 'The plugin does not run',
    detail: 'The plugin {plugin} is {state}: {reason}',
    remedy: 'GET /v1/plugins/{plugin} says what is wrong and what to do.',
  },
  'plugin-not-enabled': {
    status: 404,
    title: 'The plugin is not enabled on this node',
    detail: 'The plugin {plugin} is not enabled on node {node}.',
    remedy: 'Enable it with PUT /v1/nodes/{node}/plugins/{plugin}.',
  },
  'plugin-requires': {
    status: 409,
    title: 'The plugin needs others',
    detail: 'The plugin {plugin} needs plugins that are not enabled on node {node}: {plugins}.',
    remedy: 'Enable those first.',
  },
  'plugin-in-use': {
    status: 409,
    title: 'The plugin is needed on this node',
    detail: 'On node {node} the plugin {plugin} is needed by {users}.',
    remedy: 'Remove what needs it first.',
  },
} as const satisfies Record<string, ErrorKind>;
