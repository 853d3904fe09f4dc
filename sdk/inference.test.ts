import { describe, expectTypeOf, it } from 'vitest';
import {
  type AppInput,
  allow,
  appBeforeCreate,
  appCreated,
  appNotices,
  appPlacement,
  appSpec,
  type DriverInput,
  defineAction,
  defineAppType,
  defineDriver,
  defineHook,
  definePlugin,
  defineResourceType,
  directory,
  Fields,
  type Hook,
  Hostname,
  output,
  type Primitive,
  type Resource,
  type Static,
  Type,
} from './index.ts';

const Spec = Fields({
  hostnames: Type.Array(Hostname()),
  version: Type.Union([Type.Literal('8.2'), Type.Literal('8.3')]),
  workers: Type.Optional(Type.Integer()),
});
type Spec = { hostnames: string[]; version: '8.2' | '8.3'; workers?: number };
const site = {
  id: 'site',
  title: 'Site',
  description: 'A site.',
  category: 'web',
  specVersion: 1,
  spec: Spec,
} as const;
const pool = defineResourceType({
  type: 'php.pool',
  version: 1,
  spec: Fields({ user: Type.String() }),
  outputs: { socket: 'Where it listens.', status: 'Where its status is.' },
});

/** Nothing here runs but the declarations: the compiler is the test. */
describe('what the compiler infers', () => {
  it('for app types: the spec everywhere, from its schema', () => {
    defineAppType({
      ...site,
      resources(input) {
        expectTypeOf(input).toEqualTypeOf<AppInput<Static<typeof Spec>>>();
        expectTypeOf(input.spec).toEqualTypeOf<Spec>();
        return [directory({ path: input.app.home }), pool.resource('main', { user: input.app.user })];
      },
      check: ({ spec }) => (spec.workers === 0 ? [{ pointer: '/workers', message: 'None.' }] : []),
      links: ({ spec }) => spec.hostnames.map((url) => ({ title: 'Site', url })),
    });
    // @ts-expect-error a member that the spec does not have
    defineAppType({ ...site, resources: ({ spec }) => [directory({ path: spec.path })] });
    // @ts-expect-error a promise instead of resources
    defineAppType({ ...site, resources: async () => [] });
    // @ts-expect-error no resources at all
    defineAppType({ ...site });
    defineAppType({
      ...site,
      resources({ app }) {
        // @ts-expect-error an input is frozen
        app.name = 'x';
        return [];
      },
    });
    // @ts-expect-error a spec that is no object
    defineAppType({ ...site, spec: Type.String(), resources: () => [] });
    // @ts-expect-error a category that does not exist
    defineAppType({ ...site, category: 'games', resources: () => [] });
  });

  it('for actions: the input, from its schema', () => {
    defineAction({
      title: 'Log in',
      input: Fields({ days: Type.Integer() }),
      commands({ input }) {
        expectTypeOf(input).toEqualTypeOf<{ days: number }>();
        return [{ id: 'login', argv: ['php'], creates: '/x' }];
      },
    });
    // @ts-expect-error a shell line instead of arguments
    defineAction({ title: 'X', input: Fields({}), commands: () => [{ id: 'x', argv: 'rm -rf' }] });
  });

  it('for primitives: the spec of each type', () => {
    expectTypeOf(directory({ path: '/a' })).toExtend<Primitive>();
    expectTypeOf(directory({ path: '/a' })).toExtend<Resource>();
    // @ts-expect-error no path
    directory({});
    // @ts-expect-error a field that does not exist
    directory({ path: '/a', colour: 'red' });
    // @ts-expect-error a number for permission bits
    directory({ path: '/a', mode: 0o755 });
  });

  it('for resource types and drivers: spec and outputs, across plugins', () => {
    const resource = pool.resource('main', { user: 'x' });
    expectTypeOf(resource.type).toEqualTypeOf<'php.pool'>();
    expectTypeOf(resource.spec).toEqualTypeOf<{ user: string }>();
    expectTypeOf(output(resource, 'socket')).toEqualTypeOf<string>();
    // @ts-expect-error an output that the type does not have
    output(resource, 'port');
    // @ts-expect-error a spec that the type does not have
    pool.resource('main', { workers: 3 });
    defineDriver(pool, {
      lower(input) {
        expectTypeOf(input).toEqualTypeOf<DriverInput<{ user: string }, unknown>>();
        return [];
      },
      outputs: ({ id }) => ({ socket: id, status: id }),
    });
    // @ts-expect-error an output is missing
    defineDriver(pool, { lower: () => [], outputs: () => ({ socket: 'x' }) });
    const plain = defineResourceType({ type: 'a.b', version: 1, spec: Fields({}) });
    // @ts-expect-error it has no outputs
    output(plain.resource('x', {}), 'y');
  });

  it('for hooks: what goes in and comes out of a tap of each kind', () => {
    definePlugin({
      setup(context) {
        context.tap(appBeforeCreate, async ({ app, actor }, { signal }) => {
          expectTypeOf(app.name).toEqualTypeOf<string>();
          expectTypeOf(actor.kind).toEqualTypeOf<'account' | 'system' | 'plugin'>();
          expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
          return allow;
        });
        context.tap(appSpec, async (value) => ({ ...value, spec: {} }), { band: 'late', after: ['x'], timeout: 100 });
        context.tap(appNotices, async () => [{ severity: 'info', message: 'Hello.' }]);
        context.tap(appPlacement, async ({ candidates }) => candidates[0]?.id);
        context.on(appCreated, async ({ app }) => {
          expectTypeOf(app.id).toEqualTypeOf<string>();
        });
        // @ts-expect-error a gate must give a verdict
        context.tap(appBeforeCreate, async () => undefined);
        // @ts-expect-error a filter must give a value
        context.tap(appSpec, async () => undefined);
        // @ts-expect-error an item of another form
        context.tap(appNotices, async () => [{ severity: 'fatal', message: 'x' }]);
        // @ts-expect-error an answer of another type
        context.tap(appPlacement, async () => 7);
        // @ts-expect-error an event is told, not asked
        context.tap(appCreated, async () => undefined);
        // @ts-expect-error a gate is asked, not told
        context.on(appBeforeCreate, async () => undefined);
        // @ts-expect-error a band that does not exist
        context.tap(appBeforeCreate, async () => allow, { band: 'sometimes' });
        // @ts-expect-error a tap is asynchronous
        context.tap(appBeforeCreate, () => allow);
      },
    });
    const own = defineHook({
      id: 'shop.sold',
      kind: 'collect',
      version: 1,
      input: Fields({ price: Type.Integer() }),
      output: Type.String(),
    });
    expectTypeOf(own).toEqualTypeOf<Hook<'collect', { price: number }, string>>();
    expectTypeOf(defineHook({ id: 'a.b', kind: 'filter', version: 1, input: Type.String() })).toEqualTypeOf<
      Hook<'filter', string, string>
    >();
    // @ts-expect-error a kind that does not exist
    defineHook({ id: 'a.b', kind: 'veto', version: 1, input: Fields({}) });
  });

  it('for plugins: the configuration, from its schema', () => {
    definePlugin({
      config: Fields({ greeting: Type.String({ default: 'hello' }) }),
      role({ config }) {
        expectTypeOf(config).toEqualTypeOf<{ greeting: string }>();
        return [];
      },
      setup(context) {
        context.job({ id: 'x', schedule: '* * * * *' }, async ({ config }) => {
          expectTypeOf(config.greeting).toEqualTypeOf<string>();
        });
      },
    });
    // @ts-expect-error a configuration is an object
    definePlugin({ config: Type.String() });
  });
});
