import type { Keyring } from '../secrets/keyring.ts';
import type { Store, Transaction } from '../store/store.ts';
import { type ChainHead, chainStart, ENTRY_TEXT, linkEntry, proveCheckpoint } from './audit-chain.ts';
import type { AuditHead } from './audit-head.ts';
import type { AuditSealer } from './audit-sealer.ts';

const BATCH = 2_000;
/** More say nothing more. */
const MOST_PROBLEMS = 100;

export type AuditProblemKind = 'changed' | 'missing' | 'cut-off' | 'other-chain' | 'forged-checkpoint';

export interface AuditProblem {
  readonly kind: AuditProblemKind;
  /** Place in the chain. */
  readonly number: number;
  /** Of the entry, as far as it is there. */
  readonly entry: string | null;
  readonly message: string;
}

export interface Verification {
  readonly intact: boolean;
  readonly entries: number;
  /** Place of the first entry that is there: 1, unless older ones were let go. */
  readonly first: number;
  /** End of the chain: worth writing down elsewhere. */
  readonly head: ChainHead;
  readonly problems: readonly AuditProblem[];
}

/** Computes the whole chain again and says what does not fit. */
export class AuditVerifier {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** @param remembered an end of the chain that somebody wrote down */
  async verify(remembered?: ChainHead): Promise<Verification> {
    const { store, sealer, head } = this.#needs;
    const known = [await head.load(), remembered].filter((end) => end !== undefined);
    await sealer.seal();
    return store.snapshot((reader) => this.#verifyAll(reader, known));
  }

  async #verifyAll(reader: Transaction, known: readonly ChainHead[]): Promise<Verification> {
    const found = new Findings();
    const start = await this.#findStart(reader, found);
    let end = start;
    let entries = 0;
    for await (const entry of readChain(reader, start.number)) {
      if (entry.number > end.number + 1) found.missing(end.number + 1, entry.number - 1);
      else if (!linkEntry(this.#needs.keyring, end, entry.text).link.equals(entry.link)) found.changed(entry);
      end = entry;
      entries += 1;
      for (const one of known)
        if (one.number === end.number && !one.link.equals(end.link)) found.otherChain(one.number);
    }
    for (const one of known) if (one.number > end.number) found.cutOff(end.number + 1, one.number);
    const { problems } = found;
    return { intact: problems.length === 0, entries, first: start.number + 1, head: end, problems };
  }

  /** Older entries may have been let go, and then a checkpoint says so. */
  async #findStart(reader: Transaction, found: Findings): Promise<ChainHead> {
    const [row] = await reader.execute<{ number: string; link: Buffer; proof: Buffer }[]>(
      'select number, link, proof from kernel.audit_checkpoint order by number desc limit 1',
    );
    if (!row) return chainStart;
    const checkpoint = { number: Number(row.number), link: row.link };
    if (proveCheckpoint(this.#needs.keyring, checkpoint).equals(row.proof)) return checkpoint;
    found.forgedCheckpoint(checkpoint.number);
    return checkpoint;
  }
}

interface ChainedEntry extends ChainHead {
  readonly id: string;
  readonly text: string;
}

async function* readChain(reader: Transaction, after: number): AsyncGenerator<ChainedEntry> {
  for (let last = after; ; ) {
    const rows = await reader.execute<{ number: string; link: Buffer; id: string; text: string }[]>(
      `select number, link, id, ${ENTRY_TEXT} as text from kernel.audit_entry where number > ? order by number limit ?`,
      [last, BATCH],
    );
    for (const row of rows) yield { ...row, number: Number(row.number) };
    if (rows.length < BATCH) return;
    last = Number(rows.at(-1)?.number);
  }
}

class Findings {
  readonly problems: AuditProblem[] = [];

  changed({ number, id }: ChainedEntry): void {
    this.#add({
      kind: 'changed',
      number,
      entry: id,
      message: `Entry ${number} (${id}) was changed after it was written.`,
    });
  }

  missing(from: number, to: number): void {
    const which = from === to ? `Entry ${from} is` : `Entries ${from} to ${to} are`;
    this.#add({ kind: 'missing', number: from, entry: null, message: `${which} missing.` });
  }

  cutOff(from: number, to: number): void {
    const which = from === to ? `entry ${from}` : `entries ${from} to ${to}`;
    this.#add({
      kind: 'cut-off',
      number: from,
      entry: null,
      message: `The log ends before ${which}, of which this server knows. Either they were removed, or the database is that of an older backup.`,
    });
  }

  otherChain(number: number): void {
    this.#add({
      kind: 'other-chain',
      number,
      entry: null,
      message: `Entry ${number} is not the one that was there before: this is another log.`,
    });
  }

  forgedCheckpoint(number: number): void {
    this.#add({
      kind: 'forged-checkpoint',
      number,
      entry: null,
      message: `Entries up to ${number} are missing, and it was not this installation that let go of them.`,
    });
  }

  #add(problem: AuditProblem): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(problem);
  }
}

interface Needs {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly sealer: AuditSealer;
  readonly head: AuditHead;
}
