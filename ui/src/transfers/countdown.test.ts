// A wait says how long it still is.
import { describe, expect, it } from 'vitest';

import { clock, waiting } from './countdown';

const start = Date.parse('2026-11-26T20:00:00Z');
const reason = (code: string, until?: string) => ({ code, text: 'The disk is short.', ...(until ? { until } : {}) });

describe('a clock', () => {
  it.each([
    [7, '0:07'],
    [872, '14:32'],
    [871.2, '14:32'],
    [3725, '1:02:05'],
    [-4, '0:00'],
  ])('shows %s seconds as %s', (seconds, text) => expect(clock(seconds)).toBe(text));
});

describe('a wait', () => {
  it('counts down to the free download', () => {
    const wait = reason('free_wait', '2026-11-26T20:14:32Z');
    expect(waiting(wait, start)).toBe('Free download begins in 14:32');
    expect(waiting(wait, start + 1000)).toBe('Free download begins in 14:31');
    expect(waiting(wait, start + 900_000)).toBe('Free download begins in a moment');
  });

  it('keeps the reason that a person must know', () => {
    expect(waiting(reason('disk_short', '2026-11-26T20:01:00Z'), start)).toBe(
      'The disk is short. It tries again in 1:00.',
    );
  });

  it('names the moment when it is more than a day away', () => {
    expect(waiting(reason('outside_schedule', '2026-11-29T20:00:00Z'), start)).toMatch(/^The timetable .* at .*Nov/);
  });

  it('says its reason when the end is not known', () => {
    expect(waiting(reason('disk_short'), start)).toBe('The disk is short.');
    expect(waiting(reason('disk_short', 'soon'), start)).toBe('The disk is short.');
  });
});
