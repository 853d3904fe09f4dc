import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withDeclarations } from './api-report/emit-declarations.ts';
import { collectPublicDeclarations, type PublicDeclarations } from './api-report/public-declarations.ts';
import { ALLOWED_OUTSIDE, writeReport } from './api-report/write-report.ts';

/**
 * Writes sdk/api-report.md, the public declarations of the SDK in one file, so that a change of the contract is seen in
 * review. With --check it compares instead and fails when they differ.
 */

const root = join(import.meta.dirname, '..');
const path = join(root, 'sdk', 'api-report.md');
const ENTRIES = { '@freehold/sdk': 'index.d.ts', '@freehold/sdk/testing': 'testing/index.d.ts' };

const entries = withDeclarations(root, (folder) => {
  const present = Object.entries(ENTRIES).filter(([, file]) => existsSync(join(folder, file)));
  return new Map(present.map(([name, file]) => [name, collectPublicDeclarations(join(folder, file))]));
});
const report = writeReport(entries);
const problems = [...entries].flatMap(([name, declarations]) => findProblems(name, declarations));
if (process.argv.includes('--check')) {
  if (!existsSync(path) || readFileSync(path, 'utf8') !== report)
    problems.push(
      'The public declarations changed. Run npm run api-report and review the difference in sdk/api-report.md.',
    );
} else writeFileSync(path, report);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

function findProblems(entry: string, { declarations, outside }: PublicDeclarations): string[] {
  return [
    ...outside
      .filter((name) => !ALLOWED_OUTSIDE.includes(name))
      .map(
        (name) =>
          `${entry} names a type of ${name}: every major version of ${name} would break plugins. Declare the type yourself.`,
      ),
    ...declarations
      .filter(({ exported, documented }) => exported && !documented)
      .map(({ name }) => `${entry} exports ${name} without a doc comment. Say what it is for, its units, its errors.`),
  ];
}
