// Pasted lines and what the services say about them: asked a piece at a time, one question after another.
import { asFailure, type CheckLinks, type Failure, type LinkRow } from '../ipc/host';
import { chunks } from './lines';

/** What one question may hold. */
export const MOST = 100;

type Look = (ask: CheckLinks) => Promise<LinkRow[]>;

/** A pasted line; its row comes with the service's answer. */
export type Line = { text: string; row: LinkRow | null };

/** Whether adding this line would come to nothing. */
export const isBad = ({ row }: Line): boolean =>
  row !== null && (row.state === 'offline' || row.state === 'invalid' || row.state === 'refused' || row.known);

export class LinkCheck {
  // Plain and counted, as the queue's rows are: ten thousand reactive objects would cost more than drawing them.
  #lines = new Map<string, Line>();
  #changes = $state(0);
  #run = 0;

  running = $state(false);
  /** Why the last look ended before its time. */
  wrong = $state.raw<Failure | null>(null);

  readonly lines: readonly Line[] = $derived.by(() => {
    void this.#changes;
    return [...this.#lines.values()];
  });

  readonly totals = $derived.by(() => {
    const totals = { lines: 0, checked: 0, bytes: 0, unsized: 0, bad: 0, passwords: 0, plain: 0 };
    for (const line of this.lines) {
      totals.lines += 1;
      const { row } = line;
      if (row === null) continue;
      totals.checked += 1;
      if (isBad(line)) totals.bad += 1;
      else if (row.size === null) totals.unsized += 1;
      else totals.bytes += row.size;
      if (row.needs_password) totals.passwords += 1;
      if (row.plain_http) totals.plain += 1;
    }
    return totals;
  });

  readonly #look: Look;

  constructor(look: Look) {
    this.#look = look;
  }

  /** Takes lines that are not there yet; answers how many were new. */
  add(lines: readonly string[]): number {
    const before = this.#lines.size;
    for (const text of lines) if (!this.#lines.has(text)) this.#lines.set(text, { text, row: null });
    this.#changes += 1;
    return this.#lines.size - before;
  }

  remove(texts: Iterable<string>): void {
    for (const text of texts) this.#lines.delete(text);
    this.#changes += 1;
  }

  /** Takes out every line that would come to nothing. */
  removeBad(): void {
    this.remove(this.lines.filter(isBad).map((line) => line.text));
  }

  /** Forgets the answers: another account's service is to be asked. */
  forget(): void {
    this.stop();
    for (const text of this.#lines.keys()) this.#lines.set(text, { text, row: null });
    this.#changes += 1;
  }

  /** Lets the question under way end, and asks no other. */
  stop(): void {
    this.#run += 1;
    this.running = false;
  }

  /** Asks about every line that has no answer. Ends when all have one, when it is stopped, or at the first refusal. */
  async start(account: string | null): Promise<void> {
    this.stop();
    const run = this.#run;
    const open = this.lines.filter((line) => line.row === null).map((line) => line.text);
    if (open.length === 0) return;
    this.running = true;
    this.wrong = null;
    try {
      for (const piece of chunks(open, MOST)) {
        const links = piece.filter((text) => this.#lines.has(text));
        if (links.length === 0) continue;
        const rows = await this.#look({ links, account });
        if (run !== this.#run) return;
        for (const row of rows) this.#take(links[row.line], row);
        this.#changes += 1;
      }
    } catch (thrown) {
      if (run === this.#run) this.wrong = asFailure(thrown);
    } finally {
      if (run === this.#run) this.running = false;
    }
  }

  #take(text: string | undefined, row: LinkRow): void {
    // A line that was taken out meanwhile stays out.
    if (text !== undefined && this.#lines.has(text)) this.#lines.set(text, { text, row });
  }
}
