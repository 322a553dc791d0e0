// The map of parts shows the truth about many parts in few squares.
import { expect, it } from 'vitest';

import type { PartRow, PartState } from '../ipc/host';
import { cells, tally } from './parts';

const part = (number: number, state: PartState, sent = 0): PartRow => ({
  number,
  start: (number - 1) * 100,
  end: number * 100,
  state,
  sent,
  tries: 1,
});

it('has one square for each part while there are few', () => {
  const map = cells([part(1, 'verified'), part(2, 'sending', 25), part(3, 'pending')]);
  expect(map.perCell).toBe(1);
  expect(map.cells.map((cell) => cell.filled)).toEqual([1, 0.25, 0]);
});

it('shows ten thousand parts in at most 480 squares', () => {
  const parts = Array.from({ length: 10_000 }, (_, at) => part(at + 1, at < 5_000 ? 'verified' : 'pending'));
  const map = cells(parts);
  expect(map.cells.length).toBeLessThanOrEqual(480);
  expect(map.cells.at(-1)?.last).toBe(10_000);
});

it('never shows a square as verified while one of its parts is not', () => {
  const parts = Array.from({ length: 960 }, (_, at) => part(at + 1, at === 1 ? 'stored' : 'verified'));
  expect(cells(parts).cells[0]?.state).toBe('stored');
});

it('counts parts by state', () => {
  expect(tally([part(1, 'verified'), part(2, 'verified'), part(3, 'sending')])).toEqual({
    verified: 2,
    stored: 0,
    sending: 1,
    pending: 0,
  });
});
