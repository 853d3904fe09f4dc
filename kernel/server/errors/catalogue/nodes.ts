import type { ErrorKind } from './error-kind.ts';

/** Errors of nodes and their agents. */
export const nodeErrors = {
  'node-not-found': {
    status: 404,
    title: 'Node not found',
    detail: 'There is no node {node}.',
    remedy: 'GET /v1/nodes lists the nodes.',
  },
  'node-name-taken': {
    status: 409,
    title: 'The name is taken',
    detail: 'Another node has the name {name}.',
    remedy: 'Choose another name.',
  },
  'no-node-for-app-type': {
    status: 409,
    title: 'No node can run apps of this type',
    detail: 'No node has all plugins enabled that apps of the type {type} need: {plugins}.',
    remedy: 'Enable them with PUT /v1/nodes/{node}/plugins/{plugin}.',
  },
  'node-lacks-plugins': {
    status: 409,
    title: 'The node cannot run apps of this type',
    detail: 'Node {node} lacks plugins that apps of the type {type} need: {plugins}.',
    remedy: 'Enable them with PUT /v1/nodes/{node}/plugins/{plugin}, or choose another node.',
  },
  'node-unreachable': {
    status: 504,
    title: 'The node does not answer',
    detail: 'Node {node} did not answer within {seconds} seconds.',
    remedy: 'Check that its agent runs and reaches the server, and try again.',
    retryable: true,
  },
  'enrolment-refused': {
    status: 401,
    title: 'The enrolment token is not valid',
    detail: 'The enrolment token is unknown, used up or too old.',
    remedy: 'Make a new one with POST /v1/nodes/{node}/enrolment.',
  },
  'unknown-node-key': {
    status: 401,
    title: 'The node key is not valid',
    detail: 'No node has this key.',
    remedy: 'Enrol the node again.',
  },
  'unsupported-protocol': {
    status: 422,
    title: 'The agent speaks another protocol',
    detail: 'The agent speaks version {version} of the protocol, and this server speaks {supported}.',
    remedy: 'Bring agent and server to the same version of Freehold.',
  },
  'upload-not-found': {
    status: 404,
    title: 'Upload not found',
    detail: 'No app on this node has files with the hash {sha256}.',
    remedy: 'Deploy the files again.',
  },
} as const satisfies Record<string, ErrorKind>;
