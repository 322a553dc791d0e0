// The list follows the changes it is told, and orders, filters and selects them.
import { describe, expect, it } from 'vitest';

import { idOf, row } from '../ipc/memory/scenes';
import { TransferList } from './list.svelte';

const listOf = (...rows: ReturnType<typeof row>[]) => {
  const list = new TransferList();
  list.replace(rows);
  return list;
};

describe('changes', () => {
  it('shows a changed row with its new values', () => {
    const list = listOf(row(1), row(2));
    list.put([row(2, { state: 'transferring', sent: 5 })]);
    expect(list.get(idOf(2))?.sent).toBe(5);
    expect(list.ids).toEqual([idOf(1), idOf(2)]);
  });

  it('adds rows it did not know and drops those that left', () => {
    const list = listOf(row(1));
    list.put([row(2)]);
    list.select([idOf(1), idOf(2)]);
    list.drop([idOf(1)]);
    expect(list.ids).toEqual([idOf(2)]);
    expect([...list.selected]).toEqual([idOf(2)]);
  });

  it('forgets what is gone when everything is listed anew', () => {
    const list = listOf(row(1), row(2));
    list.replace([row(2)]);
    expect(list.get(idOf(1))).toBeUndefined();
    expect(list.total).toBe(1);
  });
});

describe('order', () => {
  it('is the order of the queue, and what is over comes last', () => {
    const list = listOf(row(1, { state: 'completed' }), row(2), row(3, { priority: 1 }), row(4, { position: 1 }));
    expect(list.ids).toEqual([idOf(3), idOf(4), idOf(2), idOf(1)]);
  });

  it('can be by size and back to front', () => {
    const list = listOf(row(1, { size: 5 }), row(2, { size: 9 }), row(3, { size: null }));
    list.sortBy('size');
    expect(list.ids).toEqual([idOf(3), idOf(1), idOf(2)]);
    list.sortBy('size');
    expect(list.ids).toEqual([idOf(2), idOf(1), idOf(3)]);
  });

  it('by speed follows the figures', () => {
    const list = listOf(row(1, { state: 'transferring', speed: 10 }), row(2, { state: 'transferring', speed: 20 }));
    list.sortBy('speed');
    expect(list.ids).toEqual([idOf(1), idOf(2)]);
    list.put([row(1, { state: 'transferring', speed: 30 })]);
    expect(list.ids).toEqual([idOf(2), idOf(1)]);
  });
});

describe('filters', () => {
  it('count and show the same transfers', () => {
    const list = listOf(
      row(1),
      row(2, { state: 'failed' }),
      row(3, { state: 'needs_you' }),
      row(4, { state: 'completed' }),
    );
    expect(list.counts).toEqual({ all: 4, active: 1, needs_you: 1, failed: 1, completed: 1 });
    list.filter = 'failed';
    expect(list.ids).toEqual([idOf(2)]);
  });

  it('search in names whatever their case', () => {
    const list = listOf(row(1, { name: 'Été à la mer.ZIP' }), row(2));
    list.search = 'été';
    expect(list.ids).toEqual([idOf(1)]);
  });
});

describe('selection', () => {
  it('reaches from the last touched row to this one', () => {
    const list = listOf(row(1), row(2), row(3), row(4));
    list.toggle(idOf(2));
    list.selectTo(idOf(4));
    expect([...list.selected]).toEqual([idOf(2), idOf(3), idOf(4)]);
  });

  it('grows with the arrow keys while Shift is held', () => {
    const list = listOf(row(1), row(2), row(3));
    list.focusAt(0);
    list.focusAt(1, true);
    list.focusAt(2, true);
    expect([...list.selected]).toEqual([idOf(1), idOf(2), idOf(3)]);
  });
});
