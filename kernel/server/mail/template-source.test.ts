import { expect, test } from 'vitest';
import { parseTemplate } from './template-source.ts';

test('a template is a subject, paragraphs, buttons and facts', () => {
  const text =
    'Subject: Hello {{name}}\n\nTwo\nlines.\n\n[Open {{name}}]({{link}})\n\n- When: {{at}}\n- From: {{address}}\n';
  expect(parseTemplate(text)).toEqual({
    subject: 'Hello {{name}}',
    blocks: [
      { kind: 'paragraph', text: 'Two lines.' },
      { kind: 'button', label: 'Open {{name}}', address: '{{link}}' },
      {
        kind: 'facts',
        facts: [
          { label: 'When', value: '{{at}}' },
          { label: 'From', value: '{{address}}' },
        ],
      },
    ],
  });
});

test.each([
  ['no subject', 'Hello\n\nText.'],
  ['a fact without a label', 'Subject: x\n\n- {{at}}'],
])('%s is told to who writes it', (_, text) => {
  expect(() => parseTemplate(text)).toThrow(/not "/);
});
