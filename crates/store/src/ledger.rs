//! The store as the domain sees it: each call is one transaction, or one read of what is committed.

use async_trait::async_trait;
use secrecy::SecretString;
use sqlx::Row;
use transfer::error::Result;
use transfer::ledger::{Ledger, Note, SessionChange, SessionRow, SessionStatus};
use transfer::segments::Segment;
use transfer::target::Partial;
use transfer::{Account, AccountId, Receipt, SessionId, Transfer, TransferId};

use crate::column::bytes;
use crate::fault::Fault;
use crate::store::Store;
use crate::{accounts, journal, links, partials, receipts, sessions, settings, transfers, watch_files};

/// What becomes of a session, with its links already encrypted.
enum Sealed {
    Asked(SessionRow, Option<Vec<u8>>),
    Opened(SessionId, Vec<u8>),
    Moved(SessionId, SessionStatus),
    Placed(Partial, Vec<Segment>),
    Emptied,
    Unplaced,
}

impl Store {
    fn sealed(&self, change: &SessionChange) -> Result<Sealed, Fault> {
        Ok(match change {
            SessionChange::Asked(row) => {
                let sealed = row
                    .session
                    .as_ref()
                    .map(|session| sessions::seal(&*self.seal, row.id, session));
                Sealed::Asked(row.clone(), sealed.transpose()?)
            }
            SessionChange::Opened(id, session) => Sealed::Opened(*id, sessions::seal(&*self.seal, *id, session)?),
            SessionChange::Moved(id, status) => Sealed::Moved(*id, *status),
            SessionChange::Placed(partial, segments) => Sealed::Placed(partial.clone(), segments.clone()),
            SessionChange::Emptied => Sealed::Emptied,
            SessionChange::Unplaced => Sealed::Unplaced,
        })
    }

    pub(crate) async fn rows<T>(
        &self,
        query: sqlx::query::Query<'static, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>,
        read: impl Fn(&sqlx::sqlite::SqliteRow) -> Result<T, Fault>,
    ) -> Result<Vec<T>> {
        let rows = query.fetch_all(&self.readers).await.map_err(Fault::from)?;
        Ok(rows.iter().map(read).collect::<Result<_, Fault>>()?)
    }
}

#[async_trait]
impl Ledger for Store {
    async fn insert(&self, rows: &[Transfer], links: &[(TransferId, SecretString)], note: &Note) -> Result<()> {
        let (rows, note) = (rows.to_vec(), note.clone());
        let links: Vec<_> = links
            .iter()
            .map(|(id, link)| (*id, links::seal(&*self.seal, *id, link)))
            .collect();
        let write = self.writer.write(move |connection| {
            Box::pin(async move {
                for row in &rows {
                    transfers::insert(&mut *connection, row).await?;
                    journal::add(&mut *connection, row.id, &note).await?;
                }
                for (id, sealed) in links {
                    links::insert(&mut *connection, id, sealed).await?;
                }
                Ok(())
            })
        });
        Ok(write.await?)
    }

    async fn transfers(&self) -> Result<Vec<Transfer>> {
        self.rows(sqlx::query(transfers::LIST), transfers::read).await
    }

    async fn write(
        &self,
        before: &Transfer,
        after: &Transfer,
        note: Option<&Note>,
        session: Option<&SessionChange>,
    ) -> Result<bool> {
        let change = session.map(|session| self.sealed(session)).transpose()?;
        let over = matches!(&change, Some(Sealed::Moved(_, status)) if sessions::is_over(*status));
        let (before, after, note) = (before.clone(), after.clone(), note.cloned());
        let write = self.writer.write_over(over, move |connection| {
            Box::pin(async move {
                if before.id != after.id || !transfers::update(&mut *connection, &before, &after).await? {
                    return Ok(false);
                }
                if watch_files::matters(&before, &after) {
                    watch_files::follow(&mut *connection, after.id).await?;
                }
                if let Some(note) = &note {
                    journal::add(&mut *connection, after.id, note).await?;
                }
                match change {
                    None => {}
                    Some(Sealed::Asked(row, sealed)) => sessions::insert(connection, &row, sealed).await?,
                    Some(Sealed::Opened(id, sealed)) => sessions::opened(connection, id, sealed).await?,
                    Some(Sealed::Moved(id, status)) => sessions::move_to(connection, id, status).await?,
                    Some(Sealed::Placed(partial, segments)) => {
                        partials::put(&mut *connection, after.id, &partial).await?;
                        partials::empty(&mut *connection, after.id).await?;
                        partials::put_segments(connection, after.id, &segments).await?;
                    }
                    Some(Sealed::Emptied) => partials::empty(connection, after.id).await?,
                    Some(Sealed::Unplaced) => partials::remove(connection, after.id).await?,
                }
                Ok(true)
            })
        });
        Ok(write.await?)
    }

    async fn place(&self, places: &[(TransferId, i64)]) -> Result<()> {
        let places = places.to_vec();
        let write = self.writer.write(move |connection| {
            Box::pin(async move {
                for (id, position) in places {
                    transfers::place(&mut *connection, id, position).await?;
                }
                Ok(())
            })
        });
        Ok(write.await?)
    }

    async fn remove(&self, ids: &[TransferId]) -> Result<()> {
        let ids = ids.to_vec();
        let write = self.writer.write(move |connection| {
            Box::pin(async move {
                for id in ids {
                    transfers::remove(&mut *connection, id).await?;
                    sessions::remove_over(&mut *connection, id).await?;
                }
                Ok(())
            })
        });
        Ok(write.await?)
    }

    async fn session(&self, id: SessionId) -> Result<Option<SessionRow>> {
        let query = sqlx::query(sessions::ONE).bind(bytes(id.0));
        let read = |row: &_| sessions::read_whole(row, &*self.seal);
        Ok(self.rows(query, read).await?.pop())
    }

    async fn open_sessions(&self) -> Result<Vec<SessionRow>> {
        let read = |row: &_| sessions::read_listed(row, &*self.seal);
        self.rows(sqlx::query(sessions::NOT_OVER), read).await
    }

    async fn move_session(&self, id: SessionId, status: SessionStatus) -> Result<()> {
        let write = self.writer.write_over(sessions::is_over(status), move |connection| {
            Box::pin(sessions::move_to(connection, id, status))
        });
        Ok(write.await?)
    }

    async fn add_receipt(&self, session: SessionId, receipt: &Receipt) -> Result<()> {
        let receipt = receipt.clone();
        let write = self
            .writer
            .write(move |connection| Box::pin(async move { receipts::put(connection, session, &receipt).await }));
        Ok(write.await?)
    }

    async fn receipts(&self, session: SessionId) -> Result<Vec<Receipt>> {
        let query = sqlx::query(receipts::LIST).bind(bytes(session.0));
        self.rows(query, receipts::read).await
    }

    async fn link(&self, id: TransferId) -> Result<Option<SecretString>> {
        let query = sqlx::query(links::ONE).bind(bytes(id.0));
        let read = |row: &_| links::read(row, &*self.seal);
        Ok(self.rows(query, read).await?.pop())
    }

    async fn partial(&self, id: TransferId) -> Result<Option<Partial>> {
        let query = sqlx::query(partials::ONE).bind(bytes(id.0));
        Ok(self.rows(query, partials::read).await?.pop())
    }

    async fn segments(&self, id: TransferId) -> Result<Vec<Segment>> {
        let query = sqlx::query(partials::SEGMENTS).bind(bytes(id.0));
        self.rows(query, partials::read_segment).await
    }

    async fn put_segments(&self, id: TransferId, segments: &[Segment]) -> Result<()> {
        let segments = segments.to_vec();
        let write = self
            .writer
            .write(move |connection| Box::pin(async move { partials::put_segments(connection, id, &segments).await }));
        Ok(write.await?)
    }

    async fn note(&self, id: TransferId, note: &Note) -> Result<()> {
        let note = note.clone();
        let write = self
            .writer
            .write(move |connection| Box::pin(async move { journal::add(connection, id, &note).await }));
        Ok(write.await?)
    }

    async fn journal(&self, id: TransferId) -> Result<Vec<Note>> {
        let query = sqlx::query(journal::LIST).bind(bytes(id.0));
        self.rows(query, journal::read).await
    }

    async fn accounts(&self) -> Result<Vec<Account>> {
        self.rows(sqlx::query(accounts::LIST), accounts::read).await
    }

    async fn put_account(&self, account: &Account) -> Result<()> {
        let account = account.clone();
        let write = self
            .writer
            .write(move |connection| Box::pin(async move { accounts::put(connection, &account).await }));
        Ok(write.await?)
    }

    async fn remove_account(&self, id: AccountId) -> Result<()> {
        let write = self
            .writer
            .write(move |connection| Box::pin(accounts::remove(connection, id)));
        Ok(write.await?)
    }

    async fn setting(&self, key: &str) -> Result<Option<String>> {
        let query = sqlx::query(settings::ONE).bind(key.to_owned());
        Ok(self.rows(query, |row| Ok(row.try_get("value")?)).await?.pop())
    }

    async fn put_setting(&self, key: &str, value: Option<&str>) -> Result<()> {
        let (key, value) = (key.to_owned(), value.map(str::to_owned));
        let write = self
            .writer
            .write(move |connection| Box::pin(settings::put(connection, key, value)));
        Ok(write.await?)
    }
}
