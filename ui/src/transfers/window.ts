// Which rows of a long list stand in the page: those in sight and a few around them.

/** A list that is measured before its style is there looks endless; no screen shows more rows than this. */
const MOST = 100;

/** The first and one past the last row to draw. Heights in CSS pixels. */
export function rowsInSight(
  top: number,
  height: number,
  rowHeight: number,
  count: number,
  around = 5,
): [number, number] {
  const seen = Math.min(MOST - 2 * around, Math.ceil((height || 600) / rowHeight) + 1);
  const first = Math.max(0, Math.min(Math.floor(top / rowHeight), count - seen));
  return [Math.max(0, first - around), Math.min(count, first + seen + around)];
}

/** Where to scroll so that a row is in sight; null when it is already. */
export function scrollTo(index: number, top: number, height: number, rowHeight: number): number | null {
  const start = index * rowHeight;
  if (start < top) return start;
  if (start + rowHeight > top + height) return start + rowHeight - height;
  return null;
}
