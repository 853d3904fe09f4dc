import { type Static, type TSchema, Type } from '@freehold/sdk';
import type { NodeFacts, Report } from '@freehold/sdk/protocol';
import { type CompiledSchema, compileSchema } from '../schema/compile-schema.ts';

/**
 * What a node may say. A node is no more to be believed than anybody else: what it says is checked before it is stored. Members that
 * a newer agent adds are let through and ignored.
 */

const Text = Type.String();
const Owner = Type.String({
  description: 'app: and an id, or role: and a plugin.',
  pattern: '^(?:app|role):[a-z0-9._-]{1,80}$',
});
const Count = Type.Integer({ minimum: 0, maximum: 2_147_483_647 });
const Amount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Instant = Type.String({
  description: 'An instant of ISO 8601, such as 2026-01-31T12:00:00Z.',
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,20}(?:Z|[+-][0-9]{2}:[0-9]{2})$',
});
const Json = Type.Record(Type.String(), Type.Unknown());

const Outcome = Type.Union([
  Type.Object({ kind: Type.Literal('inSync') }),
  Type.Object({ kind: Type.Literal('retry'), after: Type.Number({ minimum: 0 }), reason: Text, message: Text }),
  Type.Object({ kind: Type.Literal('failed'), reason: Text, message: Text }),
]);
const change = {
  resource: Text,
  action: Type.Enum(['create', 'update', 'remove', 'run', 'reload', 'restart']),
  summary: Text,
  diff: Type.Optional(Text),
};
const Step = Type.Object({
  ...change,
  state: Type.Enum(['done', 'failed', 'undone']),
  milliseconds: Type.Number({ minimum: 0 }),
  output: Type.Optional(Text),
});
const Drift = Type.Object({
  resource: Text,
  summary: Text,
  diff: Type.Optional(Text),
  action: Type.Enum(['repaired', 'kept', 'failed']),
  message: Type.Optional(Text),
});

const reports = {
  applied: Type.Object({
    kind: Type.Literal('applied'),
    owner: Owner,
    revision: Count,
    generation: Count,
    outcome: Outcome,
    steps: Type.Array(Step),
    observed: Json,
    startedAt: Instant,
    finishedAt: Instant,
  }),
  progress: Type.Object({
    kind: Type.Literal('progress'),
    owner: Owner,
    revision: Type.Optional(Count),
    operation: Type.Optional(Text),
    done: Count,
    total: Count,
    message: Text,
  }),
  checked: Type.Object({
    kind: Type.Literal('checked'),
    owner: Owner,
    revision: Count,
    drift: Type.Array(Drift),
    observed: Json,
    at: Instant,
  }),
  swept: Type.Object({
    kind: Type.Literal('swept'),
    request: Type.Optional(Text),
    owners: Count,
    resources: Count,
    changes: Count,
    at: Instant,
    milliseconds: Type.Number({ minimum: 0 }),
  }),
  planned: Type.Object({
    kind: Type.Literal('planned'),
    request: Text,
    changes: Type.Array(Type.Object(change)),
    problems: Type.Array(Text),
  }),
  acted: Type.Object({
    kind: Type.Literal('acted'),
    operation: Text,
    outcome: Outcome,
    steps: Type.Array(Step),
    output: Json,
    startedAt: Instant,
    finishedAt: Instant,
  }),
  log: Type.Object({
    kind: Type.Literal('log'),
    request: Text,
    sequence: Count,
    lines: Type.Array(Text),
    end: Type.Boolean(),
    problem: Type.Optional(Text),
  }),
  measured: Type.Object({
    kind: Type.Literal('measured'),
    epoch: Type.String({ maxLength: 64 }),
    at: Instant,
    owners: Type.Array(
      Type.Object({
        owner: Owner,
        disk: Type.Optional(Type.Object({ bytes: Amount, inodes: Amount })),
        traffic: Type.Optional(Amount),
      }),
      { maxItems: 1000 },
    ),
  }),
} satisfies Record<Report['kind'], TSchema>;

const path = Type.String({ description: 'An absolute path.', pattern: '^/' });
const Port = Type.Integer({ minimum: 1, maximum: 65_535 });
export const Facts = Type.Object({
  privileged: Type.Boolean(),
  user: Type.String({ description: 'The name of a unix user.', pattern: '^[^\\u0000-\\u0020/:]{1,64}$' }),
  paths: Type.Object({ sites: path, config: path, run: path, logs: path, state: path }),
  ports: Type.Object({ http: Port, https: Port }),
  os: Type.Object({ id: Text, version: Text, arch: Text }),
  cpus: Type.Integer({ minimum: 1 }),
  memoryBytes: Type.Number({ minimum: 0 }),
  ipv6: Type.Boolean(),
  agentVersion: Text,
  hostname: Text,
  addresses: Type.Array(Text),
  serviceManager: Type.Enum(['systemd', 'agent']),
  diskBytes: Type.Number({ minimum: 0 }),
  diskFreeBytes: Type.Number({ minimum: 0 }),
  warnings: Type.Array(Text),
});

/** All of it but the reports, of which each is looked at alone. */
export const ExchangeEnvelope = Type.Object({
  protocol: Type.Integer(),
  boot: Type.String({ maxLength: 200 }),
  inHand: Type.Array(Type.String({ maxLength: 300 }), { maxItems: 10_000 }),
  wait: Type.Number({ minimum: 0 }),
  settingsVersion: Type.Optional(Type.String({ maxLength: 200 })),
  facts: Type.Optional(Facts),
});
export type ExchangeEnvelope = Static<typeof ExchangeEnvelope> & { readonly facts?: NodeFacts };

export const EnrolBody = Type.Object({
  token: Type.String({ maxLength: 200 }),
  hostname: Type.String({ maxLength: 1_000 }),
});

const compiled = new Map<TSchema, CompiledSchema>();

/** The problems of one report; none when it can be used. */
export function findReportProblems(report: unknown): readonly string[] {
  const kind = (report as { kind?: unknown } | null)?.kind;
  if (typeof kind !== 'string' || !Object.hasOwn(reports, kind))
    return [`There is no report of the kind ${String(kind).slice(0, 50)}.`];
  return findProblems(reports[kind as Report['kind']], report);
}

export function findEnvelopeProblems(request: unknown): readonly string[] {
  const { reports: _, ...envelope } = (request ?? {}) as Record<string, unknown>;
  return findProblems(ExchangeEnvelope, envelope);
}

function findProblems(schema: TSchema, value: unknown): readonly string[] {
  const validator = compiled.get(schema) ?? compileSchema(schema);
  compiled.set(schema, validator);
  return validator.validate(value).problems.map(({ pointer, message }) => `${pointer}: ${message}`);
}
