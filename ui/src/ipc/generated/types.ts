// Made by `cargo xtask generate` from crates/app/src/boundary: do not edit.

export type AcceptOffer = { offer: string, account: string, 
/**
 * By the keys of the provider's options.
 */
options: { [key in string]: string }, 
/**
 * Bytes a second for each of the transfers.
 */
limit: number | null, 
/**
 * The id of the account's file that the offered one is a new version of.
 */
version_of?: string, };

/**
 * An account, as far as a row needs it.
 */
export type AccountName = { id: string, name: string, 
/**
 * The provider's key, such as `fileflare`.
 */
provider: string, };

/**
 * One account.
 */
export type AccountRef = { id: string, };

/**
 * An account as it is shown: its credentials never leave the engine.
 */
export type AccountRow = { id: string, name: string, 
/**
 * The provider's key.
 */
provider: string, base_url: string, 
/**
 * How it is reached, where the usual way does not do.
 */
connection: { [key in string]: string }, state: AccountState, 
/**
 * Why it can't be used, unless the state is `ok`.
 */
reason: Reason | null, 
/**
 * Whose account it is, as the service says.
 */
who: string | null, plan: string | null, 
/**
 * Bytes.
 */
used: number | null, 
/**
 * Bytes.
 */
quota: number | null, 
/**
 * When the plan or the credentials end.
 */
expires: string | null, 
/**
 * When the service answered last.
 */
last_answer: string | null, 
/**
 * Bytes a second over everything it sends there; none is no limit.
 */
up_limit: number | null, 
/**
 * Bytes a second over everything that comes from there; none is no limit.
 */
down_limit: number | null, };

export type AccountState = "ok" | "unchecked" | "signed_out" | "plan_full" | "unreachable";

/**
 * Something a person can do, offered beside a reason or an error.
 */
export type Action = { 
/**
 * What it does.
 */
key: ActionKey, 
/**
 * What the button says.
 */
label: string, };

/**
 * Everything a button beside a reason can do.
 */
export type ActionKey = "retry" | "resume" | "resume_all" | "answer" | "edit_account" | "check_account" | "unlock" | "open_settings";

export type AddAccount = { 
/**
 * The provider's key.
 */
provider: string, name: string, 
/**
 * None takes the provider's own.
 */
base_url: string | null, 
/**
 * Plain http to another machine than this one.
 */
allow_http: boolean, 
/**
 * By the keys of the provider's fields.
 */
fields: { [key in string]: string }, };

/**
 * A folder to be watched that the person chose in a dialog.
 */
export type AddWatchHere = { 
/**
 * The choice.
 */
folder: string, account: string, wishes: WatchWishes, 
/**
 * The choice of where confirmed files are moved; only for `move`.
 */
after_folder: string | null, };

/**
 * What may move over all transfers at this moment.
 */
export type Allowed = { up: AllowedWay, down: AllowedWay, 
/**
 * Everything was paused by the person.
 */
paused: PausedAll | null, };

/**
 * What may move one way.
 */
export type AllowedWay = { 
/**
 * Bytes a second; none is no limit, 0 lets nothing move.
 */
rate: number | null, 
/**
 * What it comes from; none while there is no limit.
 */
by: LimitedBy | null, 
/**
 * When the timetable or the end of a pause brings another rate.
 */
until: string | null, };

/**
 * The person's answer to a transfer's question.
 */
export type Answer = { id: string, 
/**
 * The key of one of the question's choices.
 */
choice: string, };

/**
 * Something is different now. Each message carries the whole new value: missing one in between is
 * harmless, and the order within one kind is kept.
 */
export type Change = { "kind": "changed", rows: Array<TransferRow>, } | { "kind": "removed", ids: Array<string>, } | { "kind": "missed" } | { "kind": "accounts", accounts: Array<AccountRow>, } | { "kind": "status", status: EngineStatus, } | { "kind": "vault", vault: Vault, } | { "kind": "settings", settings: Settings, } | { "kind": "watches", watches: Array<WatchRow>, } | { "kind": "orphans" } | { "kind": "offer", offer: Offer, } | { "kind": "offer_gone", id: string, } | { "kind": "drag", files: number | null, };

/**
 * Links to be looked at, at most 100 in one question. A page with more asks again for the rest.
 */
export type CheckLinks = { 
/**
 * A line each, as they were pasted. They may hold secrets.
 */
links: Array<string>, 
/**
 * Ask this account's service, whatever the links' host; a bare file id will do then.
 */
account: string | null, };

/**
 * One of the answers to a question.
 */
export type Choice = { key: string, label: string, };

/**
 * What the dialog lets a person choose.
 */
export type ChooseFiles = { 
/**
 * Folders instead of files: no system's dialog offers both.
 */
folders: boolean, };

/**
 * What the dialog for a folder is for.
 */
export type ChooseFolder = { 
/**
 * It becomes the usual folder of downloads.
 */
usual: boolean, 
/**
 * It becomes the usual folder of this account's downloads.
 */
account: string | null, };

/**
 * The file of an account that a new version is to be chosen for.
 */
export type ChooseVersion = { account: string, 
/**
 * The service's own id.
 */
id: string, 
/**
 * What it is called, for showing.
 */
name: string, };

/**
 * What to do when a download's name is taken in its folder.
 */
export type Collision = "ask" | "skip" | "replace" | "keep_both" | "resume";

export type DeletedState = "done" | "ordered" | "gone" | "failed" | "unasked";

/**
 * Which way the bytes go.
 */
export type Direction = "up" | "down" | "across";

/**
 * What stays out is left as it is.
 */
export type EditAccount = { id: string, name: string | null, base_url: string | null, allow_http: boolean | null, 
/**
 * All the fields anew, or none of them.
 */
fields: { [key in string]: string } | null, };

/**
 * A change; what stays out is left as it is.
 */
export type EditWatch = { id: string, name?: string, include?: Array<string>, exclude?: Array<string>, policy?: WatchPolicy, most?: number, old?: WatchOld, 
/**
 * In place of the options so far.
 */
options?: { [key in string]: string }, 
/**
 * Only for files that are confirmed from now on. `move` needs a folder that is known already.
 */
after?: WatchAfter, 
/**
 * 0 is the usual time.
 */
every_s?: number, events?: boolean, };

export type EngineState = "running" | "read_only" | "locked" | "client_of";

/**
 * What the engine is doing now.
 */
export type EngineStatus = { state: EngineState, 
/**
 * A sentence when the state is not `running`, or when there is something to know.
 */
text: string | null, offline: boolean, 
/**
 * Bytes a second.
 */
up_speed: number, 
/**
 * Bytes a second.
 */
down_speed: number, 
/**
 * Seconds until the queue is empty; none while that cannot be told honestly.
 */
eta_s: number | null, 
/**
 * Transfers that are moving.
 */
active: number, 
/**
 * Transfers that will move without anyone's help.
 */
pending: number, paused: number, needs_you: number, failed: number, 
/**
 * What may move now over all transfers.
 */
allowed: Allowed, };

/**
 * Links to be queued; it answers when they are stored.
 */
export type EnqueueLinks = { 
/**
 * As they were pasted or checked.
 */
links: Array<string>, 
/**
 * As in [`CheckLinks`].
 */
account: string | null, 
/**
 * A folder that the person chose in a dialog; none is the usual one.
 */
folder: string | null, 
/**
 * None is as the settings have it.
 */
collision: Collision | null, 
/**
 * Bytes a second for each of the transfers.
 */
limit: number | null, 
/**
 * The password of the files, where they have one. It goes to the keychain.
 */
password: string | null, 
/**
 * The person agreed to fetch plain http links.
 */
plain_http: boolean, };

/**
 * What became of an offer, or of paths given to the terminal. It is durable when this is answered.
 */
export type Enqueued = { batch: string, 
/**
 * The transfers, new and continued, in the order of the queue.
 */
transfers: Array<string>, 
/**
 * Those of them that were unfinished before and go on.
 */
continued: Array<string>, 
/**
 * What the account does not take.
 */
skipped: Array<Skipped>, };

/**
 * Why a command was not obeyed, or why a transfer failed.
 */
export type Failure = { 
/**
 * Stable, in lower case with underscores, for programs.
 */
code: string, 
/**
 * What happened, why, and what happens next: free of secrets and of signed URLs.
 */
message: string, 
/**
 * What the person can do about it from here, where there is something.
 */
action?: Action, 
/**
 * When asking again may help, where that is known.
 */
until?: string, };

/**
 * One field of a form.
 */
export type Field = { key: string, label: string, kind: FieldKind, 
/**
 * Not shown while it is typed, and kept in the keychain.
 */
secret: boolean, required: boolean, 
/**
 * Where to find it, or what it does; may be empty.
 */
help: string, };

export type FieldKind = "text" | "email" | "password" | "token" | "switch";

/**
 * The password of a transfer's file; it holds for everything that was added together.
 */
export type FilePassword = { id: string, password: string, };

/**
 * A folder that a person chose, for the page to answer with. It never sees the path itself.
 */
export type FolderChoice = { 
/**
 * Nil for the usual folder, which needs no choice.
 */
id: string, 
/**
 * For showing only.
 */
path: string, 
/**
 * Bytes free there; none where the system does not say.
 */
free: number | null, };

/**
 * What a service has measured of a finished file by itself.
 */
export type Follow = "awaited" | "confirmed" | "differs" | "silent";

/**
 * Who is asking, so that a mismatch of versions is said plainly.
 */
export type Hello = { 
/**
 * [`super::PROTOCOL`] of the side that asks.
 */
protocol: number, 
/**
 * The asking side's version.
 */
version: string, };

/**
 * Something that happened to a transfer.
 */
export type JournalEntry = { at: string, 
/**
 * The event's name, as the table of states has it, or the engine's own word.
 */
event: string, 
/**
 * One sentence for a person.
 */
text: string, };

/**
 * Sets both limits of an account.
 */
export type LimitAccount = { id: string, 
/**
 * Bytes a second over everything the account does, at least 1; none is no limit.
 */
up: number | null, 
/**
 * The same for what comes from the service.
 */
down: number | null, };

/**
 * Where a rate comes from.
 */
export type LimitedBy = "limit" | "timetable" | "pause";

/**
 * One pasted line, looked at.
 */
export type LinkRow = { 
/**
 * The line's place in the question, from 0.
 */
line: number, 
/**
 * The link without its secrets, for showing.
 */
shown: string, state: LinkState, 
/**
 * The provider's key; none where no service knows the line.
 */
provider: string | null, 
/**
 * The file's name, made safe; empty while it is not known.
 */
name: string, 
/**
 * Bytes.
 */
size: number | null, 
/**
 * It can't be fetched without a password of its own.
 */
needs_password: boolean, 
/**
 * Its owner gives it to paying accounts only.
 */
premium_only: boolean, 
/**
 * Whether an interrupted download could go on; none while that is not known.
 */
resumable: boolean | null, 
/**
 * It is plain http, which everyone on the way can read and change: it is fetched only if the person agrees.
 */
plain_http: boolean, 
/**
 * The same file stands on an earlier line, or is on its way already.
 */
known: boolean, 
/**
 * Why it can't be fetched, or not now.
 */
error: Failure | null, };

/**
 * How a link stands.
 */
export type LinkState = "online" | "offline" | "invalid" | "refused" | "unknown";

/**
 * Which transfers to list; an empty field leaves nothing out.
 */
export type ListTransfers = { ids?: Array<string>, states?: Array<TransferState>, };

export type LoginState = "off" | "on" | "switched_off" | "other" | "foreign" | "unavailable";

/**
 * A change of order.
 */
export type MoveTo = { 
/**
 * Kept in their order among themselves.
 */
ids: Array<string>, to: Place, };

/**
 * A command that needs nothing, or answers nothing.
 */
export type Nothing = Record<symbol, never>;

/**
 * All downloads, or those of one account.
 */
export type OfAccount = { account?: string, };

/**
 * Files waiting for a destination. The page answers with the id; it never sees a path.
 */
export type Offer = { id: string, 
/**
 * What was dropped or chosen itself, at most 200 of them; a folder is one name.
 */
names: Array<OfferedName>, 
/**
 * Files in all, those inside folders counted.
 */
files: number, 
/**
 * Bytes in all.
 */
total: number, 
/**
 * What can't be sent, with the reason for each.
 */
skipped: Array<Skipped>, 
/**
 * The file of an account that it was chosen as a new version of.
 */
version_of?: ChooseVersion, };

export type OfferRef = { offer: string, };

export type OfferedKind = "file" | "folder";

/**
 * One of the things offered.
 */
export type OfferedName = { name: string, 
/**
 * Bytes; of a folder, of everything in it.
 */
size: number, kind: OfferedKind, };

/**
 * An upload that was begun, is in no queue any more, and that its service still holds.
 */
export type Orphan = { id: string, account: AccountName, name: string, 
/**
 * Bytes.
 */
size: number | null, created_at: string, 
/**
 * The service's id of it; absent when the answer that held it was lost.
 */
upload_id?: string, 
/**
 * Whether the service lets it be aborted: not without its id.
 */
can_abort: boolean, };

/**
 * An upload that a service still holds.
 */
export type OrphanRef = { id: string, };

/**
 * What became of a command for several transfers.
 */
export type Outcome = { 
/**
 * Those that obeyed, or were as asked already.
 */
done: Array<string>, refused: Array<Refused>, };

/**
 * One part of the file. Bytes `start..end`.
 */
export type PartRow = { 
/**
 * From 1.
 */
number: number, start: number, 
/**
 * The first byte that is no longer in it.
 */
end: number, state: PartState, 
/**
 * Bytes of this part sent in the current try.
 */
sent: number, tries: number, };

/**
 * How far a part is.
 */
export type PartState = "pending" | "sending" | "stored" | "verified";

export type Passphrase = { passphrase: string, };

/**
 * Pauses everything: what is in the queue and what will come into it.
 */
export type PauseAll = { until: PauseUntil, };

/**
 * For how long.
 */
export type PauseUntil = { "seconds": number } | "tomorrow" | "told";

/**
 * A pause of everything, as it stands.
 */
export type PausedAll = { 
/**
 * When it ends by itself; none: when the person ends it.
 */
until: string | null, };

/**
 * Where in the queue.
 */
export type Place = "up" | "down" | "top" | "bottom";

/**
 * How it was proved that the file arrived, from weak to strong.
 */
export type Proof = "size" | "part tags" | "whole checksum" | "read back";

/**
 * What a provider needs and what it can do, as data.
 */
export type ProviderDescriptor = { key: string, label: string, 
/**
 * Where the service is, unless the account says otherwise; none where it must be given.
 */
base_url: string | null, 
/**
 * The credentials.
 */
fields: Array<Field>, 
/**
 * What can be chosen for each upload.
 */
options: Array<Field>, 
/**
 * Words such as `upload`, `download`, `list`, `delete`.
 */
capabilities: Array<string>, 
/**
 * What a person should know before using it, a sentence each.
 */
notes: Array<string>, };

/**
 * A decision that only the person can make.
 */
export type Question = { code: string, 
/**
 * What happened and what each choice leads to.
 */
text: string, choices: Array<Choice>, };

/**
 * Why a transfer is not moving.
 */
export type Reason = { 
/**
 * Stable, for programs: `no_slot`, `offline`, `plan_full` and the like.
 */
code: string, 
/**
 * One sentence for a person.
 */
text: string, 
/**
 * When it ends by itself, where that is known.
 */
until?: string, 
/**
 * What clears it, where something does.
 */
action?: Action, };

/**
 * A transfer that did not obey.
 */
export type Refused = { id: string, error: Failure, };

/**
 * What can be done with the files of an account. What is not there, the service does not offer.
 */
export type RemoteAbilities = { list: RemoteListing, 
/**
 * What can be changed of a file; may be empty.
 */
edit_file: Array<RemoteField>, 
/**
 * What can be changed of a link; may be empty.
 */
edit_link: Array<RemoteField>, delete: RemoteDeletion | null, import: RemoteImporting | null, thumbnails: boolean, 
/**
 * Files can be fetched by their id.
 */
download: boolean, 
/**
 * What sending a new version of a file means; none where the account takes no files.
 */
new_version: RemoteVersion | null, };

/**
 * What became of one file that was to be deleted.
 */
export type RemoteDeleted = { id: string, state: DeletedState, 
/**
 * Why it is not deleted, as far as is known. With `until` the service may be asked again then.
 */
error?: Failure, };

/**
 * What deleting a file means.
 */
export type RemoteDeletion = { 
/**
 * What else goes with a file, in a sentence to be read before.
 */
consequence: string | null, };

/**
 * What is to be said about a file from now on; what is absent stays, and an empty text takes it away.
 */
export type RemoteEdit = { account: string, id: string, name: string | null, title: string | null, description: string | null, 
/**
 * Where a link leads. It may hold secrets.
 */
address: string | null, };

/**
 * A file at a service. The names of these fields are a promise: `longshore remote … --json` prints them.
 */
export type RemoteEntry = { 
/**
 * The service's own id.
 */
id: string, 
/**
 * Like all texts here it comes from outside: show it as text, never as markup.
 */
name: string, title: string | null, description: string | null, kind: RemoteKind, 
/**
 * Bytes, where the service says them exactly.
 */
size: number | null, 
/**
 * The size in the service's words, where it only says a rounded one.
 */
rounded: string | null, 
/**
 * Its media type.
 */
content_type: string | null, created: string | null, modified: string | null, 
/**
 * Where a link leads, without its query.
 */
address: string | null, 
/**
 * A page about it for a browser.
 */
page: string | null, 
/**
 * Asking for its thumbnail is worth a request.
 */
thumbnail: boolean, 
/**
 * What else the service says.
 */
facts: Array<RemoteFact>, };

/**
 * One more thing that a service says about a file.
 */
export type RemoteFact = { label: string, value: string, };

/**
 * Files of an account to be fetched; it answers when they are stored.
 */
export type RemoteFetch = { account: string, files: Array<RemoteWanted>, 
/**
 * A folder that the person chose in a dialog; none is the usual one.
 */
folder: string | null, 
/**
 * None is as the settings have it.
 */
collision: Collision | null, };

/**
 * Something that is said about a file.
 */
export type RemoteField = "name" | "title" | "description" | "address";

/**
 * Some files of an account, at most 100 in one command.
 */
export type RemoteFiles = { account: string, ids: Array<string>, };

/**
 * An address that a service is to take a file from.
 */
export type RemoteImport = { account: string, 
/**
 * It may hold secrets.
 */
address: string, name: string | null, title: string | null, description: string | null, };

/**
 * What importing from an address means.
 */
export type RemoteImporting = { 
/**
 * A file: the service fetches it. A link: it keeps the address.
 */
makes: RemoteKind, 
/**
 * What can be said about it at once.
 */
fields: Array<RemoteField>, 
/**
 * Those of them that it can't do without.
 */
required: Array<RemoteField>, 
/**
 * What a person should know before, in a sentence.
 */
note: string | null, };

export type RemoteKind = "file" | "link";

/**
 * Which page of the list.
 */
export type RemoteList = { account: string, 
/**
 * Where the page before said that this one begins; none for the first.
 */
cursor: string | null, 
/**
 * Entries wanted, at most [`RemoteListing::most`]; a page may have fewer.
 */
limit: number, 
/**
 * Only files that hold this.
 */
search: string | null, sort: RemoteSort | null, };

/**
 * How files are listed.
 */
export type RemoteListing = { 
/**
 * The service has no list: only files that were sent from here are known.
 */
sent_only: boolean, 
/**
 * In what can be searched, such as `names`; none where nothing can.
 */
search: string | null, 
/**
 * What the list can be sorted by; empty where it has an order of its own.
 */
sorts: Array<RemoteSortKey>, 
/**
 * Entries that one page may have.
 */
most: number, };

/**
 * A page of the list. An entry may come twice when files come and go meanwhile: it is known by its id.
 */
export type RemotePage = { entries: Array<RemoteEntry>, 
/**
 * Where the next page begins; none when this is the last.
 */
next: string | null, 
/**
 * Entries on all pages together, where the service says it.
 */
total: number | null, };

/**
 * One file of an account.
 */
export type RemoteRef = { account: string, id: string, };

/**
 * Files of an account to be sent to another one without a copy on this machine.
 */
export type RemoteSend = { 
/**
 * The account that has them, by name or id.
 */
account: string, files: Array<RemoteWanted>, 
/**
 * The account that they go to, by name or id.
 */
to: string, 
/**
 * By the keys of its provider's options.
 */
options: { [key in string]: string }, 
/**
 * Bytes a second for each of the transfers.
 */
limit: number | null, };

export type RemoteSort = { by: RemoteSortKey, 
/**
 * Largest or latest first.
 */
descending: boolean, };

export type RemoteSortKey = "name" | "size" | "created" | "modified";

/**
 * A small picture of a file.
 */
export type RemoteThumbnail = { state: ThumbnailState, 
/**
 * Its media type, as its own first bytes say: a raster picture and nothing else.
 */
content_type: string | null, 
/**
 * Its bytes in base64.
 */
bytes: string | null, };

/**
 * What sending a new version of a file means.
 */
export type RemoteVersion = { 
/**
 * It goes to the old one's id. Otherwise it becomes a file of its own.
 */
replaces: boolean, 
/**
 * What becomes of the old version, in a sentence to be read before.
 */
consequence: string, };

/**
 * A file to be fetched from an account.
 */
export type RemoteWanted = { id: string, 
/**
 * What it is called until the service says so itself.
 */
name: string, };

/**
 * Links whose files go from one service to another, without a copy on this machine.
 */
export type SendLinks = { 
/**
 * As they were pasted or checked.
 */
links: Array<string>, 
/**
 * The name or id of the account that fetches them; none lets the links' host decide.
 */
account: string | null, 
/**
 * The name or id of the account that they go to.
 */
to: string, 
/**
 * Choices of the provider's, such as a title.
 */
options: { [key in string]: string }, 
/**
 * Bytes a second for each of the transfers.
 */
limit: number | null, 
/**
 * The person agreed to fetch plain http links.
 */
plain_http: boolean, };

/**
 * What may be shown of an upload session: no link and no credential.
 */
export type SessionInfo = { opened_at: string, 
/**
 * When the links that it was given end, where they do.
 */
links_until: string | null, 
/**
 * Bytes.
 */
part_size: number | null, 
/**
 * The service's id of the unfinished upload.
 */
upload_id: string | null, };

export type SetLimit = { ids: Array<string>, 
/**
 * Bytes a second, at least 1; none takes the limit away.
 */
limit: number | null, };

/**
 * Starts at login from now on, or no more.
 */
export type SetStartAtLogin = { on: boolean, };

/**
 * What a person can set.
 */
export type Settings = { 
/**
 * Transfers at once, 1 to 32.
 */
slots: number, 
/**
 * Transfers at once for one account, 1 to 32.
 */
slots_per_account: number, 
/**
 * Parts at once for one transfer, 1 to 16; fewer where the service says so.
 */
parts_in_flight: number, 
/**
 * Bytes a second over all uploads, at least 1; none is no limit.
 */
up_limit: number | null, 
/**
 * Bytes a second over all downloads, at least 1; none is no limit.
 */
down_limit: number | null, 
/**
 * Other rates at other times, such as `08:00 512K:1M, 18:00 off`; of it and the limits the smaller holds.
 */
timetable: string | null, 
/**
 * Connections for one download, 1 to 16; fewer where the service says so.
 */
connections: number, 
/**
 * What to do when a download's name is taken, unless it is said otherwise.
 */
collision: Collision, 
/**
 * Off sets limits and timetable aside without forgetting them.
 */
limits_on: boolean, theme: Theme, };

/**
 * Something that was left out.
 */
export type Skipped = { name: string, 
/**
 * One sentence for a person.
 */
reason: string, };

/**
 * A file of a watch that never stands still: it is to be sent as it is now.
 */
export type SnapshotFile = { 
/**
 * The watch.
 */
id: string, 
/**
 * As in [`WatchFileRow::row`].
 */
row: number, };

/**
 * Whether the window starts, without being shown, when the person logs in: as the system has it now, not as it was set.
 */
export type StartAtLogin = { state: LoginState, 
/**
 * A sentence where there is more to know.
 */
text: string | null, };

export type Theme = "system" | "light" | "dark";

export type ThumbnailState = "picture" | "not_yet" | "never";

/**
 * A piece of a day in which the same rates hold.
 */
export type TimetableSpan = { 
/**
 * The minute of the day from which on they hold.
 */
start: number, 
/**
 * The minute up to which, 1440 at most.
 */
end: number, 
/**
 * Bytes a second; none is no limit, 0 lets nothing move.
 */
up: number | null, down: number | null, };

/**
 * A timetable as a person writes it.
 */
export type TimetableText = { text: string, };

/**
 * What a timetable means.
 */
export type TimetableWeek = { 
/**
 * Monday first, each without a gap; empty where the timetable says nothing.
 */
days: Array<Array<TimetableSpan>>, };

/**
 * A transfer with everything that explains it.
 */
export type TransferDetails = { row: TransferRow, parts: Array<PartRow>, 
/**
 * Oldest first.
 */
journal: Array<JournalEntry>, 
/**
 * What the proof means, in a sentence; none until there is one.
 */
proof_text: string | null, 
/**
 * What the service has open for this transfer; none before and after.
 */
session: SessionInfo | null, };

/**
 * One transfer.
 */
export type TransferRef = { id: string, };

/**
 * One transfer. The names of these fields are a promise: `longshore … --json` prints them.
 */
export type TransferRow = { id: string, direction: Direction, account: AccountName, 
/**
 * The file's name, for showing. It comes from outside: show it as text, never as markup.
 */
name: string, 
/**
 * Where the file lies, where a download goes, or what a copy between services comes from, for showing only: no command
 * takes it back.
 */
path: string, 
/**
 * Bytes; none while it is not known.
 */
size: number | null, 
/**
 * Bytes that need not be sent again, and what is on its way.
 */
sent: number, state: TransferState, 
/**
 * Why it is not moving; always there in `waiting` and `needs_you`.
 */
reason: Reason | null, 
/**
 * What the person must decide; only in `needs_you`.
 */
question: Question | null, 
/**
 * What was proved; only in `completed`.
 */
proof: Proof | null, 
/**
 * What the service measured afterwards by itself; only where it does.
 */
follow?: Follow, 
/**
 * The service's own id of the file, as soon as it has one.
 */
remote_id: string | null, 
/**
 * A public address of the file at the service: absent where the service has none.
 */
remote_url?: string, 
/**
 * Why it failed; only in `failed`.
 */
error: Failure | null, 
/**
 * Bytes a second, smoothed over about 30 s; 0 while nothing moves or it is too early to say.
 */
speed: number, 
/**
 * Seconds left; none while that cannot be told honestly.
 */
eta_s: number | null, 
/**
 * This transfer's own limit in bytes a second.
 */
limit: number | null, 
/**
 * Of a download: whether it could go on after an interruption; none while that is not known. Where it is `false`, a
 * pause means starting again from the first byte: say so before.
 */
resumable?: boolean, 
/**
 * Higher goes first.
 */
priority: number, 
/**
 * Place in the queue among equals, from 1.
 */
position: number, 
/**
 * What was added together has the same batch.
 */
batch: string | null, 
/**
 * From 1; raised when it starts over, not when a part is sent again.
 */
attempt: number, 
/**
 * 0 until the service said how the file is cut.
 */
parts_total: number, 
/**
 * Parts that the service has.
 */
parts_done: number, created_at: string, finished_at: string | null, };

/**
 * The state of a transfer, as the table of states names it.
 */
export type TransferState = "queued" | "preparing" | "transferring" | "finishing" | "waiting" | "paused" | "needs_you" | "cancelling" | "completed" | "failed" | "cancelled";

/**
 * Some transfers, or all of them to which the command applies.
 */
export type Transfers = { "ids": Array<string> } | "all";

/**
 * Where credentials are kept, and whether they can be read now.
 */
export type Vault = { kind: VaultKind, state: VaultState, 
/**
 * One sentence for a person: where the secrets lie.
 */
text: string, };

export type VaultKind = "keychain" | "passphrase";

export type VaultState = "open" | "locked" | "new";

/**
 * What becomes of a file here once the service confirmed it.
 */
export type WatchAfter = "keep" | "move" | "trash";

/**
 * How a watch hears of changes between two scans.
 */
export type WatchBackend = "none" | "events" | "polling";

/**
 * Files of a watch by where they stand.
 */
export type WatchCounts = { settling: number, 
/**
 * Waiting for their place in the queue.
 */
ready: number, queued: number, confirmed: number, failed: number, skipped: number, gone: number, 
/**
 * Bytes that are still to be sent.
 */
to_send: number, };

/**
 * A watch, and what its last scan passed by.
 */
export type WatchDetails = { row: WatchRow, 
/**
 * At most 200.
 */
left_out: Array<WatchForeseen>, };

/**
 * What can become of a file.
 */
export type WatchFate = "send" | "known" | "skip" | "left_out" | "delete";

/**
 * A file of a watch, with the latest decision about it.
 */
export type WatchFileRow = { row: number, 
/**
 * Its path in the folder, for showing: text, never markup.
 */
name: string, size: number, state: WatchFileState, code: string, 
/**
 * Why it stands so, in a sentence.
 */
text: string, decided_at: string, 
/**
 * When the service last confirmed a version of it.
 */
confirmed_at: string | null, transfer: string | null, remote_id: string | null, };

/**
 * Where a file of a watch stands.
 */
export type WatchFileState = "settling" | "ready" | "queued" | "confirmed" | "failed" | "skipped" | "gone";

/**
 * What would become of one file.
 */
export type WatchForeseen = { 
/**
 * Its path in the folder, for showing: text, never markup.
 */
name: string, size: number | null, fate: WatchFate, code: string, 
/**
 * Why, in a sentence.
 */
text: string, };

/**
 * Which decisions are wanted, newest first.
 */
export type WatchLog = { id: string, 
/**
 * Only files that stand so.
 */
state?: WatchFileState, 
/**
 * Only those before this one, of the page before.
 */
before?: WatchPlace, 
/**
 * At most 500.
 */
most: number, };

/**
 * What becomes of the version that the service has, once it confirmed a newer one.
 */
export type WatchOld = "keep" | "delete";

/**
 * Another watch that sees some of the same files.
 */
export type WatchOverlap = { name: string, 
/**
 * A sentence for a person.
 */
text: string, };

/**
 * A place among decisions.
 */
export type WatchPlace = { decided_at: string, row: number, };

/**
 * Which files are sent.
 */
export type WatchPolicy = "new" | "changed" | "mirror";

/**
 * What a watch would do, made by the plan that does it.
 */
export type WatchPreview = { send: WatchSum, 
/**
 * The service has their content.
 */
known: WatchSum, 
/**
 * Known and left alone.
 */
skip: WatchSum, 
/**
 * Passed by.
 */
left_out: number, 
/**
 * Deleted at the service.
 */
delete: WatchSum, 
/**
 * Why nothing is deleted there, although files went.
 */
held: string | null, 
/**
 * Some of the files by name, at most 500 of each kind.
 */
files: Array<WatchForeseen>, 
/**
 * Bytes a second that the limits allow now; none when nothing limits them.
 */
rate: number | null, 
/**
 * How long sending takes at that rate, in seconds.
 */
seconds: number | null, };

/**
 * One watch.
 */
export type WatchRef = { id: string, };

/**
 * A watched folder.
 */
export type WatchRow = { id: string, name: string, account: AccountName, 
/**
 * The folder, for showing only: no command takes it back.
 */
folder: string, 
/**
 * Only these files, as in .gitignore; empty is all.
 */
include: Array<string>, 
/**
 * Not these; a line with `!` admits again what is left out by itself.
 */
exclude: Array<string>, policy: WatchPolicy, 
/**
 * Files that a mirror may delete at the service in one run; only there.
 */
most: number | null, old: WatchOld, 
/**
 * The options of its uploads, with placeholders such as `{subfolder}`.
 */
options: { [key in string]: string }, after: WatchAfter, 
/**
 * Where files are moved to, for showing only.
 */
after_folder: string | null, 
/**
 * Seconds between two scans; none is the usual time.
 */
every_s: number | null, 
/**
 * Whether the system's events are listened to between them.
 */
events: boolean, state: WatchState, 
/**
 * Why it does not work, or not as it should.
 */
reason: Reason | null, 
/**
 * It still has something to do by itself: files to look at, to settle, to send, to put away.
 */
busy: boolean, backend: WatchBackend, 
/**
 * When all of it was last seen.
 */
last_scan: string | null, 
/**
 * When that happens next, at the latest.
 */
next_scan: string | null, 
/**
 * Folders in it, as of the last scan since the start.
 */
folders: number, files: WatchCounts, 
/**
 * What the last scan passed by.
 */
left_out: number, 
/**
 * What the last scan could not look at.
 */
unreadable: number, 
/**
 * Other watches that see some of the same files.
 */
overlaps: Array<WatchOverlap>, created_at: string, };

/**
 * What a watch does.
 */
export type WatchState = "paused" | "starting" | "scanning" | "watching" | "offline" | "failed" | "resting";

/**
 * A number of files.
 */
export type WatchSum = { files: number, bytes: number, };

/**
 * What a person wants of a watch.
 */
export type WatchWishes = { 
/**
 * None is the folder's name.
 */
name: string | null, include: Array<string>, exclude: Array<string>, policy: WatchPolicy, 
/**
 * As in [`WatchRow::most`]; none is 50 for a mirror.
 */
most: number | null, old: WatchOld, 
/**
 * As in [`WatchRow::options`].
 */
options: { [key in string]: string }, after: WatchAfter, every_s: number | null, 
/**
 * None is yes.
 */
events: boolean | null, };

/**
 * The answer to `hello`: everything a page needs before it can show anything.
 */
export type Welcome = { 
/**
 * [`super::PROTOCOL`] of the side that answers.
 */
protocol: number, 
/**
 * The application's version.
 */
version: string, 
/**
 * The database's.
 */
schema: number, status: EngineStatus, vault: Vault, settings: Settings, };
