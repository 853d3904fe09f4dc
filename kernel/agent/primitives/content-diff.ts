import { createTwoFilesPatch } from 'diff';

const LARGEST = 262_144;
const LONGEST = 65_536;

/** A unified diff of two texts; undefined for what is no text, and for what is too large for anybody to read. */
export function contentDiff(path: string, before: Uint8Array | undefined, after: string): string | undefined {
  const old = before === undefined ? '' : textOf(before);
  if (old === undefined || textOf(Buffer.from(after)) === undefined) return undefined;
  const [from, to] = [before === undefined ? '/dev/null' : `${path} (now)`, `${path} (wanted)`];
  const patch = createTwoFilesPatch(from, to, old, after, undefined, undefined, { timeout: 200 });
  if (patch === undefined) return undefined;
  const body = patch.replace(/^=+\n/, '');
  return body.length > LONGEST ? `${body.slice(0, LONGEST)}\n… (cut)` : body;
}

function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.length > LARGEST || bytes.includes(0)) return undefined;
  return Buffer.from(bytes).toString('utf8');
}
