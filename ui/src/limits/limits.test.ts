// The timetable is read as the engine reads it, and what holds is said in words.
import { describe, expect, it } from 'vitest';

import { History } from './history.svelte';
import { readTimetable, sentences } from './timetable';
import { words } from './words';

const said = (text: string) => {
  const read = readTimetable(text);
  return read !== null && 'days' in read ? sentences(read) : read;
};

describe('a timetable', () => {
  it('holds from each time until the next, over midnight', () => {
    expect(said('08:00 512K:1M, 18:00 off')).toEqual([
      'Every day, 00:00 to 08:00: no limit',
      'Every day, 08:00 to 18:00: up 512 kB/s, down 1.0 MB/s',
      'Every day, 18:00 to 24:00: no limit',
    ]);
  });

  it('lets an entry for one day replace that for every day', () => {
    expect(said('08:00 1M 18:00 off Sat-08:00 off')).toContain('Sat, 00:00 to 24:00: no limit');
  });

  it('stops everything at a pause, and over the end of the week', () => {
    expect(said('Sun-22:00 pause, Mon-06:00 2MiB')).toEqual([
      'Mon, 00:00 to 06:00: nothing moves',
      'Mon, 06:00 to 24:00: 2.1 MB/s each way',
      'Tue, Wed, Thu, Fri, Sat, 00:00 to 24:00: 2.1 MB/s each way',
      'Sun, 00:00 to 22:00: 2.1 MB/s each way',
      'Sun, 22:00 to 24:00: nothing moves',
    ]);
  });

  it.each([
    ['8 1M', '8', words.timetable.why.time],
    ['24:00 1M', '24:00', words.timetable.why.time],
    ['Xyz-08:00 1M', 'Xyz-08:00', words.timetable.why.day],
    ['08:00', '08:00', words.timetable.why.missing],
    ['08:00 fast', '08:00 fast', words.timetable.why.rate],
    ['08:00 1M:', '08:00 1M:', words.timetable.why.rates],
    ['08:00 1M 8:00 2M', '8:00 2M', words.timetable.why.twice],
  ])('%s is refused where it is wrong', (text, entry, why) => expect(readTimetable(text)).toEqual({ entry, why }));

  it('is none when it is empty', () => expect(readTimetable(' , ')).toBeNull());
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
