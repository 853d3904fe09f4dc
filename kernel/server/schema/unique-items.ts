import type { FuncKeywordDefinition } from 'ajv';

/**
 * Ajv compares every item with every other, which takes minutes for the largest body that the server accepts. This one
 * looks each item up by its text.
 */
export const uniqueItems: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  validate: (wanted: boolean, items: unknown[]) => !wanted || new Set(items.map(canonicalText)).size === items.length,
};

function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_, member) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
