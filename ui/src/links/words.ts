// What the sheet for pasted links says.
import type { Collision, LinkRow, LinkState } from '../ipc/host';
import { bytes, count } from '../shared/format';

const links = (n: number) => count(n, 'link', 'links');

const STATES: Record<LinkState, string> = {
  online: 'Online',
  offline: 'Offline',
  invalid: 'Not a link',
  refused: 'Refused',
  unknown: 'Not known',
};

export const words = {
  title: 'Download from links',
  paste: 'Paste links',
  area: 'Links, one a line',
  areaHint: 'https://…',
  more: 'Add more links',
  take: 'Check these links',
  takeMore: 'Add to the list',
  none: 'No new link in this text.',
  table: 'Links',
  columns: { name: 'Name', size: 'Size', state: 'State' },
  state: (row: LinkRow | null, running: boolean) =>
    row === null ? (running ? 'Checking…' : 'Not checked') : row.known ? 'Already in the list' : STATES[row.state],
  marks: {
    password: 'needs a password',
    premium: 'premium only',
    plain: 'plain http',
    restart: 'cannot be resumed',
  },
  unknownSize: '–',
  remove: (name: string) => `Take ${name} out`,
  progress: (checked: number, all: number) =>
    `${checked.toLocaleString('en')} of ${all.toLocaleString('en')} links checked`,
  stop: 'Stop checking',
  goOn: 'Check the rest',
  total: (n: number, size: number, unsized: number) =>
    `${links(n)}, ${unsized > 0 ? `at least ${bytes(size)}` : bytes(size)}.`,
  bad: (n: number) =>
    `${n.toLocaleString('en')} more cannot be fetched or ${n === 1 ? 'is' : 'are'} in the list already.`,
  removeBad: (n: number) => (n === 1 ? 'Take it out' : 'Take them out'),
  account: 'Account',
  automatic: 'The one that fits each link',
  to: 'Where to',
  toFolder: 'A folder on this computer',
  toAccount: (name: string, provider: string) => `The account “${name}” (${provider})`,
  toAccountHelp: 'Each file is passed on as it comes. Nothing of it is stored on this computer.',
  takerState: (name: string, state: string) => `“${name}”: ${state}. The files will wait.`,
  passwordLater: (n: number) =>
    `${links(n)} ${n === 1 ? 'needs a password. It is' : 'need a password. They are'} asked for when it is their turn.`,
  folder: 'Folder',
  choose: 'Choose…',
  usualFolder: 'The usual folder',
  free: (n: number) => `${bytes(n)} free`,
  tooMuch: (over: number) => `This is ${bytes(over)} more than the disk has free. What does not fit will wait.`,
  collision: 'When a name is taken',
  asInSettings: 'As in the settings',
  rules: {
    ask: 'Ask me, once for all of them',
    skip: 'Skip the download',
    replace: 'Replace the file',
    keep_both: 'Keep both',
    resume: 'Go on from the file',
  } satisfies Record<Collision, string>,
  limit: 'Speed limit for each',
  password: 'Password of the files',
  passwordHelp: (n: number) =>
    n > 0
      ? `${links(n)} ${n === 1 ? 'needs' : 'need'} one. It is kept with your credentials.`
      : 'Only if they have one. It is kept with your credentials.',
  plain: (n: number) =>
    `Fetch ${n === 1 ? 'the plain http link' : `the ${n.toLocaleString('en')} plain http links`}: everyone on the way can read and change what comes.`,
  go: (n: number) => (n === 0 ? 'Add' : `Add ${links(n)}`),
  sendTitle: 'Send links to an account',
  send: (n: number) => (n === 0 ? 'Send' : `Send ${links(n)}`),
  going: 'Adding…',
  cancel: 'Cancel',
  added: (n: number) => `${count(n, 'download was', 'downloads were')} added.`,
  sent: (n: number) => `${count(n, 'copy was', 'copies were')} added.`,
  skippedTitle: (n: number) => `${links(n)} ${n === 1 ? 'was' : 'were'} not added`,
  continued: (n: number) => `${count(n, 'transfer was', 'transfers were')} there before and will go on.`,
  done: 'Done',
};
