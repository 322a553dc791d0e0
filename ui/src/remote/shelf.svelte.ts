// The files of one account, as far as they are loaded, and what the person looks at among them.
import {
  type Answer,
  type Ask,
  asFailure,
  type Commands,
  type Failure,
  type RemoteAbilities,
  type RemoteEntry,
  type RemoteSort,
} from '../ipc/host';
import { Selection } from '../shared/list/selection.svelte';
import { Pictures } from './pictures.svelte';

export type Asker = <N extends keyof Commands>(name: N, ask: Ask<N>) => Promise<Answer<N>>;

/** How close to the end of what is loaded the next page is asked for, in rows. */
export const AHEAD = 40;

export class Shelf extends Selection<RemoteEntry> {
  readonly account: string;
  readonly pictures: Pictures;
  readonly #ask: Asker;

  abilities = $state.raw<RemoteAbilities | null>(null);
  // Plain values with a counter: ten thousand reactive objects would cost more than drawing them.
  readonly #entries = new Map<string, RemoteEntry>();
  #version = $state(0);

  loading = $state(false);
  /** Why the list, or its next page, is not there. */
  failure = $state.raw<Failure | null>(null);
  total = $state<number | null>(null);
  /** The list was loaded at least once. */
  opened = $state(false);
  /** Where the next page begins; null where there is none. */
  #next = $state.raw<{ cursor: string | null } | null>(null);
  /** Where the pages that are loaded began. */
  #begun: (string | null)[] = [];
  /** Deleted since the list was loaded: a service that does so in its own time may still show them. */
  readonly #gone = new Set<string>();
  /** No page is asked for: deleting needs the requests, and moves what is to come. */
  held = $state(false);
  /** An answer to an older question is passed over. */
  #turn = 0;
  #again: ReturnType<typeof setTimeout> | undefined;

  search = $state('');
  sort = $state.raw<RemoteSort | null>(null);
  /** The file whose details are open. */
  details = $state<string | null>(null);

  constructor(account: string, ask: Asker) {
    super();
    this.account = account;
    this.#ask = ask;
    this.pictures = new Pictures(account, ask);
  }

  /** The ids that are loaded, in the order of the list. */
  readonly ids: readonly string[] = $derived.by(() => {
    void this.#version;
    return [...this.#entries.keys()];
  });

  /** All of the list is here. */
  readonly complete: boolean = $derived(this.opened && this.#next === null && this.failure === null && !this.loading);

  get(id: string): RemoteEntry | undefined {
    void this.#version;
    return this.#entries.get(id);
  }

  /** Forgets what was loaded and asks anew. */
  async reload(): Promise<void> {
    this.#turn += 1;
    clearTimeout(this.#again);
    this.#next = null;
    this.#begun = [];
    this.failure = null;
    this.loading = false;
    try {
      const turn = this.#turn;
      const abilities = this.abilities ?? (await this.#ask('remote_abilities', { id: this.account }));
      if (turn !== this.#turn) return;
      this.abilities = abilities;
    } catch (thrown) {
      this.failure = asFailure(thrown);
      return;
    }
    this.#gone.clear();
    await this.#load(null);
  }

  /** Loads the next page, unless one is on its way or something stands in the way. */
  more(): Promise<void> {
    if (this.held || this.#next === null || this.loading || this.failure !== null) return Promise.resolve();
    return this.#load(this.#next.cursor);
  }

  /** Asks again for what failed. */
  retry(): Promise<void> {
    this.failure = null;
    clearTimeout(this.#again);
    return this.opened && this.#next !== null ? this.#load(this.#next.cursor) : this.reload();
  }

  find(search: string): void {
    if (search.trim() === this.search.trim()) return;
    this.search = search;
    void this.reload();
  }

  sortBy(sort: RemoteSort | null): void {
    this.sort = sort;
    void this.reload();
  }

  /** Nobody looks any more. */
  close(): void {
    this.#turn += 1;
    clearTimeout(this.#again);
    this.loading = false;
    this.pictures.close();
  }

  async #load(cursor: string | null): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.loading = true;
    try {
      const page = await this.#ask('remote_list', {
        account: this.account,
        cursor,
        limit: this.abilities?.list.most ?? 100,
        search: this.search.trim() === '' ? null : this.search.trim(),
        sort: this.sort,
      });
      if (turn !== this.#turn) return;
      const first = this.#begun.length === 0 && this.#gone.size === 0;
      if (first) this.#entries.clear();
      for (const entry of page.entries) if (!this.#gone.has(entry.id)) this.#entries.set(entry.id, entry);
      this.#version += 1;
      this.#begun.push(cursor);
      this.#next = page.next === null ? null : { cursor: page.next };
      this.total = page.total;
      this.opened = true;
      if (first) {
        this.prune();
        void this.#learn();
      }
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.#wrong(asFailure(thrown));
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }

  /** What can be done may have shown only now: whether an account may see a list, some services say when asked for it. */
  async #learn(): Promise<void> {
    try {
      this.abilities = await this.#ask('remote_abilities', { id: this.account });
    } catch {
      // What was known before stays.
    }
  }

  /** What ends by itself is tried again then. */
  #wrong(failure: Failure): void {
    this.failure = failure;
    if (failure.until === undefined) return;
    const delay = Math.max(500, new Date(failure.until).getTime() - Date.now());
    this.#again = setTimeout(() => void this.retry(), delay);
  }

  /** Takes over what is known of a file now; one that is new comes first. */
  put(entry: RemoteEntry): void {
    if (this.#entries.has(entry.id)) {
      this.#entries.set(entry.id, entry);
    } else {
      const others = [...this.#entries];
      this.#entries.clear();
      for (const [id, other] of [[entry.id, entry] as const, ...others]) this.#entries.set(id, other);
      if (this.total !== null) this.total += 1;
    }
    this.#version += 1;
  }

  drop(ids: readonly string[]): void {
    let gone = 0;
    for (const id of ids) {
      if (this.#entries.delete(id)) gone += 1;
      this.#gone.add(id);
      this.pictures.forget(id);
    }
    if (this.total !== null) this.total = Math.max(0, this.total - gone);
    this.#back(gone);
    this.prune();
    this.#version += 1;
  }

  /** What is still to come moved up by so many: pages are asked for again from where nothing can be missing. */
  #back(moved: number): void {
    if (this.#next === null || moved === 0) return;
    const pages = Math.ceil(moved / (this.abilities?.list.most ?? 100));
    const from = Math.max(0, this.#begun.length - pages);
    this.#next = { cursor: this.#begun[from] ?? null };
    this.#begun.length = from;
  }

  protected holds(id: string): boolean {
    return this.#entries.has(id);
  }

  protected override prune(): void {
    super.prune();
    if (this.details !== null && !this.holds(this.details)) this.details = null;
  }
}
