// A host that answers from memory: for looking at the page without a window, and for its tests.
import type {
  AccountRow,
  Allowed,
  AllowedWay,
  Ask,
  Change,
  Commands,
  EngineStatus,
  Enqueued,
  Failure,
  Host,
  Offer,
  Outcome,
  Transfers,
  TransferRow,
  TransferState,
  WatchRow,
  Welcome,
} from '../host';
import { PROTOCOL } from '../host';
import { linkRow, paste } from './links';
import { loginHandlers } from './login';
import { remoteHandlers } from './remote';
import { idOf, partsOf, row, type Scene, SCENES, shop } from './scenes';
import { weekOf } from './timetable';
import { decisions, foreseen, watchRow } from './watches';

const unlimited: AllowedWay = { rate: null, by: null, until: null };
const closed: AllowedWay = { rate: 0, by: 'pause', until: null };
const free: Allowed = { up: unlimited, down: unlimited, paused: null };

const NIL = '00000000-0000-0000-0000-000000000000';

type Handlers = { [N in keyof Commands]: (ask: Ask<N>) => Commands[N]['answer'] };

export type MemoryHost = Host & {
  /** Everything it was asked, in order. */
  asked: { name: string; ask: unknown }[];
  scene: Scene;
  /** Tells the page of changes, as the engine would. */
  tell: (...changes: Change[]) => void;
  /** Lets time pass: what moves has moved. */
  tick: () => void;
};

/** Refuses a command the next time it is given: how a test has the engine say no. */
export type Refusals = Partial<Record<keyof Commands, Failure>>;

export function stillHost(scene: Scene, refusals: Refusals = {}): MemoryHost {
  let hear: (changes: Change[]) => void = () => undefined;
  const rows = new Map(scene.rows.map((one) => [one.id, one]));
  const tell = (...changes: Change[]) => hear(changes);
  const put = (changed: TransferRow[]) => {
    for (const one of changed) rows.set(one.id, one);
    if (changed.length > 0)
      tell({ kind: 'changed', rows: changed }, { kind: 'status', status: statusOf(scene, [...rows.values()]) });
  };
  const chosen = (which: Transfers) =>
    which === 'all' ? [...rows.values()] : which.ids.map((id) => rows.get(id)).filter((one) => one !== undefined);
  const move = (which: Transfers, from: readonly TransferState[], to: TransferState): Outcome => {
    const able = chosen(which).filter((one) => from.includes(one.state));
    put(able.map((one) => ({ ...one, state: to, speed: 0, eta_s: null, reason: null, error: null })));
    return { done: able.map((one) => one.id), refused: [] };
  };
  const find = <T extends { id: string }>(list: readonly T[], id: string): T => {
    const found = list.find((one) => one.id === id);
    if (!found) throw new Error('It is not there any more.');
    return found;
  };
  const setAccounts = (accounts: AccountRow[]) => {
    scene.accounts = accounts;
    tell({ kind: 'accounts', accounts });
  };
  const setWatches = (watches: WatchRow[]) => {
    scene.watches = watches;
    tell({ kind: 'watches', watches });
  };
  const changeWatch = (id: string, change: Partial<WatchRow>): WatchRow => {
    const after: WatchRow = { ...find(scene.watches, id), ...change };
    setWatches(scene.watches.map((one) => (one.id === id ? after : one)));
    return after;
  };
  const allow = (allowed: Allowed) => {
    scene.status = { ...scene.status, allowed };
    const status = statusOf(scene, [...rows.values()]);
    tell({ kind: 'status', status });
    return status;
  };
  const across = (to: string, limit: number | null, files: Pick<TransferRow, 'name' | 'path'>[]): Enqueued => {
    const taker = find(scene.accounts, to);
    const added = files.map((file, at) =>
      row(rows.size + at + 1, {
        size: null,
        ...file,
        id: idOf(8000 + rows.size + at),
        direction: 'across',
        limit,
        account: { id: taker.id, name: taker.name, provider: taker.provider },
      }),
    );
    put(added);
    return { batch: idOf(996), transfers: added.map((one) => one.id), continued: [], skipped: [] };
  };
  const open = () => {
    scene.vault = { ...scene.vault, state: 'open' };
    scene.status = {};
    tell({ kind: 'vault', vault: scene.vault }, { kind: 'status', status: statusOf(scene, [...rows.values()]) });
    return scene.vault;
  };

  const handlers: Handlers = {
    hello: (): Welcome => ({
      protocol: PROTOCOL,
      version: '0.1.0',
      schema: 1,
      status: statusOf(scene, scene.rows),
      vault: scene.vault,
      settings: scene.settings,
    }),
    engine_status: () => statusOf(scene, [...rows.values()]),
    list_transfers: () => [...rows.values()],
    transfer_details: ({ id }) => {
      const one = find([...rows.values()], id);
      const journal = [
        { at: one.created_at, event: 'queued', text: 'Added by hand.' },
        { at: one.created_at, event: 'opened', text: `The service opened an upload of ${partsOf(one).length} parts.` },
        {
          at: one.created_at,
          event: 'part_resent',
          text: 'Part 8 arrived with another checksum than it was sent with, and was sent again.',
        },
      ];
      return {
        row: one,
        parts: partsOf(one),
        journal:
          one.finished_at === null
            ? journal
            : [
                ...journal,
                {
                  at: one.finished_at,
                  event: one.state,
                  text: one.error?.message ?? 'The service confirmed the file.',
                },
              ],
        proof_text:
          one.state === 'completed' ? 'The checksum of every part equals the tag that the storage gave for it.' : null,
        session:
          one.finished_at === null && one.direction === 'up'
            ? {
                opened_at: one.created_at,
                links_until: new Date(Date.now() + 4e7).toISOString(),
                part_size: null,
                upload_id: 'up_5512',
              }
            : null,
      };
    },
    pause: (which) => move(which, ['queued', 'preparing', 'transferring', 'finishing', 'waiting'], 'paused'),
    resume: (which) => move(which, ['paused'], 'queued'),
    retry: (which) => move(which, ['failed', 'cancelled', 'waiting'], 'queued'),
    cancel: (which) =>
      move(which, ['queued', 'preparing', 'transferring', 'finishing', 'waiting', 'paused', 'needs_you'], 'cancelled'),
    verify: (which) => ({ done: chosen(which).map((one) => one.id), refused: [] }),
    remove: (which) => {
      const ids = chosen(which).map((one) => one.id);
      for (const id of ids) rows.delete(id);
      tell({ kind: 'removed', ids });
      return { done: ids, refused: [] };
    },
    move_to: ({ ids, to }) => {
      const step = { top: -1e6, up: -1.5, down: 1.5, bottom: 1e6 }[to];
      const order = [...rows.values()].sort(
        (a, b) => a.position + (ids.includes(a.id) ? step : 0) - b.position - (ids.includes(b.id) ? step : 0),
      );
      put(order.map((one, at) => ({ ...one, position: at + 1 })));
      return { done: ids, refused: [] };
    },
    set_limit: ({ ids, limit }) => {
      put(chosen({ ids }).map((one) => ({ ...one, limit })));
      return { done: ids, refused: [] };
    },
    pause_all: ({ until }) => {
      const end =
        until === 'told'
          ? null
          : until === 'tomorrow'
            ? new Date(new Date().setHours(24, 0, 0, 0))
            : new Date(Date.now() + until.seconds * 1000);
      return allow({ paused: { until: end?.toISOString() ?? null }, up: closed, down: closed });
    },
    resume_all: () => allow(free),
    answer: ({ id, choice }) => {
      const state = choice === 'there' ? 'completed' : 'queued';
      const one: TransferRow = {
        ...find([...rows.values()], id),
        state,
        question: null,
        reason: null,
        proof: state === 'completed' ? 'size' : null,
      };
      put([one]);
      return one;
    },
    check_links: ({ links }) => links.map(linkRow),
    give_password: ({ id }) => {
      put([{ ...find([...rows.values()], id), state: 'queued', question: null, reason: null }]);
      return {};
    },
    download_folder: () => ({ id: NIL, path: '/home/ada/Downloads', free: 38_400_000_000 }),
    choose_folder: () => ({ id: idOf(980), path: '/media/archive/Courses', free: 900_000_000 }),
    show_in_folder: () => ({}),
    enqueue_links: ({ links, account, limit }) => {
      const to = scene.accounts.find((one) => one.id === account) ?? scene.accounts[0] ?? shop;
      const looked = links.map(linkRow);
      const added = looked
        .filter((link) => link.error === null)
        .map((link, at) =>
          row(rows.size + at + 1, {
            id: idOf(6000 + rows.size + at),
            direction: 'down',
            name: link.name,
            path: `/home/ada/Downloads/${link.name}`,
            size: link.size,
            limit,
            account: { id: to.id, name: to.name, provider: to.provider },
          }),
        );
      put(added);
      const skipped = looked.flatMap(({ name, shown, error }) =>
        error === null ? [] : [{ name: name || shown, reason: error.message }],
      );
      return { batch: idOf(998), transfers: added.map((one) => one.id), continued: [], skipped };
    },
    ...remoteHandlers(scene.files ?? {}),
    remote_fetch: ({ account, files, folder }) => {
      const of = find(scene.accounts, account);
      const into = folder === null ? '/home/ada/Downloads' : '/media/archive/Courses';
      const added = files.map(({ id, name }, at) =>
        row(rows.size + at + 1, {
          id: idOf(7000 + rows.size + at),
          direction: 'down',
          name,
          path: `${into}/${name}`,
          remote_id: id,
          account: { id: of.id, name: of.name, provider: of.provider },
        }),
      );
      put(added);
      return { batch: idOf(997), transfers: added.map((one) => one.id), continued: [], skipped: [] };
    },
    remote_send: ({ account, files, to, limit }) => {
      const from = find(scene.accounts, account);
      return across(
        to,
        limit,
        files.map((file) => ({ name: file.name, path: from.name })),
      );
    },
    send_links: ({ links, to, limit }) => {
      const looked = links.map(linkRow);
      const good = looked.filter((link) => link.error === null);
      const queued = across(
        to,
        limit,
        good.map((link) => ({ name: link.name, path: link.shown, size: link.size })),
      );
      const skipped = looked.flatMap(({ name, shown, error }) =>
        error === null ? [] : [{ name: name || shown, reason: error.message }],
      );
      return { ...queued, skipped };
    },
    list_accounts: () => scene.accounts,
    add_account: (ask) => {
      const added: AccountRow = {
        ...shop,
        id: idOf(800 + scene.accounts.length),
        name: ask.name,
        provider: ask.provider,
        base_url: ask.base_url ?? shop.base_url,
      };
      setAccounts([...scene.accounts, added]);
      return added;
    },
    check_account: ({ id }) => find(scene.accounts, id),
    edit_account: (ask) => {
      const before = find(scene.accounts, ask.id);
      const after: AccountRow = {
        ...before,
        name: ask.name ?? before.name,
        ...(ask.fields ? { state: 'ok', reason: null } : {}),
      };
      setAccounts(scene.accounts.map((one) => (one.id === ask.id ? after : one)));
      return after;
    },
    remove_account: ({ id }) => {
      setAccounts(scene.accounts.filter((one) => one.id !== id));
      return {};
    },
    limit_account: ({ id, up, down }) => {
      const after: AccountRow = { ...find(scene.accounts, id), up_limit: up, down_limit: down };
      setAccounts(scene.accounts.map((one) => (one.id === id ? after : one)));
      return after;
    },
    list_providers: () => scene.providers,
    list_watches: () => scene.watches,
    watch_details: ({ id }) => ({
      row: find(scene.watches, id),
      left_out: foreseen().files.filter((file) => file.fate === 'left_out'),
    }),
    watch_files: ({ id, state, before, most }) => decisions(find(scene.watches, id), state, before?.row, most),
    preview_watch: foreseen,
    preview_here: foreseen,
    watch_here: ({ wishes }) => {
      const added = watchRow(scene.watches.length + 1, {
        name: wishes.name ?? 'Courses',
        folder: '/media/archive/Courses',
        policy: wishes.policy,
        include: wishes.include,
        exclude: wishes.exclude,
        old: wishes.old,
        options: wishes.options,
        state: 'starting',
        files: { ...watchRow(0).files, confirmed: 0 },
      });
      setWatches([...scene.watches, added]);
      return added;
    },
    edit_watch: ({ id, name, include, exclude, policy, after, old, options }) =>
      changeWatch(id, {
        ...(name == null ? {} : { name }),
        ...(include == null ? {} : { include }),
        ...(exclude == null ? {} : { exclude }),
        ...(policy == null ? {} : { policy }),
        ...(after == null ? {} : { after }),
        ...(old == null ? {} : { old }),
        ...(options == null ? {} : { options }),
      }),
    choose_after: ({ id }) => changeWatch(id, { after: 'move', after_folder: '/media/archive/Courses' }),
    pause_watch: ({ id }) => changeWatch(id, { state: 'paused', backend: 'none', next_scan: null }),
    resume_watch: ({ id }) => changeWatch(id, { state: 'watching', backend: 'events', reason: null }),
    scan_watch: ({ id }) => changeWatch(id, { state: 'scanning' }),
    snapshot_file: ({ id, row: of }) => {
      const { account } = find(scene.watches, id);
      const added = row(rows.size + 1, { id: idOf(9000 + of), name: 'growing.log', account });
      const continued = rows.has(added.id) ? [added.id] : [];
      put([added]);
      return { batch: idOf(995), transfers: [added.id], continued, skipped: [] };
    },
    remove_watch: ({ id }) => {
      setWatches(scene.watches.filter((one) => one.id !== id));
      return {};
    },
    list_orphans: () => scene.orphans,
    abort_orphan: ({ id }) => {
      scene.orphans = scene.orphans.filter((one) => one.id !== id);
      return {};
    },
    get_settings: () => scene.settings,
    read_timetable: ({ text }) => weekOf(text),
    set_settings: (settings) => (scene.settings = settings),
    ...loginHandlers(),
    vault_state: () => scene.vault,
    vault_unlock: open,
    vault_create: open,
    list_offers: () => scene.offers,
    choose_files: () => ({}),
    choose_version: (version_of) => {
      const names: Offer['names'] = [{ name: version_of.name, size: 12_400_000, kind: 'file' }];
      const offer: Offer = { id: idOf(951), names, files: 1, total: 12_400_000, skipped: [], version_of };
      scene.offers = [...scene.offers, offer];
      tell({ kind: 'offer', offer });
      return {};
    },
    offer_accept: ({ offer, account }) => {
      const taken = find(scene.offers, offer);
      const to = find(scene.accounts, account);
      const added = taken.names.map((item, at) =>
        row(rows.size + at + 1, {
          id: idOf(5000 + rows.size + at),
          name: item.name,
          size: item.size,
          account: { id: to.id, name: to.name, provider: to.provider },
        }),
      );
      put(added);
      tell({ kind: 'offer_gone', id: offer });
      return { batch: idOf(999), transfers: added.map((one) => one.id), continued: [], skipped: [] };
    },
    offer_drop: () => ({}),
    offer_folder: ({ offer }) => {
      scene.offers = scene.offers.filter((one) => one.id !== offer);
      tell({ kind: 'offer_gone', id: offer });
      return { id: idOf(981), path: '/media/archive/Invoices', free: null };
    },
  };

  const host: MemoryHost = {
    asked: [],
    scene,
    tell,
    // Failures cross as plain values, as they do from the window.
    send: async (name, ask) => {
      host.asked.push({ name, ask });
      const refusal = refusals[name as keyof Commands];
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      if (refusal) throw refusal;
      const handler = handlers[name as keyof Commands] as (ask: unknown) => unknown;
      return Promise.resolve(structuredClone(handler(ask)));
    },
    listen: (heard) => {
      hear = heard;
    },
    tick: () => put([...rows.values()].filter((one) => one.state === 'transferring').map(moved)),
  };
  return host;
}

/** The scene of this name, alive. */
export function memoryHost(name: string): MemoryHost {
  const scene = (SCENES[name] ?? SCENES['busy'])?.();
  if (!scene) throw new Error(`There is no scene ${name}.`);
  const host = stillHost(scene);
  setInterval(host.tick, 200);
  if (name === 'links') setTimeout(paste, 300);
  if (name === 'drag') setTimeout(() => host.tell({ kind: 'drag', files: 12 }), 300);
  return host;
}

function moved(one: TransferRow): TransferRow {
  if (one.size === null) return { ...one, sent: Math.round(one.sent + one.speed / 5) };
  const { size } = one;
  const sent = Math.min(size, one.sent + one.speed / 5);
  const parts_done = Math.floor((sent / size) * one.parts_total);
  if (sent < size) return { ...one, sent: Math.round(sent), parts_done, eta_s: Math.round((size - sent) / one.speed) };
  return {
    ...one,
    sent: size,
    parts_done,
    state: 'completed',
    proof: 'part tags',
    speed: 0,
    eta_s: null,
    finished_at: new Date().toISOString(),
  };
}

function statusOf(scene: Scene, rows: readonly TransferRow[]): EngineStatus {
  const inState = (...states: TransferState[]) => rows.filter((one) => states.includes(one.state)).length;
  const speed = (way: 'up' | 'down') =>
    rows.reduce((sum, one) => sum + (one.state === 'transferring' && one.direction === way ? one.speed : 0), 0);
  const up_speed = speed('up');
  const down_speed = speed('down');
  return {
    state: 'running',
    text: null,
    offline: false,
    up_speed,
    down_speed,
    eta_s: up_speed + down_speed > 0 ? 1100 : null,
    active: inState('preparing', 'transferring', 'finishing'),
    pending: inState('queued', 'waiting'),
    paused: inState('paused'),
    needs_you: inState('needs_you'),
    failed: inState('failed'),
    allowed: free,
    ...scene.status,
  };
}
