import type { Link, Observed } from '@freehold/sdk';
import {
  type AppliedResource,
  type Change,
  type Condition,
  type Merge,
  type TestApp,
  TestKernelError,
  type TestOperation,
} from '@freehold/sdk/testing';
import type { StateStore } from '../../agent/store/state-store.ts';
import type { Api } from './api.ts';
import type { AppRecord, OperationRecord } from './app-records.ts';
import { packFiles } from './pack-files.ts';

type Spec = Readonly<Record<string, unknown>>;

export interface AppParts {
  readonly api: Api;
  readonly sites: string;
  readonly store: () => StateStore;
  readonly converge: () => Promise<void>;
  readonly loadOperation: (id: string) => Promise<OperationRecord>;
  /** What the node reported of an owner. */
  readonly observed: (owner: string) => Observed;
}

/** An app as a test sees it: what is asked of it is done when a call returns. */
export class HarnessApp implements TestApp {
  readonly #parts: AppParts;
  #record: AppRecord;
  #isPurged = false;
  #lastOperation = '';

  constructor(record: AppRecord, parts: AppParts) {
    this.#record = record;
    this.#parts = parts;
  }

  /** Takes in what the API shows now; nothing when the app is gone. */
  update(record: AppRecord | undefined): void {
    if (record) this.#record = record;
    else this.#isPurged = true;
  }

  get id(): string {
    return this.#record.id;
  }

  get type(): string {
    return this.#record.type;
  }

  get name(): string {
    return this.#record.name;
  }

  get tenant(): string {
    return this.#record.tenant;
  }

  get home(): string {
    return `${this.#parts.sites}/${this.id}`;
  }

  get user(): string {
    return this.id;
  }

  get spec(): Spec {
    return this.#record.spec;
  }

  get generation(): number {
    return this.#record.generation;
  }

  get lifecycle(): 'present' | 'removed' | 'purged' {
    if (this.#isPurged) return 'purged';
    return this.#record.lifecycle === 'present' ? 'present' : 'removed';
  }

  get suspended(): boolean {
    return this.#record.suspended.length > 0;
  }

  get release(): number | null {
    return this.#record.release;
  }

  get conditions(): readonly Condition[] {
    return this.#record.conditions;
  }

  get ready(): boolean {
    return this.#condition('Ready')?.status === 'True';
  }

  get links(): readonly Link[] {
    return this.#record.links;
  }

  get resources(): readonly AppliedResource[] {
    const recorded = this.#parts.store().inventory.ofOwner(`app:${this.id}`);
    return recorded.map(({ key, resource, plugin, via }) => ({ key, resource, plugin, via }));
  }

  get observed(): Observed {
    return this.#parts.observed(`app:${this.id}`);
  }

  change(spec: Merge<Spec>): Promise<TestOperation> {
    return this.#do('PATCH', '', { spec });
  }

  async plan(spec?: Merge<Spec>): Promise<readonly Change[]> {
    const body = spec === undefined ? {} : { spec };
    const url = `/v1/apps/${this.id}/plan`;
    const request = { method: 'POST', url, body } as const;
    const plan = await this.#parts.api.call<{ changes: Change[]; problems: string[] }>(request, '/spec');
    const [problem] = plan.problems;
    if (problem !== undefined) throw new TestKernelError(plan.problems.join('\n'), { code: 'plan-refused', app: this });
    return plan.changes;
  }

  suspend(reason: 'operator' | 'billing' | 'abuse' = 'operator'): Promise<TestOperation> {
    return this.#do('POST', '/suspend', { reason });
  }

  resume(): Promise<TestOperation> {
    return this.#do('POST', '/resume', {});
  }

  async deploy(files: Readonly<Record<string, string | Uint8Array>>): Promise<TestOperation> {
    return this.#do('PUT', '/files', await packFiles(files));
  }

  rollback(release?: number): Promise<TestOperation> {
    return this.action('rollback', release === undefined ? {} : { release });
  }

  action(id: string, input: Spec = {}): Promise<TestOperation> {
    return this.#do('POST', `/actions/${id}`, input);
  }

  async retry(): Promise<TestOperation> {
    const url = `/v1/operations/${this.#lastOperation}/retry`;
    const { operation } = await this.#parts.api.call<{ operation: OperationRecord }>({ method: 'POST', url, body: {} });
    return this.finish(operation);
  }

  async log(id: string): Promise<readonly string[]> {
    const { lines } = await this.#parts.api.call<{ lines: string[] }>({ url: `/v1/apps/${this.id}/logs/${id}` });
    return lines;
  }

  remove(): Promise<TestOperation> {
    return this.#do('DELETE', '');
  }

  restore(): Promise<TestOperation> {
    return this.#do('POST', '/restore', {});
  }

  async purge(): Promise<void> {
    const { api, converge } = this.#parts;
    await api.call({ method: 'DELETE', url: `/v1/apps/${this.id}?purge=true` });
    await converge();
    if (!this.#isPurged) throw this.#failure(undefined);
  }

  /** Returns when an operation of it has ended well. @throws TestKernelError in the words of its condition */
  async finish(begun: OperationRecord): Promise<TestOperation> {
    this.#lastOperation = begun.id;
    await this.#parts.converge();
    const operation = await this.#parts.loadOperation(begun.id);
    if (operation.state !== 'succeeded') throw this.#failure(operation);
    const { id, kind, state, steps, output } = operation;
    return { id, kind, state, steps, output: output ?? {} };
  }

  async #do(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<TestOperation> {
    const url = `/v1/apps/${this.id}${path}`;
    const headers: Record<string, string> = body instanceof Uint8Array ? { 'content-type': 'application/x-tar' } : {};
    const request = { method, url, body, headers };
    // At the address of the app itself its spec is changed; what actions are given is the whole body.
    const { operation } = await this.#parts.api.call<{ operation: OperationRecord }>(
      request,
      path === '' ? '/spec' : '',
    );
    return this.finish(operation);
  }

  #failure(operation: OperationRecord | undefined): TestKernelError {
    const { reason = 'Waiting', message = 'The node has not done it.' } =
      operation?.outcome?.message === undefined ? (this.#condition('Ready') ?? {}) : operation.outcome;
    const failed = operation?.steps.find(({ state }) => state === 'failed');
    const output = failed?.output ? `\n${failed.output}` : '';
    return new TestKernelError(`${this.name}: ${reason}: ${message}${output}`, { code: reason, app: this });
  }

  #condition(type: string): Condition | undefined {
    return this.conditions.find((condition) => condition.type === type);
  }
}
