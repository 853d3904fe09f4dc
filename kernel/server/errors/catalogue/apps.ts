import type { ErrorKind } from './error-kind.ts';

/** Errors of apps. */
export const appErrors = {
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
} as const satisfies Record<string, ErrorKind>;
