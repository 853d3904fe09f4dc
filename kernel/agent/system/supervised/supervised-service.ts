import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from '../failure.ts';
import { kill } from '../processes.ts';
import { ServiceLog } from '../service-log.ts';
import type { ServiceRecord } from '../service-records.ts';
import type { ServiceDefinition, ServiceStatus, Watch } from '../system.ts';
import { isAlive, leftOf, type MainProcess, startedAt, strangersWith } from './main-process.ts';
import { spawnService, ticksNow } from './spawn-service.ts';
import type { SupervisionParts } from './supervised-services.ts';

/** Seconds until it is started again: 1, 2, 4 … 30. One that ran this long before it ended starts from 1 again. */
const LONGEST_BACK_OFF = 30;
const LOOK_INTERVAL = 250;

/** One program that is kept running. */
export class SupervisedService {
  readonly #parts: SupervisionParts;
  readonly #log: ServiceLog;
  #record: ServiceRecord;
  #failures = 0;
  #backOff = 0;
  #startedAt = 0;
  #next: Watch | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(record: ServiceRecord, parts: SupervisionParts) {
    this.#record = record;
    this.#parts = parts;
    this.#log = new ServiceLog(`${parts.logs}/${record.definition.name}.log`);
  }

  status(): ServiceStatus {
    const { definition, wanted } = this.#record;
    return { definition, intact: true, wanted, pid: this.#main?.pid, failures: this.#failures };
  }

  define(definition: ServiceDefinition): void {
    this.#save({ definition });
  }

  start(): Promise<void> {
    return this.#inTurn(async () => {
      this.#failures = 0;
      this.#backOff = 0;
      this.#save({ wanted: true });
      if (!this.#main) await this.#launch();
    });
  }

  /** Stops it for good. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      this.#save({ wanted: false });
      await this.#end();
    });
  }

  /** Stops it until the next agent starts it again. */
  pause(): Promise<void> {
    return this.#inTurn(() => this.#end());
  }

  signal(signal: NodeJS.Signals): void {
    const main = this.#main;
    if (!main) throw failure('ESRCH', `Service ${this.#record.definition.name} does not run`);
    kill(main.pid, signal);
  }

  lastWords(): string {
    return this.#log.sinceStart();
  }

  shortenLog(maxBytes: number): void {
    this.#log.shorten(maxBytes);
  }

  resume(): Promise<void> {
    return this.#inTurn(async () => {
      const { main, starting, wanted, definition } = this.#record;
      const found = this.#main ?? (starting && startedAt(starting, definition, this.#log.path));
      if (main && !found) await endLeftOvers(main);
      this.#save({ main: found, starting: undefined });
      if (found) this.#watch(found);
      else if (wanted) await this.#launch();
    });
  }

  letGo(): void {
    this.#next?.close();
    this.#next = undefined;
  }

  /** The main process, if it lives. */
  get #main(): MainProcess | undefined {
    const { main } = this.#record;
    return main && isAlive(main) ? main : undefined;
  }

  /** The record says what is about to happen before it does, so that no crash leaves a process that nobody knows. */
  async #launch(): Promise<void> {
    this.letGo();
    for (const stranger of strangersWith(this.#log.path)) await this.#endProcess(stranger);
    this.#save({ main: undefined, starting: ticksNow() });
    const main = await spawnService(this.#record.definition, this.#log, this.#parts.accounts);
    this.#startedAt = this.#parts.clock.now();
    this.#save({ main, starting: undefined });
    if (main) this.#watch(main);
    else this.#ended();
  }

  async #end(): Promise<void> {
    this.letGo();
    const { main } = this.#record;
    if (!main) return;
    await this.#endProcess(main);
    this.#save({ main: undefined });
  }

  async #endProcess(main: MainProcess): Promise<void> {
    const { stopSignal, stopTimeout } = this.#record.definition;
    if (isAlive(main)) kill(main.pid, stopSignal as NodeJS.Signals);
    for (let waited = 0; isAlive(main) && waited < stopTimeout; waited += 20) await sleep(20);
    await endLeftOvers(main);
  }

  /** Looks now and then: a process of an earlier agent is nobody's child here, so no signal tells of its end. */
  #watch(main: MainProcess): void {
    this.#next = this.#parts.clock.after(LOOK_INTERVAL, () => {
      if (isAlive(main)) return this.#watch(main);
      void this.#inTurn(async () => {
        if (this.#record.main !== main) return;
        await endLeftOvers(main);
        this.#ended();
      });
    });
  }

  #ended(): void {
    if (!this.#record.wanted) return;
    this.#failures++;
    const ran = this.#parts.clock.now() - this.#startedAt;
    this.#backOff = ran > LONGEST_BACK_OFF * 1000 ? 1 : Math.min(Math.max(1, 2 * this.#backOff), LONGEST_BACK_OFF);
    this.letGo();
    this.#next = this.#parts.clock.after(this.#backOff * 1000, () => {
      void this.#inTurn(async () => {
        if (this.#record.wanted && !this.#main) await this.#launch();
      });
    });
  }

  /** One thing after the other: the end of a process must not cross a request to stop. */
  #inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #save(change: Partial<ServiceRecord>): void {
    this.#record = { ...this.#record, ...change };
    this.#parts.records.save(this.#record);
  }
}

/** Workers that outlive their main process would keep its sockets from the next one. */
async function endLeftOvers(main: MainProcess): Promise<void> {
  for (let attempt = 0; attempt < 250; attempt++) {
    const left = leftOf(main);
    if (left.length === 0) return;
    for (const pid of left) kill(pid, 'SIGKILL');
    await sleep(20);
  }
}
