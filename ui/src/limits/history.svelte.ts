// How fast it was over the last ten minutes, a figure for each second and way.
import { now } from '../shared/clock.svelte';

export const LONGEST = 600;
export type Sample = { at: number; up: number; down: number };

export class History {
  #samples: Sample[] = [];
  #changes = $state(0);

  /** Takes the figures of a second; those older than the longest span are forgotten. */
  put(sample: Sample): void {
    const last = this.#samples.at(-1);
    if (last && sample.at <= last.at) return;
    this.#samples.push(sample);
    const from = sample.at - LONGEST;
    const kept = this.#samples.findIndex(({ at }) => at >= from);
    if (kept > 0) this.#samples.splice(0, kept);
    this.#changes += 1;
  }

  /** The last seconds up to the newest figure. */
  last(seconds: number): readonly Sample[] {
    void this.#changes;
    const end = this.#samples.at(-1)?.at ?? 0;
    return this.#samples.filter(({ at }) => at > end - seconds);
  }
}

/** Whole seconds; what reads it is run again each second while the page is visible. */
export const second = (): number => Math.floor(now() / 1000);
