// Situations to look at and to test with, each a state of the engine that could really be.
import type {
  AccountRow,
  EngineStatus,
  Offer,
  Orphan,
  PartRow,
  ProviderDescriptor,
  Settings,
  TransferRow,
  TransferState,
  Vault,
  WatchRow,
} from '../host';
import { byTimetable, far, mixedRows, pausedAll, pausedRows, share, sharing } from './downloads';
import {
  limitedFiles,
  refusedFiles,
  type RemoteShelves,
  shopFiles,
  studio,
  studioFiles,
  studioProvider,
} from './remote';
import { idOf, MB, minutesAgo, row, shop } from './rows';
import { watchRows } from './watches';

export type Scene = {
  rows: TransferRow[];
  accounts: AccountRow[];
  providers: ProviderDescriptor[];
  orphans: Orphan[];
  offers: Offer[];
  vault: Vault;
  settings: Settings;
  status: Partial<EngineStatus>;
  /** What the services of some accounts hold. */
  files?: RemoteShelves;
  watches: WatchRow[];
};

export { idOf, row, shop };

const signedOut: AccountRow = {
  ...shop,
  id: idOf(902),
  name: 'Second shop',
  state: 'signed_out',
  reason: {
    code: 'signed_out',
    text: 'The service refused the token: it was revoked or replaced. Enter a new one to go on.',
    action: { key: 'edit_account', label: 'Enter a new token' },
  },
  who: 'studio@pattern.shop',
  plan: 'Starter, 1 GB',
  used: 998 * MB,
  quota: 1_000 * MB,
  last_answer: minutesAgo(3000),
};

const fileflare: ProviderDescriptor = {
  key: 'fileflare',
  label: 'Fileflare',
  base_url: 'https://app.digital-downloads.com/api/v1',
  fields: [
    {
      key: 'token',
      label: 'API token',
      kind: 'token',
      secret: true,
      required: true,
      help: 'In Fileflare under Settings, API tokens.',
    },
  ],
  options: [],
  capabilities: ['upload', 'list', 'details', 'delete'],
  notes: ['Uploads need a plan with API access.'],
};

const busyRows = (): TransferRow[] => [
  row(1, {
    name: 'Autumn cardigan – all sizes, print and A0.zip',
    size: 1_073 * MB,
    sent: 640 * MB,
    state: 'transferring',
    speed: 8.4 * MB,
    eta_s: 52,
    parts_total: 40,
    parts_done: 23,
  }),
  row(2, {
    name: 'Sewing course, lesson 04 – set-in sleeves, full length.mp4',
    size: 3_420 * MB,
    sent: 410 * MB,
    state: 'transferring',
    speed: 3.1 * MB,
    eta_s: 971,
    parts_total: 128,
    parts_done: 15,
    limit: 5 * MB,
  }),
  row(3, {
    name: 'Lookbook 2026.pdf',
    size: 88 * MB,
    sent: 88 * MB,
    state: 'finishing',
    parts_total: 4,
    parts_done: 4,
  }),
  row(4, {
    name: 'Linen trousers.zip',
    size: 212 * MB,
    sent: 96 * MB,
    state: 'waiting',
    reason: {
      code: 'request_limit',
      text: 'The service takes 60 requests a minute; more at 15:00.',
      until: new Date(Date.now() + 600_000).toISOString(),
    },
    parts_total: 8,
    parts_done: 3,
  }),
  row(5, {
    name: 'Raincoat, revised.zip',
    size: 154 * MB,
    sent: 30 * MB,
    state: 'paused',
    parts_total: 6,
    parts_done: 1,
  }),
  row(6, {
    name: 'Wool coat.zip',
    size: 301 * MB,
    state: 'queued',
    reason: { code: 'no_slot', text: '3 of 3 places are taken.' },
  }),
  row(7, {
    name: 'Kids – dungarees.zip',
    size: 43 * MB,
    state: 'queued',
    reason: { code: 'no_slot', text: '3 of 3 places are taken.' },
  }),
  row(8, { name: 'Silk blouse.zip', size: 61 * MB, state: 'completed' }),
  row(9, { name: 'Tote bag.pdf', size: 2.4 * MB, state: 'completed', proof: 'size' }),
  row(10, { name: 'Pyjamas.zip', size: 77 * MB, state: 'completed' }),
];

const troubleRows = (): TransferRow[] => [
  row(1, {
    name: 'Autumn cardigan.zip',
    size: 1_073 * MB,
    sent: 1_073 * MB,
    state: 'needs_you',
    reason: { code: 'outcome_unknown', text: 'The connection broke before the service said whether it has the file.' },
    question: {
      code: 'confirm_again',
      text: 'The service may have the file already. Confirming again could create it twice. Look at your files there, then decide.',
      choices: [
        { key: 'there', label: 'It is there: mark it completed' },
        { key: 'not_there', label: 'It is not there: send it again' },
      ],
    },
  }),
  row(2, {
    name: 'Sewing course 04.mp4',
    size: 3_420 * MB,
    sent: 1_200 * MB,
    state: 'failed',
    error: {
      code: 'links_expired',
      message:
        'The links for the parts ended after 12 hours and the service gives no new ones. Trying again sends the file from its beginning.',
      action: { key: 'retry', label: 'Try again from the beginning' },
    },
  }),
  row(3, {
    name: 'Lookbook 2026.pdf',
    size: 88 * MB,
    state: 'waiting',
    reason: {
      code: 'plan_full',
      text: 'The plan is full: 3 MB are left and this file needs 88 MB. It goes on when there is room.',
      action: { key: 'check_account', label: 'Look again' },
    },
  }),
  row(4, {
    name: 'Linen trousers.zip',
    size: 212 * MB,
    sent: 96 * MB,
    state: 'waiting',
    account: { id: signedOut.id, name: signedOut.name, provider: 'fileflare' },
    reason: {
      code: 'signed_out',
      text: 'The service refused the token of “Second shop”.',
      action: { key: 'edit_account', label: 'Enter a new token' },
    },
  }),
  row(5, {
    name: 'Raincoat.zip',
    size: 154 * MB,
    sent: 30 * MB,
    state: 'failed',
    error: {
      code: 'source_gone',
      message: 'The file is no longer at /home/ada/Patterns/Raincoat.zip. Put it back and try again.',
    },
  }),
  row(6, { name: '<img src=x onerror="alert(1)">.zip', size: 12 * MB, state: 'cancelled' }),
  row(7, { name: 'invoice\u202Efdp.exe', path: '/tmp/a\nb/invoice', size: 900, state: 'completed', proof: 'size' }),
];

const STATES: TransferState[] = ['completed', 'queued', 'completed', 'failed', 'completed', 'paused'];
const manyRows = (): TransferRow[] => [
  ...busyRows().slice(0, 3),
  ...Array.from({ length: 9_997 }, (_, at) =>
    row(at + 11, {
      name: `scan ${String(at + 1).padStart(5, '0')}.tif`,
      size: (3 + (at % 97)) * MB,
      state: STATES[at % STATES.length] ?? 'queued',
    }),
  ),
];

const offer: Offer = {
  id: idOf(950),
  names: [
    { name: 'Autumn collection', size: 1_840 * MB, kind: 'folder' },
    { name: 'Cover photograph, final (2).tif', size: 96 * MB, kind: 'file' },
    { name: 'Read me.pdf', size: 220_000, kind: 'file' },
  ],
  files: 26,
  total: 1_936_220_000,
  skipped: [{ name: 'Autumn collection/backup.lnk', reason: 'It is a link to another place; links are not followed.' }],
};

const base = (): Scene => ({
  rows: [],
  accounts: [shop],
  providers: [fileflare],
  orphans: [],
  offers: [],
  vault: { kind: 'passphrase', state: 'open', text: 'Credentials are kept in a file that only your passphrase opens.' },
  settings: {
    slots: 3,
    slots_per_account: 3,
    parts_in_flight: 4,
    up_limit: null,
    down_limit: null,
    timetable: null,
    connections: 4,
    collision: 'ask',
    limits_on: true,
    theme: 'system',
  },
  status: {},
  watches: [],
});

const sharers = (): Scene => ({
  ...base(),
  accounts: [shop, share, far],
  providers: [fileflare, sharing],
  settings: {
    ...base().settings,
    down_limit: 6 * MB,
    timetable: '08:00 2M:10M, 18:00 off, Sat-08:00 off, Sun-22:00 pause',
  },
});

const orphans: Orphan[] = [
  {
    id: idOf(970),
    account: { id: shop.id, name: shop.name, provider: 'fileflare' },
    name: 'Winter hat.zip',
    size: 43 * MB,
    created_at: minutesAgo(4000),
    upload_id: 'up_81',
    can_abort: true,
  },
  {
    id: idOf(971),
    account: { id: shop.id, name: shop.name, provider: 'fileflare' },
    name: 'Sewing course 03.mp4',
    size: 2_100 * MB,
    created_at: minutesAgo(9000),
    can_abort: false,
  },
];

const studios = (files: RemoteShelves): Scene => ({
  ...base(),
  accounts: [studio, shop],
  providers: [fileflare, studioProvider],
  files: { ...shopFiles(), ...files },
});

export const SCENES: Record<string, () => Scene> = {
  empty: base,
  first: () => ({ ...base(), accounts: [] }),
  busy: () => ({ ...base(), rows: busyRows(), orphans }),
  trouble: () => ({ ...base(), rows: troubleRows(), accounts: [shop, signedOut], orphans, status: { offline: true } }),
  many: () => ({ ...base(), rows: manyRows() }),
  offer: () => ({ ...base(), rows: busyRows(), accounts: [shop, signedOut], offers: [offer] }),
  new: () => ({
    ...base(),
    accounts: [],
    vault: { kind: 'passphrase', state: 'new', text: 'The file will be made in Longshore’s own folder.' },
  }),
  locked: () => ({
    ...base(),
    rows: busyRows(),
    vault: { kind: 'passphrase', state: 'locked', text: 'The file lies in Longshore’s own folder.' },
    status: { state: 'locked' },
  }),
  drag: () => ({ ...base(), rows: busyRows() }),
  downloads: () => ({ ...sharers(), rows: mixedRows(), status: { allowed: byTimetable() } }),
  paused: () => ({ ...sharers(), rows: pausedRows(), status: { allowed: pausedAll() } }),
  links: () => ({ ...sharers(), rows: mixedRows() }),
  files: () => studios(studioFiles(240)),
  files_many: () => studios(studioFiles(10_000)),
  files_shop: () => ({ ...base(), files: shopFiles() }),
  files_none: () => base(),
  files_limited: () => studios(limitedFiles(1, 40)),
  files_offline: () => ({
    ...base(),
    status: { offline: true },
    files: refusedFiles({ code: 'no_route', message: 'There is no way to Fileflare: this machine is offline.' }),
  }),
  files_signed_out: () => ({
    ...base(),
    accounts: [{ ...signedOut, id: shop.id }],
    files: refusedFiles({
      code: 'unauthorized',
      message: 'Fileflare does not accept the key of this account.',
      action: { key: 'edit_account', label: 'Enter credentials' },
    }),
  }),
  watches: () => ({ ...base(), rows: busyRows(), watches: watchRows() }),
};

/** Parts as the service would have cut the file, as far along as the row says. */
export function partsOf(of: TransferRow): PartRow[] {
  const size = of.size ?? 0;
  const total = of.parts_total || (of.state === 'completed' ? 12 : 0);
  const each = total === 0 ? 0 : Math.ceil(size / total);
  return Array.from({ length: total }, (_, at): PartRow => {
    const start = at * each;
    const end = Math.min(size, start + each);
    const done = of.state === 'completed' || at < of.parts_done;
    const sending = of.state === 'transferring' && at >= of.parts_done && at < of.parts_done + 4;
    return {
      number: at + 1,
      start,
      end,
      state: done ? 'verified' : sending ? 'sending' : 'pending',
      sent: done ? end - start : sending ? Math.floor((end - start) * (0.2 + 0.2 * (at - of.parts_done))) : 0,
      tries: at === 7 && done ? 2 : done || sending ? 1 : 0,
    };
  });
}
