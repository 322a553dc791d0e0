// Made by `cargo xtask generate` from crates/app/src/boundary: do not edit.
import type { AcceptOffer, AccountRef, AccountRow, AddAccount, AddWatchHere, Answer, CheckLinks, ChooseFiles, ChooseFolder, ChooseVersion, EditAccount, EditWatch, EngineStatus, EnqueueLinks, Enqueued, FilePassword, FolderChoice, Hello, LimitAccount, LinkRow, ListTransfers, MoveTo, Nothing, OfAccount, Offer, OfferRef, Orphan, OrphanRef, Outcome, Passphrase, PauseAll, ProviderDescriptor, RemoteAbilities, RemoteDeleted, RemoteEdit, RemoteEntry, RemoteFetch, RemoteFiles, RemoteImport, RemoteList, RemotePage, RemoteRef, RemoteSend, RemoteThumbnail, SendLinks, SetLimit, SetStartAtLogin, Settings, SnapshotFile, StartAtLogin, TimetableText, TimetableWeek, TransferDetails, TransferRef, TransferRow, Transfers, Vault, WatchDetails, WatchFileRow, WatchLog, WatchPreview, WatchRef, WatchRow, Welcome } from './types';

/** Raised when an older side could misread the newer one. */
export const PROTOCOL = 1;

/** Every command the page may give: what it takes and what it is answered. */
export type Commands = {
  /** Compares versions and says how things stand; the first command of every listener. */
  hello: { ask: Hello; answer: Welcome };
  /** How the engine is doing. */
  engine_status: { ask: Nothing; answer: EngineStatus };
  /** The transfers, in the order of the queue, finished ones last. */
  list_transfers: { ask: ListTransfers; answer: Array<TransferRow> };
  /** One transfer with its parts, journal, proof and session. */
  transfer_details: { ask: TransferRef; answer: TransferDetails };
  /** Stops sending; what was sent is kept. */
  pause: { ask: Transfers; answer: Outcome };
  /** Goes on with paused transfers. */
  resume: { ask: Transfers; answer: Outcome };
  /** Tries failed, cancelled and waiting transfers again now. */
  retry: { ask: Transfers; answer: Outcome };
  /** Gives transfers up, and has the services forget what they hold of them. */
  cancel: { ask: Transfers; answer: Outcome };
  /** Takes transfers off the list; unfinished ones are cancelled first. Files are never touched. */
  remove: { ask: Transfers; answer: Outcome };
  /** Asks the services whether completed files are still there, and proves them again. */
  verify: { ask: Transfers; answer: Outcome };
  /** Changes the order of the queue. */
  move_to: { ask: MoveTo; answer: Outcome };
  /** Sets or takes away the speed limit of transfers. */
  set_limit: { ask: SetLimit; answer: Outcome };
  /** Pauses everything, also what is still to come, for a while or until told. */
  pause_all: { ask: PauseAll; answer: EngineStatus };
  /** Ends the pause of everything; transfers that were paused one by one stay so. */
  resume_all: { ask: Nothing; answer: EngineStatus };
  /** Answers the question a transfer asks. */
  answer: { ask: Answer; answer: TransferRow };
  /** Asks the services about pasted links, before anything is queued. */
  check_links: { ask: CheckLinks; answer: Array<LinkRow> };
  /** Queues links whose files go to another account, without a copy here; it answers when they are stored. */
  send_links: { ask: SendLinks; answer: Enqueued };
  /** Gives the password of a file that asks for one. */
  give_password: { ask: FilePassword; answer: Nothing };
  /** Where downloads go unless another folder is chosen, for all or for one account. */
  download_folder: { ask: OfAccount; answer: FolderChoice };
  /** What can be done with the files that an account's service holds. Asks nobody. */
  remote_abilities: { ask: AccountRef; answer: RemoteAbilities };
  /** One page of an account's files. */
  remote_list: { ask: RemoteList; answer: RemotePage };
  /** What the service says of one file now. */
  remote_details: { ask: RemoteRef; answer: RemoteEntry };
  /** Changes what is said about a file, and answers it as it is then. */
  remote_edit: { ask: RemoteEdit; answer: RemoteEntry };
  /** Deletes files for good; each has its own answer. */
  remote_delete: { ask: RemoteFiles; answer: Array<RemoteDeleted> };
  /** Has the service take a file from an address. */
  remote_import: { ask: RemoteImport; answer: RemoteEntry };
  /** A small picture of a file. */
  remote_thumbnail: { ask: RemoteRef; answer: RemoteThumbnail };
  /** Queues files of an account for another one, without a copy on this machine. */
  remote_send: { ask: RemoteSend; answer: Enqueued };
  /** The accounts. */
  list_accounts: { ask: Nothing; answer: Array<AccountRow> };
  /** Adds an account and asks its service about it. */
  add_account: { ask: AddAccount; answer: AccountRow };
  /** Asks the service about the account again. */
  check_account: { ask: AccountRef; answer: AccountRow };
  /** Changes an account, and asks its service when credentials or address changed. */
  edit_account: { ask: EditAccount; answer: AccountRow };
  /** Forgets an account and its credentials; it is refused while it has unfinished transfers. */
  remove_account: { ask: AccountRef; answer: Nothing };
  /** Sets or takes away the speed limits of an account. */
  limit_account: { ask: LimitAccount; answer: AccountRow };
  /** The providers an account can be added for. */
  list_providers: { ask: Nothing; answer: Array<ProviderDescriptor> };
  /** The watched folders. */
  list_watches: { ask: Nothing; answer: Array<WatchRow> };
  /** One watch, with what its last scan passed by. */
  watch_details: { ask: WatchRef; answer: WatchDetails };
  /** The latest decisions about a watch's files. */
  watch_files: { ask: WatchLog; answer: Array<WatchFileRow> };
  /** What a watch would do with its files as they are now. Nothing is sent. */
  preview_watch: { ask: WatchRef; answer: WatchPreview };
  /** Changes a watch. */
  edit_watch: { ask: EditWatch; answer: WatchRow };
  /** Stops a watch; what it has put into the queue goes on. */
  pause_watch: { ask: WatchRef; answer: WatchRow };
  /** Goes on with a watch, and takes the folder that stands there for the right one. */
  resume_watch: { ask: WatchRef; answer: WatchRow };
  /** Has a watch look at everything now. */
  scan_watch: { ask: WatchRef; answer: WatchRow };
  /** Queues a copy of what a growing file holds now; it answers when that is stored. The watch sends the file as before. */
  snapshot_file: { ask: SnapshotFile; answer: Enqueued };
  /** Takes a watch off the list. What was sent is known again when its folder is watched again. */
  remove_watch: { ask: WatchRef; answer: Nothing };
  /** Unfinished uploads that services still hold, as far as is known here. */
  list_orphans: { ask: Nothing; answer: Array<Orphan> };
  /** Has the service forget one of them. */
  abort_orphan: { ask: OrphanRef; answer: Nothing };
  /** The settings. */
  get_settings: { ask: Nothing; answer: Settings };
  /** What a timetable means, as it is being written; it is refused where it can't be read. Nothing is kept. */
  read_timetable: { ask: TimetableText; answer: TimetableWeek };
  /** Sets them all, and answers what is kept. */
  set_settings: { ask: Settings; answer: Settings };
  /** Whether the window starts at login, as the system has it now. */
  start_at_login: { ask: Nothing; answer: StartAtLogin };
  /** Has it start at login or no more, and answers how the system has it then. */
  set_start_at_login: { ask: SetStartAtLogin; answer: StartAtLogin };
  /** Where credentials are kept, and whether they can be read. */
  vault_state: { ask: Nothing; answer: Vault };
  /** Opens the passphrase file. */
  vault_unlock: { ask: Passphrase; answer: Vault };
  /** Makes the passphrase file, where there is none. */
  vault_create: { ask: Passphrase; answer: Vault };
  /** Offers that wait for their destination. */
  list_offers: { ask: Nothing; answer: Array<Offer> };
  /** Opens the system's dialog; what is chosen arrives as an offer. */
  choose_files: { ask: ChooseFiles; answer: Nothing };
  /** Opens the system's dialog for a new version of a file; what is chosen arrives as an offer. */
  choose_version: { ask: ChooseVersion; answer: Nothing };
  /** Opens the system's dialog for a folder of downloads; none when the person chose none. */
  choose_folder: { ask: ChooseFolder; answer: FolderChoice | null };
  /** The folder that an offer is, to be watched instead of sent once; the offer is forgotten. */
  offer_folder: { ask: OfferRef; answer: FolderChoice };
  /** Watches a folder that was chosen. */
  watch_here: { ask: AddWatchHere; answer: WatchRow };
  /** What watching it would do. */
  preview_here: { ask: AddWatchHere; answer: WatchPreview };
  /** Opens the system's dialog for where a watch's confirmed files go; none when the person chose none. */
  choose_after: { ask: WatchRef; answer: WatchRow | null };
  /** Queues links into the folder that was chosen; it answers when they are stored. */
  enqueue_links: { ask: EnqueueLinks; answer: Enqueued };
  /** Queues files of an account into the folder that was chosen; it answers when they are stored. */
  remote_fetch: { ask: RemoteFetch; answer: Enqueued };
  /** Shows a finished download in its folder. */
  show_in_folder: { ask: TransferRef; answer: Nothing };
  /** Queues an offer for an account; it answers when its transfers are stored. */
  offer_accept: { ask: AcceptOffer; answer: Enqueued };
  /** Forgets an offer. */
  offer_drop: { ask: OfferRef; answer: Nothing };
};
