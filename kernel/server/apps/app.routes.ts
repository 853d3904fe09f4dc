import { Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { AnyObject, answers, Body, PageOf, PageQuery, Param, pageRequest } from '../http/schemas.ts';
import { ChangeView, OperationView, viewOperation } from '../operations/operation.schema.ts';
import { AppDetailView, AppName, AppView, viewApp } from './app.schema.ts';
import type { AppService, Begun } from './app.service.ts';
import type { AppChanges } from './app-changes.ts';
import type { AppCreation } from './app-creation.ts';
import type { AppLifecycle } from './app-lifecycle.ts';
import type { AppList } from './list/app-list.ts';
import type { PlanService } from './plan.service.ts';

interface Services {
  readonly apps: AppService;
  readonly list: AppList;
  readonly creation: AppCreation;
  readonly changes: AppChanges;
  readonly lifecycle: AppLifecycle;
  readonly plans: PlanService;
}

export const appRoutes =
  ({ apps, list, creation, changes, lifecycle, plans }: Services): Routes =>
  (http) => {
    const tags = ['apps'];
    const params = Param('app');
    const view = async ({ app, operation }: Begun) => ({
      ...viewApp(await apps.loadStatus(app)),
      operation: viewOperation(operation),
    });

    http.get(
      '/v1/apps',
      {
        config: { permission: 'app.read' },
        schema: {
          summary: 'The apps you can see',
          tags,
          querystring: AppQuery,
          response: answers(200, PageOf(AppView)),
        },
      },
      async ({ authenticated, query }, reply) => {
        const { limit, cursor, ...filter } = query;
        const text = await list.render(authenticated.actor, filter, pageRequest({ limit, cursor }));
        // The text of the answer, which the schema describes as what it says.
        return reply.type('application/json; charset=utf-8').send(text as never);
      },
    );

    http.post(
      '/v1/apps',
      {
        config: { permission: 'app.create' },
        schema: { summary: 'Make an app', tags, body: NewAppBody, response: answers(201, BegunView) },
      },
      async ({ authenticated, body }, reply) =>
        reply.code(201).send(await view(await creation.create(authenticated.actor, body))),
    );

    http.get(
      '/v1/apps/:app',
      {
        config: { permission: 'app.read' },
        schema: { summary: 'One app', tags, params, response: answers(200, AppDetailView) },
      },
      async ({ authenticated, params }) => {
        const status = await apps.get(authenticated.actor, params.app);
        return { ...viewApp(status), drift: [...status.drift], notices: await apps.loadNotices(status.app) };
      },
    );

    http.patch(
      '/v1/apps/:app',
      {
        config: { permission: 'app.change' },
        schema: {
          summary: 'Change an app',
          description: 'spec is merged into what there is (RFC 7396): null takes a field away.',
          tags,
          params,
          body: AppChangeBody,
          response: answers(200, BegunView),
        },
      },
      async ({ authenticated, params, body }) => view(await changes.change(authenticated.actor, params.app, body)),
    );

    http.delete(
      '/v1/apps/:app',
      {
        config: { permission: 'app.remove' },
        schema: {
          summary: 'Put an app in the trash, or with purge destroy one that is there',
          tags,
          params,
          querystring: Type.Object({ purge: Type.Boolean({ default: false }) }, { additionalProperties: false }),
          response: answers(200, BegunView),
        },
      },
      async ({ authenticated: { actor }, params, query }) =>
        view(query.purge ? await lifecycle.purge(actor, params.app) : await lifecycle.remove(actor, params.app)),
    );

    http.post(
      '/v1/apps/:app/plan',
      {
        config: { permission: 'app.change' },
        schema: {
          summary: 'What a change would do on the node, without doing it',
          tags,
          params,
          body: Body({ spec: Type.Optional(AnyObject) }),
          response: answers(200, PlanView),
        },
      },
      async ({ authenticated, params, body }) => {
        const { changes: wouldBe, problems } = await plans.plan(authenticated.actor, params.app, body);
        return { changes: [...wouldBe], problems: [...problems] };
      },
    );

    http.post(
      '/v1/apps/:app/suspend',
      {
        config: { permission: 'app.suspend' },
        schema: { summary: 'Suspend an app', tags, params, body: SuspendBody, response: answers(200, BegunView) },
      },
      async ({ authenticated, params, body }) => view(await lifecycle.suspend(authenticated.actor, params.app, body)),
    );

    http.post(
      '/v1/apps/:app/resume',
      {
        config: { permission: 'app.suspend' },
        schema: { summary: 'End a suspension', tags, params, body: ResumeBody, response: answers(200, BegunView) },
      },
      async ({ authenticated, params, body }) => view(await lifecycle.resume(authenticated.actor, params.app, body)),
    );

    http.post(
      '/v1/apps/:app/restore',
      {
        config: { permission: 'app.restore' },
        schema: {
          summary: 'Take an app out of the trash',
          tags,
          params,
          body: Body({}),
          response: answers(200, BegunView),
        },
      },
      async ({ authenticated, params }) => view(await lifecycle.restore(authenticated.actor, params.app)),
    );
  };

const Reference = Type.String({ maxLength: 100 });
const Reason = Type.Enum(['operator', 'billing', 'abuse']);

const AppQuery = PageQuery({
  tenant: Type.Optional(Reference),
  type: Type.Optional(Reference),
  node: Type.Optional(Reference),
  lifecycle: Type.Optional(Type.Enum(['present', 'removed', 'purging'])),
  name: Type.Optional(Reference),
  search: Type.Optional(
    Type.String({ minLength: 1, maxLength: 253, description: 'Beginning of the name or of a host name.' }),
  ),
});

const NewAppBody = Body({
  tenant: Type.Optional(Type.String({ maxLength: 100, description: 'Left out: your own.' })),
  type: Reference,
  name: AppName,
  spec: AnyObject,
  node: Type.Optional(Type.String({ maxLength: 100, description: 'Id or name. Left out: the kernel chooses.' })),
});

const AppChangeBody = Body({
  name: Type.Optional(AppName),
  spec: Type.Optional(AnyObject),
  generation: Type.Optional(
    Type.Integer({ minimum: 1, description: 'What you have seen: another one is a conflict.' }),
  ),
});

const Note = Type.String({ maxLength: 500, description: 'For people who look at the app.' });
const SuspendBody = Body({ reason: Reason, note: Type.Optional(Note) });
const ResumeBody = Body({
  reason: Type.Optional(
    Type.Enum(['operator', 'billing', 'abuse'], { description: 'Left out: all that you may end.' }),
  ),
});

export const BegunView = Type.Object({ ...AppView.properties, operation: OperationView });
export const PlanView = Type.Object({ changes: Type.Array(ChangeView), problems: Type.Array(Type.String()) });
