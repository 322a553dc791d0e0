// What a timetable means, in sentences. It is the engine that reads it.
import type { TimetableSpan, TimetableWeek } from '../ipc/host';
import { words } from './words';

const time = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** The week in sentences; days that are the same are said together. */
export function sentences({ days }: TimetableWeek): string[] {
  const groups = new Map<string, { names: string[]; spans: TimetableSpan[] }>();
  days.forEach((spans, day) => {
    const key = JSON.stringify(spans);
    const group = groups.get(key) ?? { names: [], spans };
    group.names.push(words.timetable.days[day] ?? '');
    groups.set(key, group);
  });
  return [...groups.values()].flatMap(({ names, spans }) => {
    const who = names.length === 7 ? words.timetable.everyDay : names.join(', ');
    return spans.map(({ start, end, up, down }) =>
      words.timetable.from(who, time(start), time(end), words.timetable.rates(up, down)),
    );
  });
}
