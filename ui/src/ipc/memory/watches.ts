// Watched folders of the memory host.
import type { WatchFileRow, WatchFileState, WatchPreview, WatchRow } from '../host';
import { idOf, minutesAgo, shop } from './rows';

const counts = { settling: 0, ready: 0, queued: 0, confirmed: 0, failed: 0, skipped: 0, gone: 0, to_send: 0 };

export function watchRow(n: number, over: Partial<WatchRow> = {}): WatchRow {
  return {
    id: idOf(7000 + n),
    name: 'Scans',
    account: { id: shop.id, name: shop.name, provider: shop.provider },
    folder: '/home/ada/Documents/Scans',
    include: [],
    exclude: [],
    policy: 'new',
    most: null,
    old: 'keep',
    options: {},
    after: 'keep',
    after_folder: null,
    ask_above: 100 * 1024 ** 3,
    every_s: null,
    events: true,
    state: 'watching',
    reason: null,
    busy: false,
    backend: 'events',
    last_scan: minutesAgo(3),
    next_scan: minutesAgo(-7),
    folders: 14,
    files: { ...counts, confirmed: 312 },
    left_out: 0,
    unreadable: 0,
    overlaps: [],
    created_at: minutesAgo(9000),
    ...over,
  };
}

export const watchRows = (): WatchRow[] => [
  watchRow(1, {
    name: 'Pattern exports',
    folder: '/media/studio/Exports/Schnittmuster & Vorlagen für den Winter',
    include: ['*.pdf', '*.zip'],
    exclude: ['drafts/', '*.bak'],
    policy: 'changed',
    after: 'move',
    after_folder: '/media/studio/Sent',
    folders: 1204,
    files: {
      ...counts,
      settling: 3,
      ready: 41,
      queued: 100,
      confirmed: 9812,
      failed: 2,
      skipped: 7,
      gone: 35,
      to_send: 812e6,
    },
    left_out: 23,
    unreadable: 1,
    busy: true,
    overlaps: [
      {
        name: 'Scans',
        text: '“Scans” watches a folder inside this one; what one of them has sent, the other does not send again.',
      },
    ],
  }),
  watchRow(2),
  watchRow(3, {
    name: 'Camera',
    folder: '/run/media/ada/CAMERA/DCIM',
    state: 'offline',
    backend: 'none',
    reason: {
      code: 'offline',
      text: 'The folder is not there; perhaps its drive is not connected. Nothing is inferred from that.',
    },
    next_scan: null,
    folders: 0,
    files: { ...counts, confirmed: 1840 },
  }),
  watchRow(4, {
    name: 'Archive',
    folder: '/srv/archive',
    backend: 'polling',
    reason: {
      code: 'watch_limit',
      text: 'The system’s limit of watched folders is used up. It has 812406 folders. The system’s limit is 65536 over all programs; `sudo sysctl fs.inotify.max_user_watches=1624812` raises it. Until then the folder is looked at every minute.',
    },
    folders: 812_406,
    files: { ...counts, confirmed: 998_812 },
  }),
  watchRow(5, { name: 'Old scanner', state: 'paused', backend: 'none', next_scan: null, files: counts }),
];

const REASONS: Record<WatchFileState, [code: string, text: string]> = {
  settling: ['being_written', 'It is still being written.'],
  ready: ['new', 'It is new: it is sent.'],
  queued: ['queued', 'It is in the queue.'],
  confirmed: ['confirmed', 'The service has it.'],
  failed: ['source_denied', 'Longshore may not read it. It is tried again when its rights change.'],
  skipped: ['hard_link', 'It is the same file as “2026/may/invoice.pdf”, under a second name.'],
  gone: ['moved', 'The service has it; here it was moved to /media/studio/Sent/winter/coat.pdf.'],
};

/** The first that settles never does. */
const GROWS: [code: string, text: string] = [
  'keeps_growing',
  'It has been written for ten minutes without standing still. It is sent once it does; a snapshot sends it as it is now.',
];

/** Decisions of a watch, newest first: as many as its counts say, at most 10,000. */
export function decisions(watch: WatchRow, state?: WatchFileState | null, before?: number, most = 100): WatchFileRow[] {
  const states = (Object.keys(REASONS) as WatchFileState[]).filter((one) => state == null || one === state);
  const all = states.flatMap((one) => Array.from({ length: Math.min(10_000, watch.files[one]) }, () => one));
  const from = before === undefined ? 0 : 10_000_000 - before + 1;
  return all.slice(from, from + most).map((one, at) => {
    const [code, text] = one === 'settling' && from + at === 0 ? GROWS : REASONS[one];
    return {
      row: 10_000_000 - from - at,
      name: `2026/winter/coat ${from + at + 1}.pdf`,
      size: 18_000 * ((from + at) % 90) + 512,
      state: one,
      code,
      text,
      decided_at: minutesAgo(from + at),
      confirmed_at: one === 'confirmed' || one === 'gone' ? minutesAgo(from + at) : null,
      transfer: null,
      remote_id: null,
    };
  });
}

export const foreseen = (): WatchPreview => ({
  send: { files: 1312, bytes: 8_120_000_000 },
  known: { files: 12, bytes: 4_000_000 },
  skip: { files: 1, bytes: 512 },
  left_out: 3,
  delete: { files: 0, bytes: 0 },
  held: null,
  files: [
    ...Array.from({ length: 120 }, (_, at) => ({
      name: `2026/winter/coat ${at + 1}.pdf`,
      size: 6_200_000,
      fate: 'send' as const,
      code: 'new',
      text: 'It is new: it is sent.',
    })),
    {
      name: 'mail.pdf',
      size: 9000,
      fate: 'known',
      code: 'renamed',
      text: 'It was called “letter.pdf”; the service has its content.',
    },
    {
      name: 'link.pdf',
      size: 512,
      fate: 'skip',
      code: 'hard_link',
      text: 'It is the same file as “mail.pdf”, under a second name.',
    },
    {
      name: 'site/.env',
      size: null,
      fate: 'left_out',
      code: 'secret',
      text: 'It may hold keys or passwords, and is never sent by itself. If you mean it, add the exclude pattern “!.env”.',
    },
    {
      name: 'film.mp4.part',
      size: null,
      fate: 'left_out',
      code: 'unfinished',
      text: 'Another program has not finished it.',
    },
    { name: 'latest', size: null, fate: 'left_out', code: 'link', text: 'It is a link; links are not followed.' },
  ],
  rate: 2_000_000,
  seconds: 4060,
});
