// Which rows of a list are selected and which has the focus, by their ids.

export abstract class Selection<Row> {
  selected = $state.raw<ReadonlySet<string>>(new Set());
  focused = $state<string | null>(null);
  #anchor: string | null = null;

  /** The ids on show, in the order they are shown in. */
  abstract readonly ids: readonly string[];
  abstract get(id: string): Row | undefined;
  /** Whether there is such a row, on show or not. */
  protected abstract holds(id: string): boolean;

  /** The selected rows, or the focused one where none is selected. */
  chosen(): Row[] {
    const ids = this.selected.size > 0 ? [...this.selected] : this.focused === null ? [] : [this.focused];
    return ids.map((id) => this.get(id)).filter((row) => row !== undefined);
  }

  select(ids: Iterable<string>): void {
    this.selected = new Set(ids);
  }

  toggle(id: string): void {
    const selected = new Set(this.selected);
    if (!selected.delete(id)) selected.add(id);
    this.selected = selected;
    this.#anchor = id;
    this.focused = id;
  }

  /** Selects from the last toggled or focused row to this one. */
  selectTo(id: string): void {
    const from = this.ids.indexOf(this.#anchor ?? this.focused ?? id);
    const to = this.ids.indexOf(id);
    if (from < 0 || to < 0) return this.select([id]);
    this.select(this.ids.slice(Math.min(from, to), Math.max(from, to) + 1));
  }

  /** Moves the focus; with `extend` the selection grows with it. */
  focusAt(index: number, extend = false): void {
    const id = this.ids[Math.max(0, Math.min(this.ids.length - 1, index))];
    if (id === undefined) return;
    if (extend) {
      this.#anchor ??= this.focused ?? id;
      this.selectTo(id);
    } else {
      this.#anchor = id;
    }
    this.focused = id;
  }

  /** Lets go of rows that are not there any more. */
  protected prune(): void {
    const left = [...this.selected].filter((id) => this.holds(id));
    if (left.length !== this.selected.size) this.selected = new Set(left);
    if (this.focused !== null && !this.holds(this.focused)) this.focused = null;
  }
}
