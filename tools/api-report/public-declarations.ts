import { type DeclarationModule, type Reference, readDeclarationModule } from './declaration-module.ts';

export interface PublicDeclaration {
  readonly name: string;
  /** Without comments. A name may stand for a value and a type. */
  readonly statements: readonly string[];
  /** Whether the entry point exports it. Others are only named by what is exported. */
  readonly exported: boolean;
  readonly documented: boolean;
}

export interface PublicDeclarations {
  /** Sorted by name. */
  readonly declarations: readonly PublicDeclaration[];
  /** Outside modules that the declarations name, sorted. */
  readonly outside: readonly string[];
  /** What is exported as it comes from an outside module, `Static of typebox`, sorted. */
  readonly passedOn: readonly string[];
}

/** Everything that an entry point lets others see, however many files it is declared in. */
export function collectPublicDeclarations(entry: string): PublicDeclarations {
  const collector = new Collector();
  for (const [name, { module, local }] of collector.exportsOf(entry)) collector.add(module, local, name);
  const declarations = [...collector.found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { declarations, outside: [...collector.outside].sort(), passedOn: [...collector.passedOn].sort() };
}

interface Place {
  readonly module: string;
  readonly local: string;
}

class Collector {
  /** By module and name. */
  readonly found = new Map<string, PublicDeclaration>();
  readonly outside = new Set<string>();
  readonly passedOn = new Set<string>();
  readonly #modules = new Map<string, DeclarationModule>();

  exportsOf(path: string): Map<string, Place> {
    const { exports, stars } = this.#read(path);
    const found = new Map<string, Place>();
    for (const star of stars) for (const [name, place] of this.exportsOf(star)) found.set(name, place);
    for (const [name, target] of exports) {
      const place = 'local' in target ? this.#resolve(path, target.local) : this.#exported(target.module, target.name);
      if (place) found.set(name, place);
      else this.#passOn(path, name, target);
    }
    return found;
  }

  /** @param exportedAs undefined when it is only named by what is exported */
  add(path: string, name: string, exportedAs?: string): void {
    const key = `${path} ${name}`;
    const known = this.found.get(key);
    if (known && (known.exported || exportedAs === undefined)) return;
    const module = this.#read(path);
    this.found.set(key, {
      name: exportedAs ?? name,
      statements: module.declarations.get(name) ?? [],
      exported: exportedAs !== undefined,
      documented: module.documented.has(name),
    });
    for (const outside of module.inlineImports) if (!outside.startsWith('.')) this.outside.add(outside);
    for (const reference of module.references.get(name) ?? []) {
      const place = this.#resolve(path, reference);
      if (place && !(place.module === path && place.local === name)) this.add(place.module, place.local);
    }
  }

  #passOn(path: string, name: string, target: Reference | { readonly local: string }): void {
    const origin = 'local' in target ? this.#read(path).imports.get(target.local) : target;
    if (origin) this.passedOn.add(`${name} of ${origin.module}`);
  }

  /** Where a name of a module is declared; undefined when it is declared outside, or nowhere. */
  #resolve(path: string, name: string): Place | undefined {
    const module = this.#read(path);
    if (module.declarations.has(name)) return { module: path, local: name };
    const imported = module.imports.get(name);
    return imported && this.#exported(imported.module, imported.name);
  }

  #exported(module: string, name: string): Place | undefined {
    if (module.startsWith('/')) return this.exportsOf(module).get(name);
    this.outside.add(module);
    return undefined;
  }

  #read(path: string): DeclarationModule {
    const module = this.#modules.get(path) ?? readDeclarationModule(path);
    this.#modules.set(path, module);
    return module;
  }
}
