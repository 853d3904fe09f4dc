import type { MailFrame } from './render-html.ts';
import type { CompiledBlock, CompiledTemplate, Values } from './templates.ts';

/** Columns of plain text: mail programs fold longer lines where they like. */
const WIDTH = 76;

export function renderText({ blocks }: CompiledTemplate, values: Values, { words, brand, name }: MailFrame): string {
  const footer = ['-- ', brand.name, ...(brand.footer ? [fold(brand.footer)] : []), ...contactOf(), words.closing];
  const parts = [words.greeting(name), ...blocks.map((block) => renderBlock(block, values)), footer.join('\n')];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;

  function contactOf(): string[] {
    return brand.supportEmail ? [words.contact(brand.supportEmail)] : [];
  }
}

function renderBlock(block: CompiledBlock, values: Values): string {
  switch (block.kind) {
    case 'paragraph':
      return fold(block.text.text(values));
    case 'button':
      return `${block.label.text(values)}:\n${block.address.text(values)}`;
    case 'facts':
      return block.facts
        .map(({ label, value }) => [label.text(values), value.text(values)] as const)
        .filter(([, value]) => value !== '')
        .map(([label, value]) => `  ${label}: ${value}`)
        .join('\n');
  }
}

function fold(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
