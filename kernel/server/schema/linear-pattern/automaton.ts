import { CharacterSet } from './character-set.ts';
import { PatternError, type Syntax } from './syntax.ts';

/** A state reads one character of its set, or holds a condition, or only leads on. */
export interface State {
  readonly set?: CharacterSet;
  readonly condition?: Condition;
  readonly next: number[];
}

export type Condition =
  | { readonly kind: 'edge'; readonly edge: 'start' | 'end' | 'word' | 'notWord' }
  | { readonly kind: 'ahead'; readonly lookahead: number; readonly wanted: boolean };

/** A non-deterministic automaton. `lookaheads` read backwards, from the end of what they match to its start. */
export interface Automaton {
  readonly states: readonly State[];
  readonly start: number;
  readonly final: number;
  /** Inner ones come before those that contain them. */
  readonly lookaheads: readonly Omit<Automaton, 'lookaheads'>[];
}

/** Repetitions are written out, so this bounds the time that one character can take. */
const MOST_STATES = 20_000;

/** @throws PatternError when the pattern would take too many states. */
export function buildAutomaton(syntax: Syntax): Automaton {
  const lookaheads: Omit<Automaton, 'lookaheads'>[] = [];
  const sets = new Map<string, CharacterSet>();
  return { ...build(syntax, 'forward', { lookaheads, sets }), lookaheads };
}

interface Shared {
  readonly lookaheads: Omit<Automaton, 'lookaheads'>[];
  readonly sets: Map<string, CharacterSet>;
}

function build(syntax: Syntax, direction: 'forward' | 'backward', shared: Shared): Omit<Automaton, 'lookaheads'> {
  const states: State[] = [];
  const add = (state: Omit<State, 'next'> = {}, next: number[] = []): number => {
    if (states.length >= MOST_STATES) throw new PatternError('The pattern repeats too much to be searched quickly');
    return states.push({ ...state, next }) - 1;
  };
  /** Gives the state that leads through `part` to `after`. */
  const enter = (part: Syntax, after: number): number => {
    switch (part.kind) {
      case 'empty':
        return after;
      case 'set':
        return add({ set: characterSet(part.source, shared.sets) }, [after]);
      case 'edge':
        return add({ condition: part }, [after]);
      case 'ahead': {
        const lookahead = shared.lookaheads.push(build(part.item, 'backward', shared)) - 1;
        return add({ condition: { kind: 'ahead', lookahead, wanted: part.wanted } }, [after]);
      }
      case 'sequence': {
        const lastFirst = direction === 'forward' ? part.items.toReversed() : part.items;
        return lastFirst.reduce((target, item) => enter(item, target), after);
      }
      case 'choice':
        return add(
          {},
          part.items.map((item) => enter(item, after)),
        );
      case 'repeat':
        return repeat(part, after);
    }
  };
  const repeat = ({ item, minimum, maximum }: Syntax & { kind: 'repeat' }, after: number): number => {
    let target = after;
    if (maximum === Number.POSITIVE_INFINITY) {
      const again = add({}, [after]);
      states[again]?.next.push(enter(item, again));
      target = again;
    } else {
      for (let count = minimum; count < maximum; count++) target = add({}, [enter(item, target), after]);
    }
    for (let count = 0; count < minimum; count++) target = enter(item, target);
    return target;
  };
  const final = add();
  const start = enter(syntax, final);
  return { states, start, final };
}

function characterSet(source: string, sets: Map<string, CharacterSet>): CharacterSet {
  const known = sets.get(source) ?? new CharacterSet(source);
  sets.set(source, known);
  return known;
}
