import { Line, type TObject, type TSchema, Type } from '@freehold/sdk';
import { settingGroups, settingSchemas } from './setting.schema.ts';

/** The settings as the API shows them: of the password of the mail server only that there is one. */
export const SettingsView = Type.Object({
  ...settingSchemas,
  mail: Type.Object({ ...settingSchemas.mail.properties, passwordSet: Type.Boolean() }),
});

const Password = Type.Union([Line({ minLength: 1, maxLength: 500 }), Type.Null()], {
  description: 'Of the mail server. It can be set, and is never shown.',
});

/** Any of them, or null for what it is by default. */
export const SettingsChange = Type.Object(
  Object.fromEntries(
    Object.entries(settingSchemas).map(([key, schema]) => [key, Type.Optional(changeOf(key, schema))]),
  ),
  { additionalProperties: false },
);

function changeOf(key: string, schema: TSchema): TSchema {
  if (!(settingGroups as readonly string[]).includes(key)) return orNull(schema);
  const { properties } = schema as TObject;
  const more = key === 'mail' ? { password: Password } : {};
  const members = Object.entries({ ...properties, ...more }).map(([name, member]) => [name, Type.Optional(member)]);
  return orNull(Type.Object(Object.fromEntries(members), { additionalProperties: false }));
}

function orNull(schema: TSchema): TSchema {
  return 'anyOf' in schema ? schema : Type.Union([schema, Type.Null()]);
}
