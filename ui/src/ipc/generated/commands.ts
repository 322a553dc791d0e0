// Made by `cargo xtask generate` from crates/app/src/boundary: do not edit.
import type { AcceptOffer, AccountRef, AccountRow, AddAccount, Answer, ChooseFiles, EditAccount, EngineStatus, Enqueued, Hello, LimitAccount, ListTransfers, MoveTo, Nothing, Offer, OfferRef, Orphan, OrphanRef, Outcome, Passphrase, PauseAll, ProviderDescriptor, SetLimit, Settings, TransferDetails, TransferRef, TransferRow, Transfers, Vault, Welcome } from './types';

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
  /** Unfinished uploads that services still hold, as far as is known here. */
  list_orphans: { ask: Nothing; answer: Array<Orphan> };
  /** Has the service forget one of them. */
  abort_orphan: { ask: OrphanRef; answer: Nothing };
  /** The settings. */
  get_settings: { ask: Nothing; answer: Settings };
  /** Sets them all, and answers what is kept. */
  set_settings: { ask: Settings; answer: Settings };
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
  /** Queues an offer for an account; it answers when its transfers are stored. */
  offer_accept: { ask: AcceptOffer; answer: Enqueued };
  /** Forgets an offer. */
  offer_drop: { ask: OfferRef; answer: Nothing };
};
