//! The store as watches see it. When a transfer is over, its file follows in the same transaction: see [`watch_files::FOLLOW`].

use async_trait::async_trait;
use sqlx::Row;
use transfer::error::Result;
use transfer::watch::{Content, Counts, FileState, Kept, Replaced, Sent, WatchFile, WatchLedger};
use transfer::{AccountId, Time, TransferId, Watch, WatchId};

use crate::column::{Columns, bytes, number};
use crate::fault::Fault;
use crate::store::Store;
use crate::{watch_files, watches};

#[async_trait]
impl WatchLedger for Store {
    async fn watches(&self) -> Result<Vec<Watch>> {
        self.rows(sqlx::query(watches::LIST), watches::read).await
    }

    async fn put_watch(&self, watch: &Watch) -> Result<()> {
        let watch = watch.clone();
        let write = self
            .writer
            .write(move |connection| Box::pin(async move { watches::put(connection, &watch).await }));
        Ok(write.await?)
    }

    async fn remove_watch(&self, id: WatchId) -> Result<()> {
        let write = self
            .writer
            .write(move |connection| Box::pin(watches::remove(connection, id)));
        Ok(write.await?)
    }

    async fn removed_watch(&self, account: AccountId, root: &[u8]) -> Result<Option<Watch>> {
        let query = sqlx::query(watches::REMOVED).bind(bytes(account.0)).bind(root.to_vec());
        Ok(self.rows(query, watches::read).await?.pop())
    }

    async fn files(&self, watch: WatchId, names: &[Vec<u8>]) -> Result<Vec<WatchFile>> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = watch_files::named(watch, names);
        let rows = query.build().fetch_all(&self.readers).await.map_err(Fault::from)?;
        Ok(rows.iter().map(watch_files::read).collect::<Result<_, Fault>>()?)
    }

    async fn put_files(&self, files: &[WatchFile]) -> Result<()> {
        let files = files.to_vec();
        let write = self.writer.write(move |connection| {
            Box::pin(async move {
                for file in &files {
                    watch_files::put(&mut *connection, file).await?;
                }
                Ok(())
            })
        });
        Ok(write.await?)
    }

    async fn forget_files(&self, rows: &[i64]) -> Result<()> {
        let rows = rows.to_vec();
        let write = self.writer.write(move |connection| {
            Box::pin(async move {
                for row in rows {
                    watch_files::forget(&mut *connection, row).await?;
                }
                Ok(())
            })
        });
        Ok(write.await?)
    }

    async fn files_after(&self, watch: WatchId, row: i64, most: u32) -> Result<Vec<WatchFile>> {
        let query = sqlx::query(watch_files::PAGE).bind(bytes(watch.0)).bind(row).bind(most);
        self.rows(query, watch_files::read).await
    }

    async fn files_in(
        &self,
        watch: WatchId,
        state: FileState,
        until: Time,
        after: (Time, i64),
        most: u32,
    ) -> Result<Vec<WatchFile>> {
        let query = sqlx::query(watch_files::IN_STATE)
            .bind(bytes(watch.0))
            .bind(state.text())
            .bind(until.0)
            .bind(after.0.0)
            .bind(after.1)
            .bind(most);
        self.rows(query, watch_files::read).await
    }

    async fn decisions(
        &self,
        watch: WatchId,
        state: Option<FileState>,
        before: Option<(Time, i64)>,
        most: u32,
    ) -> Result<Vec<WatchFile>> {
        let query = sqlx::query(watch_files::DECISIONS)
            .bind(bytes(watch.0))
            .bind(state.map(FileState::text))
            .bind(before.map(|(time, _)| time.0))
            .bind(before.map(|(_, row)| row))
            .bind(most);
        self.rows(query, watch_files::read).await
    }

    async fn twins(
        &self,
        account: AccountId,
        file: &WatchFile,
        content: &Content,
        most: u32,
    ) -> Result<Vec<WatchFile>> {
        let query = sqlx::query(watch_files::TWINS)
            .bind(bytes(account.0))
            .bind(content.0.to_vec())
            .bind(bytes(file.watch.0))
            .bind(i64::try_from(file.print.file).ok())
            .bind(most);
        self.rows(query, watch_files::read).await
    }

    async fn older(&self, watch: WatchId, content: &Content) -> Result<Option<Sent>> {
        let query = sqlx::query(watch_files::OLDER)
            .bind(bytes(watch.0))
            .bind(content.0.to_vec());
        Ok(self.rows(query, watch_files::read_older).await?.pop().flatten())
    }

    async fn knows_size(&self, account: AccountId, size: u64) -> Result<bool> {
        let query = sqlx::query(watch_files::KNOWS_SIZE)
            .bind(bytes(account.0))
            .bind(number("size", size)?);
        let known: Vec<bool> = self.rows(query, |row| Ok(row.try_get("knows")?)).await?;
        Ok(known.contains(&true))
    }

    async fn attach(&self, files: &[(i64, TransferId)], now: Time) -> Result<()> {
        let files = files.to_vec();
        let write = self.writer.write(move |connection| {
            Box::pin(async move {
                for (row, id) in files {
                    watch_files::attach(&mut *connection, row, id, now).await?;
                }
                Ok(())
            })
        });
        Ok(write.await?)
    }

    async fn replaced(&self, watch: WatchId, row: i64, most: u32) -> Result<Vec<Replaced>> {
        let query = sqlx::query(watch_files::REPLACED_PAGE)
            .bind(bytes(watch.0))
            .bind(row)
            .bind(most);
        self.rows(query, watch_files::read_replaced).await
    }

    async fn forget_replaced(&self, rows: &[i64]) -> Result<()> {
        let rows = rows.to_vec();
        let write = self.writer.write(move |connection| {
            Box::pin(async move {
                for row in rows {
                    watch_files::forget_replaced(&mut *connection, row).await?;
                }
                Ok(())
            })
        });
        Ok(write.await?)
    }

    async fn forget_older(&self, account: AccountId, remotes: &[String]) -> Result<()> {
        self.forget_by(&[watch_files::FORGET_OLDER], account, remotes).await
    }

    async fn forget_remotes(&self, account: AccountId, remotes: &[String]) -> Result<()> {
        let queries = &[
            watch_files::FORGET_GONE,
            watch_files::FORGET_SENT,
            watch_files::FORGET_OLDER,
        ];
        self.forget_by(queries, account, remotes).await
    }

    async fn counts(&self, watch: WatchId) -> Result<Counts> {
        let query = sqlx::query(watch_files::COUNTS).bind(bytes(watch.0));
        let read = |row: &_| {
            let columns = Columns::new("watch_files", row);
            let state: FileState = columns.word("state")?;
            let kept = Kept {
                files: columns.number("files")?,
                bytes: columns.number("bytes")?,
            };
            Ok((state, kept))
        };
        let found = self.rows(query, read).await?;
        Ok(Counts {
            by_state: FileState::ALL.map(|state| {
                let of = found.iter().find(|(other, _)| *other == state);
                of.map_or_else(Kept::default, |(_, kept)| *kept)
            }),
        })
    }
}

impl Store {
    async fn forget_by(&self, queries: &'static [&'static str], account: AccountId, remotes: &[String]) -> Result<()> {
        let remotes = remotes.to_vec();
        let write = self.writer.write(move |connection| {
            Box::pin(async move {
                for remote in &remotes {
                    for query in queries {
                        watch_files::forget_remote(&mut *connection, query, account, remote).await?;
                    }
                }
                Ok(())
            })
        });
        Ok(write.await?)
    }
}
