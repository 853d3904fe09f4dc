import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { acceptedEncodings } from './accepted-encodings.ts';

/** Files by the path under which they are served. */
export type Panel = ReadonlyMap<string, PanelFile>;

interface Variant {
  readonly encoding?: 'br' | 'gzip';
  readonly content: Buffer;
  readonly etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/** What the build compressed beforehand: with the best that there is, which would take too long for each answer. */
const COMPRESSED = { br: '.br', gzip: '.gz' } as const;

/** The built panel, in memory: it is small, and what is not in it cannot be asked for. */
export class PanelFiles {
  readonly #folder: string;
  #state = '';
  #panel: Promise<Panel> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined when it has not been built. One that is built while the server runs is served from then on. */
  async load(): Promise<Panel | undefined> {
    const state = await this.#findState();
    if (state === undefined) return undefined;
    if (state !== this.#state) [this.#state, this.#panel] = [state, loadPanel(this.#folder)];
    return this.#panel?.catch(() => undefined);
  }

  async #findState(): Promise<string | undefined> {
    const paths = ['', 'assets', 'index.html'].map((path) => join(this.#folder, path));
    const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
    return found.every((one) => one !== undefined) ? found.map(({ mtimeMs }) => mtimeMs).join() : undefined;
  }
}

async function loadPanel(folder: string): Promise<Panel> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries.filter(isServed).map(({ parentPath, name }) => join(parentPath, name));
  const files = await Promise.all(
    paths.map((path) => PanelFile.load(path, path.slice(folder.length).replaceAll('\\', '/'))),
  );
  return new Map(files.map((file) => [file.path, file]));
}

function isServed(entry: Dirent): boolean {
  return entry.isFile() && !entry.name.startsWith('.') && Object.hasOwn(TYPES, extname(entry.name));
}

export class PanelFile {
  readonly path: string;
  readonly type: string;
  readonly #plain: Variant;
  /** The smallest first. */
  readonly #compressed: readonly Variant[];

  constructor(path: string, plain: Variant, compressed: readonly Variant[]) {
    this.path = path;
    this.type = TYPES[extname(path)] ?? 'application/octet-stream';
    this.#plain = plain;
    this.#compressed = compressed;
  }

  static async load(file: string, path: string): Promise<PanelFile> {
    const content = await readFile(file);
    const hash = createHash('sha256').update(content).digest('base64url').slice(0, 22);
    const compressed = await Promise.all(
      (['br', 'gzip'] as const).map(async (encoding) => {
        const bytes = await readFile(file + COMPRESSED[encoding]).catch(() => undefined);
        return bytes ? [{ encoding, content: bytes, etag: `"${hash}-${encoding}"` }] : [];
      }),
    );
    return new PanelFile(path, { content, etag: `"${hash}"` }, compressed.flat());
  }

  /** The first form that the header `Accept-Encoding` allows. */
  choose(header: string | undefined): Variant {
    const accepted = acceptedEncodings(header);
    return this.#compressed.find(({ encoding }) => encoding && accepted.has(encoding)) ?? this.#plain;
  }
}
