import { Line, type Static, type TSchema, Type } from '@freehold/sdk';
import { MailAddress } from '../mail/mail-address.ts';
import { form } from '../schema/form.ts';

const DAY = 86_400;
const TEN_YEARS = 3_650 * DAY;

/** Everything that holds for the whole installation. What it is as long as nobody says otherwise is in {@link settingDefaults}. */
export const settingSchemas = {
  name: Line({ minLength: 1, maxLength: 60, description: 'What people know the installation by.' }),
  publicUrl: Nullable({
    schema: Type.String({
      maxLength: 500,
      pattern: '^https?://[^ ]+$',
      ...form('Give an address that begins with http:// or https:// and has no blanks.'),
    }),
    description:
      'Address of API and panel. It begins with http:// or https:// and has no blanks. Links in mails begin with it.',
  }),
  supportEmail: Nullable({ schema: MailAddress(), description: 'Where people write to. Null: mails name nobody.' }),
  language: Type.Enum(['en', 'de'], { description: 'Of mails to people whose language is not known.' }),
  timeZone: Type.String({
    maxLength: 60,
    pattern: '^[A-Za-z0-9_+/-]+$',
    description: 'Of times in mails, by its name in the IANA database: Europe/Vienna.',
  }),

  registration: Type.Enum(['open', 'closed'], {
    description: 'Whether anybody may make an account, or only who is invited.',
  }),
  verifyEmail: Type.Boolean({ description: 'Whether an address is confirmed before it can be used.' }),
  passwordMinLength: Type.Integer({
    minimum: 8,
    maximum: 64,
    description: 'Characters of a new password at the least.',
  }),
  accessTokenSeconds: Seconds(60, 3_600, 'Life of an access token.'),
  refreshTokenSeconds: Seconds(300, 90 * DAY, 'Life of a refresh token. Each use makes a new one.'),
  sessionFamilySeconds: Seconds(300, 365 * DAY, 'After which people sign in again, however often they refreshed.'),

  defaultPackage: Nullable({
    schema: Type.String({ maxLength: 100 }),
    description: 'Id of the package of tenants that have none. Null: they have everything.',
  }),

  retention: Seconds(0, TEN_YEARS, 'Seconds that a removed app stays in the trash.'),
  tenantRetention: Seconds(0, TEN_YEARS, 'Seconds that a removed tenant can be brought back.'),
  mailRetention: Seconds(
    3_600,
    TEN_YEARS,
    'Seconds that mails that were sent are listed, and that the inbox keeps them.',
  ),
  signInRetention: Seconds(DAY, TEN_YEARS, 'Seconds that the history of signing in is kept.'),
  auditRetention: Nullable({
    schema: Seconds(30 * DAY, 10 * TEN_YEARS, ''),
    description: 'Seconds that the audit log is kept. Null: for ever.',
  }),

  corsOrigins: Type.Array(
    Type.String({
      maxLength: 200,
      pattern: '^https?://[A-Za-z0-9.:\\[\\]-]+$',
      ...form('Give a scheme, a host and perhaps a port, and nothing else: https://panel.example.org.'),
      description: 'https://panel.example.org',
    }),
    { maxItems: 50, uniqueItems: true, description: 'Other web sites whose pages may use the API.' },
  ),
  rateLimits: Group('How often requests are answered. 0 requests: no limit.', {
    address: RateLimit('Of one address that has not signed in; the addresses of an IPv6 network count together.'),
    account: RateLimit('Of one account or API token.'),
    credentials: RateLimit('Of one address where passwords, codes and mails are asked for.'),
  }),
  mail: Group('How mails leave.', {
    host: Nullable({
      schema: Type.String({
        minLength: 1,
        maxLength: 253,
        pattern: '^[A-Za-z0-9.:_-]+$',
        ...form('Give a host name or an address: mail.example.org.'),
      }),
      description: 'The mail server. Null: mails go into the inbox of the installation and never leave it.',
    }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    secure: Type.Enum(['starttls', 'tls', 'none'], {
      description: 'starttls: refused where the server cannot; tls: from the first byte; none: in the clear.',
    }),
    user: Nullable({ schema: Line({ minLength: 1, maxLength: 200 }), description: 'Null: without signing in.' }),
    from: Nullable({ schema: MailAddress(), description: 'Address that mails come from.' }),
  }),
} as const satisfies Record<string, TSchema>;

type Schemas = typeof settingSchemas;

/** What holds for the whole installation. The password of the mail server is not in it: only who sends mails reads it. */
export type Settings = { readonly [Key in keyof Schemas]: Static<Schemas[Key]> };
export type SettingKey = keyof Settings;

export const settingDefaults: Settings = {
  name: 'Freehold',
  publicUrl: null,
  supportEmail: null,
  language: 'en',
  timeZone: 'UTC',
  registration: 'closed',
  verifyEmail: true,
  passwordMinLength: 12,
  accessTokenSeconds: 900,
  refreshTokenSeconds: 7 * DAY,
  sessionFamilySeconds: 30 * DAY,
  defaultPackage: null,
  retention: 30 * DAY,
  tenantRetention: 30 * DAY,
  mailRetention: 30 * DAY,
  signInRetention: 180 * DAY,
  auditRetention: null,
  corsOrigins: [],
  rateLimits: {
    address: { requests: 600, seconds: 60 },
    account: { requests: 6_000, seconds: 60 },
    credentials: { requests: 20, seconds: 60 },
  },
  mail: { host: null, port: 587, secure: 'starttls', user: null, from: null },
};

/** Settings that have members of their own: a change of one member leaves the others. */
export const settingGroups = ['rateLimits', 'mail'] as const satisfies readonly SettingKey[];

function Group<Properties extends Record<string, TSchema>>(description: string, properties: Properties) {
  return Type.Object(properties, { additionalProperties: false, description });
}

function Nullable<Schema extends TSchema>({ schema, description }: { schema: Schema; description: string }) {
  return Type.Union([schema, Type.Null()], { description });
}

function Seconds(minimum: number, maximum: number, description: string) {
  return Type.Integer({ minimum, maximum, description });
}

function RateLimit(description: string) {
  const requests = Type.Integer({ minimum: 0, maximum: 10_000_000 });
  return Group(description, { requests, seconds: Type.Integer({ minimum: 1, maximum: DAY }) });
}
