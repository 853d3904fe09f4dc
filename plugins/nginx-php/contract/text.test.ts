import { KERNEL_ANNOTATION } from '@freehold/sdk';
import { expect, test } from 'vitest';
import plugin from '../index.ts';

interface Form {
  readonly pattern: string;
  readonly description?: string;
  readonly [KERNEL_ANNOTATION]?: { readonly form?: string };
}

/** By where they are: every schema of the plugin that has a pattern. */
function findForms(value: unknown, where: string): [string, Form][] {
  if (typeof value !== 'object' || value === null) return [];
  return [
    ...(isForm(value) ? [[where, value] as [string, Form]] : []),
    ...Object.entries(value).flatMap(([key, inner]) => findForms(inner, `${where}/${key}`)),
  ];
}

function isForm(value: object): value is Form {
  return 'pattern' in value && typeof value.pattern === 'string';
}

test('whoever gives a text of another form is told the form in words', () => {
  const forms = findForms(plugin, '');
  expect(forms.length).toBeGreaterThan(20);
  const unexplained = forms.filter(([, form]) => !form[KERNEL_ANNOTATION]?.form && !form.description);
  expect(unexplained.map(([where]) => where)).toEqual([]);
});
