// How a state looks: never by colour alone, its word stands beside it.
import type { TransferState } from '../ipc/host';

export type Tone = 'moving' | 'resting' | 'good' | 'warn' | 'bad';

const TONES: Record<TransferState, Tone> = {
  queued: 'resting',
  preparing: 'moving',
  transferring: 'moving',
  finishing: 'moving',
  waiting: 'resting',
  paused: 'resting',
  needs_you: 'warn',
  cancelling: 'resting',
  completed: 'good',
  failed: 'bad',
  cancelled: 'resting',
};

export const toneOf = (state: TransferState): Tone => TONES[state];
