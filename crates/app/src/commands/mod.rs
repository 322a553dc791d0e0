//! Obeys the list of commands.

mod accounts;
mod across;
mod enqueue;
mod links;
mod login;
mod queued;
mod remote;
mod snapshots;
mod transfers;
mod vault;
mod watches;

use std::sync::Arc;

use async_trait::async_trait;

use crate::application::Application;
use crate::boundary::*;
use crate::failure::crossed;

/// The application as whoever obeys commands.
#[derive(Clone, Debug)]
pub(crate) struct Obey(pub(crate) Arc<Application>);

#[async_trait]
impl Commands for Obey {
    async fn hello(&self, ask: Hello) -> Result<Welcome, Failure> {
        if ask.protocol != PROTOCOL {
            return Err(other_version(&ask.version));
        }
        Ok(Welcome {
            protocol: PROTOCOL,
            version: VERSION.to_owned(),
            schema: schema(),
            status: self.0.status().await?,
            vault: self.vault().await?,
            settings: self.0.settings(),
        })
    }

    async fn engine_status(&self, _: Nothing) -> Result<EngineStatus, Failure> {
        self.0.status().await
    }

    async fn list_transfers(&self, ask: ListTransfers) -> Result<Vec<TransferRow>, Failure> {
        self.list(ask).await
    }

    async fn transfer_details(&self, ask: TransferRef) -> Result<TransferDetails, Failure> {
        self.details(ask).await
    }

    async fn pause(&self, ask: Transfers) -> Result<Outcome, Failure> {
        self.wish(ask, transfers::Wanted::Pause).await
    }

    async fn resume(&self, ask: Transfers) -> Result<Outcome, Failure> {
        self.wish(ask, transfers::Wanted::Resume).await
    }

    async fn retry(&self, ask: Transfers) -> Result<Outcome, Failure> {
        self.wish(ask, transfers::Wanted::Retry).await
    }

    async fn cancel(&self, ask: Transfers) -> Result<Outcome, Failure> {
        self.wish(ask, transfers::Wanted::Cancel).await
    }

    async fn remove(&self, ask: Transfers) -> Result<Outcome, Failure> {
        self.take_off(ask).await
    }

    async fn verify(&self, ask: Transfers) -> Result<Outcome, Failure> {
        self.prove_again(ask).await
    }

    async fn move_to(&self, ask: MoveTo) -> Result<Outcome, Failure> {
        self.reorder(ask).await
    }

    async fn set_limit(&self, ask: SetLimit) -> Result<Outcome, Failure> {
        self.limit(ask).await
    }

    async fn pause_all(&self, ask: PauseAll) -> Result<EngineStatus, Failure> {
        self.0.pause_all(Some(ask.until)).await?;
        self.0.status().await
    }

    async fn resume_all(&self, _: Nothing) -> Result<EngineStatus, Failure> {
        self.0.pause_all(None).await?;
        self.0.status().await
    }

    async fn answer(&self, ask: Answer) -> Result<TransferRow, Failure> {
        self.decide(ask).await
    }

    async fn enqueue_paths(&self, ask: EnqueuePaths) -> Result<Enqueued, Failure> {
        self.enqueue(ask).await
    }

    async fn check_links(&self, ask: CheckLinks) -> Result<Vec<LinkRow>, Failure> {
        self.0.check_links(ask).await
    }

    async fn download_links(&self, ask: DownloadLinks) -> Result<Enqueued, Failure> {
        self.download(ask).await
    }

    async fn send_links(&self, ask: SendLinks) -> Result<Enqueued, Failure> {
        self.send_across(ask).await
    }

    async fn give_password(&self, ask: FilePassword) -> Result<Nothing, Failure> {
        self.password_of(ask).await
    }

    async fn download_folder(&self, ask: OfAccount) -> Result<FolderChoice, Failure> {
        self.usual_folder(ask).await
    }

    async fn set_download_folder(&self, ask: SetFolder) -> Result<FolderChoice, Failure> {
        self.set_folder(ask).await
    }

    async fn file_of(&self, ask: TransferRef) -> Result<FilePath, Failure> {
        self.file(ask)
    }

    async fn remote_abilities(&self, ask: AccountRef) -> Result<RemoteAbilities, Failure> {
        self.abilities(ask).await
    }

    async fn remote_list(&self, ask: RemoteList) -> Result<RemotePage, Failure> {
        self.files(ask).await
    }

    async fn remote_details(&self, ask: RemoteRef) -> Result<RemoteEntry, Failure> {
        self.file_details(ask).await
    }

    async fn remote_edit(&self, ask: RemoteEdit) -> Result<RemoteEntry, Failure> {
        self.edit_file(ask).await
    }

    async fn remote_delete(&self, ask: RemoteFiles) -> Result<Vec<RemoteDeleted>, Failure> {
        self.delete_files(ask).await
    }

    async fn remote_import(&self, ask: RemoteImport) -> Result<RemoteEntry, Failure> {
        self.import_file(ask).await
    }

    async fn remote_thumbnail(&self, ask: RemoteRef) -> Result<RemoteThumbnail, Failure> {
        self.thumbnail(ask).await
    }

    async fn remote_download(&self, ask: RemoteDownload) -> Result<Enqueued, Failure> {
        self.fetch_files(ask).await
    }

    async fn remote_send(&self, ask: RemoteSend) -> Result<Enqueued, Failure> {
        self.send_files(ask).await
    }

    async fn list_accounts(&self, _: Nothing) -> Result<Vec<AccountRow>, Failure> {
        self.accounts().await
    }

    async fn add_account(&self, ask: AddAccount) -> Result<AccountRow, Failure> {
        self.add(ask).await
    }

    async fn check_account(&self, ask: AccountRef) -> Result<AccountRow, Failure> {
        self.check(ask).await
    }

    async fn edit_account(&self, ask: EditAccount) -> Result<AccountRow, Failure> {
        self.edit(ask).await
    }

    async fn remove_account(&self, ask: AccountRef) -> Result<Nothing, Failure> {
        self.forget(ask).await
    }

    async fn set_connection(&self, ask: SetConnection) -> Result<AccountRow, Failure> {
        self.connect_by(ask).await
    }

    async fn limit_account(&self, ask: LimitAccount) -> Result<AccountRow, Failure> {
        self.limit_all_of(ask).await
    }

    async fn list_providers(&self, _: Nothing) -> Result<Vec<ProviderDescriptor>, Failure> {
        Ok(self
            .0
            .accounts
            .descriptors()
            .map(crate::accounts::descriptor_row)
            .collect())
    }

    async fn list_watches(&self, _: Nothing) -> Result<Vec<WatchRow>, Failure> {
        self.watches().await
    }

    async fn watch_details(&self, ask: WatchRef) -> Result<WatchDetails, Failure> {
        self.details_of(ask).await
    }

    async fn watch_files(&self, ask: WatchLog) -> Result<Vec<WatchFileRow>, Failure> {
        self.decisions(ask).await
    }

    async fn preview_watch(&self, ask: WatchRef) -> Result<WatchPreview, Failure> {
        self.preview_of(ask).await
    }

    async fn preview_folder(&self, ask: AddWatch) -> Result<WatchPreview, Failure> {
        self.preview_new(ask).await
    }

    async fn add_watch(&self, ask: AddWatch) -> Result<WatchRow, Failure> {
        self.watch_new(ask).await
    }

    async fn edit_watch(&self, ask: EditWatch) -> Result<WatchRow, Failure> {
        self.edit_one(ask).await
    }

    async fn move_after(&self, ask: MoveAfter) -> Result<WatchRow, Failure> {
        self.move_confirmed(ask).await
    }

    async fn pause_watch(&self, ask: WatchRef) -> Result<WatchRow, Failure> {
        self.set_paused(ask, true).await
    }

    async fn resume_watch(&self, ask: WatchRef) -> Result<WatchRow, Failure> {
        self.set_paused(ask, false).await
    }

    async fn scan_watch(&self, ask: WatchRef) -> Result<WatchRow, Failure> {
        self.scan_now(ask).await
    }

    async fn snapshot_file(&self, ask: SnapshotFile) -> Result<Enqueued, Failure> {
        self.snapshot_of_row(ask).await
    }

    async fn snapshot_named(&self, ask: SnapshotNamed) -> Result<Enqueued, Failure> {
        self.snapshot_of_name(ask).await
    }

    async fn remove_watch(&self, ask: WatchRef) -> Result<Nothing, Failure> {
        self.forget_watch(ask).await
    }

    async fn list_orphans(&self, _: Nothing) -> Result<Vec<Orphan>, Failure> {
        self.orphans().await
    }

    async fn abort_orphan(&self, ask: OrphanRef) -> Result<Nothing, Failure> {
        let engine = self.0.engine_or_locked()?;
        engine
            .abort_orphan(transfer::SessionId(ask.id))
            .await
            .map_err(crossed)?;
        self.0.tell(Change::Orphans);
        Ok(Nothing {})
    }

    async fn get_settings(&self, _: Nothing) -> Result<Settings, Failure> {
        Ok(self.0.settings())
    }

    async fn read_timetable(&self, ask: TimetableText) -> Result<TimetableWeek, Failure> {
        crate::settings::week(&ask.text)
    }

    async fn set_settings(&self, ask: Settings) -> Result<Settings, Failure> {
        self.0.set_settings(ask).await?;
        Ok(self.0.settings())
    }

    async fn start_at_login(&self, _: Nothing) -> Result<StartAtLogin, Failure> {
        self.login().await
    }

    async fn set_start_at_login(&self, ask: SetStartAtLogin) -> Result<StartAtLogin, Failure> {
        self.set_login(ask).await
    }

    async fn vault_state(&self, _: Nothing) -> Result<Vault, Failure> {
        self.vault().await
    }

    async fn vault_unlock(&self, ask: Passphrase) -> Result<Vault, Failure> {
        self.unlock(ask).await
    }

    async fn vault_create(&self, ask: Passphrase) -> Result<Vault, Failure> {
        self.create(ask).await
    }
}

/// The form of the database that this build reads and writes.
pub(crate) fn schema() -> u32 {
    u32::try_from(store::schema()).unwrap_or(u32::MAX)
}

/// The application's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(crate) fn other_version(theirs: &str) -> Failure {
    Failure::new(
        "other_version",
        format!(
            "Longshore {theirs} and Longshore {VERSION} are both running and do not understand each other. Close the older \
             one and try again."
        ),
    )
}
