// Small pictures of files, asked for a few at a time while their rows are in sight, and kept small.
import { asFailure } from '../ipc/host';
import type { Asker } from './shelf.svelte';

/** Questions under way at once: the same requests serve the list itself. */
const AT_ONCE = 2;
/** Pictures kept; at 72 × 72 pixels each takes about 20 kB. */
const KEPT = 400;
/** Twice the size at which they are shown. */
export const SIDE = 72;
/** A picture that is still being made is asked for again after this many milliseconds. */
const LATER = 20_000;

export class Pictures {
  readonly #account: string;
  readonly #ask: Asker;
  /** A picture, or null where there is none to show. Oldest first. */
  readonly #known = new Map<string, ImageBitmap | null>();
  #version = $state(0);
  /** The latest wish goes first: what was scrolled past can wait. */
  #wanted: string[] = [];
  #under = new Set<string>();
  #later = new Map<string, number>();
  #closedUntil = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(account: string, ask: Asker) {
    this.#account = account;
    this.#ask = ask;
  }

  /** The picture, once it is there. */
  get(id: string): ImageBitmap | null {
    void this.#version;
    return this.#known.get(id) ?? null;
  }

  /** The row is in sight; what it answers takes the wish back. */
  want(id: string): () => void {
    if (!this.#known.has(id) && (this.#later.get(id) ?? 0) <= Date.now()) {
      this.#wanted = [...this.#wanted.filter((other) => other !== id), id];
      this.#go();
    }
    return () => (this.#wanted = this.#wanted.filter((other) => other !== id));
  }

  forget(id: string): void {
    this.#known.get(id)?.close();
    this.#known.delete(id);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#wanted = [];
    for (const id of [...this.#known.keys()]) this.forget(id);
  }

  #go(): void {
    if (this.#closed || typeof createImageBitmap === 'undefined') return;
    const delay = this.#closedUntil - Date.now();
    if (delay > 0) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#go(), delay);
      return;
    }
    while (this.#under.size < AT_ONCE) {
      const id = this.#wanted.pop();
      if (id === undefined) return;
      if (this.#under.has(id)) continue;
      this.#under.add(id);
      void this.#fetch(id).finally(() => {
        this.#under.delete(id);
        this.#go();
      });
    }
  }

  async #fetch(id: string): Promise<void> {
    try {
      const answer = await this.#ask('remote_thumbnail', { account: this.#account, id });
      if (answer.state === 'not_yet') {
        this.#later.set(id, Date.now() + LATER);
        return;
      }
      const { bytes, content_type } = answer;
      this.#keep(id, bytes === null || content_type === null ? null : await small(bytes, content_type));
    } catch (thrown) {
      const { until } = asFailure(thrown);
      // Without a word of the service's own, a fault is no reason to ask for each row in sight.
      this.#closedUntil = until === undefined ? Date.now() + LATER : new Date(until).getTime();
    }
  }

  #keep(id: string, picture: ImageBitmap | null): void {
    if (this.#closed) {
      picture?.close();
      return;
    }
    this.#known.set(id, picture);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KEPT && oldest !== undefined) this.forget(oldest);
    this.#version += 1;
  }
}

/** The middle of a picture, as large as it is shown. What can't be read is none. */
async function small(base64: string, type: string): Promise<ImageBitmap | null> {
  try {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const whole = await createImageBitmap(new Blob([bytes], { type }));
    const side = Math.min(whole.width, whole.height);
    const [left, top] = [(whole.width - side) / 2, (whole.height - side) / 2];
    const cut = await createImageBitmap(whole, left, top, side, side, {
      resizeWidth: SIDE,
      resizeHeight: SIDE,
      resizeQuality: 'medium',
    });
    whole.close();
    return cut;
  } catch {
    return null;
  }
}
