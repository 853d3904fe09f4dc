import {
  allow,
  appBeforeCreate,
  appBeforeRemove,
  appCreated,
  appNotices,
  dataset,
  defineAction,
  defineAppType,
  defineFeature,
  defineLimit,
  definePermission,
  definePlugin,
  directory,
  Fields,
  file,
  Hostname,
  Line,
  log,
  needs,
  output,
  refuse,
  releaseResources,
  Type,
  takes,
  user,
} from '@freehold/sdk';
import { pool } from '../pool/contract.ts';

/** What the plugin was told, for tests in the same process. */
function told(): unknown[] {
  const shared = globalThis as { told?: unknown[] };
  shared.told ??= [];
  return shared.told;
}

const Spec = Fields({
  hostnames: Type.Array(Hostname(), { maxItems: 10, default: [], uniqueItems: true }),
  title: Line({ maxLength: 100, default: 'Untitled' }),
  version: Type.String({ maxLength: 10, default: '1' }),
  rooms: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  height: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  /** Makes its functions fail: for tests of what becomes of that. */
  fault: Type.Optional(Type.Enum(['throw', 'capability', 'duplicate', 'invalid', 'output', 'hidden'])),
  settings: Type.Optional(
    Type.Record(Type.String({ pattern: '^[a-z]{1,20}$' }), Type.String({ maxLength: 200 }), {
      additionalProperties: false,
    }),
  ),
});

const amount = Type.Integer({ minimum: 0, maximum: 1_000_000 });
const rooms = defineLimit({
  id: 'site.rooms',
  title: 'Rooms',
  description: 'For tests.',
  unit: 'rooms',
  schema: amount,
});
const height = defineLimit({
  ...{ id: 'site.height', title: 'Height', description: 'Of one site, for tests.', unit: 'floors', schema: amount },
  kind: 'each',
  otherwise: 9,
});
const words = defineLimit({
  ...{ id: 'site.words', title: 'Words', description: 'For tests.', unit: 'words', schema: amount },
  kind: 'measured',
});
const versions = defineFeature({
  ...{ id: 'site.versions', title: 'Versions', description: 'For tests.' },
  schema: Type.Array(Type.String({ maxLength: 10 }), { maxItems: 20 }),
});

const site = defineAppType({
  id: 'site',
  title: 'Site',
  description: 'A site for tests.',
  category: 'web',
  specVersion: 1,
  spec: Spec,
  files: { maxBytes: 1_000_000, maxEntries: 100, keep: 3 },
  check: ({ spec }) => (spec.title === 'forbidden' ? [{ pointer: '/title', message: 'This title is forbidden.' }] : []),
  resources: ({ app, spec, secret, releases }) => {
    const main = pool.resource('main', { version: spec.version, title: spec.title, password: secret('password') });
    const faults = {
      throw: () => {
        throw new Error('asked to throw');
      },
      capability: () => [file({ path: '/etc/passwd', content: 'root' })],
      duplicate: () => [directory({ path: `${app.home}/files` })],
      invalid: () => [{ type: 'file', id: 'x', spec: { path: 'relative', content: '' } }],
      output: () => [file({ path: `${app.home}/files/x`, content: 'freehold-output(test.pool:other:socket)' })],
      hidden: () => [{ type: 'test.unknown', id: 'x', spec: {} }],
    };
    return [
      user({ name: app.user, home: app.home }),
      directory({ path: app.home, mode: '0711' }),
      dataset({ id: 'files', title: 'Files', files: { path: `${app.home}/files` } }),
      ...releaseResources({ app, releases }, { folder: `${app.home}/files`, empty: 'starter' }),
      main,
      file({
        path: `${app.home}/site.json`,
        content: JSON.stringify({
          hostnames: spec.hostnames,
          socket: output(main, 'socket'),
          suspended: app.suspended,
        }),
      }),
      directory({ path: `${app.home}/logs` }),
      log({ id: 'access', title: 'Requests', path: `${app.home}/logs/access.log` }),
      ...(spec.fault === 'duplicate' ? [directory({ path: app.home })] : spec.fault ? faults[spec.fault]() : []),
    ];
  },
  uses: ({ spec }) => [
    takes(rooms, spec.rooms ?? 0, { pointer: '/rooms' }),
    takes(height, spec.height ?? 1, { pointer: '/height' }),
    needs(versions, { value: spec.version, pointer: '/version' }),
  ],
  meters: { 'site.words': ({ observed }) => Number(observed['command:words'] ?? 0) },
  links: ({ spec, node }) => spec.hostnames.map((name) => ({ title: name, url: `http://${name}:${node.ports.http}/` })),
  actions: {
    tidy: defineAction({
      title: 'Tidy up',
      input: Fields({ depth: Type.Integer({ minimum: 1, maximum: 9, default: 1 }) }),
      commands: ({ app, input, secret }) => [
        {
          id: 'tidy',
          argv: ['tidy', app.home, String(input.depth)],
          env: { PASSWORD: secret('password') },
          output: { format: 'lines' },
        },
      ],
    }),
    polish: {
      title: 'Polish',
      permission: 'site.polish',
      commands: ({ app }) => [{ id: 'polish', argv: ['tidy', app.home] }],
    },
    steal: {
      title: 'Do what is not allowed',
      commands: () => [{ id: 'steal', argv: ['curl', 'evil.test'], output: { format: 'lines' } }],
    },
  },
});

const note = defineAppType({
  id: 'note',
  title: 'Note',
  description: 'An app without files, for tests.',
  category: 'other',
  specVersion: 1,
  spec: Fields({ text: Type.String({ maxLength: 100_000, default: '' }) }),
  resources: ({ app, spec }) => [
    user({ name: app.user, home: app.home }),
    directory({ path: app.home }),
    file({ path: `${app.home}/note.txt`, content: spec.text, owner: app.user }),
  ],
});

export default definePlugin({
  appTypes: [site, note],
  limits: [rooms, height, words],
  features: [versions],
  permissions: [definePermission({ id: 'site.polish', title: 'Polish sites', roles: ['reseller', 'customer'] })],
  setup(ctx) {
    ctx.tap(appBeforeCreate, async ({ app }) =>
      app.name === 'refused' ? refuse('Names like this are not sold.') : allow,
    );
    ctx.tap(appBeforeRemove, async ({ app }) => (app.name === 'kept' ? refuse('This one stays.') : allow));
    ctx.tap(appNotices, async ({ app }) =>
      app.name === 'noticed' ? [{ severity: 'warning', message: 'Look here.' }] : [],
    );
    ctx.on(appCreated, async (event) => {
      told().push(event);
    });
    ctx.job({ id: 'nightly', schedule: '0 3 * * *' }, async () => {});
  },
});
