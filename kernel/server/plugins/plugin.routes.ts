import { Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { AnyObject, answers, Body, PageOf, Param } from '../http/schemas.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import type { LoadedAppType, PluginStatus } from '../plugin-host/plugin-host.ts';
import type { PluginService } from './plugin.service.ts';

export const appTypeRoutes =
  (plugins: PluginService): Routes =>
  (http) => {
    const tags = ['app types'];

    http.get(
      '/v1/app-types',
      {
        config: { permission: 'app-type.read' },
        schema: { summary: 'What apps can be made', tags, response: answers(200, PageOf(AppTypeView)) },
      },
      async () => ({ items: plugins.listAppTypes().map(viewAppType), next: null }),
    );

    http.get(
      '/v1/app-types/:type',
      {
        config: { permission: 'app-type.read' },
        schema: { summary: 'One app type', tags, params: Param('type'), response: answers(200, AppTypeView) },
      },
      async ({ params }) => viewAppType(plugins.getAppType(params.type)),
    );
  };

export const pluginRoutes =
  ({ plugins, jobs }: { plugins: PluginService; jobs: Pick<JobRunner, 'refresh'> }): Routes =>
  (http) => {
    const tags = ['plugins'];
    const params = Param('plugin');
    const response = answers(200, PluginView);

    http.get(
      '/v1/plugins',
      {
        config: { permission: 'plugin.read' },
        schema: { summary: 'All plugins that were found', tags, response: answers(200, PageOf(PluginView)) },
      },
      async ({ authenticated }) => ({ items: plugins.list(authenticated.actor).map(viewPlugin), next: null }),
    );

    http.get(
      '/v1/plugins/:plugin',
      {
        config: { permission: 'plugin.read' },
        schema: { summary: 'One plugin, and why it does not run', tags, params, response },
      },
      async ({ authenticated, params }) => viewPlugin(plugins.get(authenticated.actor, params.plugin)),
    );

    http.post(
      '/v1/plugins/:plugin/approve',
      {
        config: { permission: 'plugin.manage' },
        schema: { summary: 'Accept what a plugin asks for', tags, params, body: Body({}), response },
      },
      async ({ authenticated, params }) => {
        const status = await plugins.approve(authenticated.actor, params.plugin);
        await jobs.refresh();
        return viewPlugin(status);
      },
    );

    http.post(
      '/v1/plugins/:plugin/reset',
      {
        config: { permission: 'plugin.manage' },
        schema: { summary: 'Take a plugin out of quarantine', tags, params, body: Body({}), response },
      },
      async ({ authenticated, params }) => {
        const status = await plugins.reset(authenticated.actor, params.plugin);
        await jobs.refresh();
        return viewPlugin(status);
      },
    );
  };

const ActionView = Type.Object({
  id: Type.String(),
  title: Type.String(),
  description: Type.Optional(Type.String()),
  warning: Type.Optional(Type.String()),
  input: Type.Optional(AnyObject),
});

const AppTypeView = Type.Object({
  id: Type.String(),
  title: Type.String(),
  description: Type.String(),
  category: Type.String(),
  plugin: Type.String(),
  specVersion: Type.Integer(),
  spec: Type.Record(Type.String(), Type.Unknown(), { description: 'JSON Schema.' }),
  files: Type.Optional(Type.Object({ maxBytes: Type.Integer(), maxEntries: Type.Integer(), keep: Type.Integer() })),
  actions: Type.Array(ActionView),
});

const PluginView = Type.Object({
  id: Type.String(),
  displayName: Type.String(),
  description: Type.Optional(Type.String()),
  version: Type.String(),
  state: Type.String(),
  reason: Type.String({ description: 'Why it is in that state; empty when it runs.' }),
  problems: Type.Array(Type.Object({ code: Type.String(), message: Type.String(), remedy: Type.String() })),
  capabilities: AnyObject,
  contributes: AnyObject,
  config: Type.Optional(AnyObject),
  taps: Type.Array(
    Type.Object({
      hook: Type.String(),
      calls: Type.Integer(),
      failures: Type.Integer(),
      p95: Type.Number({ description: 'Milliseconds.' }),
      breaker: Type.Enum(['closed', 'open', 'half-open']),
    }),
  ),
});

/** The kernel's own action comes with the files. */
const rollback = {
  id: 'rollback',
  title: 'Go back to an earlier release',
  description: 'Serves a release that is kept: the one before the current, unless one is named.',
  input: {
    type: 'object',
    properties: { release: { type: 'integer', minimum: 1, title: 'Release' } },
    additionalProperties: false,
  },
};

function viewAppType({ id, title, description, category, plugin, specVersion, spec, files, actions }: LoadedAppType) {
  const own = actions.map(({ id, title, description, warning, input }) => ({
    ...{ id, title },
    ...(description !== undefined && { description }),
    ...(warning !== undefined && { warning }),
    ...(input !== undefined && { input: { ...input } as Record<string, unknown> }),
  }));
  return {
    ...{ id, title, description, category, specVersion, plugin: plugin.id },
    spec: { ...spec } as Record<string, unknown>,
    ...(files && { files: { ...files } }),
    actions: files ? [...own, rollback] : own,
  };
}

function viewPlugin({ folder: _, description, config, problems, taps, ...rest }: PluginStatus) {
  const { id, displayName, version, state, reason, capabilities, contributes } = rest;
  return {
    ...{ id, displayName, version, state, reason, capabilities, contributes },
    ...(description !== undefined && { description }),
    ...(config !== undefined && { config: { ...config } as Record<string, unknown> }),
    problems: problems.map((one) => ({ ...one })),
    taps: taps.map((one) => ({ ...one })),
  };
}
