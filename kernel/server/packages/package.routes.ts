import { Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { answers, PageOf, PageQuery, Param, pageRequest } from '../http/schemas.ts';
import { mapPage } from '../store/page.ts';
import type { EntitlementCatalogue } from './entitlement-catalogue.ts';
import {
  FeatureView,
  LimitView,
  NewPackageBody,
  PackageChangeBody,
  PackageView,
  RevisionView,
  VisibilitySchema,
  viewFeature,
  viewLimit,
  viewPackage,
  viewRevision,
} from './package.schema.ts';
import type { PackageService } from './package.service.ts';

const tags = ['packages'];

export const packageRoutes =
  ({ packages, catalogue }: { packages: PackageService; catalogue: EntitlementCatalogue }): Routes =>
  (http) => {
    http.get(
      '/v1/package-contents',
      {
        config: { permission: 'package.read' },
        schema: { summary: 'What packages can give', tags, response: answers(200, ContentsView) },
      },
      async () => ({ limits: catalogue.limits().map(viewLimit), features: catalogue.features().map(viewFeature) }),
    );

    http.get(
      '/v1/packages',
      {
        config: { permission: 'package.read', namesOthers: true },
        schema: {
          summary: 'The packages you can see',
          tags,
          querystring: PageQuery(filters),
          response: answers(200, PageOf(PackageView)),
        },
      },
      async ({ authenticated, query }) => {
        const { limit: _, cursor: __, ...filter } = query;
        return mapPage(await packages.list(authenticated.actor, filter, pageRequest(query)), viewPackage);
      },
    );

    http.post(
      '/v1/packages',
      {
        config: { permission: 'package.manage' },
        schema: { summary: 'Make a package', tags, body: NewPackageBody, response: answers(201, PackageView) },
      },
      async ({ authenticated, body }, reply) =>
        reply.code(201).send(viewPackage(await packages.create(authenticated.actor, body))),
    );

    http.get(
      '/v1/packages/:package',
      {
        config: { permission: 'package.read' },
        schema: { summary: 'One package', tags, params: Param('package'), response: answers(200, PackageView) },
      },
      async ({ authenticated, params }) => viewPackage(await packages.get(authenticated.actor, params.package)),
    );

    http.patch(
      '/v1/packages/:package',
      {
        config: { permission: 'package.manage' },
        schema: {
          summary: 'Change a package',
          description:
            'What changes what it gives makes a new revision. Who has the package keeps the revision it has.',
          tags,
          params: Param('package'),
          body: PackageChangeBody,
          response: answers(200, PackageView),
        },
      },
      async ({ authenticated, params, body }) =>
        viewPackage(await packages.change(authenticated.actor, params.package, body)),
    );

    http.get(
      '/v1/packages/:package/revisions',
      {
        config: { permission: 'package.manage' },
        schema: {
          summary: 'What a package gave from one change to the next',
          tags,
          params: Param('package'),
          response: answers(200, PageOf(RevisionView)),
        },
      },
      async ({ authenticated, params }) => ({
        items: (await packages.listRevisions(authenticated.actor, params.package)).map(viewRevision),
        next: null,
      }),
    );
  };

const ContentsView = Type.Object({ limits: Type.Array(LimitView), features: Type.Array(FeatureView) });

const filters = {
  tenant: Type.Optional(Type.String({ description: 'Who sells it.' })),
  visibility: Type.Optional(VisibilitySchema),
  archived: Type.Optional(Type.Boolean()),
  search: Type.Optional(Type.String({ maxLength: 100, description: 'A part of the name.' })),
};
