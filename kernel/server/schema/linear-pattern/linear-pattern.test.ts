import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinearPattern } from './linear-pattern.ts';

const character = fc.constantFrom('a', 'b', '0', '-', '_', '.', '\n', 'é', '😀', '\ud800');
const text = fc.array(character, { maxLength: 12 }).map((characters) => characters.join(''));

const atom = fc.constantFrom(
  'a',
  'b',
  '0',
  '.',
  '\\.',
  '\\d',
  '\\w',
  '\\W',
  '[ab]',
  '[^a]',
  '[^\\]a-]',
  '\\u{61}',
  '\\p{L}',
  '😀',
);
const { pattern } = fc.letrec<{ pattern: string; term: string }>((tie) => ({
  term: fc.oneof(
    { depthSize: 'small' },
    atom,
    fc.constantFrom('^', '$', '\\b', '\\B'),
    fc
      .tuple(tie('pattern'), fc.constantFrom('', '*', '+', '?', '{2}', '{1,}', '{0,3}', '*?'))
      .map(([p, n]) => `(?:${p})${n}`),
    tie('pattern').map((p) => `(?=${p})`),
    tie('pattern').map((p) => `(?!${p})`),
    tie('pattern').map((p) => `(${p})`),
  ),
  pattern: fc.oneof(
    fc.array(tie('term'), { maxLength: 4 }).map((terms) => terms.join('')),
    fc.tuple(tie('term'), tie('term')).map(([a, b]) => `${a}|${b}`),
  ),
}));

describe('LinearPattern', () => {
  it('finds what the engine finds', () => {
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        expect(new LinearPattern(source).test(subject)).toBe(isFoundByEngine(source, subject));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['(a+)+$', 'a'],
    ['^(a|a)*$', 'a'],
    ['^(?:.*,){20}x', ','],
    ['(?:a|b|ab)*c', 'ab'],
    ['^(?=(?:a+)+$)(?!.*b.*b).*$', 'a'],
    ['a.*a.*a.*b', 'a'],
  ])('needs a time that grows only with the text for %s', (source, unit) => {
    const found = new LinearPattern(source);
    const subject = `${unit.repeat(50_000)}!`;
    const start = performance.now();
    expect(found.test(subject)).toBe(false);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it.each([
    ['(a)\\1', 'a back-reference'],
    ['(?<x>a)\\k<x>', 'a back-reference'],
    ['(?<=a)b', 'look-behind'],
    ['(?<!a)b', 'look-behind'],
    ['(?i:a)', 'flags inside the pattern'],
    ['(', 'is no regular expression'],
    ['(?:a{1000}){1000}', 'repeats too much'],
  ])('refuses %s', (source, why) => {
    expect(() => new LinearPattern(source)).toThrow(why);
  });
});

/** From each character on, because V8 also starts a search between the two halves of a surrogate pair, against ECMA-262. */
function isFoundByEngine(source: string, subject: string): boolean {
  const engine = new RegExp(source, 'uy');
  const startsAt = (position: number): boolean => {
    engine.lastIndex = position;
    return engine.test(subject);
  };
  let position = 0;
  for (const one of subject) {
    if (startsAt(position)) return true;
    position += one.length;
  }
  return startsAt(position);
}
