// How long a wait still is, in words.
import type { Reason } from '../ipc/host';
import { moment } from '../shared/format';

const two = (n: number) => String(n).padStart(2, '0');

/** Seconds as a clock shows them: `0:07`, `14:32`, `1:02:05`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const BEGINS: Partial<Record<string, string>> = {
  free_wait: 'Free download begins',
  outside_schedule: 'The timetable lets it go on',
  paused_all: 'Everything is paused; it goes on',
};

/** A wait of which the end is known: counted down within a day, named by its moment beyond it. */
export function waiting(reason: Reason, now: number): string {
  const end = Date.parse(reason.until ?? '');
  if (Number.isNaN(end)) return reason.text;
  const left = (end - now) / 1000;
  const begins = BEGINS[reason.code];
  const when = left <= 0 ? 'in a moment' : left < 86_400 ? `in ${clock(left)}` : `at ${moment(reason.until ?? '')}`;
  if (begins !== undefined) return `${begins} ${when}`;
  return left <= 0 ? reason.text : `${reason.text} It tries again ${when}.`;
}
