// Reads a timetable as the engine does, to show what it means while it is written. What holds is the engine's to say.
import { words } from './words';

/** Bytes a second each way: null is no limit, 0 lets nothing move. */
export type Rates = { up: number | null; down: number | null };
/** From minute `start` up to `end` of a day. */
export type Span = { start: number; end: number; rates: Rates };
export type Week = { days: Span[][] };
export type Unreadable = { entry: string; why: string };

const DAY = 1440;
const why = words.timetable.why;
const DAYS = words.timetable.days.map((day) => day.toLowerCase());

/** The week it makes, Monday first; null when it is empty; what is wrong when it cannot be read. */
export function readTimetable(text: string): Week | Unreadable | null {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  const starts = new Map<string, { day: number | null; minute: number; rates: Rates }>();
  for (let at = 0; at < parts.length; at += 2) {
    const [time = '', wanted] = parts.slice(at, at + 2);
    const from = readTime(time);
    if (typeof from === 'string') return { entry: time, why: from };
    if (wanted === undefined) return { entry: time, why: why.missing };
    const entry = `${time} ${wanted}`;
    const rates = readRates(wanted);
    if (typeof rates === 'string') return { entry, why: rates };
    const key = `${from.day ?? ''}-${from.minute}`;
    if (starts.has(key)) return { entry, why: why.twice };
    starts.set(key, { ...from, rates });
  }
  return starts.size === 0 ? null : week([...starts.values()]);
}

function week(starts: { day: number | null; minute: number; rates: Rates }[]): Week {
  // Those for every day first, so that those for one day replace them.
  const minutes = new Map<number, Rates>();
  for (const { minute, rates, day } of starts)
    if (day === null) for (let each = 0; each < 7; each += 1) minutes.set(each * DAY + minute, rates);
  for (const { minute, rates, day } of starts) if (day !== null) minutes.set(day * DAY + minute, rates);
  const changes = [...minutes].sort(([a], [b]) => a - b);
  // Before the week's first entry, its last one holds.
  let holds = changes.at(-1)?.[1] ?? { up: null, down: null };
  const days = DAYS.map((_, day) => {
    const spans: Span[] = [{ start: 0, end: DAY, rates: holds }];
    for (const [at, rates] of changes.filter(([at]) => Math.floor(at / DAY) === day)) {
      const last = spans.at(-1);
      const start = at - day * DAY;
      holds = rates;
      if (!last || same(last.rates, rates)) continue;
      if (last.start === start) last.rates = rates;
      else {
        last.end = start;
        spans.push({ start, end: DAY, rates });
      }
    }
    return spans;
  });
  return { days };
}

export const same = (a: Rates, b: Rates): boolean => a.up === b.up && a.down === b.down;

function readTime(word: string): { day: number | null; minute: number } | string {
  const dash = word.indexOf('-');
  const day = dash < 0 ? null : DAYS.indexOf(word.slice(0, dash).toLowerCase());
  if (day === -1) return why.day;
  const match = /^(\d{1,2}):(\d{2})$/.exec(word.slice(dash + 1));
  const hour = Number(match?.[1] ?? 24);
  const minute = Number(match?.[2] ?? 60);
  return hour < 24 && minute < 60 ? { day, minute: hour * 60 + minute } : why.time;
}

function readRates(word: string): Rates | string {
  const colon = word.indexOf(':');
  const [up, down] = colon < 0 ? [word, word] : [word.slice(0, colon), word.slice(colon + 1)];
  if (up === '' || down === '') return why.rates;
  const read = { up: readOne(up), down: readOne(down) };
  return read.up === undefined || read.down === undefined ? why.rate : { up: read.up, down: read.down };
}

/** A rate as the engine writes them, in which a bare number is bytes. */
function readOne(text: string): number | null | undefined {
  if (text === 'off') return null;
  if (text === 'pause') return 0;
  const match = /^(\d+(?:\.\d+)?)([kmgt]?)(i?)(b?)(?:\/s)?$/i.exec(text);
  if (!match || (match[3] !== '' && match[2] === '')) return undefined;
  const [, digits = '', prefix = '', binary = ''] = match;
  return Math.round(Number(digits) * (binary === '' ? 1000 : 1024) ** ' kmgt'.indexOf(prefix.toLowerCase() || ' '));
}

const time = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** The week in sentences; days that are the same are said together. */
export function sentences({ days }: Week): string[] {
  const groups = new Map<string, { names: string[]; spans: Span[] }>();
  days.forEach((spans, day) => {
    const key = JSON.stringify(spans);
    const group = groups.get(key) ?? { names: [], spans };
    group.names.push(words.timetable.days[day] ?? '');
    groups.set(key, group);
  });
  return [...groups.values()].flatMap(({ names, spans }) => {
    const who = names.length === 7 ? words.timetable.everyDay : names.join(', ');
    return spans.map(({ start, end, rates }) =>
      words.timetable.from(who, time(start), time(end), words.timetable.rates(rates.up, rates.down)),
    );
  });
}
