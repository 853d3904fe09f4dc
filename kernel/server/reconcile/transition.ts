import type { AppliedReport, CheckedReport, Outcome } from '@freehold/sdk/protocol';
import { sameJson } from '../json/same-json.ts';
import type { Reconciliation } from '../store/entities/index.ts';
import { applied, failed, gone, type NewCondition, retrying, setCondition, waiting } from './conditions.ts';

/** The part of a reconciliation that reports and changes move. */
export type ReconciliationState = Pick<
  Reconciliation,
  | 'wanted'
  | 'revision'
  | 'handledRevision'
  | 'observedGeneration'
  | 'retryAt'
  | 'attempts'
  | 'inSyncOnce'
  | 'settling'
  | 'reportedAt'
  | 'observed'
  | 'conditions'
  | 'drift'
>;

export type AppliedFacts = Pick<AppliedReport, 'revision' | 'generation' | 'outcome' | 'observed' | 'finishedAt'>;

/** What a report comes upon besides the state. */
export interface Circumstances {
  readonly now: Date;
  /** Between 0 and 1; spreads retries that would all come at once. */
  readonly random: number;
  readonly suspended: boolean;
}

/** Computations in a row that nothing but the node's own observations asked for, before it is given up. */
const MOST_SETTLING = 5;
const LONGEST_RETRY = 300_000;

/** An owner that has not been computed yet. */
export function emptyReconciliation<Identity extends Pick<Reconciliation, 'node' | 'owner' | 'app' | 'plugin'>>(
  identity: Identity,
) {
  return {
    ...identity,
    wanted: 'present' as const,
    revision: 0,
    handledRevision: 0,
    observedGeneration: 0,
    retryAt: null,
    attempts: 0,
    inSyncOnce: false,
    settling: 0,
    reportedAt: null,
    observed: {},
    conditions: [],
    drift: [],
    logs: [],
  };
}

/** There is a reason to compute the owner again. */
export function wantAgain<State extends ReconciliationState>(state: State, now: Date): State {
  return {
    ...state,
    revision: state.revision + 1,
    attempts: 0,
    settling: 0,
    retryAt: null,
    conditions: setCondition(state.conditions, waiting, now),
  };
}

/** Whether the owner is work for its node. */
export function isDue(state: ReconciliationState, now: Date): boolean {
  return (
    state.revision > state.handledRevision ||
    (state.retryAt !== null && state.retryAt !== undefined && state.retryAt <= now)
  );
}

/**
 * Takes a report in. One that is doubled, or older than what was reported before, changes nothing; whatever order reports come in,
 * and however many are lost, the state ends as the newest of them says.
 */
export function acceptApplied<State extends ReconciliationState>(
  state: State,
  report: AppliedFacts,
  circumstances: Circumstances,
): State {
  if (!isNews(state, report, circumstances.now)) return state;
  if (report.revision > state.revision) return catchUp(state, report, circumstances.now);
  const next = {
    ...state,
    ...observe(state, report),
    handledRevision: report.revision,
    reportedAt: new Date(report.finishedAt),
  };
  const settled = { ...next, ...settle(next, report.outcome, circumstances) };
  // While something newer waits, what was true of the older revision is not what the owner is.
  if (report.revision < state.revision) return { ...settled, retryAt: null, attempts: 0 };
  return settleObservation(state, {
    ...settled,
    conditions: setCondition(state.conditions, conditionOf(settled, report.outcome, circumstances), circumstances.now),
    ...(report.outcome.kind === 'inSync' && { drift: [], conditions: inSyncConditions(settled, circumstances) }),
  });
}

/** A comparison found that the machine differs, or that it differs no more. */
export function acceptChecked<State extends ReconciliationState>(
  state: State,
  report: Pick<CheckedReport, 'revision' | 'drift' | 'observed' | 'at'>,
  now: Date,
): State {
  const at = new Date(report.at);
  if (report.revision !== state.handledRevision || (state.reportedAt && at < state.reportedAt)) return state;
  const next = { ...state, drift: report.drift, observed: report.observed, reportedAt: at, settling: 0 };
  return settleObservation(state, {
    ...next,
    conditions: setCondition(state.conditions, driftCondition(report.drift), now),
  });
}

/** What is due again was sent again, so any answer to it is news: the clock of a node may have been put back. */
function isNews(state: ReconciliationState, { revision, finishedAt }: AppliedFacts, now: Date): boolean {
  if (revision !== state.handledRevision) return revision > state.handledRevision;
  return !state.reportedAt || new Date(finishedAt) > state.reportedAt || (Boolean(state.retryAt) && isDue(state, now));
}

/** The node knows a later revision than this server: the database was put back from a backup. What is wanted here counts. */
function catchUp<State extends ReconciliationState>(state: State, report: AppliedFacts, now: Date): State {
  return wantAgain({ ...state, revision: report.revision }, now);
}

function observe(
  state: ReconciliationState,
  { outcome, observed, generation }: AppliedFacts,
): Partial<ReconciliationState> {
  if (outcome.kind !== 'inSync') return {};
  return {
    observed,
    inSyncOnce: true,
    observedGeneration: Math.max(state.observedGeneration, generation),
  };
}

function settle(
  state: ReconciliationState,
  outcome: Outcome,
  { now, random }: Circumstances,
): Partial<ReconciliationState> {
  if (outcome.kind !== 'retry') return { attempts: 0, retryAt: null };
  const backoff = Math.min(1_000 * 2 ** state.attempts, LONGEST_RETRY);
  const wait = Math.max(outcome.after * 1_000, backoff) * (1 + random / 4);
  return { attempts: state.attempts + 1, retryAt: new Date(now.getTime() + Math.min(wait, LONGEST_RETRY)) };
}

function conditionOf(state: ReconciliationState, outcome: Outcome, { suspended }: Circumstances): NewCondition {
  if (outcome.kind === 'retry') return retrying(outcome.reason, outcome.message);
  if (outcome.kind === 'failed') return failed(outcome.reason, outcome.message);
  return state.wanted === 'present' ? applied(suspended) : gone();
}

function inSyncConditions(state: ReconciliationState, circumstances: Circumstances) {
  const ready = conditionOf(state, { kind: 'inSync' }, circumstances);
  const conditions = setCondition(state.conditions, ready, circumstances.now);
  return setCondition(conditions, driftCondition([]), circumstances.now);
}

function driftCondition(drift: CheckedReport['drift']): NewCondition {
  const left = drift.filter(({ action }) => action !== 'repaired');
  if (drift.length === 0)
    return { type: 'Drifted', status: 'False', reason: 'InSync', message: 'Nothing was changed by hand.' };
  const list = drift.map(({ resource, summary }) => `${resource} (${summary})`).join('; ');
  return left.length > 0
    ? { type: 'Drifted', status: 'True', reason: 'ChangedByHand', message: `Changed by hand: ${list}` }
    : { type: 'Drifted', status: 'False', reason: 'Repaired', message: `Changed by hand and put back: ${list}` };
}

/**
 * What a node observes goes into the next computation, so when it changed there has to be one. A plugin whose observation is
 * never the same twice would keep the node busy for ever: after some rounds it has to wait for the next comparison.
 */
function settleObservation<State extends ReconciliationState>(before: State, after: State): State {
  if (after.wanted !== 'present') return after;
  if (sameJson(before.observed, after.observed)) return { ...after, settling: 0 };
  if (after.settling >= MOST_SETTLING) return after;
  return { ...after, revision: after.revision + 1, settling: after.settling + 1 };
}
