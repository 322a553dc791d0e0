// Which rows of a long list stand in the page: always equally many, so that each is used again for another item.

/** A list that is measured before its style is there looks endless; no screen shows more rows than this. */
const MOST = 100;

/** The first row to draw, and how many. Heights in CSS pixels; a list that was not measured yet is 600 high. */
export function drawn(top: number, height: number, rowHeight: number, count: number, around = 5): [number, number] {
  const rows = Math.min(count, MOST, Math.ceil((height || 600) / rowHeight) + 1 + 2 * around);
  const first = Math.floor(top / rowHeight) - around;
  return [Math.max(0, Math.min(first, count - rows)), rows];
}

/** Where to scroll so that a row is in sight; null when it is already. */
export function scrollTo(index: number, top: number, height: number, rowHeight: number): number | null {
  const start = index * rowHeight;
  if (start < top) return start;
  if (start + rowHeight > top + height) return start + rowHeight - height;
  return null;
}
