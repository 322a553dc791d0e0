//! The table of watched files: what was seen, what was sent, and why each stands as it does.

use sqlx::sqlite::SqliteRow;
use sqlx::{Sqlite, SqliteConnection};
use transfer::library::REPLACES;
use transfer::watch::{Content, Replaced, Sent, WatchFile, Why};
use transfer::{AccountId, Time, Transfer, TransferId, WatchId};

use crate::column::{Columns, bytes, json, json_if, number};
use crate::fault::Result;

/// What the queue has is moved by its transfer alone.
pub(crate) const PUT: &str = "INSERT INTO watch_files (watch, name, state, print, size, since, content, sent_print, sent_size,
    sent_content, sent_remote, sent_at, transfer, code, text, decided_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
  ON CONFLICT (watch, name) DO UPDATE SET state = excluded.state, print = excluded.print, size = excluded.size,
    since = excluded.since, content = excluded.content, sent_print = excluded.sent_print, sent_size = excluded.sent_size,
    sent_content = excluded.sent_content, sent_remote = excluded.sent_remote, sent_at = excluded.sent_at,
    transfer = excluded.transfer, code = excluded.code, text = excluded.text, decided_at = excluded.decided_at
  WHERE watch_files.state <> 'queued'";
pub(crate) const FORGET: &str = "DELETE FROM watch_files WHERE id = ?1 AND state <> 'queued'";
pub(crate) const PAGE: &str = "SELECT * FROM watch_files WHERE watch = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
pub(crate) const IN_STATE: &str = "SELECT * FROM watch_files
  WHERE watch = ?1 AND state = ?2 AND since <= ?3 AND (since, id) > (?4, ?5) ORDER BY since, id LIMIT ?6";
pub(crate) const DECISIONS: &str = "SELECT * FROM watch_files
  WHERE watch = ?1 AND (?2 IS NULL OR state = ?2) AND (?3 IS NULL OR (decided_at, id) < (?3, ?4))
  ORDER BY decided_at DESC, id DESC LIMIT ?5";
/// Some of each kind, each by an index: of files that are alike there may be a million.
pub(crate) const TWINS: &str = "WITH watched AS (SELECT id FROM watches WHERE account = ?1 AND removed_at IS NULL)
  SELECT * FROM (SELECT * FROM watch_files WHERE sent_content = ?2 AND watch = ?3 AND (state = 'gone') = 1 LIMIT ?5)
  UNION SELECT * FROM (SELECT * FROM watch_files WHERE sent_content = ?2 AND watch = ?3 AND (state = 'gone') = 0 LIMIT ?5)
  UNION SELECT * FROM (SELECT * FROM watch_files WHERE content = ?2 AND watch = ?3 AND (state = 'gone') = 0 LIMIT ?5)
  UNION SELECT * FROM (SELECT * FROM watch_files WHERE print ->> 'file' = ?4 AND watch IN watched
    AND (content = ?2 OR sent_content = ?2) LIMIT ?5)
  UNION SELECT * FROM (SELECT f.* FROM watched w CROSS JOIN watch_files f ON f.watch = w.id
    WHERE f.sent_content = ?2 AND w.id <> ?3 AND (f.state = 'gone') = 0 LIMIT ?5)
  UNION SELECT * FROM (SELECT f.* FROM watched w CROSS JOIN watch_files f ON f.watch = w.id
    WHERE f.content = ?2 AND w.id <> ?3 AND (f.state = 'gone') = 0 LIMIT ?5)";
pub(crate) const KNOWS_SIZE: &str = "SELECT EXISTS (
    SELECT 1 FROM watch_files f JOIN watches w ON w.id = f.watch WHERE w.account = ?1 AND f.size = ?2)
  OR EXISTS (SELECT 1 FROM watch_files f JOIN watches w ON w.id = f.watch WHERE w.account = ?1 AND f.sent_size = ?2)
  OR EXISTS (SELECT 1 FROM watch_replaced r JOIN watches w ON w.id = r.watch WHERE w.account = ?1 AND r.size = ?2) AS knows";
/// A transfer that left the list in between is none: the file stays as it is, and is handed over again. What is sent under the
/// id of an older version will take its place: from now on nobody knows which content the service has there.
pub(crate) const ATTACH: &str = "UPDATE watch_files SET transfer = ?2, decided_at = ?3,
    sent_content = CASE WHEN (SELECT options ->> ?4 FROM transfers WHERE id = ?2) IS sent_remote THEN NULL ELSE sent_content END
  WHERE id = ?1 AND EXISTS (SELECT 1 FROM transfers WHERE id = ?2)";
pub(crate) const COUNTS: &str =
    "SELECT state, count(*) AS files, sum(size) AS bytes FROM watch_files WHERE watch = ?1 GROUP BY state";

/// The file stands as its transfer does. A version that changed on its way goes back to settling; its next look sees that.
pub(crate) const FOLLOW: &str = "UPDATE watch_files SET
    state = t.stand,
    code = CASE t.stand WHEN 'failed' THEN coalesce(t.ended ->> 'code', 'failed') WHEN 'confirmed' THEN 'confirmed'
      WHEN 'settling' THEN 'being_written' WHEN 'skipped' THEN 'cancelled' ELSE 'queued' END,
    text = CASE t.stand WHEN 'failed' THEN coalesce(t.ended ->> 'message', 'It could not be sent.')
      WHEN 'confirmed' THEN 'The service has it.' WHEN 'settling' THEN CASE WHEN t.state = 'failed'
        THEN 'Its older version is not at the service any more: it is sent as a new file.'
        ELSE 'It changed on its way; it is sent once it stands still.' END
      WHEN 'skipped' THEN 'It was cancelled by hand; it is sent when it changes.' ELSE 'It is in the queue.' END,
    decided_at = max(decided_at, coalesce(t.finished_at, 0)),
    sent_content = CASE WHEN t.stand <> 'confirmed' THEN sent_content WHEN t.fingerprint = print THEN content END,
    content = CASE WHEN t.stand = 'confirmed' AND t.fingerprint <> print THEN NULL ELSE content END,
    print = CASE t.stand WHEN 'confirmed' THEN t.fingerprint ELSE print END,
    sent_print = CASE t.stand WHEN 'confirmed' THEN t.fingerprint ELSE sent_print END,
    size = CASE t.stand WHEN 'confirmed' THEN coalesce(t.size, watch_files.size) ELSE watch_files.size END,
    sent_size = CASE t.stand WHEN 'confirmed' THEN coalesce(t.size, watch_files.size) ELSE sent_size END,
    sent_remote = CASE t.stand WHEN 'confirmed' THEN t.remote_id
      -- Its older version went at the service: the next look sends it as a new file.
      WHEN 'settling' THEN CASE WHEN t.state = 'failed' THEN NULL ELSE sent_remote END ELSE sent_remote END,
    sent_at = CASE t.stand WHEN 'confirmed' THEN coalesce(t.finished_at, decided_at) ELSE sent_at END
  FROM (SELECT *, CASE
      WHEN state = 'completed' AND fingerprint IS NOT NULL THEN 'confirmed'
      WHEN state = 'failed' AND ended ->> 'code' = 'no_such_file' AND options ->> ?2 IS NOT NULL THEN 'settling'
      WHEN state IN ('completed', 'failed') THEN 'failed'
      WHEN state IN ('cancelling', 'cancelled') AND ended ->> 'code' IN ('source_changed', 'source_gone') THEN 'settling'
      WHEN state IN ('cancelling', 'cancelled') THEN 'skipped'
      ELSE 'queued' END AS stand FROM transfers WHERE id = ?1) AS t
  WHERE watch_files.transfer = ?1";

/// Those to be deleted that no file of the account counts on, and of whose content no file has nothing but this at the
/// service, such as a second link. The table fills itself.
pub(crate) const REPLACED_PAGE: &str = "SELECT r.id, r.remote FROM watch_replaced r
  WHERE r.watch = ?1 AND r.id > ?2 AND r.goes AND NOT EXISTS (SELECT 1 FROM watch_files f JOIN watches w ON w.id = f.watch
    WHERE f.sent_remote = r.remote AND w.account = (SELECT account FROM watches WHERE id = r.watch))
  AND NOT EXISTS (SELECT 1 FROM watch_files f JOIN watches w ON w.id = f.watch
    WHERE f.content = r.content AND f.sent_content IS NOT r.content AND (f.state = 'gone') = 0
      AND w.account = (SELECT account FROM watches WHERE id = r.watch))
  ORDER BY r.id LIMIT ?3";
/// Those that stay.
pub(crate) const OLDER: &str = "SELECT r.* FROM watch_replaced r
  WHERE r.watch = ?1 AND r.content = ?2 AND NOT r.goes AND NOT EXISTS (SELECT 1 FROM watch_files f
    JOIN watches w ON w.id = f.watch
    WHERE f.sent_remote = r.remote AND w.account = (SELECT account FROM watches WHERE id = r.watch))
  ORDER BY r.id DESC LIMIT 1";
pub(crate) const FORGET_REPLACED: &str = "DELETE FROM watch_replaced WHERE id = ?1";
pub(crate) const FORGET_OLDER: &str = "DELETE FROM watch_replaced
  WHERE remote = ?2 AND NOT goes AND watch IN (SELECT id FROM watches WHERE account = ?1)";
pub(crate) const FORGET_GONE: &str = "DELETE FROM watch_files
  WHERE sent_remote = ?2 AND state = 'gone' AND watch IN (SELECT id FROM watches WHERE account = ?1)";
pub(crate) const FORGET_SENT: &str = "UPDATE watch_files SET sent_remote = NULL, sent_content = NULL
  WHERE sent_remote = ?2 AND watch IN (SELECT id FROM watches WHERE account = ?1)";

pub(crate) async fn put(connection: &mut SqliteConnection, file: &WatchFile) -> Result<()> {
    let sent = file.sent.as_ref();
    sqlx::query(PUT)
        .bind(bytes(file.watch.0))
        .bind(file.name.clone())
        .bind(file.state.text())
        .bind(json("print", &file.print)?)
        .bind(number("size", file.print.size)?)
        .bind(file.since.0)
        .bind(file.content.map(|content| content.0.to_vec()))
        .bind(json_if("sent_print", sent.map(|sent| &sent.print))?)
        .bind(sent.map(|sent| number("sent_size", sent.print.size)).transpose()?)
        .bind(sent.and_then(|sent| sent.content).map(|content| content.0.to_vec()))
        .bind(sent.and_then(|sent| sent.remote.clone()))
        .bind(sent.map(|sent| sent.at.0))
        .bind(file.transfer.map(|id| bytes(id.0)))
        .bind(file.why.code.clone())
        .bind(file.why.text.clone())
        .bind(file.decided_at.0)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn forget(connection: &mut SqliteConnection, row: i64) -> Result<()> {
    sqlx::query(FORGET).bind(row).execute(connection).await?;
    Ok(())
}

pub(crate) async fn attach(connection: &mut SqliteConnection, row: i64, id: TransferId, now: Time) -> Result<()> {
    sqlx::query(ATTACH)
        .bind(row)
        .bind(bytes(id.0))
        .bind(now.0)
        .bind(REPLACES)
        .execute(&mut *connection)
        .await?;
    follow(connection, id).await
}

/// Whether a file of a watch may stand otherwise now.
pub(crate) fn matters(before: &Transfer, after: &Transfer) -> bool {
    let ends = |row: &Transfer| row.state.is_over() || row.state == transfer::State::Cancelling;
    before.state != after.state && (ends(before) || ends(after))
}

pub(crate) async fn follow(connection: &mut SqliteConnection, id: TransferId) -> Result<()> {
    sqlx::query(FOLLOW)
        .bind(bytes(id.0))
        .bind(REPLACES)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn forget_replaced(connection: &mut SqliteConnection, row: i64) -> Result<()> {
    sqlx::query(FORGET_REPLACED).bind(row).execute(connection).await?;
    Ok(())
}

/// By one of the queries that forget files of an account at the service.
pub(crate) async fn forget_remote(
    connection: &mut SqliteConnection,
    query: &'static str,
    account: AccountId,
    remote: &str,
) -> Result<()> {
    sqlx::query(query)
        .bind(bytes(account.0))
        .bind(remote)
        .execute(connection)
        .await?;
    Ok(())
}

/// Those of these names.
pub(crate) fn named(watch: WatchId, names: &[Vec<u8>]) -> sqlx::QueryBuilder<Sqlite> {
    let mut query = sqlx::QueryBuilder::new("SELECT * FROM watch_files WHERE watch = ");
    query.push_bind(bytes(watch.0)).push(" AND name IN (");
    let mut line = query.separated(", ");
    for name in names {
        line.push_bind(name.clone());
    }
    line.push_unseparated(")");
    query
}

pub(crate) fn read_replaced(row: &SqliteRow) -> Result<Replaced> {
    let columns = Columns::new("watch_replaced", row);
    Ok(Replaced {
        row: columns.get("id")?,
        remote: columns.get("remote")?,
    })
}

/// Nothing for one of which only the service's id is known.
pub(crate) fn read_older(row: &SqliteRow) -> Result<Option<Sent>> {
    let columns = Columns::new("watch_replaced", row);
    let (print, at): (_, Option<i64>) = (columns.json_if("print")?, columns.get("at")?);
    let Some((print, at)) = print.zip(at) else {
        return Ok(None);
    };
    Ok(Some(Sent {
        print,
        content: content(&columns, "content")?,
        remote: Some(columns.get("remote")?),
        at: Time(at),
    }))
}

fn content(columns: &Columns<'_>, column: &'static str) -> Result<Option<Content>> {
    let bytes: Option<Vec<u8>> = columns.get(column)?;
    let read = bytes.map(|bytes| bytes.try_into().ok().map(Content));
    read.map(|content| columns.needed(column, content)).transpose()
}

pub(crate) fn read(row: &SqliteRow) -> Result<WatchFile> {
    let columns = Columns::new("watch_files", row);
    let sent = match columns.json_if("sent_print")? {
        None => None,
        Some(print) => {
            let at: Option<i64> = columns.get("sent_at")?;
            Some(Sent {
                print,
                content: content(&columns, "sent_content")?,
                remote: columns.get("sent_remote")?,
                at: Time(columns.needed("sent_at", at)?),
            })
        }
    };
    Ok(WatchFile {
        row: columns.get("id")?,
        watch: WatchId(columns.id("watch")?),
        name: columns.get("name")?,
        state: columns.word("state")?,
        print: columns.json("print")?,
        since: Time(columns.get("since")?),
        content: content(&columns, "content")?,
        sent,
        transfer: columns.id_if("transfer")?.map(TransferId),
        why: Why::new(columns.get::<String>("code")?, columns.get::<String>("text")?),
        decided_at: Time(columns.get("decided_at")?),
    })
}
