import { Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { answers, Body, PageOf, Param } from '../http/schemas.ts';
import type { AssignmentService } from './assignment.service.ts';
import type { Assigned } from './grants.ts';
import type { Obstacle } from './obstacles.ts';
import { AssignedView, ObstacleView, Wishes } from './package.schema.ts';

const tags = ['packages'];
const params = Param('tenant');

export const assignmentRoutes =
  (assignments: AssignmentService): Routes =>
  (http) => {
    http.get(
      '/v1/tenants/:tenant/packages',
      {
        config: { permission: 'package.read' },
        schema: { summary: 'The packages of a tenant', tags, params, response: answers(200, PageOf(AssignedView)) },
      },
      async ({ authenticated, params }) => {
        const { assigned } = await assignments.list(authenticated.actor, params.tenant);
        return { items: assigned.map(viewAssigned), next: null };
      },
    );

    http.put(
      '/v1/tenants/:tenant/packages',
      {
        config: { permission: 'package.assign' },
        schema: {
          summary: 'Give a tenant exactly these packages',
          tags,
          params,
          body: Body({ packages: Wishes, force: Type.Optional(Type.Boolean({ default: false, description: FORCE })) }),
          response: answers(200, PageOf(AssignedView)),
        },
      },
      async ({ authenticated, params, body: { packages, force = false } }) => {
        const assigned = await assignments.assign(authenticated.actor, params.tenant, { packages, force });
        return { items: assigned.map(viewAssigned), next: null };
      },
    );

    http.post(
      '/v1/tenants/:tenant/packages/check',
      {
        config: { permission: 'package.assign' },
        schema: {
          summary: 'What would be in the way of having these packages',
          tags,
          params,
          body: Body({ packages: Wishes }),
          response: answers(200, Type.Object({ fits: Type.Boolean(), obstacles: Type.Array(ObstacleView) })),
        },
      },
      async ({ authenticated, params, body }) => {
        const obstacles = await assignments.check(authenticated.actor, params.tenant, body.packages);
        return { fits: obstacles.length === 0, obstacles: obstacles.map(viewObstacle) };
      },
    );
  };

const FORCE = 'Also when what is used does not fit: it stays, and nothing can be added before it does.';

function viewAssigned({ package: id, name, revision, newest, quantity, assignedAt }: Assigned) {
  return { package: id, name, revision, newest, quantity, assignedAt: assignedAt.toISOString() };
}

function viewObstacle({ apps, used, ...rest }: Obstacle) {
  return { ...rest, ...(used !== undefined && { used }), apps: apps.map((app) => ({ ...app })) };
}
