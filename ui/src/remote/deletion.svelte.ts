// Deleting many files: so many at a time as a command takes, waiting where the service allows no more just now.
import { asFailure, type Failure, type RemoteDeleted, type RemoteEntry } from '../ipc/host';
import type { Asker } from './shelf.svelte';

/** Files of one command: few, so that what was done shows soon. */
const AT_ONCE = 20;

export type Left = { entry: RemoteEntry; failure: Failure | null };

export class Deletion {
  readonly entries: readonly RemoteEntry[];
  readonly #account: string;
  readonly #ask: Asker;
  readonly #gone: (ids: string[]) => void;

  state = $state<'asked' | 'working' | 'over'>('asked');
  done = $state(0);
  /** The service only took the order. */
  ordered = $state(false);
  /** What stands in the way until its own end. */
  waiting = $state.raw<Failure | null>(null);
  /** What is not deleted, and why; without a reason it was never tried. */
  left = $state.raw<readonly Left[]>([]);
  #stopped = false;
  #wake: (() => void) | undefined;

  constructor(account: string, entries: readonly RemoteEntry[], ask: Asker, gone: (ids: string[]) => void) {
    this.#account = account;
    this.entries = entries;
    this.#ask = ask;
    this.#gone = gone;
  }

  async begin(): Promise<void> {
    if (this.state !== 'asked') return;
    this.state = 'working';
    const left: Left[] = [];
    let queue = [...this.entries];
    while (queue.length > 0 && !this.#stopped) {
      const some = queue.splice(0, AT_ONCE);
      const later: RemoteEntry[] = [];
      const told = await this.#tell(some);
      for (const entry of some) {
        const one = told.get(entry.id);
        if (one === undefined || one.state === 'failed') left.push({ entry, failure: one?.error ?? null });
        else if (one.state === 'unasked') later.push(entry);
        else this.done += 1;
        if (one?.state === 'ordered') this.ordered = true;
        if (one?.state === 'unasked') this.waiting = one.error ?? null;
      }
      queue = [...later, ...queue];
      if (later.length === 0) continue;
      if (this.waiting?.until === undefined) {
        // It does not end by itself: the rest would meet the same.
        left.push(...queue.map((entry) => ({ entry, failure: this.waiting })));
        queue = [];
      } else {
        await this.#until(this.waiting.until);
      }
      this.waiting = null;
    }
    this.left = [...left, ...queue.map((entry) => ({ entry, failure: null }))];
    this.state = 'over';
  }

  /** What was not asked for yet stays. */
  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  async #tell(entries: readonly RemoteEntry[]): Promise<Map<string, RemoteDeleted>> {
    const ids = entries.map((entry) => entry.id);
    try {
      const answer = await this.#ask('remote_delete', { account: this.#account, ids });
      this.#gone(answer.filter((one) => one.state !== 'failed' && one.state !== 'unasked').map((one) => one.id));
      return new Map(answer.map((one) => [one.id, one]));
    } catch (thrown) {
      const error = asFailure(thrown);
      return new Map(ids.map((id) => [id, { id, state: 'unasked', error }]));
    }
  }

  #until(until: string): Promise<void> {
    return new Promise((resolve) => {
      const delay = Math.max(500, new Date(until).getTime() - Date.now());
      const timer = setTimeout(resolve, delay);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
