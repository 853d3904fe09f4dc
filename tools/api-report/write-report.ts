import type { PublicDeclarations } from './public-declarations.ts';

/** What public declarations may name besides themselves. */
export const ALLOWED_OUTSIDE = ['typebox'];

/** The report of one or more entry points, the same for the same declarations. */
export function writeReport(entries: ReadonlyMap<string, PublicDeclarations>): string {
  const known = new Set<string>();
  const sections = [...entries].map(([name, declarations]) => writeSection(name, declarations, known));
  return `# Public declarations of the SDK

Written by \`npm run api-report\`. A change here is a change of the contract with every plugin there is: something new asks
for a higher minor version of \`ENGINE_VERSION\`, something else for a higher major one.

${sections.join('\n')}`;
}

/** @param known what earlier sections have shown: it is not shown again */
function writeSection(
  entry: string,
  { declarations, outside, passedOn }: PublicDeclarations,
  known: Set<string>,
): string {
  const exported = declarations.filter((declaration) => declaration.exported);
  const named = declarations.filter(({ exported, statements }) => !exported && !known.has(statements.join()));
  for (const { statements } of declarations) known.add(statements.join());
  const blocks = (list: PublicDeclarations['declarations']) =>
    list.map(({ statements }) => `\`\`\`ts\n${statements.join('\n')}\n\`\`\`\n`).join('\n');
  return [
    `## ${entry}\n`,
    `Modules of others that it names: ${outside.join(', ') || 'none'}. Passed on as they are: ${passedOn.join(', ') || 'nothing'}.\n`,
    blocks(exported),
    ...(named.length === 0 ? [] : [`### Named by these, and not exported\n`, blocks(named)]),
  ].join('\n');
}
