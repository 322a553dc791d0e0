//! The list: every command there is, who may give it, what it takes and what it answers.

use async_trait::async_trait;
use serde_json::Value;

use super::*;

/// Where a command comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// The page of a window.
    Page,
    /// A terminal of the same user, over the local socket or in the same process.
    Terminal,
}

/// Who may give a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Everyone,
    /// It names paths: never offered to a page.
    Terminal,
    /// It needs a screen: the window answers it itself, whoever runs the engine.
    Window,
}

impl Who {
    /// Whether this caller is one of them.
    pub fn allows(self, caller: Caller) -> bool {
        match self {
            Self::Everyone => true,
            Self::Terminal => caller == Caller::Terminal,
            Self::Window => caller == Caller::Page,
        }
    }
}

/// One line of the list.
#[derive(Clone, Copy, Debug)]
pub struct CommandInfo {
    pub name: &'static str,
    pub who: Who,
    pub doc: &'static str,
}

/// A way to where commands are obeyed: the local socket, or a test's own.
#[async_trait]
pub trait Line: Send + Sync {
    /// Carries one command over and its answer back. It fails with `engine_gone` when the other side left.
    async fn send(&self, name: &'static str, ask: Value) -> Result<Value, Failure>;
}

/// Commands obeyed at the other end of a line.
#[derive(Debug)]
pub struct Remote<L>(pub L);

/// Makes, for each section: a trait with a method per command, a dispatcher from names and JSON to
/// that trait, and the same trait over a [`Line`]. And of all sections together: the list as data.
macro_rules! commands {
    ($($(#[doc = $about:literal])* trait $Trait:ident by $dispatch:ident {
        $($(#[doc = $doc:literal])+ $who:ident $name:ident($Ask:ty) -> $Answer:ty;)+
    })+) => {
        $(
            $(#[doc = $about])*
            #[async_trait]
            pub trait $Trait: Send + Sync {
                $($(#[doc = $doc])+ async fn $name(&self, ask: $Ask) -> Result<$Answer, Failure>;)+
            }

            /// Finds the command by its name, reads what it is asked, and writes what it answers.
            ///
            /// Errors: `unknown_command`, `not_allowed`, `bad_ask`, and whatever the command says.
            pub async fn $dispatch(to: &dyn $Trait, caller: Caller, name: &str, ask: Value) -> Result<Value, Failure> {
                match name {
                    $(stringify!($name) => {
                        if !Who::$who.allows(caller) {
                            return Err(Failure::not_for_you(name));
                        }
                        let ask: $Ask = serde_json::from_value(ask).map_err(|why| Failure::bad_ask(name, &why))?;
                        let answer = to.$name(ask).await?;
                        serde_json::to_value(answer).map_err(|_| Failure::bad_answer(name))
                    })+
                    _ => Err(Failure::unknown_command(name)),
                }
            }

            #[async_trait]
            impl<L: Line> $Trait for Remote<L> {
                $(async fn $name(&self, ask: $Ask) -> Result<$Answer, Failure> {
                    let name = stringify!($name);
                    let ask = serde_json::to_value(ask).map_err(|why| Failure::bad_ask(name, &why))?;
                    let answer = self.0.send(name, ask).await?;
                    serde_json::from_value(answer).map_err(|_| Failure::bad_answer(name))
                })+
            }
        )+

        /// Every command, in the order of the list.
        pub const COMMANDS: &[CommandInfo] = &[$($(
            CommandInfo { name: stringify!($name), who: Who::$who, doc: concat!($($doc),+) },
        )+)+];

        /// Shows the visitor what each command takes and answers.
        pub(super) fn visit(visitor: &mut impl super::typescript::Visit) {
            $($(visit!(visitor, $who, $name, $Ask, $Answer);)+)+
        }
    };
}

/// A page has no use for what only a terminal may ask, and its types need not exist in TypeScript.
macro_rules! visit {
    ($visitor:ident, Terminal, $name:ident, $Ask:ty, $Answer:ty) => {};
    ($visitor:ident, $who:ident, $name:ident, $Ask:ty, $Answer:ty) => {
        $visitor.command::<$Ask, $Answer>(stringify!($name))
    };
}

commands! {
    /// Obeyed by whoever runs the engine.
    trait Commands by dispatch {
        /// Compares versions and says how things stand; the first command of every listener.
        Everyone hello(Hello) -> Welcome;
        /// How the engine is doing.
        Everyone engine_status(Nothing) -> EngineStatus;

        /// The transfers, in the order of the queue, finished ones last.
        Everyone list_transfers(ListTransfers) -> Vec<TransferRow>;
        /// One transfer with its parts, journal, proof and session.
        Everyone transfer_details(TransferRef) -> TransferDetails;
        /// Stops sending; what was sent is kept.
        Everyone pause(Transfers) -> Outcome;
        /// Goes on with paused transfers.
        Everyone resume(Transfers) -> Outcome;
        /// Tries failed, cancelled and waiting transfers again now.
        Everyone retry(Transfers) -> Outcome;
        /// Gives transfers up, and has the services forget what they hold of them.
        Everyone cancel(Transfers) -> Outcome;
        /// Takes transfers off the list; unfinished ones are cancelled first. Files are never touched.
        Everyone remove(Transfers) -> Outcome;
        /// Asks the services whether completed files are still there, and proves them again.
        Everyone verify(Transfers) -> Outcome;
        /// Changes the order of the queue.
        Everyone move_to(MoveTo) -> Outcome;
        /// Sets or takes away the speed limit of transfers.
        Everyone set_limit(SetLimit) -> Outcome;
        /// Pauses everything, also what is still to come, for a while or until told.
        Everyone pause_all(PauseAll) -> EngineStatus;
        /// Ends the pause of everything; transfers that were paused one by one stay so.
        Everyone resume_all(Nothing) -> EngineStatus;
        /// Answers the question a transfer asks.
        Everyone answer(Answer) -> TransferRow;
        /// Queues files for an account; it answers when they are stored.
        Terminal enqueue_paths(EnqueuePaths) -> Enqueued;

        /// Asks the services about pasted links, before anything is queued.
        Everyone check_links(CheckLinks) -> Vec<LinkRow>;
        /// Queues links; it answers when they are stored.
        Terminal download_links(DownloadLinks) -> Enqueued;
        /// Queues links whose files go to another account, without a copy here; it answers when they are stored.
        Everyone send_links(SendLinks) -> Enqueued;
        /// Gives the password of a file that asks for one.
        Everyone give_password(FilePassword) -> Nothing;
        /// Where downloads go unless another folder is chosen, for all or for one account.
        Everyone download_folder(OfAccount) -> FolderChoice;
        /// Sets where downloads go, for all or for one account.
        Terminal set_download_folder(SetFolder) -> FolderChoice;
        /// Where a transfer's file lies.
        Terminal file_of(TransferRef) -> FilePath;

        /// What can be done with the files that an account's service holds. Asks nobody.
        Everyone remote_abilities(AccountRef) -> RemoteAbilities;
        /// One page of an account's files.
        Everyone remote_list(RemoteList) -> RemotePage;
        /// What the service says of one file now.
        Everyone remote_details(RemoteRef) -> RemoteEntry;
        /// Changes what is said about a file, and answers it as it is then.
        Everyone remote_edit(RemoteEdit) -> RemoteEntry;
        /// Deletes files for good; each has its own answer.
        Everyone remote_delete(RemoteFiles) -> Vec<RemoteDeleted>;
        /// Has the service take a file from an address.
        Everyone remote_import(RemoteImport) -> RemoteEntry;
        /// A small picture of a file.
        Everyone remote_thumbnail(RemoteRef) -> RemoteThumbnail;
        /// Queues files of an account to be fetched; it answers when they are stored.
        Terminal remote_download(RemoteDownload) -> Enqueued;
        /// Queues files of an account for another one, without a copy on this machine.
        Everyone remote_send(RemoteSend) -> Enqueued;

        /// The accounts.
        Everyone list_accounts(Nothing) -> Vec<AccountRow>;
        /// Adds an account and asks its service about it.
        Everyone add_account(AddAccount) -> AccountRow;
        /// Asks the service about the account again.
        Everyone check_account(AccountRef) -> AccountRow;
        /// Changes an account, and asks its service when credentials or address changed.
        Everyone edit_account(EditAccount) -> AccountRow;
        /// Forgets an account and its credentials; it is refused while it has unfinished transfers.
        Everyone remove_account(AccountRef) -> Nothing;
        /// Chooses how an account is reached, and asks its service.
        Terminal set_connection(SetConnection) -> AccountRow;
        /// Sets or takes away the speed limits of an account.
        Everyone limit_account(LimitAccount) -> AccountRow;
        /// The providers an account can be added for.
        Everyone list_providers(Nothing) -> Vec<ProviderDescriptor>;

        /// The watched folders.
        Everyone list_watches(Nothing) -> Vec<WatchRow>;
        /// One watch, with what its last scan passed by.
        Everyone watch_details(WatchRef) -> WatchDetails;
        /// The latest decisions about a watch's files.
        Everyone watch_files(WatchLog) -> Vec<WatchFileRow>;
        /// What a watch would do with its files as they are now. Nothing is sent.
        Everyone preview_watch(WatchRef) -> WatchPreview;
        /// The same for a folder that is not watched yet.
        Terminal preview_folder(AddWatch) -> WatchPreview;
        /// Watches a folder.
        Terminal add_watch(AddWatch) -> WatchRow;
        /// Changes a watch.
        Everyone edit_watch(EditWatch) -> WatchRow;
        /// Has a watch's files moved to a folder once they are confirmed.
        Terminal move_after(MoveAfter) -> WatchRow;
        /// Stops a watch; what it has put into the queue goes on.
        Everyone pause_watch(WatchRef) -> WatchRow;
        /// Goes on with a watch, and takes the folder that stands there for the right one.
        Everyone resume_watch(WatchRef) -> WatchRow;
        /// Has a watch look at everything now.
        Everyone scan_watch(WatchRef) -> WatchRow;
        /// Queues a copy of what a growing file holds now; it answers when that is stored. The watch sends the file as before.
        Everyone snapshot_file(SnapshotFile) -> Enqueued;
        /// The same for a file that is named.
        Terminal snapshot_named(SnapshotNamed) -> Enqueued;
        /// Takes a watch off the list. What was sent is known again when its folder is watched again.
        Everyone remove_watch(WatchRef) -> Nothing;

        /// Unfinished uploads that services still hold, as far as is known here.
        Everyone list_orphans(Nothing) -> Vec<Orphan>;
        /// Has the service forget one of them.
        Everyone abort_orphan(OrphanRef) -> Nothing;

        /// The settings.
        Everyone get_settings(Nothing) -> Settings;
        /// What a timetable means, as it is being written; it is refused where it can't be read. Nothing is kept.
        Everyone read_timetable(TimetableText) -> TimetableWeek;
        /// Sets them all, and answers what is kept.
        Everyone set_settings(Settings) -> Settings;
        /// Whether the window starts at login, as the system has it now.
        Everyone start_at_login(Nothing) -> StartAtLogin;
        /// Has it start at login or no more, and answers how the system has it then.
        Everyone set_start_at_login(SetStartAtLogin) -> StartAtLogin;

        /// Where credentials are kept, and whether they can be read.
        Everyone vault_state(Nothing) -> Vault;
        /// Opens the passphrase file.
        Everyone vault_unlock(Passphrase) -> Vault;
        /// Makes the passphrase file, where there is none.
        Everyone vault_create(Passphrase) -> Vault;
    }

    /// Obeyed by the window itself: dialogs, and the offers whose paths only it knows.
    trait WindowCommands by dispatch_window {
        /// Offers that wait for their destination.
        Window list_offers(Nothing) -> Vec<Offer>;
        /// Opens the system's dialog; what is chosen arrives as an offer.
        Window choose_files(ChooseFiles) -> Nothing;
        /// Opens the system's dialog for a new version of a file; what is chosen arrives as an offer.
        Window choose_version(ChooseVersion) -> Nothing;
        /// Opens the system's dialog for a folder of downloads; none when the person chose none.
        Window choose_folder(ChooseFolder) -> Option<FolderChoice>;
        /// The folder that an offer is, to be watched instead of sent once; the offer is forgotten.
        Window offer_folder(OfferRef) -> FolderChoice;
        /// Watches a folder that was chosen.
        Window watch_here(AddWatchHere) -> WatchRow;
        /// What watching it would do.
        Window preview_here(AddWatchHere) -> WatchPreview;
        /// Opens the system's dialog for where a watch's confirmed files go; none when the person chose none.
        Window choose_after(WatchRef) -> Option<WatchRow>;
        /// Queues links into the folder that was chosen; it answers when they are stored.
        Window enqueue_links(EnqueueLinks) -> Enqueued;
        /// Queues files of an account into the folder that was chosen; it answers when they are stored.
        Window remote_fetch(RemoteFetch) -> Enqueued;
        /// Shows a finished download in its folder.
        Window show_in_folder(TransferRef) -> Nothing;
        /// Queues an offer for an account; it answers when its transfers are stored.
        Window offer_accept(AcceptOffer) -> Enqueued;
        /// Forgets an offer.
        Window offer_drop(OfferRef) -> Nothing;
    }
}

#[cfg(test)]
#[path = "commands_test.rs"]
mod tests;
