import { parseSync, Visitor } from 'oxc-parser';

export interface Import {
  /** `./x.ts`, `@freehold/sdk`, `node:fs`. */
  readonly specifier: string;
  readonly line: number;
}

/** Every module that a source names: imports and exports, of values and types, `import()` of a constant, `import('x').Type`. */
export function findImports(path: string, source: string): Import[] {
  const { module, program, errors } = parseSync(path, source);
  if (errors[0]) throw new Error(`${path} cannot be parsed: ${errors[0].message}`);
  const found: { specifier: string; start: number }[] = [
    ...module.staticImports.map(({ moduleRequest }) => ({
      specifier: moduleRequest.value,
      start: moduleRequest.start,
    })),
    ...module.staticExports
      .flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest ?? []))
      .map(({ value, start }) => ({ specifier: value, start })),
  ];
  const record = (node: { type: string; value?: unknown; start: number }) => {
    if (node.type === 'Literal' && typeof node.value === 'string')
      found.push({ specifier: node.value, start: node.start });
  };
  new Visitor({
    ImportExpression: ({ source: named }) => record(named),
    TSImportType: ({ source: named }) => record(named),
  }).visit(program);
  const lines = new Map(
    found.map(({ specifier, start }) => [
      `${specifier} ${lineOf(source, start)}`,
      { specifier, line: lineOf(source, start) },
    ]),
  );
  return [...lines.values()];
}

function lineOf(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}
