// How a watch is coloured.
import type { WatchRow } from '../ipc/host';

export function tone(watch: WatchRow): 'good' | 'warn' | 'bad' | '' {
  switch (watch.state) {
    case 'watching':
    case 'scanning':
      return watch.reason === null ? 'good' : 'warn';
    case 'offline':
      return 'warn';
    case 'failed':
      return 'bad';
    case 'paused':
    case 'starting':
    case 'resting':
      return '';
  }
  return watch.state satisfies never;
}
