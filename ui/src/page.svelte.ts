// What the page shows: a copy of what the host told, and what the person is looking at. No truth of its own.
import { createContext } from 'svelte';

import {
  type AccountRow,
  type Action,
  type Answer,
  type Ask,
  asFailure,
  call,
  type Change,
  type ChooseVersion,
  type Commands,
  type EngineStatus,
  type Failure,
  type FolderChoice,
  type Host,
  type Offer,
  type Orphan,
  PROTOCOL,
  type ProviderDescriptor,
  type Settings,
  type TransferRow,
  type Vault,
  type WatchRow,
} from './ipc/host';
import { Announcer } from './shared/announce.svelte';
import { perFrame } from './shared/frame';
import { words as shared } from './shared/words';
import { History } from './limits/history.svelte';
import { TransferList } from './transfers/list.svelte';
import { words } from './transfers/words';

export type View = 'transfers' | 'files' | 'watches' | 'accounts' | 'held' | 'settings';

/** A question with one way on and one way back. */
export type Confirmation = {
  title: string;
  text: string;
  yes: string;
  no?: string;
  danger: boolean;
  answer: (yes: boolean) => void;
};

/** A sentence on top of the page until it is dismissed. */
export type Notice = { id: number; kind: 'error' | 'info'; text: string; action?: Action };

export class Page {
  readonly transfers = new TransferList();
  readonly history = new History();
  readonly announcer = new Announcer();

  ready = $state(false);
  /** Why nothing can be shown at all. */
  broken = $state.raw<Failure | null>(null);
  version = $state('');
  status = $state.raw<EngineStatus | null>(null);
  vault = $state.raw<Vault | null>(null);
  settings = $state.raw<Settings | null>(null);
  accounts = $state.raw<readonly AccountRow[]>([]);
  providers = $state.raw<readonly ProviderDescriptor[]>([]);
  offers = $state.raw<readonly Offer[]>([]);
  orphans = $state.raw<readonly Orphan[] | null>(null);
  watches = $state.raw<readonly WatchRow[]>([]);
  /** Files that hang over the window. */
  drag = $state<number | null>(null);

  view = $state<View>('transfers');
  /** The transfer whose details are open. */
  details = $state<string | null>(null);
  /** The account whose files were looked at last. */
  filesOf = $state<string | null>(null);
  /** The file whose details are open, where a new version of it can be uploaded: a dropped file may be one. */
  fileShown = $state.raw<ChooseVersion | null>(null);
  /** The watch that is looked at. */
  watch = $state<string | null>(null);
  /** A folder that was dropped, to be watched once its sheet is filled in. */
  toWatch = $state.raw<FolderChoice | null>(null);
  /** The account being edited, `new`, or none. */
  form = $state<string | null>(null);
  /** The sheet for links is open: with a text that was pasted, or with nothing in it yet. */
  links = $state.raw<string | null>(null);
  /** What the speed is, and what may move. */
  speedShown = $state(false);
  vaultAsked = $state(false);
  keysShown = $state(false);
  notices = $state.raw<readonly Notice[]>([]);
  confirmation = $state.raw<Confirmation | null>(null);

  readonly #host: Host;
  #waiting: Change[] = [];
  #listed = false;
  #lastNotice = 0;
  readonly #soon = perFrame(() => this.#apply());

  constructor(host: Host) {
    this.#host = host;
  }

  /** Hears changes first and lists afterwards, so that nothing falls between the two. */
  async start(): Promise<void> {
    this.#host.listen((changes) => {
      this.#waiting.push(...changes);
      if (this.#listed) this.#soon();
    });
    try {
      const welcome = await this.ask('hello', { protocol: PROTOCOL, version: '' });
      this.version = welcome.version;
      this.status = welcome.status;
      this.settings = welcome.settings;
      this.#setVault(welcome.vault);
      [this.accounts, this.providers, this.offers, this.watches] = await Promise.all([
        this.ask('list_accounts', {}),
        this.ask('list_providers', {}),
        this.ask('list_offers', {}),
        this.ask('list_watches', {}),
      ]);
      await this.#list();
      this.ready = true;
    } catch (thrown) {
      this.broken = asFailure(thrown);
    }
  }

  /** Gives a command; a refusal is the caller's to handle. */
  ask<N extends keyof Commands>(name: N, ask: Ask<N>): Promise<Answer<N>> {
    return call(this.#host, name, ask);
  }

  /** Gives a command; a refusal becomes a notice and no answer. */
  async tell<N extends keyof Commands>(name: N, ask: Ask<N>): Promise<Answer<N> | null> {
    try {
      return await this.ask(name, ask);
    } catch (thrown) {
      this.complain(asFailure(thrown));
      return null;
    }
  }

  /** Changes some of the settings; answers what is kept. */
  async keep(change: Partial<Settings>): Promise<Settings | null> {
    if (!this.settings) return null;
    const kept = await this.tell('set_settings', { ...this.settings, ...change });
    if (kept) this.settings = kept;
    return kept;
  }

  /** A verb for some transfers; those that refuse are named. */
  async steer(verb: 'pause' | 'resume' | 'retry' | 'cancel' | 'remove' | 'verify', rows: TransferRow[]): Promise<void> {
    if (rows.length === 0) return;
    const outcome = await this.tell(verb, { ids: rows.map((row) => row.id) });
    const [first] = outcome?.refused ?? [];
    if (outcome && first) this.complain(words.refused(outcome.refused.length, first.error));
  }

  complain(failure: Failure): void {
    this.notify('error', failure.message, failure.action);
  }

  notify(kind: Notice['kind'], text: string, action?: Action): void {
    const others = this.notices.filter((notice) => notice.text !== text);
    this.#lastNotice += 1;
    this.notices = [...others, { id: this.#lastNotice, kind, text, ...(action ? { action } : {}) }].slice(-3);
  }

  dismiss(id: number): void {
    this.notices = this.notices.filter((notice) => notice.id !== id);
  }

  /** Asks the person; resolves with the answer. */
  confirm(question: Omit<Confirmation, 'answer'>): Promise<boolean> {
    this.confirmation?.answer(false);
    return new Promise((resolve) => {
      this.confirmation = {
        ...question,
        answer: (yes) => {
          this.confirmation = null;
          resolve(yes);
        },
      };
    });
  }

  /** Does what a button beside a reason or an error promises. */
  async act(action: Action, about: { transfer?: TransferRow; account?: string }): Promise<void> {
    const { transfer } = about;
    const account = about.account ?? transfer?.account.id;
    switch (action.key) {
      case 'retry':
        return this.steer('retry', transfer ? [transfer] : []);
      case 'resume':
        return this.steer('resume', transfer ? [transfer] : []);
      case 'resume_all':
        await this.tell('resume_all', {});
        return;
      case 'answer':
        if (transfer) this.details = transfer.id;
        return;
      case 'edit_account':
        this.view = 'accounts';
        this.form = account ?? null;
        return;
      case 'check_account':
        if (account !== undefined) await this.tell('check_account', { id: account });
        return;
      case 'unlock':
        this.vaultAsked = true;
        return;
      case 'open_settings':
        this.view = 'settings';
        return;
    }
    action.key satisfies never;
  }

  async loadOrphans(): Promise<void> {
    const orphans = await this.tell('list_orphans', {});
    if (orphans) this.orphans = orphans;
  }

  async #list(): Promise<void> {
    this.transfers.replace(await this.ask('list_transfers', {}));
    this.#listed = true;
    this.#soon();
  }

  #apply(): void {
    const changes = this.#waiting;
    this.#waiting = [];
    for (const change of changes) this.#change(change);
  }

  #change(change: Change): void {
    switch (change.kind) {
      case 'changed':
        for (const row of change.rows) this.announcer.hear(this.transfers.get(row.id), row);
        return this.transfers.put(change.rows);
      case 'removed':
        if (this.details !== null && change.ids.includes(this.details)) this.details = null;
        return this.transfers.drop(change.ids);
      case 'missed':
        this.#list().catch((thrown: unknown) => this.complain(asFailure(thrown)));
        return;
      case 'accounts':
        this.accounts = change.accounts;
        return;
      case 'status':
        this.status = change.status;
        return;
      case 'vault':
        return this.#setVault(change.vault);
      case 'settings':
        this.settings = change.settings;
        return;
      case 'watches':
        this.watches = change.watches;
        return;
      case 'orphans':
        if (this.orphans !== null) void this.loadOrphans();
        return;
      case 'offer':
        this.drag = null;
        this.offers = [...this.offers.filter((offer) => offer.id !== change.offer.id), change.offer];
        return;
      case 'offer_gone':
        this.offers = this.offers.filter((offer) => offer.id !== change.id);
        return;
      case 'drag':
        this.drag = change.files;
        return;
    }
    change satisfies never;
  }

  #setVault(vault: Vault): void {
    const shut = vault.state !== 'open';
    if (shut !== (this.vault !== null && this.vault.state !== 'open')) this.vaultAsked = shut;
    this.vault = vault;
  }
}

export const title = (page: Page): string => shared.title(page.status);

export const [getPage, setPage] = createContext<Page>();
