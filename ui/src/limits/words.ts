// What limits, pauses, the timetable and the graph say.
import type { Allowed, AllowedWay } from '../ipc/host';
import { moment, rate } from '../shared/format';

const ways = { up: 'Upload', down: 'Download' } as const;

const until = (way: AllowedWay) => (way.until === null ? '' : ` until ${moment(way.until)}`);

const one = (name: string, way: AllowedWay): string => {
  if (way.rate === 0)
    return way.by === 'timetable'
      ? `${name} is stopped by the timetable${until(way)}`
      : `${name} is paused${until(way)}`;
  if (way.rate === null) return `${name} has no limit${until(way)}`;
  const by = way.by === 'timetable' ? ' by the timetable' : '';
  return `${name} up to ${rate(way.rate)}${by}${until(way)}`;
};

export const words = {
  title: 'Speed',
  ways,
  open: (text: string) => `Speed: ${text}`,
  /** What holds now, as short as a button is. */
  short: (allowed: Allowed, on: boolean): string => {
    if (allowed.paused) return 'Paused';
    const { up, down } = allowed;
    if (up.rate === null && down.rate === null) return on ? 'No limit' : 'Limits off';
    const figure = (way: AllowedWay) => (way.rate === null ? '∞' : way.rate === 0 ? '0' : rate(way.rate));
    return `↑ ${figure(up)}  ↓ ${figure(down)}`;
  },
  /** What holds now and why, in sentences. */
  why: (allowed: Allowed, on: boolean): string => {
    if (allowed.paused)
      return allowed.paused.until === null
        ? 'Everything is paused until you resume it.'
        : `Everything is paused until ${moment(allowed.paused.until)}.`;
    const { up, down } = allowed;
    if (up.rate === null && down.rate === null && up.until === null && down.until === null)
      return on ? 'There is no limit now.' : 'Limits and timetable are switched off.';
    return `${one(ways.up, up)}. ${one(ways.down, down)}.`;
  },
  up: 'Upload limit',
  down: 'Download limit',
  on: 'Use limits and timetable',
  onHelp: 'Off sets them aside without forgetting them.',
  pause: {
    label: 'Pause everything',
    text: 'Also what is added meanwhile.',
    hour: 'For 1 hour',
    tomorrow: 'Until tomorrow',
    told: 'Until I resume',
    resume: 'Resume',
  },
  toSettings: 'Timetable…',

  graph: {
    label: 'Speed over time',
    minute: '60 s',
    minutes: '10 min',
    span: 'How far back',
    hold: 'Hold the graph',
    goOn: 'Let the graph go on',
    upLine: 'Up',
    downLine: 'Down',
    upLimit: 'Upload limit',
    downLimit: 'Download limit',
    summary: (up: number, down: number, topUp: number, topDown: number, seconds: number) =>
      `Now ${rate(up)} up and ${rate(down)} down. In the last ${seconds === 60 ? '60 seconds' : '10 minutes'} at most ${rate(topUp)} up and ${rate(topDown)} down.`,
  },

  timetable: {
    label: 'Timetable',
    help: 'Times with limits up:down, such as “08:00 512K:1M, 18:00 off, Sat-08:00 off”. Each holds until the next. “pause” lets nothing move.',
    save: 'Save',
    none: 'There is no timetable: the limits above hold all day.',
    days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const,
    everyDay: 'Every day',
    from: (days: string, from: string, to: string, rates: string) => `${days}, ${from} to ${to}: ${rates}`,
    rates: (up: number | null, down: number | null) => {
      const say = (value: number | null) => (value === null ? 'no limit' : value === 0 ? 'stopped' : rate(value));
      return up === down
        ? up === 0
          ? 'nothing moves'
          : `${say(up)}${up === null ? '' : ' each way'}`
        : `up ${say(up)}, down ${say(down)}`;
    },
    week: 'The week',
  },
};
