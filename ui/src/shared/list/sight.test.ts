// Only the rows in sight stand in the page.
import { describe, expect, it } from 'vitest';

import { drawn, scrollTo } from './sight';

describe('the rows that are drawn', () => {
  it('are equally many wherever the list stands, and cover what is in sight', () => {
    for (const top of [0, 53, 54, 5_400, 10_000 * 54 - 540]) {
      const [first, rows] = drawn(top, 540, 54, 10_000);
      expect(rows).toBe(21);
      expect(first * 54).toBeLessThanOrEqual(top);
      expect((first + rows) * 54).toBeGreaterThanOrEqual(Math.min(top + 540, 10_000 * 54));
    }
  });

  it('lie within the list, also where it became shorter than it is scrolled', () => {
    const [first, rows] = drawn(9e9, 800, 54, 10_000);
    expect(first + rows).toBe(10_000);
  });

  it('are no more than there are, and never without end', () => {
    expect(drawn(0, 540, 54, 3)).toEqual([0, 3]);
    expect(drawn(0, 540, 54, 0)).toEqual([0, 0]);
    expect(drawn(0, 1e9, 54, 10_000)[1]).toBe(100);
  });

  it('are scrolled to only when they are out of sight', () => {
    expect(scrollTo(0, 0, 540, 54)).toBeNull();
    expect(scrollTo(10, 0, 540, 54)).toBe(54);
    expect(scrollTo(0, 100, 540, 54)).toBe(0);
  });
});
