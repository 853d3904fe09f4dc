import { Line, LocalId, Type } from '@freehold/sdk';
import { AnyObject, Body, Instant, Nullable } from '../http/schemas.ts';
import type { PackageFeatures, PackageLimits, PackageRevision } from '../store/entities/index.ts';
import type { KnownFeature, KnownLimit } from './entitlement-catalogue.ts';
import type { PackageDetails } from './visible-packages.ts';

const named = <Value extends Parameters<typeof Type.Record>[1]>(value: Value, description: string) =>
  Type.Record(Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$', description: 'Its id.' }), value, {
    ...{ description, additionalProperties: false, maxProperties: 200 },
  });
const Amount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const Limits = named(
  Nullable(Amount),
  'Amounts by limit. Null: as much as there is. What is left out is not said.',
);
export const Features = named(
  Type.Union([Type.Boolean(), Type.Array(Type.String({ maxLength: 255 }), { maxItems: 100 }), Type.Null()]),
  'What is included, by feature: yes or no, or which. Null: all of it.',
);
export const VisibilitySchema = Type.Enum(['public', 'hidden', 'reseller-only'], {
  description: 'Whom its seller shows it to: everybody it sells to, nobody who does not have it, or resellers.',
});

const fields = {
  name: Line({ minLength: 1, maxLength: 100 }),
  description: Type.Optional(Type.String({ maxLength: 5000 })),
  visibility: Type.Optional(VisibilitySchema),
  limits: Type.Optional(Limits),
  features: Type.Optional(Features),
};
export const NewPackageBody = Body({
  ...fields,
  tenant: Type.Optional(Type.String({ description: 'Who sells it. Left out: your own tenant.' })),
});
export const PackageChangeBody = Body({
  ...fields,
  name: Type.Optional(fields.name),
  archived: Type.Optional(Type.Boolean({ description: 'Nobody new gets it; who has it keeps it.' })),
});
export const Wishes = Type.Array(
  Body({
    package: Type.String(),
    revision: Type.Optional(Type.Integer({ minimum: 1 })),
    quantity: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  }),
  { maxItems: 50, description: 'All packages that the tenant is to have. Without a revision it keeps the one it has.' },
);

const contents = {
  description: Type.String(),
  limits: Type.Record(Type.String(), Nullable(Type.Integer())),
  features: AnyObject,
};
export const PackageView = Type.Object({
  id: Type.String(),
  tenant: Type.String({ description: 'Who sells it.' }),
  name: Type.String(),
  visibility: VisibilitySchema,
  revision: Type.Integer({ description: 'The newest one, which the rest is about.' }),
  ...contents,
  createdAt: Instant,
  archivedAt: Nullable(Instant),
});
export const RevisionView = Type.Object({ number: Type.Integer(), ...contents, createdAt: Instant });
export const AssignedView = Type.Object({
  package: Type.String(),
  name: Type.String(),
  revision: Type.Integer(),
  newest: Type.Integer({ description: 'The newest revision, to which the tenant can be moved.' }),
  quantity: Type.Integer(),
  assignedAt: Instant,
});
export const ObstacleView = Type.Object({
  kind: Type.Enum(['limit', 'feature', 'package']),
  subject: Type.String({ description: 'Id of the limit, the feature or the package.' }),
  message: Type.String(),
  used: Type.Optional(Type.Integer()),
  limit: Type.Optional(Type.Integer()),
  apps: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), amount: Type.Integer() })),
});

const described = { id: LocalId(), title: Type.String(), description: Type.String(), plugin: Nullable(Type.String()) };
export const LimitView = Type.Object({
  ...described,
  unit: Type.String(),
  kind: Type.Enum(['total', 'each', 'measured']),
  period: Nullable(Type.Literal('month')),
  otherwise: Nullable(Type.Integer({ description: 'Where no package says anything. Null: as much as there is.' })),
  schema: AnyObject,
});
export const FeatureView = Type.Object({ ...described, otherwise: Type.Unknown(), schema: AnyObject });

export function viewPackage({ createdAt, archivedAt, limits, features, ...rest }: PackageDetails) {
  return {
    ...rest,
    ...viewContents({ limits, features }),
    ...{ createdAt: createdAt.toISOString(), archivedAt: archivedAt?.toISOString() ?? null },
  };
}

export function viewRevision({ number, description, limits, features, createdAt }: PackageRevision) {
  return { number, description, ...viewContents({ limits, features }), createdAt: createdAt.toISOString() };
}

export function viewLimit({ validate: _, schema, period, ...rest }: KnownLimit) {
  return { ...rest, period: period ?? null, schema: { ...schema } as Record<string, unknown> };
}

export function viewFeature({ validate: _, schema, ...rest }: KnownFeature) {
  return { ...rest, schema: { ...schema } as Record<string, unknown> };
}

function viewContents({ limits, features }: { limits: PackageLimits; features: PackageFeatures }) {
  return { limits: { ...limits }, features: { ...features } as Record<string, unknown> };
}
