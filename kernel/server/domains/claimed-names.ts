import { KERNEL_ANNOTATION, type TSchema } from '@freehold/sdk';
import { toPointer } from '../schema/json-copy.ts';

/** A host name in a spec that is claimed for the tenant. */
export interface ClaimedName {
  readonly name: string;
  /** Where it stands in the spec. */
  readonly pointer: string;
}

/** The part of JSON Schema that leads to values inside a value. */
interface Walked {
  readonly properties?: Readonly<Record<string, Walked>>;
  readonly patternProperties?: Readonly<Record<string, Walked>>;
  readonly additionalProperties?: Walked | boolean;
  readonly items?: Walked | readonly Walked[];
  readonly anyOf?: readonly Walked[];
  readonly oneOf?: readonly Walked[];
  readonly allOf?: readonly Walked[];
  readonly [KERNEL_ANNOTATION]?: { readonly claims?: string };
}

/** Every value whose schema says `claims: 'domain'`, each name once. The value has passed the schema. */
export function findClaimedNames(schema: TSchema, value: unknown): ClaimedName[] {
  const found = new Map<string, ClaimedName>();
  walk(schema as Walked, value, []);
  return [...found.values()];

  function walk(part: Walked, at: unknown, path: readonly string[]): void {
    if (typeof at === 'string' && part[KERNEL_ANNOTATION]?.claims === 'domain' && !found.has(at))
      found.set(at, { name: at, pointer: toPointer(path) });
    for (const alternative of [...(part.anyOf ?? []), ...(part.oneOf ?? []), ...(part.allOf ?? [])])
      walk(alternative, at, path);
    if (Array.isArray(at))
      for (const [index, item] of at.entries()) walk(itemSchema(part, index), item, [...path, String(index)]);
    else if (typeof at === 'object' && at !== null)
      for (const [name, member] of Object.entries(at)) walk(memberSchema(part, name), member, [...path, name]);
  }
}

function itemSchema({ items }: Walked, index: number): Walked {
  return (Array.isArray(items) ? items[index] : (items as Walked | undefined)) ?? {};
}

function memberSchema({ properties = {}, patternProperties = {}, additionalProperties }: Walked, name: string): Walked {
  if (Object.hasOwn(properties, name)) return properties[name] ?? {};
  const further = typeof additionalProperties === 'object' ? [additionalProperties] : [];
  return { anyOf: [...Object.values(patternProperties), ...further] };
}
