import { dirname } from 'node:path';
import type { PrimitiveSpec } from '@freehold/sdk';
import type { LogReport, LogWork } from '@freehold/sdk/protocol';
import type { OpenFile, System } from '../system/system.ts';
import { openLog } from './guarded-log.ts';
import { Lines } from './lines.ts';

const CHUNK = 262_144;
const MOST_LINES = 500;
/** How far back the last lines are looked for. */
const LONGEST_TAIL = 4_194_304;

export interface LogReaderParts {
  readonly system: System;
  tell(report: LogReport): Promise<void>;
}

/** Sends the last lines of a log, and then those that are added, also over a rotation. */
export class LogReader {
  /** Of the next report. */
  sequence = 0;
  readonly #work: LogWork;
  readonly #parts: LogReaderParts;
  readonly #lines = new Lines();
  #position = 0;
  #ended = false;
  #wake: () => void = () => undefined;
  #done: Promise<void> = Promise.resolve();

  constructor(work: LogWork, parts: LogReaderParts) {
    this.#work = work;
    this.#parts = parts;
  }

  run(spec: PrimitiveSpec<'log'>): Promise<void> {
    this.#done = this.#run(spec);
    return this.#done;
  }

  /** Sends what is there, says that it was all, and stops. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#wake();
    await this.#done.catch(() => undefined);
  }

  async #run(spec: PrimitiveSpec<'log'>): Promise<void> {
    const { files } = this.#parts.system;
    let file = await openLog(spec, this.#parts.system);
    try {
      await this.#sendTail(file);
      let hasNews = this.#nextChange();
      const watch = this.#work.follow ? files.watch(dirname(spec.path), () => this.#wake()) : undefined;
      while (watch && !this.#ended) {
        await hasNews;
        hasNews = this.#nextChange();
        await this.#sendAdded(file);
        const next = await this.#findNext(spec, file);
        if (!next) continue;
        await this.#sendAdded(file);
        await file.close();
        [file, this.#position] = [next, 0];
        await this.#sendAdded(file);
      }
      watch?.close();
      await this.#send(this.#lines.rest(), true);
    } finally {
      await file.close();
    }
  }

  async #sendTail(file: OpenFile): Promise<void> {
    const { size } = await file.entry();
    const start = Math.max(0, size - LONGEST_TAIL);
    const tail = new Lines();
    const lines = tail.add(await file.read(start, size - start));
    if (start > 0) lines.shift();
    this.#position = size;
    this.#lines.begin(tail);
    await this.#send(this.#work.lines > 0 ? lines.slice(-this.#work.lines) : [], false);
  }

  async #sendAdded(file: OpenFile): Promise<void> {
    const { size } = await file.entry();
    if (size < this.#position) this.#position = 0;
    while (this.#position < size) {
      const chunk = await file.read(this.#position, CHUNK);
      if (chunk.length === 0) return;
      this.#position += chunk.length;
      await this.#send(this.#lines.add(chunk), false);
    }
  }

  /** The file that has the log's name now, when it is another one. */
  async #findNext(spec: PrimitiveSpec<'log'>, file: OpenFile): Promise<OpenFile | undefined> {
    const named = await this.#parts.system.files.find(spec.path);
    if (!named || named.inode === (await file.entry()).inode) return undefined;
    return openLog(spec, this.#parts.system);
  }

  /** Waits for the server: a reader that is slower than the log must not fill the memory. */
  async #send(lines: readonly string[], end: boolean): Promise<void> {
    for (let from = 0; from < lines.length || (end && from === 0); from += MOST_LINES) {
      const part = lines.slice(from, from + MOST_LINES);
      const isLast = end && from + MOST_LINES >= lines.length;
      const { request } = this.#work;
      await this.#parts.tell({ kind: 'log', request, sequence: this.sequence++, lines: part, end: isLast });
    }
  }

  #nextChange(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    if (this.#ended) resolve();
    return promise;
  }
}
