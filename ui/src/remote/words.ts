// What the files at services say.
import type { RemoteEntry, RemoteField, RemoteSortKey } from '../ipc/host';
import { bytes, count } from '../shared/format';

const files = (n: number) => count(n, 'file', 'files');
const these = (n: number) => (n === 1 ? 'this file' : `these ${files(n)}`);

export const words = {
  heading: 'Files',
  grid: (account: string) => `Files of ${account}`,
  account: 'Account',
  searchHint: (what: string) => `The service searches its ${what}`,
  refresh: 'Refresh',
  import: 'Add from a link',
  sort: 'Order',
  asListed: 'As the service lists them',
  sorts: {
    name: { up: 'Name, A to Z', down: 'Name, Z to A' },
    size: { up: 'Smallest first', down: 'Largest first' },
    created: { up: 'Oldest first', down: 'Newest first' },
    modified: { up: 'Changed longest ago first', down: 'Changed last first' },
  } satisfies Record<RemoteSortKey, { up: string; down: string }>,
  columns: { name: 'Name', size: 'Size', type: 'Type', created: 'Added' },
  selectAll: 'Select all that are loaded',
  link: 'Link',
  unknown: '–',
  size: (entry: RemoteEntry) => (entry.size === null ? (entry.rounded ?? words.unknown) : bytes(entry.size)),
  type: (entry: RemoteEntry) =>
    entry.kind === 'link' ? words.link : (entry.content_type ?? endingOf(entry.name) ?? words.unknown),
  /** One sentence for who hears the row. */
  row: (entry: RemoteEntry, added: string | null) =>
    [
      entry.kind === 'link' ? `Link ${entry.name}` : entry.name,
      entry.size === null ? entry.rounded : bytes(entry.size),
      added === null ? null : `added ${added}`,
    ]
      .filter((part) => part !== null)
      .join(', '),
  shown: (loaded: number, total: number | null, all: boolean) =>
    all
      ? files(loaded)
      : total === null
        ? `${files(loaded)} so far`
        : `${loaded.toLocaleString('en')} of ${files(total)}`,
  sentOnly: 'This service has no list of files. These are the ones that were sent from here.',
  loading: 'Asking the service…',
  loadingMore: 'Loading more…',
  more: 'Load more',
  goesOn: (seconds: number) => `goes on in ${seconds} s`,
  tryAgain: 'Try again',
  failed: 'The files can’t be shown',
  empty: { title: 'No files yet', text: 'Files that you upload to this account show here.', upload: 'Add files' },
  nothing: (search: string) => `No file fits “${search}”.`,
  showAll: 'Show all',
  noAccounts: {
    title: 'No account shows its files',
    text: 'Add an account of a service that lists what it holds.',
    add: 'Add an account',
  },
  download: 'Download',
  downloadTo: 'Download to…',
  downloading: (n: number) => (n === 1 ? 'The download was added.' : `${n} downloads were added.`),
  newVersion: 'New version…',
  newVersionHint: 'Upload a new version of this file',
  send: 'Send to…',
  sendHint: 'Send to another account, without a copy on this computer',
  edit: 'Edit…',
  delete: 'Delete…',
  panel: {
    label: 'File',
    loading: 'Asking the service…',
    facts: {
      id: 'Id',
      title: 'Title',
      description: 'Description',
      size: 'Size',
      type: 'Type',
      address: 'Leads to',
      page: 'Page',
      created: 'Added',
      modified: 'Changed',
    },
  },
  exactly: (n: number) => (n < 1000 ? bytes(n) : `${bytes(n)} (${n.toLocaleString('en')} bytes)`),
  fields: {
    name: 'Name',
    title: 'Title',
    description: 'Description',
    address: 'Address',
  } satisfies Record<RemoteField, string>,
  editing: {
    title: 'Edit',
    save: 'Save',
    address: 'Leave it empty to keep the address as it is. What stands after a “?” is not shown here.',
  },
  importing: {
    title: 'Add from a link',
    file: 'The service fetches the file from this address.',
    link: 'The service keeps this address.',
    address: 'Address of the file',
    add: 'Add',
    done: (name: string) => `“${name}” was added.`,
  },
  sending: {
    title: (n: number) => `Send ${n === 1 ? 'this file' : files(n)} to another account`,
    text: 'Longshore fetches each file and passes it on as it comes. Nothing of it is stored on this computer, and the originals stay.',
    links: (n: number) => `${count(n, 'link is', 'links are')} left out: the service has no bytes of a link.`,
    to: 'Destination',
    options: 'Options',
    limit: (n: number) => (n === 1 ? 'Speed limit' : 'Speed limit for each file'),
    nobody: 'No other account takes files. Add one to send them to.',
    go: (n: number) => `Send ${files(n)}`,
    going: 'Adding…',
    done: (n: number, continued: number, to: string) =>
      [
        n > continued ? `${count(n - continued, 'file goes', 'files go')} to “${to}”.` : '',
        continued > 0 ? `${count(continued, 'file was', 'files were')} on the way there already.` : '',
      ]
        .filter(Boolean)
        .join(' '),
  },
  deleting: {
    title: (n: number) => `Delete ${n === 1 ? 'the file' : files(n)}?`,
    text: (n: number, account: string) => `Deletes ${these(n)} from “${account}” for good.`,
    more: (n: number) => `and ${n.toLocaleString('en')} more`,
    yes: (n: number) => (n === 1 ? 'Delete' : `Delete ${files(n)}`),
    no: 'Keep',
    working: (done: number, all: number) => `${done.toLocaleString('en')} of ${files(all)} deleted`,
    stop: 'Stop',
    close: 'Close',
    left: (n: number) => `${files(n)} ${n === 1 ? 'was' : 'were'} not deleted`,
    done: (n: number, ordered: boolean) =>
      ordered ? `The service deletes ${n === 1 ? 'the file' : files(n)} in its own time.` : `${files(n)} deleted.`,
    stopped: 'You stopped before it was its turn.',
  },
};

/** `pdf` of `a.pdf`, for showing. */
function endingOf(name: string): string | null {
  const match = /\.([a-z0-9]{1,5})$/i.exec(name);
  return match?.[1]?.toLowerCase() ?? null;
}
