import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import type { MailTemplate } from './mail-data.ts';
import { type Block, type Pattern, parseTemplate } from './template-source.ts';

export type Language = 'en' | 'de';
export type Values = Readonly<Record<string, string>>;

/** Writes a pattern with its values: `text` as they are, `html` escaped. */
export interface Renderer {
  text(values: Values): string;
  html(values: Values): string;
}

export type CompiledBlock =
  | { readonly kind: 'paragraph'; readonly text: Renderer }
  | { readonly kind: 'button'; readonly label: Renderer; readonly address: Renderer }
  | { readonly kind: 'facts'; readonly facts: readonly { readonly label: Renderer; readonly value: Renderer }[] };

export interface CompiledTemplate {
  readonly subject: Renderer;
  readonly blocks: readonly CompiledBlock[];
}

const compiled = new Map<string, CompiledTemplate>();

/** Read when it is first used: most servers send few kinds of mails. */
export function getTemplate(name: MailTemplate, language: Language): CompiledTemplate {
  const file = `${name}.${language}.hbs`;
  const known = compiled.get(file) ?? compile(file);
  compiled.set(file, known);
  return known;
}

function compile(file: string): CompiledTemplate {
  const { subject, blocks } = parseTemplate(readFileSync(join(import.meta.dirname, 'templates', file), 'utf8'));
  return { subject: compilePattern(subject), blocks: blocks.map(compileBlock) };
}

function compileBlock(block: Block): CompiledBlock {
  switch (block.kind) {
    case 'paragraph':
      return { kind: 'paragraph', text: compilePattern(block.text) };
    case 'button':
      return { kind: 'button', label: compilePattern(block.label), address: compilePattern(block.address) };
    case 'facts':
      return {
        kind: 'facts',
        facts: block.facts.map(({ label, value }) => ({ label: compilePattern(label), value: compilePattern(value) })),
      };
  }
}

/** Strict: a template that asks for a value that the mail does not have is an error, and never a gap. */
function compilePattern(pattern: Pattern): Renderer {
  const text = Handlebars.compile<Values>(pattern, { strict: true, noEscape: true });
  const html = Handlebars.compile<Values>(pattern, { strict: true });
  return { text: (values) => text(values), html: (values) => html(values) };
}
