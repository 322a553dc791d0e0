// What watched folders say.
import type { WatchAfter, WatchFate, WatchFileState, WatchOld, WatchPolicy, WatchRow, WatchState } from '../ipc/host';
import { bytes, count, duration, rate } from '../shared/format';

const files = (n: number) => count(n, 'file', 'files');

export const words = {
  heading: 'Watched folders',
  add: 'Watch a folder',
  back: 'All watched folders',
  empty: {
    title: 'No folder is watched',
    text: 'Whatever comes into a watched folder is sent by itself once it stands still, each version once. You see before what would happen, and afterwards why.',
  },
  noAccount: 'Add an account first: a watched folder sends its files there.',
  states: {
    paused: 'Paused',
    starting: 'Starting',
    scanning: 'Looking at everything',
    watching: 'Watching',
    offline: 'Offline',
    failed: 'Can’t work',
    resting: 'Resting',
  } satisfies Record<WatchState, string>,
  policies: {
    new: 'New files only',
    changed: 'New files and every change',
    mirror: 'Mirror: what is deleted here is deleted there, too',
  } satisfies Record<WatchPolicy, string>,
  olds: {
    keep: 'Keep them beside the new one',
    delete: 'Delete them once the new one is there',
  } satisfies Record<WatchOld, string>,
  afters: {
    keep: 'Leave it where it is',
    move: 'Move it to a folder',
    trash: 'Put it into the trash',
  } satisfies Record<WatchAfter, string>,
  backend: (row: WatchRow) =>
    row.backend === 'events'
      ? 'Hears of changes from the system'
      : row.backend === 'polling'
        ? 'Looks again and again'
        : 'Not listening',
  line: (row: WatchRow) =>
    [
      `${files(row.files.confirmed)} sent`,
      row.files.settling + row.files.ready + row.files.queued > 0
        ? `${files(row.files.settling + row.files.ready + row.files.queued)} on their way`
        : null,
    ]
      .filter((part) => part !== null)
      .join(' · '),
  failed: (n: number) => ` · ${n.toLocaleString('en')} failed`,
  fileStates: {
    settling: 'Settling',
    ready: 'Next in line',
    queued: 'In the queue',
    confirmed: 'Sent',
    failed: 'Failed',
    skipped: 'Left alone',
    gone: 'Gone from here',
  } satisfies Record<WatchFileState, string>,
  all: 'All',
  filterLabel: 'Files of this watch',
  log: 'Decisions',
  noLog: 'Nothing was decided yet.',
  noneOfThese: 'No file stands so.',
  more: 'Show more',
  snapshot: 'Send a snapshot',
  snapshotOf: (name: string) => `Send a snapshot of ${name}`,
  snapshotHelp: 'What the file holds now is copied and sent. The file itself is sent once it stands still.',
  snapshotGoing: 'Copying…',
  snapshotSent: (name: string) => `A snapshot of “${name}” is in the queue.`,
  snapshotAgain: (name: string) => `A snapshot of “${name}” is on its way already.`,
  pause: 'Pause',
  resume: 'Resume',
  scan: 'Look now',
  preview: 'Preview',
  edit: 'Edit',
  remove: 'Remove',
  facts: {
    folder: 'Folder',
    account: 'Sends to',
    policy: 'Sends',
    old: 'Older versions there',
    options: 'Told to the service',
    after: 'Then',
    include: 'Only',
    exclude: 'Not',
    backend: 'Between scans',
    last: 'Last full look',
    never: 'not yet',
    next: (when: string) => `next at ${when} at the latest`,
    folders: 'Folders in it',
    left: 'Left out',
    leftOut: (n: number, unreadable: number) =>
      unreadable > 0
        ? `${n.toLocaleString('en')}, and ${unreadable.toLocaleString('en')} can’t be read`
        : n.toLocaleString('en'),
    most: (n: number) => `at most ${files(n)} deleted at once`,
    moved: (folder: string) => `Move it to ${folder}`,
  },
  removing: (name: string) => ({
    title: `Stop watching “${name}”?`,
    text: 'Your files stay where they are, here and at the service, and what is in the queue goes on. What was sent is known again if you watch the folder again, with the same account.',
    yes: 'Stop watching',
  }),
  sheet: {
    add: 'Watch a folder',
    edit: (name: string) => `Edit “${name}”`,
    folder: 'Folder',
    choose: 'Choose…',
    noFolder: 'No folder chosen',
    account: 'Send to',
    name: 'Name',
    nameHelp: 'Empty is the folder’s own name.',
    policy: 'What to send',
    most: 'Files it may delete at once',
    old: 'Older versions at the service',
    options: 'What the service is told of each file',
    optionsHelp:
      'Filled in for each file: {folder} the watched folder, {subfolder} and {top} where in it, {name}, {stem} the name without its ending, {date}, {year}, {month}, {day} of its last change.',
    after: 'After the service confirmed a file',
    askAbove: 'Ask before files over (GiB)',
    askAboveHelp: 'Larger ones wait until you raise this. Empty asks about none.',
    include: 'Only these files',
    includeHelp: 'One pattern a line, as in .gitignore, such as *.pdf. Empty is all.',
    exclude: 'Not these files',
    excludeHelp:
      'Unfinished downloads, lock files, editors’ and the system’s own files, and what may hold keys or passwords are left out by themselves; !name admits one again.',
    more: 'Patterns and what happens afterwards',
    save: 'Save',
    start: 'Start watching',
    busy: 'Saving…',
    cancel: 'Cancel',
    laterOnly: 'This holds for files that are confirmed from now on.',
  },
  foreseen: {
    title: (name: string) => `What “${name}” would do now`,
    looking: 'Looking at the folder…',
    nothing: 'Nothing would be sent.',
    sum: (n: number, size: number) => `${files(n)}, ${bytes(size)} would be sent`,
    time: (seconds: number, at: number) => `about ${duration(seconds)} at ${rate(at)}`,
    unlimited: 'no speed limit',
    fates: {
      send: 'Send',
      known: 'Sent already',
      skip: 'Leave alone',
      left_out: 'Left out',
      delete: 'Delete there',
    } satisfies Record<WatchFate, string>,
    others: (n: number) => `and ${files(n)} more`,
  },
};
