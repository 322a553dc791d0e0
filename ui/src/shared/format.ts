// Numbers, times and names as people read them.

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes in decimal units: `0 bytes`, `1 byte`, `1.5 kB`, `240 MB`. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (unit < UNITS.length - 1 && Number(value.toPrecision(3)) >= 1000) {
    value /= 1000;
    unit += 1;
  }
  if (unit === 0) return count === 1 ? '1 byte' : `${count} bytes`;
  const digits = Number(value.toPrecision(3)) >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

/** Bytes a second; a dash when nothing moves, never a made-up figure. */
export const rate = (perSecond: number): string => (perSecond > 0 ? `${bytes(perSecond)}/s` : '–');

/** Seconds, coarsely: a figure that changes every second is one nobody believes. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 10) return 'a few seconds';
  if (seconds < 60) return `${Math.ceil(seconds / 10) * 10} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return hours < 10 && minutes % 60 >= 5 ? `${hours} h ${roundTo(minutes % 60, 5)} min` : `${hours} h`;
  const days = Math.round(hours / 24);
  return days === 1 ? '1 day' : `${days} days`;
}

const roundTo = (value: number, step: number) => Math.min(55, Math.round(value / step) * step);

/** How much of a transfer is done, 0 to 100; 100 only when it is completed, null while the size is unknown. */
export function percent(row: { state: string; sent: number; size: number | null }): number | null {
  if (row.state === 'completed') return 100;
  if (row.size === null) return null;
  if (row.size === 0) return 0;
  return Math.max(0, Math.min(99, Math.floor((row.sent / row.size) * 100)));
}

// Made once: a list of ten thousand moments would spend its time on making these.
const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const DAY_OF_YEAR = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });

/** A moment in the reader's own zone: the time alone today, the date with it on other days. */
export function moment(rfc3339: string, now: Date = new Date()): string {
  const at = new Date(rfc3339);
  if (Number.isNaN(at.getTime())) return rfc3339;
  const sameDay = at.toDateString() === now.toDateString();
  const time = TIME.format(at);
  if (sameDay) return time;
  return `${(at.getFullYear() === now.getFullYear() ? DAY : DAY_OF_YEAR).format(at)}, ${time}`;
}

/** `1 file`, `3 files`. */
export const count = (n: number, one: string, many: string): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

// Control characters, and marks that turn the reading direction round to fake another file type.
// eslint-disable-next-line no-control-regex
const DECEIVING = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A name from outside, with what could deceive the eye made visible. */
export const plain = (name: string): string => name.replace(DECEIVING, '\ufffd');

/** The folder of a path for showing: its own name stands beside it already. */
export function folderOf(row: { path: string; name: string }): string {
  return row.path.endsWith(row.name) ? row.path.slice(0, -row.name.length).replace(/[\\/]$/, '') || '/' : row.path;
}

/** A name cut in two, so that the end, where the type stands, stays visible when room is short. */
export function headAndTail(name: string, tail = 8): [string, string] {
  const letters = Array.from(plain(name));
  if (letters.length <= tail + 4) return [letters.join(''), ''];
  return [letters.slice(0, -tail).join(''), letters.slice(-tail).join('')];
}

/** A speed as a person types it (`2`, `2 MB`, `512 KiB/s`), in bytes a second; null when it is none. */
export function parseRate(text: string): number | null {
  const match = /^\s*(\d+(?:[.,]\d+)?)\s*([kmg]?)(i?)(b(?:ytes?)?)?(?:\/s)?\s*$/i.exec(text);
  if (!match) return null;
  const [, digits = '', prefix = '', binary = '', unit = ''] = match;
  const step = binary === '' ? 1000 : 1024;
  const bare = unit === '' ? 2 : 0; // A number alone means megabytes: nobody limits to two bytes a second.
  const power = { k: 1, m: 2, g: 3 }[prefix.toLowerCase()] ?? bare;
  const value = Math.round(Number(digits.replace(',', '.')) * step ** power);
  return value >= 1 ? value : null;
}
