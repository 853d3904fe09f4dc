import { Type } from '@freehold/sdk';
import { PlanView } from '../apps/app.routes.ts';
import { ConditionView, DriftView } from '../apps/app.schema.ts';
import { Facts } from '../exchange/protocol-schemas.ts';
import type { Routes } from '../http/http.ts';
import { AnyObject, answers, Body, Instant, Nullable, PageOf, PageQuery, Param, pageRequest } from '../http/schemas.ts';
import { OperationView, viewOperation } from '../operations/operation.schema.ts';
import { mapPage } from '../store/page.ts';
import { Slug } from '../tenants/tenant.schema.ts';
import type { Clock } from '../time/clock.ts';
import type { NodeService, NodeStatus } from './node.service.ts';
import type { NodePluginService, NodePluginStatus } from './node-plugin.service.ts';
import { isReachable } from './reachable.ts';

interface Services {
  readonly nodes: NodeService;
  readonly nodePlugins: NodePluginService;
  readonly clock: Clock;
}

export const nodeRoutes =
  ({ nodes, nodePlugins, clock }: Services): Routes =>
  (http) => {
    const tags = ['nodes'];
    const params = Param('node');
    const pluginParams = Param('node', 'plugin');
    const view = (status: NodeStatus) => viewNode(status, clock.now());

    http.get(
      '/v1/nodes',
      {
        config: { permission: 'node.read' },
        schema: { summary: 'The nodes', tags, querystring: NodeQuery, response: answers(200, PageOf(NodeView)) },
      },
      async ({ authenticated, query }) =>
        mapPage(await nodes.list(authenticated.actor, query, pageRequest(query)), view),
    );

    http.post(
      '/v1/nodes',
      {
        config: { permission: 'node.manage' },
        schema: {
          summary: 'Make a node that an agent can enrol as',
          tags,
          body: NewNode,
          response: answers(201, NewNodeView),
        },
      },
      async ({ authenticated, body }, reply) => {
        const { node, token } = await nodes.create(authenticated.actor, body);
        return reply.code(201).send({ ...view({ node, plugins: [] }), enrolmentToken: token });
      },
    );

    http.get(
      '/v1/nodes/:node',
      {
        config: { permission: 'node.read' },
        schema: { summary: 'One node, by id or name', tags, params, response: answers(200, NodeView) },
      },
      async ({ authenticated, params }) => view(await nodes.get(authenticated.actor, params.node)),
    );

    http.patch(
      '/v1/nodes/:node',
      {
        config: { permission: 'node.manage' },
        schema: {
          summary: 'Change how a node is treated',
          tags,
          params,
          body: NodeChange,
          response: answers(200, NodeView),
        },
      },
      async ({ authenticated, params, body }) => view(await nodes.change(authenticated.actor, params.node, body)),
    );

    http.post(
      '/v1/nodes/:node/enrolment',
      {
        config: { permission: 'node.manage' },
        schema: {
          summary: 'Let the machine, or another one in its place, enrol anew',
          tags,
          params,
          body: Body({}),
          response: answers(201, Type.Object({ enrolmentToken: Type.String() })),
        },
      },
      async ({ authenticated, params }, reply) =>
        reply.code(201).send({ enrolmentToken: await nodes.renewEnrolment(authenticated.actor, params.node) }),
    );

    http.post(
      '/v1/nodes/:node/check',
      {
        config: { permission: 'node.manage' },
        schema: {
          summary: 'Compare everything with the machine now, and wait for the outcome',
          tags,
          params,
          body: Body({}),
          response: answers(200, SweepView),
        },
      },
      async ({ authenticated, params }) => nodes.check(authenticated.actor, params.node),
    );

    http.get(
      '/v1/nodes/:node/plugins',
      {
        config: { permission: 'node.read' },
        schema: {
          summary: 'Plugins that are enabled on a node',
          tags,
          params,
          response: answers(200, PageOf(NodePluginView)),
        },
      },
      async ({ authenticated, params }) => {
        const items = await nodePlugins.list(authenticated.actor, params.node);
        return { items: items.map(viewNodePlugin), next: null };
      },
    );

    http.put(
      '/v1/nodes/:node/plugins/:plugin',
      {
        config: { permission: 'node.manage' },
        schema: {
          summary: 'Enable a plugin on a node, or configure it there',
          description: 'To enable a plugin is to grant it what its manifest asks for.',
          tags,
          params: pluginParams,
          body: ConfigBody,
          response: answers(200, EnabledView),
        },
      },
      async ({ authenticated, params, body }) => {
        const { enabled, operation } = await nodePlugins.enable(authenticated.actor, params, body.config);
        return { ...viewNodePlugin({ enabled, row: undefined }), operation: viewOperation(operation) };
      },
    );

    http.delete(
      '/v1/nodes/:node/plugins/:plugin',
      {
        config: { permission: 'node.manage' },
        schema: {
          summary: 'Disable a plugin on a node: what it set up there is removed',
          tags,
          params: pluginParams,
          response: answers(200, Type.Object({ operation: OperationView })),
        },
      },
      async ({ authenticated, params }) => ({
        operation: viewOperation(await nodePlugins.disable(authenticated.actor, params)),
      }),
    );

    http.post(
      '/v1/nodes/:node/plugins/:plugin/plan',
      {
        config: { permission: 'node.manage' },
        schema: {
          summary: 'What enabling a plugin, or another configuration, would do on the node',
          tags,
          params: pluginParams,
          body: ConfigBody,
          response: answers(200, PlanView),
        },
      },
      async ({ authenticated, params, body }) => {
        const { changes, problems } = await nodePlugins.plan(authenticated.actor, params, body.config);
        return { changes: [...changes], problems: [...problems] };
      },
    );
  };

const NodeQuery = PageQuery({
  search: Type.Optional(Type.String({ minLength: 1, maxLength: 63, description: 'Beginning of the name.' })),
});

const NewNode = Body({ name: Type.String({ ...Slug, title: 'Name' }) });
const NodeChange = Body({
  drift: Type.Optional(Type.Enum(['repair', 'keep'], { description: 'What becomes of a manual edit.' })),
  checkInterval: Type.Optional(Type.Integer({ minimum: 5, maximum: 86_400, description: 'Seconds.' })),
});
const ConfigBody = Body({ config: Type.Record(Type.String(), Type.Unknown(), { default: {} }) });

const SweepView = Type.Object({
  owners: Type.Integer(),
  resources: Type.Integer(),
  changes: Type.Integer({ description: 'Resources that had to be changed.' }),
  at: Instant,
  milliseconds: Type.Number(),
});

const NodeView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  facts: Nullable(Facts),
  lastSeenAt: Nullable(Instant),
  reachable: Type.Boolean(),
  drift: Type.Enum(['repair', 'keep']),
  checkInterval: Type.Integer(),
  lastSweep: Nullable(SweepView),
  plugins: Type.Array(Type.String()),
  createdAt: Instant,
});
const NewNodeView = Type.Object({ ...NodeView.properties, enrolmentToken: Type.String() });

const NodePluginView = Type.Object({
  plugin: Type.String(),
  version: Type.String({ description: 'The version that was approved.' }),
  config: AnyObject,
  capabilities: AnyObject,
  enabledAt: Instant,
  conditions: Type.Array(ConditionView),
  drift: Type.Array(DriftView),
});
const EnabledView = Type.Object({ ...NodePluginView.properties, operation: OperationView });

function viewNode({ node, plugins }: NodeStatus, now: Date) {
  const { id, name, facts, lastSeenAt, drift, checkInterval, lastSweep, createdAt } = node;
  return {
    ...{ id, name, drift, checkInterval, plugins: [...plugins] },
    facts: (facts ?? null) as never,
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
    reachable: isReachable(node, now),
    lastSweep: lastSweep ?? null,
    createdAt: createdAt.toISOString(),
  };
}

function viewNodePlugin({ enabled, row }: NodePluginStatus) {
  const { plugin, version, config, capabilities, enabledAt } = enabled;
  return {
    ...{ plugin, version, config, capabilities },
    enabledAt: enabledAt.toISOString(),
    conditions: [...(row?.conditions ?? [])],
    drift: [...(row?.drift ?? [])],
  };
}
