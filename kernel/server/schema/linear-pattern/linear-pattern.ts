import { type Automaton, buildAutomaton, type Condition } from './automaton.ts';
import { parsePattern } from './syntax.ts';

/**
 * A regular expression whose search takes a time proportional to the length of the text, whatever the text and the
 * pattern are. Patterns come from plugins and texts from tenants, and one backtracking search can stop the server for hours.
 *
 * The language is ECMAScript's with the `u` flag, without look-behind and back-references.
 */
export class LinearPattern {
  readonly #pattern: string;
  readonly #automaton: Automaton;

  /** @throws PatternError */
  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#automaton = buildAutomaton(parsePattern(pattern));
  }

  /** Whether the pattern matches somewhere in the text. */
  test(text: string): boolean {
    const characters = Array.from(text, (character) => character.codePointAt(0) as number);
    const search: Search = { characters, ahead: [] };
    for (const lookahead of this.#automaton.lookaheads) search.ahead.push(matchStarts(lookahead, search));
    return isFound(this.#automaton, search);
  }

  /** Ajv tells the patterns of one schema apart by this text. */
  toString(): string {
    return `/${this.#pattern}/u`;
  }
}

type Machine = Omit<Automaton, 'lookaheads'>;

interface Search {
  readonly characters: readonly number[];
  /** For each look-ahead, 1 at every position where it matches. */
  readonly ahead: Uint8Array[];
}

function isFound(machine: Machine, search: Search): boolean {
  const { characters } = search;
  let active = new ActiveStates(machine, search);
  for (let position = 0; ; position++) {
    active.add(machine.start, position);
    if (active.has(machine.final)) return true;
    if (position === characters.length) return false;
    const following = new ActiveStates(machine, search, active);
    active.step(characters[position] as number, position + 1, following);
    active = following;
  }
}

/** Reads backwards: a match may end anywhere, and where it starts is what is asked. */
function matchStarts(machine: Machine, search: Search): Uint8Array {
  const { characters } = search;
  const starts = new Uint8Array(characters.length + 1);
  let active = new ActiveStates(machine, search);
  for (let position = characters.length; ; position--) {
    active.add(machine.start, position);
    starts[position] = active.has(machine.final) ? 1 : 0;
    if (position === 0) return starts;
    const following = new ActiveStates(machine, search, active);
    active.step(characters[position - 1] as number, position - 1, following);
    active = following;
  }
}

/** The states that the machine may be in at one position. */
class ActiveStates {
  readonly #machine: Machine;
  readonly #search: Search;
  /** A state is a member when its mark is this position's; marks are shared by all positions of one search. */
  readonly #marks: Uint32Array;
  readonly #generation: number;
  readonly #members: number[] = [];

  constructor(machine: Machine, search: Search, before?: ActiveStates) {
    this.#machine = machine;
    this.#search = search;
    this.#marks = before ? before.#marks : new Uint32Array(machine.states.length);
    this.#generation = before ? before.#generation + 1 : 1;
  }

  has(state: number): boolean {
    return this.#marks[state] === this.#generation;
  }

  /** Adds a state and all that it leads to without reading. */
  add(state: number, position: number): void {
    const pending = [state];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (this.has(next)) continue;
      const { set, condition, next: targets } = this.#machine.states[next] as Automaton['states'][number];
      this.#marks[next] = this.#generation;
      if (condition && !holds(condition, position, this.#search)) continue;
      if (set) this.#members.push(next);
      else pending.push(...targets);
    }
  }

  /** Reads one character; what follows is added to the states of the position that it leads to. */
  step(character: number, position: number, following: ActiveStates): void {
    for (const member of this.#members) {
      const { set, next } = this.#machine.states[member] as Automaton['states'][number];
      if (set?.has(character)) for (const target of next) following.add(target, position);
    }
  }
}

function holds(condition: Condition, position: number, { characters, ahead }: Search): boolean {
  if (condition.kind === 'ahead') return (ahead[condition.lookahead]?.[position] === 1) === condition.wanted;
  switch (condition.edge) {
    case 'start':
      return position === 0;
    case 'end':
      return position === characters.length;
    case 'word':
    case 'notWord': {
      const atEdge = isWord(characters[position - 1]) !== isWord(characters[position]);
      return atEdge === (condition.edge === 'word');
    }
  }
}

function isWord(character: number | undefined): boolean {
  return character !== undefined && character < 128 && /\w/.test(String.fromCharCode(character));
}
