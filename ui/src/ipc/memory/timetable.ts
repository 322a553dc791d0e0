// What a timetable means, in memory: two that are known, and what neither of them is cannot be read.
import type { Failure, TimetableSpan, TimetableWeek } from '../host';

const span = (start: number, end: number, up: number | null, down: number | null): TimetableSpan => ({
  start,
  end,
  up,
  down,
});

const office = [span(0, 480, null, null), span(480, 1080, 2e6, 10e6), span(1080, 1440, null, null)];
const KNOWN: Record<string, TimetableWeek> = {
  '': { days: [] },
  '08:00 1M': { days: Array.from({ length: 7 }, () => [span(0, 1440, 1e6, 1e6)]) },
  '08:00 2M:10M, 18:00 off, Sat-08:00 off, Sun-22:00 pause': {
    days: [
      [span(0, 480, 0, 0), ...office.slice(1)],
      ...Array.from({ length: 4 }, () => office),
      [span(0, 1440, null, null)],
      [...office.slice(0, 2), span(1080, 1320, null, null), span(1320, 1440, 0, 0)],
    ],
  },
};

export function weekOf(text: string): TimetableWeek {
  const week = KNOWN[text.trim()];
  if (week) return week;
  const [first = ''] = text.split(',');
  const message = `The timetable can't be read at “${first.trim()}”: a rate reads like 512K, 4MiB or 1GB, or is off or pause.`;
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  throw { code: 'bad_timetable', message } satisfies Failure;
}
