// What a timetable means and what holds now are said in words.
import { describe, expect, it } from 'vitest';

import type { TimetableSpan } from '../ipc/host';
import { History } from './history.svelte';
import { sentences } from './timetable';
import { words } from './words';

const span = (start: number, end: number, up: number | null, down = up): TimetableSpan => ({ start, end, up, down });

describe('a timetable', () => {
  it('is said once for all days where they are the same', () => {
    const day = [span(0, 480, null), span(480, 1080, 512_000, 1e6), span(1080, 1440, null)];
    expect(sentences({ days: Array.from({ length: 7 }, () => day) })).toEqual([
      'Every day, 00:00 to 08:00: no limit',
      'Every day, 08:00 to 18:00: up 512 kB/s, down 1.0 MB/s',
      'Every day, 18:00 to 24:00: no limit',
    ]);
  });

  it('names the days that differ', () => {
    const usual = [span(0, 1440, 2e6)];
    const days = [
      [span(0, 360, 0), span(360, 1440, 2e6)],
      ...Array.from({ length: 5 }, () => usual),
      [span(0, 1440, 0)],
    ];
    expect(sentences({ days })).toEqual([
      'Mon, 00:00 to 06:00: nothing moves',
      'Mon, 06:00 to 24:00: 2.0 MB/s each way',
      'Tue, Wed, Thu, Fri, Sat, 00:00 to 24:00: 2.0 MB/s each way',
      'Sun, 00:00 to 24:00: nothing moves',
    ]);
  });
});

describe('what holds now', () => {
  const none = { rate: null, by: null, until: null };

  it('is said with its reason and its end', () => {
    const until = new Date(new Date().setHours(18, 0, 0, 0)).toISOString();
    const allowed = { up: { rate: 5e5, by: 'timetable' as const, until }, down: none, paused: null };
    expect(words.why(allowed, true)).toBe('Upload up to 500 kB/s by the timetable until 18:00. Download has no limit.');
  });

  it('tells no limit from limits that are switched off', () => {
    const allowed = { up: none, down: none, paused: null };
    expect(words.why(allowed, true)).toBe('There is no limit now.');
    expect(words.short(allowed, false)).toBe('Limits off');
  });

  it('says that a pause waits for the person', () => {
    const stopped = { rate: 0, by: 'pause' as const, until: null };
    expect(words.why({ up: stopped, down: stopped, paused: { until: null } }, true)).toBe(
      'Everything is paused until you resume it.',
    );
  });
});

it('the graph remembers ten minutes and not more', () => {
  const history = new History();
  for (let at = 1; at <= 2000; at += 1) history.put({ at, up: at, down: 0 });
  history.put({ at: 1999, up: 1, down: 1 });
  expect(history.last(600)).toHaveLength(600);
  expect(history.last(60).map(({ at }) => at)).toEqual(Array.from({ length: 60 }, (_, step) => 1941 + step));
});
