// What is said aloud to a person who does not look: beginnings and ends, gathered, never figures.
import type { TransferRow } from '../ipc/host';
import { plain } from './format';
import { words } from './words';

const TOLD = ['completed', 'failed', 'needs_you'] as const;
type Told = (typeof TOLD)[number];
const isTold = (state: string): state is Told => TOLD.some((told) => told === state);

export class Announcer {
  /** The sentence that a screen reader reads next. */
  text = $state('');
  #gathered = new Map<Told, string[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Hears of a row; says something only when it came to a state worth telling. */
  hear(before: TransferRow | undefined, now: TransferRow): void {
    if (before === undefined || before.state === now.state || !isTold(now.state)) return;
    this.#gathered.set(now.state, [...(this.#gathered.get(now.state) ?? []), plain(now.name)]);
    // Ends that come together are said in one sentence.
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#say(), 700);
  }

  /** Says it now. */
  say(text: string): void {
    this.text = text;
  }

  #say(): void {
    this.#timer = undefined;
    this.text = TOLD.map((state) => ({ state, names: this.#gathered.get(state) ?? [] }))
      .filter(({ names }) => names.length > 0)
      .map(({ state, names }) => words.announced(state, names))
      .join(' ');
    this.#gathered.clear();
  }
}
