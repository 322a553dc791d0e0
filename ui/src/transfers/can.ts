// What a person may ask of a transfer in each state.
import type { Direction, TransferRow, TransferState } from '../ipc/host';

export type Verb = 'pause' | 'resume' | 'retry' | 'cancel' | 'remove' | 'verify';

const ALLOWED: Record<TransferState, readonly Verb[]> = {
  queued: ['pause', 'cancel', 'remove'],
  preparing: ['pause', 'cancel', 'remove'],
  transferring: ['pause', 'cancel', 'remove'],
  finishing: ['pause', 'cancel', 'remove'],
  waiting: ['pause', 'retry', 'cancel', 'remove'],
  paused: ['resume', 'cancel', 'remove'],
  needs_you: ['cancel', 'remove'],
  cancelling: [],
  completed: ['verify', 'remove'],
  failed: ['retry', 'remove'],
  cancelled: ['retry', 'remove'],
};

export const can = (state: TransferState, verb: Verb): boolean => ALLOWED[state].includes(verb);

/** Which way its bytes go now: a copy between services may have to be received first. */
export const wayOf = (row: Pick<TransferRow, 'direction' | 'stage'>): Direction =>
  row.stage === 'receiving' ? 'down' : row.direction;

/** Whether the transfer has come to an end. */
export const isOver = (state: TransferState): boolean =>
  state === 'completed' || state === 'failed' || state === 'cancelled';

/** The one thing the row's own button does. */
export function firstVerb(state: TransferState): Verb | null {
  if (can(state, 'resume')) return 'resume';
  if (can(state, 'pause')) return 'pause';
  return can(state, 'retry') ? 'retry' : null;
}

export type Filter = 'all' | 'active' | 'needs_you' | 'failed' | 'completed';

export const FILTERS: Record<Filter, (state: TransferState) => boolean> = {
  all: () => true,
  active: (state) => !isOver(state) && state !== 'needs_you',
  needs_you: (state) => state === 'needs_you',
  failed: (state) => state === 'failed',
  completed: (state) => state === 'completed',
};
