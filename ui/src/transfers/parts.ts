// The parts of a file as a map of squares: one each, or one for several when there are many.
import type { PartRow, PartState } from '../ipc/host';

export type Cell = { first: number; last: number; state: PartState; tries: number; filled: number };

const RANK: Record<PartState, number> = { sending: 0, pending: 1, stored: 2, verified: 3 };

/** At most `most` squares. A square is as far as the least of its parts, but shows that one is being sent. */
export function cells(parts: readonly PartRow[], most = 480): { cells: Cell[]; perCell: number } {
  const perCell = Math.max(1, Math.ceil(parts.length / most));
  const made: Cell[] = [];
  for (let at = 0; at < parts.length; at += perCell) made.push(cell(parts.slice(at, at + perCell)));
  return { cells: made, perCell };
}

function cell(parts: readonly PartRow[]): Cell {
  const least = parts.reduce((a, b) => (RANK[b.state] < RANK[a.state] ? b : a));
  const size = parts.reduce((sum, part) => sum + part.end - part.start, 0);
  const sent = parts.reduce((sum, part) => sum + sentOf(part), 0);
  return {
    first: parts[0]?.number ?? 0,
    last: parts.at(-1)?.number ?? 0,
    state: least.state,
    tries: Math.max(...parts.map((part) => part.tries)),
    filled: size === 0 ? 0 : Math.min(1, sent / size),
  };
}

const sentOf = (part: PartRow) =>
  part.state === 'stored' || part.state === 'verified'
    ? part.end - part.start
    : part.state === 'sending'
      ? part.sent
      : 0;

/** How many parts are in each state. */
export function tally(parts: readonly PartRow[]): Record<PartState, number> {
  const counts: Record<PartState, number> = { verified: 0, stored: 0, sending: 0, pending: 0 };
  for (const part of parts) counts[part.state] += 1;
  return counts;
}
