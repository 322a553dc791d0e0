// What the page says that belongs to no single feature.
import type { EngineStatus } from '../ipc/host';
import { count, rate } from './format';

const ended = { completed: 'completed', failed: 'failed', needs_you: 'needs you' } as const;

export const words = {
  product: 'Longshore',
  nav: {
    label: 'Sections',
    transfers: 'Transfers',
    files: 'Files',
    watches: 'Watches',
    accounts: 'Accounts',
    held: 'Held uploads',
    settings: 'Settings',
  },
  list: {
    actions: 'Actions',
    select: (name: string) => `Select ${name}`,
    selected: (n: number) => `${n.toLocaleString('en')} selected`,
    clear: 'Clear the selection',
    search: 'Search',
    details: 'Details',
    detailsOf: (name: string) => `Details of ${name}`,
    closeDetails: 'Close details',
    copy: 'Copy',
    copied: 'Copied',
  },
  cancel: 'Cancel',
  close: 'Close',
  dismiss: 'Dismiss',
  opening: 'Opening…',
  brokenTitle: 'Longshore could not open its list of transfers',
  brokenNext: 'Nothing was changed and nothing is lost. Close this window and start Longshore again.',
  tryAgain: 'Try again',
  announced: (state: keyof typeof ended, names: string[]) =>
    names.length === 1 ? `${names[0] ?? ''} ${ended[state]}.` : `${names.length} transfers: ${ended[state]}.`,
  title: (status: EngineStatus | null) =>
    status && status.active > 0
      ? `${count(status.active, 'transfer', 'transfers')}, ${rate(status.up_speed + status.down_speed)} – Longshore`
      : 'Longshore',
  idle: 'Nothing is moving',
  moving: (n: number) => `${count(n, 'transfer', 'transfers')} moving`,
  offline: 'There is no connection. Transfers go on by themselves when it is back.',
  locked: 'The credentials are locked, so nothing moves.',
  readOnly: 'The list of transfers can be read but not changed, so nothing moves.',
  clientOf: 'Another Longshore on this computer works the queue. This window shows and steers it.',
  unlock: 'Unlock',
  keys: {
    title: 'Keys',
    list: [
      ['↑ ↓', 'Move through the list'],
      ['Shift ↑ ↓', 'Select several'],
      ['Enter', 'Show details'],
      ['Space', 'Pause or go on'],
      ['Delete', 'Remove from the list, or delete files'],
      ['Ctrl A', 'Select all'],
      ['Ctrl F', 'Search'],
      ['Ctrl U', 'Upload a new version of the file'],
      ['Ctrl Shift S', 'Send files to another account'],
      ['Ctrl N', 'Add files'],
      ['Ctrl V', 'Download the links in the clipboard'],
      ['Ctrl Shift N', 'Write or paste links'],
      ['Ctrl Shift P', 'Pause all'],
      ['Ctrl Shift R', 'Resume all'],
      ['Ctrl ,', 'Settings'],
      ['Esc', 'Close or clear the selection'],
      ['?', 'Show these keys'],
    ],
  },
  limit: {
    none: 'No limit',
    other: 'Other…',
    label: 'Speed limit',
    custom: 'Limit in MB/s, or like 512 KiB/s',
    set: 'Set',
    bad: 'Write a speed such as 2 MB/s or 512 KiB/s.',
  },
};
