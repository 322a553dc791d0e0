// What the queue, its details and its offers say.
import type {
  ActionKey,
  Direction,
  Failure,
  Follow,
  PartState,
  Proof,
  Stage,
  TransferRow,
  TransferState,
} from '../ipc/host';
import { bytes, count } from '../shared/format';
import { type Filter, type Verb, wayOf } from './can';

const MOVING = { up: 'Uploading', down: 'Downloading', across: 'Copying' } as const;

const STAGES: Record<Stage, { moving: string; of: string }> = {
  receiving: { moving: 'Receiving', of: '1 of 2' },
  sending: { moving: 'Sending', of: '2 of 2' },
};

const STATES: Record<Exclude<TransferState, 'transferring'>, string> = {
  queued: 'Queued',
  preparing: 'Preparing',
  finishing: 'Finishing',
  waiting: 'Waiting',
  paused: 'Paused',
  needs_you: 'Needs you',
  cancelling: 'Cancelling',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

const PROOFS: Record<Proof, string> = {
  size: 'size confirmed',
  'part tags': 'every part verified',
  'whole checksum': 'checksum matches',
  'read back': 'read back and compared',
};

const FOLLOWED: Record<Follow, string> = {
  awaited: '· not yet confirmed by the service',
  confirmed: '· confirmed by the service',
  differs: '· the service reports another size',
  silent: '· not confirmed by the service',
};

const files = (n: number) => count(n, 'file', 'files');
const transfers = (n: number) => count(n, 'transfer', 'transfers');

export const words = {
  heading: 'Transfers',
  grid: 'Transfers',
  addFiles: 'Add files',
  addFolder: 'Add folder',
  pasteLinks: 'Paste links',
  showInFolder: 'Show in folder',
  searchHint: 'Search names, folders, accounts',
  allAccounts: 'All accounts',
  account: 'Account',
  pauseAll: 'Pause all',
  resumeAll: 'Resume all',
  columns: {
    position: '#',
    name: 'Name',
    size: 'Size',
    progress: 'Progress',
    speed: 'Speed',
    eta_s: 'Time left',
    state: 'State',
  },
  filters: {
    all: 'All',
    active: 'Active',
    needs_you: 'Needs you',
    failed: 'Failed',
    completed: 'Completed',
  } satisfies Record<Filter, string>,
  filterLabel: 'Which transfers to show',
  verbs: {
    pause: 'Pause',
    resume: 'Resume',
    retry: 'Try again',
    cancel: 'Cancel',
    remove: 'Remove',
    verify: 'Verify again',
  } satisfies Record<Verb, string>,
  verbFor: (verb: Verb, name: string) => `${words.verbs[verb]} ${name}`,
  answer: 'Decide',
  acts: {
    retry: 'Try again',
    resume: 'Resume',
    resume_all: 'Resume',
    answer: 'Decide',
    edit_account: 'Sign in',
    check_account: 'Check',
    unlock: 'Unlock',
    open_settings: 'Settings',
  } satisfies Record<ActionKey, string>,
  selectAll: 'Select all that are shown',
  order: { label: 'Order', top: 'To the top', up: 'Up', down: 'Down', bottom: 'To the bottom' },
  state: (row: TransferRow) => {
    const stage = row.stage && STAGES[row.stage];
    const word = row.state === 'transferring' ? (stage?.moving ?? MOVING[row.direction]) : STATES[row.state];
    return stage ? `${word}, ${stage.of}` : word;
  },
  stages: {
    receiving:
      'Nobody says how large this file is, and the service must be told before. So Longshore receives it into a folder of its own first, sends it from there, and removes it once it has arrived.',
    sending: 'All of it lies in a folder of Longshore now, and is removed from there once it has arrived.',
  } satisfies Record<Stage, string>,
  arrived: (row: TransferRow) =>
    [row.proof ? PROOFS[row.proof] : '', row.follow ? FOLLOWED[row.follow] : ''].join(' ').trim(),
  /** Where a file lies, goes, or comes from, beside its account. */
  place: (row: TransferRow, path: string) =>
    row.direction === 'across'
      ? path === ''
        ? row.account.name
        : `${path} → ${row.account.name}`
      : path === ''
        ? row.account.name
        : `${row.account.name} · ${path}`,
  sentOf: (row: TransferRow) =>
    row.size === null ? bytes(row.sent) : `${bytes(Math.min(row.sent, row.size))} of ${bytes(row.size)}`,
  progress: (row: TransferRow, percent: number | null) =>
    percent === null
      ? `${words.state(row)}, ${bytes(row.sent)} ${wayOf(row) === 'down' ? 'received' : 'sent'}`
      : `${percent} percent, ${words.state(row).toLowerCase()}`,
  unknownSize: 'unknown',
  ways: { up: 'Upload', down: 'Download', across: 'Copy between services' } satisfies Record<Direction, string>,
  noResume: 'Cannot be resumed',
  exactly: (n: number) => (n < 1000 ? bytes(n) : `${bytes(n)} (${n.toLocaleString('en')} bytes)`),
  refused: (n: number, first: Failure): Failure =>
    n === 1 ? first : { ...first, message: `${transfers(n)} did not obey. The first says: ${first.message}` },

  empty: {
    title: 'Drop files here',
    text: 'Longshore sends them to your account. Or paste links, and it fetches them. It proves that every byte arrived, and goes on by itself after a break.',
    noAccount: 'First add the account that your files go to.',
    addAccount: 'Add an account',
  },
  nothing: {
    search: (wanted: string) => `No transfer matches “${wanted}”.`,
    filter: (filter: Filter) =>
      ({
        all: 'There is no transfer for this account.',
        active: 'Nothing is on its way.',
        needs_you: 'Nothing needs you.',
        failed: 'Nothing failed.',
        completed: 'Nothing is completed yet.',
      })[filter],
    showAll: 'Show all',
  },

  removing: (rows: TransferRow[], unfinished: number) => ({
    title:
      rows.length === 1 ? 'Remove this transfer from the list?' : `Remove ${transfers(rows.length)} from the list?`,
    text:
      unfinished === 0
        ? 'Only the lines in this list go away. The files stay where they are, here and at the service.'
        : `${unfinished === rows.length ? (rows.length === 1 ? 'It is' : 'They are') : `${unfinished.toLocaleString('en')} of them are`} not finished: what was sent so far is given up at the service. Your own files stay where they are.`,
    yes: 'Remove',
  }),
  cancelling: (n: number) => ({
    title: n === 1 ? 'Cancel this transfer?' : `Cancel ${transfers(n)}?`,
    text: 'What was sent so far is given up at the service. Your own files stay where they are, and you can try again later.',
    yes: n === 1 ? 'Cancel the transfer' : 'Cancel them',
    no: 'Keep going',
  }),

  pausing: (n: number, all: number) => ({
    title:
      all === 1
        ? 'Pause and start again later?'
        : `${n === 1 ? '1 download' : `${n.toLocaleString('en')} downloads`} cannot be resumed`,
    text:
      n === 1
        ? 'The service does not let this download go on where it stopped: pausing means starting again from the first byte.'
        : 'The services do not let these downloads go on where they stopped: pausing means starting again from the first byte.',
    yes: all === 1 ? 'Pause anyway' : 'Pause all of them',
    no: 'Keep going',
  }),

  drop: {
    title: (n: number) => `Drop to add ${n === 1 ? 'it' : `${n.toLocaleString('en')} items`}`,
    text: 'You choose where they go next.',
  },
  offer: {
    title: (n: number) =>
      n === 1 ? 'Where should this file go?' : `Where should these ${n.toLocaleString('en')} files go?`,
    nothing: 'None of this can be sent',
    summary: (n: number, total: number) => `${files(n)}, ${bytes(total)}`,
    folder: 'folder',
    others: (n: number) => `and ${n.toLocaleString('en')} more`,
    skipped: (n: number) => `${n === 1 ? '1 item is' : `${n.toLocaleString('en')} items are`} left out`,
    waiting: (n: number) => `${n === 1 ? 'Another offer waits' : `${n} more offers wait`} after this one.`,
    destination: 'Destination',
    noAccount: 'There is no account yet that takes uploads. Add one; the files wait here.',
    addAccount: 'Add an account',
    as: 'Add it as',
    asNew: 'A new file',
    asVersion: (name: string) => `A new version of “${name}”`,
    versionTitle: (name: string) => `New version of “${name}”`,
    versionAt: (account: string) => `It goes to “${account}”.`,
    limit: (n: number) => (n === 1 ? 'Speed limit' : 'Speed limit for each file'),
    options: 'Options',
    go: (n: number) => `Upload ${files(n)}`,
    goVersion: 'Upload the new version',
    going: 'Adding…',
    drop: 'Discard',
    watch: 'Watch this folder…',
    watchHint: 'Sends what is in it now and whatever comes into it later.',
    continued: (n: number) => `${files(n)} had been begun before and will go on from there.`,
    leftOut: (n: number, first: string) =>
      n === 1 ? `1 file was not added: ${first}` : `${files(n)} were not added. The first: ${first}`,
  },

  panel: {
    label: 'Details of the transfer',
    loading: 'Reading the details…',
    parts: 'Parts',
    segments: 'Segments',
    noSegments: 'Nothing of the file is here yet.',
    noParts: 'The service has not yet said how the file is cut.',
    segmentStates: { pending: 'to come', sending: 'coming', stored: 'here', verified: 'verified' } satisfies Record<
      PartState,
      string
    >,
    partStates: { pending: 'to go', sending: 'being sent', stored: 'stored', verified: 'verified' } satisfies Record<
      PartState,
      string
    >,
    stateOf: (way: Direction, state: PartState) =>
      way === 'down' ? words.panel.segmentStates[state] : words.panel.partStates[state],
    cell: (way: Direction, first: number, last: number, state: PartState, tries: number) =>
      `${way === 'down' ? 'Segment' : 'Part'}${first === last ? ` ${first}` : `s ${first} to ${last}`}: ${words.panel.stateOf(way, state)}${tries > 1 ? `, tried ${tries} times` : ''}`,
    partsTried: (way: Direction, n: number) =>
      way === 'down'
        ? `${count(n, 'segment was', 'segments were')} fetched more than once.`
        : `${count(n, 'part was', 'parts were')} sent more than once.`,
    perCell: (n: number) => `Each square stands for up to ${n} parts.`,
    proof: 'Proof',
    noProof: 'There is none before the service has confirmed the file.',
    noProofDown: 'There is none before the whole file is here.',
    journal: 'What happened',
    noJournal: 'Nothing yet.',
    facts: {
      account: 'Account',
      size: 'Size',
      sent: 'Sent',
      received: 'Received',
      speed: 'Speed',
      path: 'From',
      pathDown: 'To',
      remote_id: 'Id at the service',
      remote_url: 'Address',
      created: 'Added',
      finished: 'Finished',
      attempt: 'Attempt',
      position: 'Place in the queue',
      links: 'Links end',
      upload: 'Unfinished upload',
      limit: 'Speed limit',
    },
    question: 'Your decision is needed',
    password: 'Password of the file',
    passwordHelp: 'It holds for everything that was added together, and is kept with your credentials.',
    enter: 'Enter',
    give: 'Use this password',
    giving: 'Passing it on…',
    forAll: 'Your answer holds for everything that was added together.',
    consequences: {
      keep_both: 'The new file gets a number after its name.',
      skip: 'Nothing is fetched. The old file stays as it is.',
      replace: 'The old file is replaced once the new one is complete.',
      resume: 'Only what is missing is fetched, and the whole file is checked.',
      allow_http: 'Everyone on the way can read and change what comes.',
      as_content: 'Whoever downloads it gets the ending of that type after its name.',
      as_name: 'Whoever downloads it may not be able to open it.',
    } as Partial<Record<string, string>>,
    code: 'Code',
  },
};
