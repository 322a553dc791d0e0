// Services in memory that show their files: one that lists little, as a shop's does, and one that offers everything.
import type {
  AccountRow,
  Answer,
  Ask,
  Commands,
  Failure,
  ProviderDescriptor,
  RemoteAbilities,
  RemoteDeleted,
  RemoteEntry,
} from '../host';
import { idOf, MB, minutesAgo, shop } from './rows';

/** The files of one account. */
export type RemoteShelf = {
  abilities: RemoteAbilities;
  entries: RemoteEntry[];
  /** Why every question is refused. */
  failure?: Failure;
  /** So many pages and deletions are answered, then the service wants quiet until its failure's end. */
  budget?: { left: number; failure: () => Failure };
};
export type RemoteShelves = Record<string, RemoteShelf>;

type RemoteCommand = Extract<keyof Commands, `remote_${string}`>;
type RemoteHandlers = { [N in Exclude<RemoteCommand, 'remote_fetch' | 'remote_send'>]: (ask: Ask<N>) => Answer<N> };

export const studio: AccountRow = {
  ...shop,
  id: idOf(905),
  name: 'Studio server',
  provider: 'studio',
  base_url: 'https://files.studio.example',
  who: 'ada@studio.example',
  plan: null,
  used: null,
  quota: null,
};

export const studioProvider: ProviderDescriptor = {
  key: 'studio',
  label: 'Studio',
  base_url: null,
  fields: [{ key: 'token', label: 'Token', kind: 'token', secret: true, required: true, help: '' }],
  options: [],
  capabilities: ['upload', 'download', 'list', 'delete'],
  notes: [],
};

const shopAbilities: RemoteAbilities = {
  list: { sent_only: false, search: 'names', sorts: [], most: 100 },
  edit_file: [],
  edit_link: ['name', 'address'],
  delete: {
    consequence: 'Deleted files also vanish from products and from past orders: buyers can’t fetch them any more.',
  },
  import: {
    makes: 'link',
    fields: ['name'],
    required: ['name'],
    note: 'The service keeps the address and fetches nothing: buyers are led to it, so it must stay reachable.',
  },
  thumbnails: false,
  download: false,
  new_version: {
    replaces: false,
    consequence: 'This service replaces no files: the new version becomes a file of its own, and the old one stays.',
  },
};

const studioAbilities: RemoteAbilities = {
  list: { sent_only: false, search: 'names and titles', sorts: ['name', 'size', 'created'], most: 100 },
  edit_file: ['title', 'description'],
  edit_link: [],
  delete: { consequence: null },
  import: { makes: 'file', fields: ['title', 'description'], required: [], note: null },
  thumbnails: true,
  download: true,
  new_version: {
    replaces: true,
    consequence: 'The new version takes the place of the old one, which is gone then.',
  },
};

export const entry = (n: number, change: Partial<RemoteEntry> = {}): RemoteEntry => ({
  id: `f${String(n).padStart(5, '0')}`,
  name: `scan ${String(n).padStart(5, '0')}.tif`,
  title: null,
  description: null,
  kind: 'file',
  size: (3 + (n % 97)) * MB,
  rounded: null,
  content_type: 'image/tiff',
  created: minutesAgo(n * 7),
  modified: null,
  address: null,
  page: null,
  thumbnail: false,
  facts: [],
  ...change,
});

const NAMES = [
  ['Autumn cardigan – all sizes, print and A0.zip', 'application/zip'],
  ['Sewing course, lesson 04 – set-in sleeves, full length.mp4', 'video/mp4'],
  ['Lookbook 2026.pdf', 'application/pdf'],
  ['Linen trousers, front.jpg', 'image/jpeg'],
  ['Voice note on hems.mp3', 'audio/mpeg'],
  ['Read me.txt', 'text/plain'],
] as const;

const shopEntries = (): RemoteEntry[] => [
  ...NAMES.map(([name], at) =>
    entry(at, {
      name,
      content_type: null,
      size: null,
      rounded: `${10 + at * 31}MB`,
      created: minutesAgo(400 * at + 3),
    }),
  ),
  entry(50, {
    name: 'Fabric supplier price list',
    kind: 'link',
    size: null,
    content_type: null,
    address: 'https://fabrics.example/prices/2026.pdf',
  }),
  entry(51, { name: 'invoice\u202Efdp.exe', content_type: null, size: 900 }),
  entry(52, { name: '<img src=x onerror="alert(1)">.zip', content_type: null, size: 12 * MB }),
];

const studioEntries = (count: number): RemoteEntry[] =>
  Array.from({ length: count }, (_, n) => {
    const [name, content_type] = NAMES[n % NAMES.length] ?? NAMES[0];
    const picture = content_type.startsWith('image/');
    const stem = name.slice(0, name.lastIndexOf('.'));
    return entry(n, {
      name: n < NAMES.length ? name : `${stem} ${String(n)}${name.slice(name.lastIndexOf('.'))}`,
      content_type,
      thumbnail: picture,
      title: n % 4 === 1 ? 'Lesson for beginners, with subtitles' : null,
      description: n % 4 === 1 ? 'Recorded in March.\nSecond take.' : null,
      facts: picture ? [{ label: 'Width', value: '3,000' }] : [],
    });
  });

const quiet = (seconds: number) => (): Failure => ({
  code: 'request_limit',
  message: 'The service allows 55 requests in 60 s, and they are used up.',
  until: new Date(Date.now() + seconds * 1000).toISOString(),
});

/** The files of the shop alone. */
export const shopFiles = (): RemoteShelves => ({ [shop.id]: { abilities: shopAbilities, entries: shopEntries() } });

/** Those of the studio, so many of them. */
export const studioFiles = (count: number): RemoteShelves => ({
  [studio.id]: { abilities: studioAbilities, entries: studioEntries(count) },
});

/** After so many pages the service wants quiet. */
export const limitedFiles = (pages: number, seconds: number): RemoteShelves => ({
  [studio.id]: {
    abilities: studioAbilities,
    entries: studioEntries(1_000),
    budget: { left: pages, failure: quiet(seconds) },
  },
});

/** A service that is asked in vain. */
export const refusedFiles = (failure: Failure): RemoteShelves => ({
  [shop.id]: { abilities: shopAbilities, entries: [], failure },
});

const NONE: RemoteShelf = { abilities: shopAbilities, entries: [] };

export function remoteHandlers(shelves: RemoteShelves): RemoteHandlers {
  const of = (account: string): RemoteShelf => {
    const shelf = shelves[account] ?? NONE;
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    if (shelf.failure) throw shelf.failure;
    return shelf;
  };
  const spend = (shelf: RemoteShelf): Failure | null => {
    if (!shelf.budget) return null;
    if (shelf.budget.left > 0) {
      shelf.budget.left -= 1;
      return null;
    }
    shelf.budget.left = 5;
    return shelf.budget.failure();
  };
  const find = (shelf: RemoteShelf, id: string): RemoteEntry => {
    const found = shelf.entries.find((one) => one.id === id);
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    if (!found) throw { code: 'not_found', message: 'The service has no such file (any more).' } satisfies Failure;
    return found;
  };
  return {
    remote_abilities: ({ id }) => of(id).abilities,
    remote_list: ({ account, cursor, limit, search, sort }) => {
      const shelf = of(account);
      const failure = spend(shelf);
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      if (failure) throw failure;
      const wanted = search?.toLowerCase() ?? '';
      let found = shelf.entries.filter((one) => `${one.name} ${one.title ?? ''}`.toLowerCase().includes(wanted));
      if (sort) {
        const value = (one: RemoteEntry) => (sort.by === 'size' ? (one.size ?? 0) : (one[sort.by] ?? ''));
        const way = sort.descending ? -1 : 1;
        found = [...found].sort((a, b) => (value(a) < value(b) ? -way : value(a) > value(b) ? way : 0));
      }
      const from = Number(cursor ?? 0);
      const entries = found.slice(from, from + limit);
      const end = from + entries.length;
      return { entries, next: end < found.length ? String(end) : null, total: found.length };
    },
    remote_details: ({ account, id }) => find(of(account), id),
    remote_edit: ({ account, id, name, title, description, address }) => {
      const shelf = of(account);
      const before = find(shelf, id);
      const after: RemoteEntry = {
        ...before,
        name: name ?? before.name,
        title: title === null ? before.title : title || null,
        description: description === null ? before.description : description || null,
        address: address === null ? before.address : (address.split('?')[0] ?? null),
      };
      shelf.entries = shelf.entries.map((one) => (one.id === id ? after : one));
      return after;
    },
    remote_delete: ({ account, ids }) => {
      const shelf = of(account);
      return ids.map((id): RemoteDeleted => {
        const error = spend(shelf);
        if (error) return { id, state: 'unasked', error };
        if (id.endsWith('13')) return { id, state: 'failed', error: { code: 'refused', message: 'It is in use.' } };
        const there = shelf.entries.some((one) => one.id === id);
        shelf.entries = shelf.entries.filter((one) => one.id !== id);
        return { id, state: there ? 'done' : 'gone' };
      });
    },
    remote_import: ({ account, address, name, title, description }) => {
      const shelf = of(account);
      const bare = address.split(/[?#]/)[0] ?? '';
      const made = entry(90_000 + shelf.entries.length, {
        name: name ?? bare.slice(bare.lastIndexOf('/') + 1),
        title,
        description,
        ...(shelf.abilities.import?.makes === 'link' ? { kind: 'link', size: null, address: bare } : {}),
      });
      shelf.entries = [made, ...shelf.entries];
      return made;
    },
    remote_thumbnail: ({ account, id }) => {
      const n = Number(find(of(account), id).id.slice(1));
      if (n % 12 === 9) return { state: 'not_yet', content_type: null, bytes: null };
      return { state: 'picture', content_type: 'image/png', bytes: picture(n) };
    },
  };
}

const GREY_DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCB3UNq9AAAAABJRU5ErkJggg==';

/** A cloth of its own for each number, where something can be drawn. */
function picture(n: number): string {
  const canvas = typeof createImageBitmap === 'undefined' ? null : document.createElement('canvas');
  const brush = canvas?.getContext('2d');
  if (!canvas || !brush) return GREY_DOT;
  [canvas.width, canvas.height] = [240, 180];
  const hue = (n * 47) % 360;
  brush.fillStyle = `hsl(${String(hue)} 45% 62%)`;
  brush.fillRect(0, 0, 240, 180);
  brush.fillStyle = `hsl(${String((hue + 40) % 360)} 50% 40%)`;
  for (let x = -180; x < 240; x += 36) {
    brush.beginPath();
    brush.moveTo(x, 180);
    brush.lineTo(x + 14, 180);
    brush.lineTo(x + 194, 0);
    brush.lineTo(x + 180, 0);
    brush.fill();
  }
  return canvas.toDataURL('image/png').split(',')[1] ?? GREY_DOT;
}
