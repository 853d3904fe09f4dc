/** One kind of error that a caller can meet. Texts are templates: `{name}` stands for a field. */
export interface ErrorKind {
  /** Status of the HTTP answer. */
  readonly status: number;
  /** The same for every error of this kind. */
  readonly title: string;
  /** What happened, with the values. */
  readonly detail: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Whether the same request may succeed later without any change. */
  readonly retryable?: boolean;
}

/** Every error that the API answers with, by its stable code. `docs/errors.md` is made from it. */
export const catalogue = {
  // --- The request itself
  'malformed-json': {
    status: 400,
    title: 'The body is no JSON',
    detail: 'The body could not be read as JSON: {reason}.',
    remedy: 'Send one JSON value in UTF-8.',
  },
  'malformed-request': {
    status: 400,
    title: 'The request is malformed',
    detail: 'The request could not be read: {reason}.',
    remedy: 'Check the address and the headers of the request.',
  },
  'invalid-request': {
    status: 422,
    title: 'The request has fields that cannot be accepted',
    detail: '{count} of the given values cannot be accepted. Each is listed in errors.',
    remedy: 'Correct the fields that errors names, and send the request again.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    detail: 'The body is larger than {limit} bytes.',
    remedy: 'Send less. Files are deployed with PUT /v1/apps/{app}/files, which has limits of its own.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body has a type that is not understood here',
    detail: 'The content type {type} is not understood here.',
    remedy: 'Send application/json, or for files application/x-tar or application/gzip.',
  },
  'route-not-found': {
    status: 404,
    title: 'There is nothing at this address',
    detail: 'There is no route {route}.',
    remedy: 'Look the address up in /v1/openapi.json.',
  },
  'invalid-cursor': {
    status: 422,
    title: 'The cursor is not one that this list gave',
    detail: 'The cursor {cursor} does not belong to this list.',
    remedy: 'Leave the cursor out to start from the beginning, and pass on what next says.',
  },
  'internal-error': {
    status: 500,
    title: 'The server met an error of its own',
    detail: 'The request {request} ended with an error that is not the fault of the caller.',
    remedy: 'Try again. If it happens again, look for the request id in the log of the server.',
    retryable: true,
  },
  'server-stopping': {
    status: 503,
    title: 'The server is stopping',
    detail: 'The server is stopping and takes no more work.',
    remedy: 'Try again in a moment.',
    retryable: true,
  },
  'not-ready': {
    status: 503,
    title: 'The server is not ready',
    detail: 'The server cannot work yet: {reason}.',
    remedy: 'Try again in a moment.',
    retryable: true,
  },

  // --- Idempotency
  'idempotency-key-invalid': {
    status: 422,
    title: 'The idempotency key cannot be used',
    detail: 'The idempotency key {key} is not made of 1 to 200 visible ASCII characters.',
    remedy: 'Send a random key, a UUID for example.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The idempotency key belongs to another request',
    detail: 'The idempotency key {key} was used for a request with another address or body.',
    remedy: 'Make a new key for each request, and send it again only with the very same request.',
  },
  'idempotency-key-in-progress': {
    status: 409,
    title: 'The request with this idempotency key is still running',
    detail: 'The first request with the idempotency key {key} has not ended.',
    remedy: 'Wait a moment and send the same request again to get its answer.',
    retryable: true,
  },

  // --- Who asks
  unauthenticated: {
    status: 401,
    title: 'Nobody is signed in',
    detail: 'The request carries no API token that is valid: {reason}.',
    remedy: 'Send Authorization: Bearer <token>. POST /v1/session trades e-mail and password for one.',
  },
  'wrong-credentials': {
    status: 401,
    title: 'E-mail or password is wrong',
    detail: 'There is no account with this e-mail and password.',
    remedy: 'Check both. Passwords are case-sensitive.',
  },
  'permission-denied': {
    status: 403,
    title: 'This is not allowed',
    detail: '{actor} may not do {action} here.',
    remedy: 'Ask somebody with the needed role: {roles}.',
  },

  // --- Tenants and accounts
  'tenant-not-found': {
    status: 404,
    title: 'Tenant not found',
    detail: 'There is no tenant {tenant}.',
    remedy: 'GET /v1/tenants lists the tenants you can see.',
  },
  'tenant-slug-taken': {
    status: 409,
    title: 'The short name is taken',
    detail: 'Another tenant has the short name {slug}.',
    remedy: 'Choose another slug.',
  },
  'tenant-parent-not-suitable': {
    status: 422,
    title: 'The parent cannot have this tenant',
    detail: 'A {kind} cannot stand below the {parentKind} {parent}.',
    remedy: 'A reseller stands below the hoster; a customer below the hoster or a reseller.',
  },
  'tenant-needed': {
    status: 422,
    title: 'The tenant is not clear',
    detail: 'You act for {count} tenants, so the request must name one.',
    remedy: 'Name the tenant in the field tenant.',
  },
  'token-not-found': {
    status: 404,
    title: 'Token not found',
    detail: 'The tenant has no API token {token}.',
    remedy: 'GET /v1/tenants/{tenant}/tokens lists them.',
  },

  // --- Domains
  'domain-taken': {
    status: 409,
    title: 'The host name is taken',
    detail: 'The host name {name} cannot be used: {reason}.',
    remedy: 'Use another host name, or take it away from the app that has it.',
  },
  'domain-is-public-suffix': {
    status: 422,
    title: 'The host name belongs to nobody',
    detail: 'Below {name} anybody can register names, so no tenant can hold it.',
    remedy: 'Use a name below it, for example www.{name}.',
  },

  // --- Apps
  'app-type-not-found': {
    status: 404,
    title: 'App type not found',
    detail: 'No running plugin gives the app type {type}.',
    remedy: 'GET /v1/app-types lists the types. GET /v1/plugins says why a plugin does not run.',
  },
  'app-not-found': {
    status: 404,
    title: 'App not found',
    detail: 'There is no app {app}.',
    remedy: 'GET /v1/apps lists the apps you can see.',
  },
  'app-name-taken': {
    status: 409,
    title: 'The name is taken',
    detail: 'The tenant has another app with the name {name}.',
    remedy: 'Choose another name.',
  },
  'app-changed-meanwhile': {
    status: 409,
    title: 'The app has changed meanwhile',
    detail: 'The request is about generation {expected} of app {app}, which is at generation {generation}.',
    remedy: 'Read the app again, look at what changed, and repeat the request with the new generation.',
  },
  'app-not-present': {
    status: 409,
    title: 'The app is not there any more',
    detail: 'App {app} is {lifecycle}.',
    remedy: 'Restore it first with POST /v1/apps/{app}/restore.',
  },
  'app-not-removed': {
    status: 409,
    title: 'The app is not in the trash',
    detail: 'App {app} is {lifecycle}.',
    remedy: 'Remove it first with DELETE /v1/apps/{app}. Only what is in the trash can be restored or destroyed.',
  },
  'app-not-suspended': {
    status: 409,
    title: 'The app is not suspended',
    detail: 'App {app} is not suspended for the reason {reason}.',
    remedy: 'Read the app: suspended lists the reasons.',
  },
  'suspension-not-yours': {
    status: 403,
    title: 'Somebody else suspended the app',
    detail: 'The suspension of app {app} for the reason {reason} can be ended by {roles} only.',
    remedy: 'Ask whoever provides the hosting.',
  },
  'app-has-no-files': {
    status: 409,
    title: 'The app takes no files',
    detail: 'Apps of the type {type} are not made of deployed files.',
    remedy: 'GET /v1/app-types/{type} says what can be set.',
  },
  'change-refused': {
    status: 409,
    title: 'A plugin refuses the change',
    detail: '{reason}',
    remedy: 'The reason comes from the plugin {plugin}.',
  },
  'plugin-cannot-compute': {
    status: 422,
    title: 'The plugin cannot work with these values',
    detail: 'The plugin {plugin} failed on these values: {reason}',
    remedy: 'Change the values. If they are right, tell the authors of the plugin.',
  },
  'action-not-found': {
    status: 404,
    title: 'Action not found',
    detail: 'Apps of the type {type} have no action {action}.',
    remedy: 'GET /v1/app-types/{type} lists the actions.',
  },
  'release-not-found': {
    status: 404,
    title: 'Release not found',
    detail: 'App {app} has no release {release} that is kept.',
    remedy: 'GET /v1/apps/{app}/releases lists those that are kept.',
  },
  'log-not-found': {
    status: 404,
    title: 'Log not found',
    detail: 'App {app} has no log {log}.',
    remedy: 'GET /v1/apps/{app}/logs lists the logs.',
  },

  // --- Files
  'archive-refused': {
    status: 422,
    title: 'The archive holds what cannot be accepted',
    detail: 'The entry {entry} cannot be accepted: {reason}.',
    remedy: 'Leave the entry out, or pack the folder with freehold app deploy.',
  },
  'archive-broken': {
    status: 422,
    title: 'The archive cannot be read',
    detail: 'The body is no complete tar archive, plain or with gzip: {reason}.',
    remedy: 'Pack the folder again and send all of it.',
  },
  'archive-too-large': {
    status: 413,
    title: 'The archive is too large',
    detail: 'The files are more than {limit} {unit}, which is the limit for apps of the type {type}.',
    remedy: 'Leave out what the site does not need.',
  },
  'upload-too-slow': {
    status: 408,
    title: 'Nothing arrived for too long',
    detail: 'No bytes arrived for {seconds} seconds, so the upload was given up.',
    remedy: 'Check the connection and send the files again.',
    retryable: true,
  },
  'storage-full': {
    status: 507,
    title: 'The disk of the server is full',
    detail: 'The files could not be stored: no space is left on the disk.',
    remedy: 'Tell whoever runs the server.',
    retryable: true,
  },

  // --- Nodes
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

  // --- Plugins
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

  // --- Operations
  'operation-not-found': {
    status: 404,
    title: 'Operation not found',
    detail: 'There is no operation {operation}.',
    remedy: 'GET /v1/operations lists the operations you can see.',
  },
  'operation-not-undoable': {
    status: 409,
    title: 'The operation cannot be undone',
    detail: 'Operation {operation} ({kind}) cannot be undone: {reason}.',
    remedy: 'Ask for what you want instead of undoing what was done.',
  },
  'operation-not-retryable': {
    status: 409,
    title: 'The operation cannot be tried again',
    detail: 'Operation {operation} ({kind}) cannot be tried again: {reason}.',
    remedy: 'Only an operation that failed and that nothing followed can be tried again.',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof catalogue;
