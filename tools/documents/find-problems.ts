import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

/** Folders of the repository: what begins with one of them in `code` is meant as a path. */
const NAMED_FILE =
  /^(?:kernel|sdk|plugins|docs|tools|scripts|toolchain|examples|e2e|bench|ui-shell|\.ci)\/[A-Za-z0-9._/-]*[A-Za-z0-9_]\/?$/;

/** What is made by building, by installing, or by who follows docs/writing-a-plugin.md. */
const MADE = /(?:^|\/)(?:node_modules|dist)(?:\/|$)|^plugins\/hello(?:\/|$)/;

/**
 * What a Markdown file names and does not exist: files and headings that it links to, and paths of the repository that
 * stand in `code`.
 *
 * @param file relative to the root
 */
export function findProblems(root: string, file: string): string[] {
  const text = withoutBlocks(readFileSync(join(root, file), 'utf8'));
  return [...findBrokenLinks(root, file, text), ...findMissingFiles(root, text)];
}

/** Examples are not links. The lines stay, so that nothing runs together. */
function withoutBlocks(text: string): string {
  return text.replace(/^( *)(`{3,})[^\n]*\n[\s\S]*?^\1\2 *$/gm, '');
}

function findBrokenLinks(root: string, file: string, text: string): string[] {
  const prose = text.replace(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/i.test(target))
    .flatMap((target) => {
      const [path = '', heading] = target.split('#');
      const found = path === '' ? file : normalize(join(dirname(file), path));
      if (relative('.', found).startsWith('..')) return [`${target} leads out of the repository`];
      if (!existsSync(join(root, found))) return [`${target} does not exist`];
      if (heading === undefined || headingsOf(join(root, found)).includes(heading)) return [];
      return [`${target}: there is no such heading`];
    });
}

function findMissingFiles(root: string, text: string): string[] {
  const named = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return named
    .filter((code) => NAMED_FILE.test(code) && !MADE.test(code) && !existsSync(join(root, code)))
    .map((code) => `${code} does not exist`);
}

/** As the usual renderers name them: small letters, hyphens for blanks, no punctuation. */
function headingsOf(path: string): string[] {
  if (!statSync(path).isFile()) return [];
  const lines = withoutBlocks(readFileSync(path, 'utf8')).matchAll(/^#{1,6} +(.+)$/gm);
  return [...lines].map(([, heading = '']) =>
    heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
