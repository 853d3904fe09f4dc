/** A text in which `{{name}}` stands for a value. */
export type Pattern = string;

/** One part of a mail, in order. What it looks like as text and as HTML is decided elsewhere, and nothing in a value can change it. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: Pattern }
  | { readonly kind: 'button'; readonly label: Pattern; readonly address: Pattern }
  | { readonly kind: 'facts'; readonly facts: readonly { readonly label: Pattern; readonly value: Pattern }[] };

export interface TemplateSource {
  readonly subject: Pattern;
  readonly blocks: readonly Block[];
}

/**
 * Reads a template: `Subject: …` in the first line, then parts with empty lines between them. A part is a paragraph, a button
 * `[Label]({{link}})`, or facts, each in a line `- Label: {{value}}`.
 */
export function parseTemplate(text: string): TemplateSource {
  const [head = '', ...parts] = text.trim().split(/\n{2,}/);
  const subject = /^Subject: (.+)$/.exec(head)?.[1];
  if (subject === undefined)
    throw new Error(`A template begins with a line "Subject: …", not ${JSON.stringify(head)}.`);
  return { subject, blocks: parts.map(parseBlock) };
}

function parseBlock(part: string): Block {
  const button = /^\[(.+)\]\((.+)\)$/.exec(part);
  if (button) return { kind: 'button', label: button[1] ?? '', address: button[2] ?? '' };
  if (part.startsWith('- ')) return { kind: 'facts', facts: part.split('\n').map(parseFact) };
  return { kind: 'paragraph', text: part.replaceAll('\n', ' ') };
}

function parseFact(line: string): { label: Pattern; value: Pattern } {
  const fact = /^- ([^:{}]+): (.+)$/.exec(line);
  if (!fact) throw new Error(`A fact is a line "- Label: {{value}}", not ${JSON.stringify(line)}.`);
  return { label: fact[1] ?? '', value: fact[2] ?? '' };
}
