import { CommandSpec, Fields, Line, LocalId, type ResourceType, resourceKey, Type } from '@freehold/sdk';
import { type CompiledSchema, compileSchema } from '../../schema/compile-schema.ts';

const RESOURCE_TYPE =
  'Words of lower-case letters and digits, each with a letter first, with dots between them: http.route.';
/** What the answers of plugins' functions must look like. */
const ResourceList = compileSchema(
  Type.Array(
    Fields({
      type: Type.String({
        description: RESOURCE_TYPE,
        maxLength: 100,
        pattern: '^[a-z][a-z0-9]*(?:\\.[a-z][a-z0-9]*)*$',
      }),
      id: Type.String({ minLength: 1, maxLength: 1100 }),
      spec: Type.Unknown(),
    }),
    { maxItems: 5000 },
  ),
);

/** Type and id name a resource within its owner, so no two may have the same. */
export const resourcesContract: Pick<CompiledSchema, 'validate'> = {
  validate(value) {
    const { problems } = ResourceList.validate(value);
    if (problems.length > 0) return { value, problems };
    const keys = (value as { type: string; id: string }[]).map(resourceKey);
    const seen = new Set<string>();
    const twice = keys.findIndex((key) => seen.size === seen.add(key).size);
    if (twice === -1) return { value, problems: [] };
    return {
      value,
      problems: [{ pointer: `/${twice}`, rule: 'uniqueItems', message: `${keys[twice]} is there twice.` }],
    };
  },
};

export const problemsContract = compileSchema(
  Type.Array(
    Fields({
      pointer: Type.String({
        description: 'A JSON Pointer, such as /hostnames/0, or nothing for the whole value.',
        maxLength: 1000,
        pattern: '^(?:/.*)?$',
      }),
      message: Type.String({ minLength: 1, maxLength: 2000 }),
      remedy: Type.Optional(Type.String({ maxLength: 2000 })),
    }),
    { maxItems: 1000 },
  ),
);

export const linksContract = compileSchema(
  Type.Array(
    Fields({
      title: Line(),
      url: Type.String({
        description: 'A URL that begins with http:// or https:// and has no blanks or quotes.',
        maxLength: 2048,
        pattern: '^https?://[^\\s\\u0000-\\u001f"<>]+$',
      }),
    }),
    {
      maxItems: 1000,
    },
  ),
);

const Pointer = Type.Optional(
  Type.String({
    maxLength: 1000,
    pattern: '^(?:/.*)?$',
    description: 'A JSON Pointer, such as /hostnames/0, or nothing for the whole value.',
  }),
);
const Amount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
export const usesContract = compileSchema(
  Type.Array(
    Type.Union([
      Fields({ limit: LocalId(), amount: Amount, key: Type.Optional(Line({ maxLength: 255 })), pointer: Pointer }),
      Fields({ feature: LocalId(), value: Type.Optional(Line({ maxLength: 255 })), pointer: Pointer }),
    ]),
    { maxItems: 1000 },
  ),
);
export const meterContract = compileSchema(Amount);

export const commandsContract = compileSchema(Type.Array(CommandSpec, { maxItems: 100 }));

/** Every output that the type names, and no other, made of characters that are harmless in every configuration syntax. */
export function outputsContract({ outputs }: ResourceType): CompiledSchema {
  const harmless = Type.String({
    description: 'Letters, digits and . _ : / @ + - alone: outputs go into configuration of any syntax.',
    maxLength: 1024,
    pattern: '^[A-Za-z0-9._:/@+-]*$',
  });
  return compileSchema(Fields(Object.fromEntries(Object.keys(outputs).map((name) => [name, harmless]))));
}
