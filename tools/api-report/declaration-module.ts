import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Directive, parseSync, type Statement, type StaticExportEntry, Visitor } from 'oxc-parser';

/** A name in another module. */
export interface Reference {
  /** Absolute path of one of our modules, or the name of an outside one. */
  readonly module: string;
  readonly name: string;
}

/** One `.d.ts` file, taken apart. */
export interface DeclarationModule {
  /** The statements that declare a name, without comments, in the order of the file. */
  readonly declarations: ReadonlyMap<string, readonly string[]>;
  /** Whether the first statement of a name has a doc comment. */
  readonly documented: ReadonlySet<string>;
  /** Names that each declared name refers to. */
  readonly references: ReadonlyMap<string, ReadonlySet<string>>;
  readonly imports: ReadonlyMap<string, Reference>;
  /** What the module exports under which name; `local` when it declares it itself or has imported it. */
  readonly exports: ReadonlyMap<string, Reference | { readonly local: string }>;
  /** Modules all of whose exports it exports too. */
  readonly stars: readonly string[];
  /** Outside modules that are named inside a type, `import('x').Y`. */
  readonly inlineImports: readonly string[];
}

export function readDeclarationModule(path: string): DeclarationModule {
  const source = readFileSync(path, 'utf8');
  const { program, module, comments, errors } = parseSync(path, source);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  const resolve = (specifier: string) =>
    specifier.startsWith('.') ? join(dirname(path), specifier.replace(/\.[jt]s$/, '.d.ts')) : specifier;
  const declarations = new Map<string, string[]>();
  const documented = new Set<string>();
  const references = new Map<string, Set<string>>();

  for (const statement of program.body) {
    const text = withoutComments(source, comments, statement);
    for (const name of declaredNames(statement)) {
      if (!declarations.has(name) && hasDocComment(source, comments, statement.start)) documented.add(name);
      declarations.set(name, [...(declarations.get(name) ?? []), text]);
      references.set(name, new Set([...(references.get(name) ?? []), ...namesIn(statement)]));
    }
  }
  const entries = module.staticExports.flatMap((exported) => exported.entries);
  return {
    declarations,
    documented,
    references,
    imports: new Map(
      module.staticImports.flatMap(({ entries: imported, moduleRequest }) =>
        imported.map(({ localName, importName }) => [
          localName.value,
          { module: resolve(moduleRequest.value), name: importName.name ?? '*' },
        ]),
      ),
    ),
    exports: exportsOf(entries, resolve),
    stars: entries.flatMap(({ exportName, moduleRequest }) =>
      exportName.name === null && moduleRequest ? [resolve(moduleRequest.value)] : [],
    ),
    inlineImports: inlineImports(program),
  };
}

function exportsOf(
  entries: readonly StaticExportEntry[],
  resolve: (specifier: string) => string,
): DeclarationModule['exports'] {
  const found = new Map<string, Reference | { local: string }>();
  for (const { exportName, localName, importName, moduleRequest } of entries)
    if (exportName.name !== null)
      found.set(
        exportName.name,
        moduleRequest
          ? { module: resolve(moduleRequest.value), name: importName.name ?? '*' }
          : { local: localName.name ?? exportName.name },
      );
  return found;
}

function declaredNames(statement: Statement | Directive): string[] {
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
  if (!declaration) return [];
  if (declaration.type === 'VariableDeclaration')
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []));
  return 'id' in declaration && declaration.id && 'name' in declaration.id ? [declaration.id.name as string] : [];
}

/** Every identifier; those that are no names of the module are looked up in vain, which does no harm. */
function namesIn(statement: Statement | Directive): Set<string> {
  const found = new Set<string>();
  new Visitor({ Identifier: ({ name }) => void found.add(name) }).visit({
    type: 'Program',
    body: [statement],
  } as never);
  return found;
}

function inlineImports(program: Parameters<Visitor['visit']>[0]): string[] {
  const found: string[] = [];
  new Visitor({ TSImportType: ({ source }) => void found.push(source.value) }).visit(program);
  return found;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The statement as one would write it without its comments: `export`, `declare` and empty lines left out. */
function withoutComments(source: string, comments: readonly Span[], { start, end }: Span): string {
  let text = '';
  let at = start;
  for (const comment of comments.filter((one) => one.start >= start && one.end <= end)) {
    text += source.slice(at, comment.start);
    at = comment.end;
  }
  text += source.slice(at, end);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines
    .join('\n')
    .replace(/^export /, '')
    .replace(/^declare /, '');
}

function hasDocComment(source: string, comments: readonly Span[], start: number): boolean {
  return comments.some(
    (comment) =>
      source.startsWith('/**', comment.start) && comment.end <= start && source.slice(comment.end, start).trim() === '',
  );
}
