import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { collectPublicDeclarations } from './public-declarations.ts';
import { writeReport } from './write-report.ts';

async function collect(files: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-report-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return collectPublicDeclarations(join(folder, 'index.d.ts'));
}

describe('the report of public declarations', () => {
  it('has what is exported and what that names, without comments, by name', async () => {
    const found = await collect({
      'index.d.ts': `
        export * from './b.ts';
        export { hidden as shown } from './a.ts';
        import type { Far } from './a.ts';
        /** Says what. */
        export declare function near(/* inside */ far: Far): void;
      `,
      'a.d.ts': `
        declare const hidden: number;
        interface Deep { self: Deep; }
        export interface Far { deep: Deep; }
        export interface Unused {}
        export { hidden };
      `,
      'b.d.ts': `
        /** A value. */
        export declare const Both: { a: 1 };
        export type Both = typeof Both;
      `,
    });
    expect(found.declarations.map(({ name, exported, documented }) => `${name} ${exported} ${documented}`)).toEqual([
      'Both true true',
      'Deep false false',
      'Far false false',
      'near true true',
      'shown true false',
    ]);
    const report = writeReport(new Map([['x', found]]));
    expect(report).toContain('const Both: { a: 1 };\ntype Both = typeof Both;');
    expect(report).toContain('function near( far: Far): void;');
    expect(report).toContain('### Named by these, and not exported');
    expect(report).not.toContain('Says what');
    expect(report).not.toContain('Unused');
  });

  it('names the modules of others, however they are written', async () => {
    const found = await collect({
      'index.d.ts': `
        import { Static } from 'typebox';
        import * as http from 'fastify';
        import type { Unused } from 'left-pad';
        export { Type } from 'typebox';
        export declare const a: Static<never>;
        export declare function b(server: http.Server): import('pg').Client;
      `,
    });
    expect(found.outside).toEqual(['fastify', 'pg', 'typebox']);
    expect(found.passedOn).toEqual(['Type of typebox']);
  });

  it('does not depend on the order of files and statements', async () => {
    const [a, b] = ['export declare const a: 1;', 'export declare const b: 2;'];
    const one = await collect({ 'index.d.ts': `${a}\n${b}` });
    const other = await collect({ 'index.d.ts': `export * from './x.ts';\n${b}`, 'x.d.ts': a });
    expect(writeReport(new Map([['x', one]]))).toBe(writeReport(new Map([['x', other]])));
  });
});
