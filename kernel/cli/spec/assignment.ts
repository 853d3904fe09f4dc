import { usageProblem } from '../problem.ts';

/** One `--set`: where a value goes, and its text. */
export interface Assignment {
  readonly segments: readonly string[];
  /** `key[]=value`: added to the list that is there. */
  readonly append: boolean;
  /** `key:=value`: the text is JSON. */
  readonly json: boolean;
  readonly text: string;
}

const HINT = 'Write key=value, group.key=value, list[]=value, or key:=<JSON>.';

/**
 * Reads `phpVersion=8.2`, `hostnames[]=a.test`, `phpSettings["opcache.enable"]=1` or `limits:={"rate":5}`. What the text
 * stands for depends on the schema of the place: see `buildSpec`.
 */
export function parseAssignment(argument: string): Assignment {
  const match = /^((?:[^="[]|\["(?:[^"\\]|\\.)*"\]|\[\d+\]|\[(?=\]))*?(?:\[\])?)(:?)=([\s\S]*)$/.exec(argument);
  const [, place = '', colon, text = ''] = match ?? [];
  const append = place.endsWith('[]');
  const segments = parsePlace(append ? place.slice(0, -2) : place);
  if (!match || segments.length === 0 || segments.includes(''))
    throw usageProblem(`--set ${JSON.stringify(argument)} is not understood.`, HINT);
  return { segments, append, json: colon === ':', text };
}

/** `a.b["c.d"][0]` → a, b, c.d, 0 */
export function parsePlace(place: string): string[] {
  const parts = place.match(/\["(?:[^"\\]|\\.)*"\]|\[\d+\]|\.|[^.[\]]+/g) ?? [];
  if (parts.join('') !== place) return [];
  return parts.flatMap((part, index) => {
    if (part === '.') return index === 0 || parts[index + 1] === '.' || index === parts.length - 1 ? [''] : [];
    if (part.startsWith('["')) return [JSON.parse(part.slice(1, -1)) as string];
    return [part.startsWith('[') ? part.slice(1, -1) : part];
  });
}
