// The transfers the page knows, and which of them are shown, in which order, and selected.
import type { TransferRow } from '../ipc/host';
import { percent } from '../shared/format';
import { Selection } from '../shared/list/selection.svelte';
import { type Filter, FILTERS, isOver, type Verb, can } from './can';

export type SortKey = 'position' | 'name' | 'size' | 'progress' | 'speed' | 'eta_s' | 'state' | 'created_at';

/** Orders that follow figures which change with every batch. */
const RESTLESS: ReadonlySet<SortKey> = new Set(['progress', 'speed', 'eta_s']);

export class TransferList extends Selection<TransferRow> {
  // A plain map with two counters: ten thousand rows as reactive objects would cost more than drawing them.
  readonly #rows = new Map<string, TransferRow>();
  #figures = $state(0);
  #shape = $state(0);

  filter = $state<Filter>('all');
  search = $state('');
  account = $state<string | null>(null);
  sort = $state<{ by: SortKey; descending: boolean }>({ by: 'position', descending: false });

  /** The ids on show, in the order they are shown in. */
  readonly ids: readonly string[] = $derived.by(() => {
    void this.#shape;
    if (RESTLESS.has(this.sort.by)) void this.#figures;
    const wanted = this.search.trim().toLocaleLowerCase();
    const passes = FILTERS[this.filter];
    return [...this.#rows.values()]
      .filter((row) => passes(row.state) && this.#ofAccount(row) && matches(row, wanted))
      .sort(order(this.sort.by, this.sort.descending))
      .map((row) => row.id);
  });

  /** How many transfers each filter would show. */
  readonly counts: Record<Filter, number> = $derived.by(() => {
    void this.#shape;
    const counts: Record<Filter, number> = { all: 0, active: 0, needs_you: 0, failed: 0, completed: 0 };
    for (const row of this.#rows.values()) {
      if (!this.#ofAccount(row)) continue;
      for (const filter of Object.keys(counts) as Filter[]) if (FILTERS[filter](row.state)) counts[filter] += 1;
    }
    return counts;
  });

  /** How many transfers there are, whatever is shown. */
  readonly total: number = $derived.by(() => {
    void this.#shape;
    return this.#rows.size;
  });

  get(id: string): TransferRow | undefined {
    void this.#figures;
    return this.#rows.get(id);
  }

  /** All rows to which a verb applies. */
  all(verb: Verb): TransferRow[] {
    void this.#shape;
    return [...this.#rows.values()].filter((row) => can(row.state, verb));
  }

  /** Forgets everything and takes these rows. */
  replace(rows: readonly TransferRow[]): void {
    this.#rows.clear();
    this.put(rows);
    this.prune();
    this.#shape += 1;
  }

  put(rows: readonly TransferRow[]): void {
    for (const row of rows) {
      const before = this.#rows.get(row.id);
      this.#rows.set(row.id, row);
      if (before?.state !== row.state || before.position !== row.position || before.priority !== row.priority) {
        this.#shape += 1;
      }
    }
    this.#figures += 1;
  }

  drop(ids: readonly string[]): void {
    for (const id of ids) this.#rows.delete(id);
    this.prune();
    this.#shape += 1;
    this.#figures += 1;
  }

  sortBy(by: SortKey): void {
    this.sort = { by, descending: this.sort.by === by ? !this.sort.descending : false };
  }

  #ofAccount(row: TransferRow): boolean {
    return this.account === null || row.account.id === this.account;
  }

  protected holds(id: string): boolean {
    return this.#rows.has(id);
  }
}

const matches = (row: TransferRow, wanted: string) =>
  wanted === '' ||
  row.name.toLocaleLowerCase().includes(wanted) ||
  row.path.toLocaleLowerCase().includes(wanted) ||
  row.account.name.toLocaleLowerCase().includes(wanted);

/** Ids and moments: by their letters, which is quick. */
const plainly = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
/** Names: as people sort them, `scan 2` before `scan 10`. */
const names = new Intl.Collator(undefined, { numeric: true });

type Order = (a: TransferRow, b: TransferRow) => number;

const STATES = [
  'needs_you',
  'failed',
  'transferring',
  'finishing',
  'preparing',
  'waiting',
  'queued',
  'paused',
  'cancelling',
  'cancelled',
  'completed',
];

/** The order in which the queue runs; what is over comes last, the latest of it first. */
const queue: Order = (a, b) =>
  Number(isOver(a.state)) - Number(isOver(b.state)) ||
  (isOver(a.state)
    ? plainly(b.finished_at ?? '', a.finished_at ?? '')
    : b.priority - a.priority || a.position - b.position) ||
  plainly(a.id, b.id);

const ORDERS: Record<SortKey, Order> = {
  position: queue,
  name: (a, b) => names.compare(a.name, b.name),
  size: (a, b) => (a.size ?? -1) - (b.size ?? -1),
  progress: (a, b) => (percent(a) ?? -1) - (percent(b) ?? -1),
  speed: (a, b) => a.speed - b.speed,
  eta_s: (a, b) => (a.eta_s ?? Infinity) - (b.eta_s ?? Infinity) || 0,
  state: (a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state),
  created_at: (a, b) => plainly(a.created_at, b.created_at),
};

function order(by: SortKey, descending: boolean): Order {
  const first = ORDERS[by];
  return (a, b) => (descending ? -first(a, b) : first(a, b)) || queue(a, b);
}
