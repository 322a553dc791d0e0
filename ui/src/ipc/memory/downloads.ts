// Situations with downloads, limits and pauses.
import type { AccountRow, Allowed, ProviderDescriptor, TransferRow } from '../host';
import { idOf, MB, row, shop } from './rows';

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

export const share: AccountRow = {
  ...shop,
  id: idOf(903),
  name: 'Share',
  provider: 'share',
  base_url: 'https://api.share.example/v1',
  who: 'ada@example.org',
  plan: 'Premium, 50 GB a day left',
  used: 212_000 * MB,
  quota: 1_000_000 * MB,
  expires: inSeconds(40 * 86_400),
  down_limit: 6 * MB,
};

export const far: AccountRow = {
  ...share,
  id: idOf(904),
  name: 'Far mirror',
  base_url: 'https://far.example/api',
  state: 'unreachable',
  reason: {
    code: 'unreachable',
    text: 'The host far.example does not answer. Transfers of this account wait and go on by themselves.',
    action: { key: 'check_account', label: 'Ask again' },
  },
  who: null,
  plan: null,
  used: null,
  quota: null,
  expires: null,
  last_answer: null,
  down_limit: null,
};

export const sharing: ProviderDescriptor = {
  key: 'share',
  label: 'Share',
  base_url: 'https://api.share.example/v1',
  fields: [
    {
      key: 'email',
      label: 'E-mail address',
      kind: 'email',
      secret: false,
      required: false,
      help: 'Leave everything empty to download without an account of your own.',
    },
    { key: 'key', label: 'API key', kind: 'token', secret: true, required: false, help: 'On your page at Share.' },
  ],
  options: [],
  capabilities: ['download', 'upload'],
  notes: ['Without signing in, free downloads wait between files.'],
};

const down = (n: number, change: Partial<TransferRow>): TransferRow =>
  row(n, {
    direction: 'down',
    account: { id: share.id, name: share.name, provider: share.provider },
    path: `/home/ada/Downloads/${change.name ?? ''}`,
    resumable: true,
    ...change,
  });

export const mixedRows = (): TransferRow[] => [
  down(21, {
    name: 'Tailoring course, all lessons.zip',
    size: 4_300 * MB,
    sent: 1_720 * MB,
    state: 'transferring',
    speed: 5.1 * MB,
    eta_s: 461,
    parts_total: 4,
    parts_done: 1,
  }),
  row(22, {
    name: 'Autumn cardigan – all sizes, print and A0.zip',
    size: 1_073 * MB,
    sent: 640 * MB,
    state: 'transferring',
    speed: 1.9 * MB,
    eta_s: 228,
    parts_total: 40,
    parts_done: 23,
  }),
  down(23, {
    name: 'Fabric scans, live export.tar',
    size: null,
    sent: 310 * MB,
    state: 'transferring',
    speed: 0.8 * MB,
    resumable: false,
  }),
  row(39, {
    name: 'Fair 2026, photos.zip',
    direction: 'across',
    path: 'https://cloud.example/s/fair',
    size: null,
    sent: 84 * MB,
    state: 'transferring',
    stage: 'receiving',
    speed: 2.4 * MB,
    resumable: false,
  }),
  down(24, {
    name: 'Lookbook archive.rar',
    size: 610 * MB,
    state: 'waiting',
    reason: {
      code: 'free_wait',
      text: 'The service lets the next free download begin later.',
      until: inSeconds(872),
      action: { key: 'retry', label: 'Try now' },
    },
  }),
  down(25, {
    name: 'Block patterns.zip',
    size: 96 * MB,
    state: 'needs_you',
    reason: {
      code: 'password',
      text: 'The file has a password of its own.',
      action: { key: 'answer', label: 'Enter the password' },
    },
    question: {
      code: 'password',
      text: 'The file has a password of its own. Its owner can tell you.',
      choices: [{ key: 'retry', label: 'Try again' }],
    },
  }),
  down(26, {
    name: 'Raincoat.zip',
    size: 154 * MB,
    state: 'needs_you',
    reason: { code: 'collision', text: 'The name is taken.' },
    question: {
      code: 'collision',
      text: 'The folder already holds something called Raincoat.zip. Your answer holds for everything that was added together.',
      choices: [
        { key: 'keep_both', label: 'Keep both' },
        { key: 'skip', label: 'Skip' },
        { key: 'replace', label: 'Replace the old file' },
        { key: 'resume', label: "Go on from the old file's bytes" },
      ],
    },
  }),
  down(27, {
    name: 'old-magazine-scans.iso',
    size: 702 * MB,
    state: 'needs_you',
    reason: { code: 'plain_http', text: 'The link is plain http.' },
    question: {
      code: 'plain_http',
      text: 'The link is plain http: everyone on the way can read and change what comes.',
      choices: [
        { key: 'skip', label: 'Do not fetch it' },
        { key: 'allow_http', label: 'Fetch it over plain http' },
      ],
    },
  }),
  down(28, {
    name: 'Course 2, videos.zip',
    size: 9_800 * MB,
    sent: 3_100 * MB,
    state: 'waiting',
    reason: {
      code: 'disk_short',
      text: 'The disk is short of 2.1 GB for this file.',
      until: inSeconds(58),
    },
  }),
  down(29, {
    name: 'Embroidery motifs.zip',
    size: 44 * MB,
    state: 'queued',
    reason: { code: 'no_slot', text: '3 of 3 places are taken.' },
  }),
  down(30, {
    name: 'premium-collection.rar',
    size: 820 * MB,
    state: 'failed',
    error: { code: 'premium_required', message: 'Its owner gives it to paying accounts only.' },
  }),
  down(31, { name: 'Silk blouse, print.pdf', size: 61 * MB, state: 'completed', proof: 'whole checksum' }),
  row(32, { name: 'Tote bag.pdf', size: 2.4 * MB, state: 'completed', proof: 'size' }),
];

/** The timetable holds both ways. */
export const byTimetable = (): Allowed => ({
  up: { rate: 2 * MB, by: 'timetable', until: inSeconds(7200) },
  down: { rate: 6 * MB, by: 'limit', until: null },
  paused: null,
});

/** The same with nothing moving: everything waits for the end of the pause. */
export const pausedRows = (): TransferRow[] =>
  mixedRows().map((one) =>
    one.state === 'transferring' || one.state === 'queued'
      ? {
          ...one,
          state: 'waiting',
          speed: 0,
          eta_s: null,
          reason: {
            code: 'paused_all',
            text: 'Everything is paused.',
            until: inSeconds(3240),
            action: { key: 'resume_all', label: 'Resume all' },
          },
        }
      : one,
  );

export const pausedAll = (): Allowed => {
  const until = inSeconds(3240);
  const closed = { rate: 0, by: 'pause', until } as const;
  return { up: closed, down: closed, paused: { until } };
};
