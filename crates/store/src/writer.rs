//! The one task that writes: a caller waits for its answer, and going away early leaves no transaction open.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use crate::connect;
use crate::fault::{Fault, Result};

/// Changes that wait while one is being written. More callers than that wait themselves.
const IN_LINE: usize = 64;
/// The log is emptied at the latest after this many changes that deleted a secret.
const SECRETS_IN_LOG: u32 = 32;

/// A future over the connection of the writing task.
pub(crate) type Pending<'c, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'c>>;

type Job = Box<dyn for<'k> FnOnce(&'k mut Pen) -> Pin<Box<dyn Future<Output = ()> + Send + 'k>> + Send>;

enum Order {
    Write(Job),
    Close(oneshot::Sender<Result<()>>),
}

/// The way to the writing task.
#[derive(Clone)]
pub(crate) struct Writer {
    orders: mpsc::Sender<Order>,
}

impl Writer {
    /// Starts the task over an open connection to the database at `path`.
    pub(crate) fn start(connection: SqliteConnection, path: PathBuf) -> Self {
        let (orders, line) = mpsc::channel(IN_LINE);
        let pen = Pen {
            path,
            connection: Some(connection),
            secrets: 0,
        };
        tokio::spawn(work(pen, line));
        Self { orders }
    }

    /// Does `change` in a transaction of its own. `Ok` means: committed and on the disk.
    pub(crate) async fn write<T, F>(&self, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Pending<'c, T> + Send + 'static,
    {
        self.write_over(false, change).await
    }

    /// As [`write`](Self::write); when the change deletes a `secret`, it is gone from the log, too, soon after.
    pub(crate) async fn write_over<T, F>(&self, secret: bool, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Pending<'c, T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |pen| {
            Box::pin(async move {
                let result = pen.transaction(change).await;
                if secret && result.is_ok() {
                    pen.secrets += 1;
                }
                // The caller may be gone; what it asked for is done all the same.
                let _ = reply.send(result);
            })
        });
        self.orders.send(Order::Write(job)).await.map_err(|_| Fault::Closed)?;
        answer.await.map_err(|_| Fault::Closed)?
    }

    /// Lets what is in line be written, empties the log and closes the connection.
    pub(crate) async fn close(&self) -> Result<()> {
        let (reply, answer) = oneshot::channel();
        if self.orders.send(Order::Close(reply)).await.is_err() {
            return Ok(());
        }
        answer.await.unwrap_or(Ok(()))
    }
}

async fn work(mut pen: Pen, mut line: mpsc::Receiver<Order>) {
    let mut closer = None;
    while let Some(order) = line.recv().await {
        match order {
            Order::Write(job) => {
                job(&mut pen).await;
                pen.empty_log(line.is_empty()).await;
            }
            Order::Close(reply) => {
                closer = Some(reply);
                break;
            }
        }
    }
    let result = pen.close().await;
    if let Some(reply) = closer {
        let _ = reply.send(result);
    }
}

/// The connection that writes, opened again after a fault that left its state in doubt.
struct Pen {
    path: PathBuf,
    connection: Option<SqliteConnection>,
    /// Changes that deleted a secret since the log was last emptied.
    secrets: u32,
}

impl Pen {
    async fn transaction<T, F>(&mut self, change: F) -> Result<T>
    where
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Pending<'c, T> + Send + 'static,
    {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            empty => empty.insert(connect::writing(&self.path).await?),
        };
        let result = commit(connection, change).await;
        // SQLite rolls back by itself after some faults, and then has nothing to roll back: that is an error as well. After
        // any of them a fresh connection reads what really is in the file.
        if result.is_err()
            && sqlx::query("ROLLBACK").execute(&mut *connection).await.is_err()
            && let Some(connection) = self.connection.take()
        {
            let _ = connection.close().await;
        }
        result
    }

    async fn empty_log(&mut self, idle: bool) {
        if self.secrets == 0 || !(idle || self.secrets >= SECRETS_IN_LOG) {
            return;
        }
        if let Some(connection) = &mut self.connection {
            match connect::empty_log(connection).await {
                Ok(true) => self.secrets = 0,
                // The next change tries again.
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "the log of the queue could not be emptied"),
            }
        }
    }

    async fn close(mut self) -> Result<()> {
        match self.connection.take() {
            Some(connection) => Ok(connect::close(connection).await?),
            None => Ok(()),
        }
    }
}

async fn commit<T, F>(connection: &mut SqliteConnection, change: F) -> Result<T>
where
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> Pending<'c, T> + Send + 'static,
{
    // Taking the lock at once: a read that turns into a write would fail without waiting.
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    let value = change(&mut *connection).await?;
    sqlx::query("COMMIT").execute(&mut *connection).await?;
    Ok(value)
}
