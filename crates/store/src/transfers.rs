//! The table of transfers: one row each, moved by compare-and-set.

use sqlx::SqliteConnection;
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteRow};
use transfer::transfer::Remote;
use transfer::{AccountId, BatchId, Endpoint, SessionId, Time, Transfer, TransferId};

use crate::column::{Columns, bytes, json, json_if, number, word};
use crate::fault::Result;

const TABLE: &str = "transfers";

pub(crate) const INSERT: &str = "INSERT INTO transfers (
    id, revision, direction, source_kind, source_path, source_url, source_account, source_remote,
    target_kind, target_path, target_url, target_account, target_remote, account, name, size, fingerprint,
    state, step, outcome, wish, reason, question, ended, proof, session, remote_id, remote_url,
    sent, parts_done, parts_total, priority, batch, attempt, failures, looks, version_of, byte_limit, options,
    created_at, started_at, finished_at, found, follow, position)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
    ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41, ?42, ?43, ?44,
    ?45)";

/// The place in line is not among them: `place` alone gives it, and a row in work must not undo that.
pub(crate) const UPDATE: &str = "UPDATE transfers SET
    revision = ?2, direction = ?3, source_kind = ?4, source_path = ?5, source_url = ?6, source_account = ?7,
    source_remote = ?8, target_kind = ?9, target_path = ?10, target_url = ?11, target_account = ?12, target_remote = ?13,
    account = ?14, name = ?15, size = ?16, fingerprint = ?17, state = ?18, step = ?19, outcome = ?20, wish = ?21,
    reason = ?22, question = ?23, ended = ?24, proof = ?25, session = ?26, remote_id = ?27, remote_url = ?28, sent = ?29,
    parts_done = ?30, parts_total = ?31, priority = ?32, batch = ?33, attempt = ?34, failures = ?35, looks = ?36,
    version_of = ?37, byte_limit = ?38, options = ?39, created_at = ?40, started_at = ?41, finished_at = ?42,
    found = ?43, follow = ?44
  WHERE id = ?1 AND revision = ?45 AND state = ?46";

pub(crate) const LIST: &str = "SELECT * FROM transfers ORDER BY priority DESC, position, id";
pub(crate) const PLACE: &str = "UPDATE transfers SET position = ?2 WHERE id = ?1";
pub(crate) const REMOVE: &str = "DELETE FROM transfers WHERE id = ?1";

type Bound = Query<'static, Sqlite, SqliteArguments>;

/// The four columns of an end of a transfer: path, url, account, remote id.
type EndColumns = (Option<Vec<u8>>, Option<String>, Option<Vec<u8>>, Option<String>);

fn end(end: &Endpoint) -> (&'static str, EndColumns) {
    match end {
        Endpoint::Local { path } => ("local", (Some(path.clone()), None, None, None)),
        Endpoint::Link { url, account } => (
            "link",
            (None, Some(url.clone()), account.map(|account| bytes(account.0)), None),
        ),
        Endpoint::Remote { account, id } => ("remote", (None, None, Some(bytes(account.0)), id.clone())),
    }
}

fn bind(query: Bound, row: &Transfer) -> Result<Bound> {
    let (source_kind, source) = end(&row.source);
    let (target_kind, target) = end(&row.target);
    Ok(query
        .bind(bytes(row.id.0))
        .bind(row.revision)
        .bind(word("direction", &row.direction)?)
        .bind(source_kind)
        .bind(source.0)
        .bind(source.1)
        .bind(source.2)
        .bind(source.3)
        .bind(target_kind)
        .bind(target.0)
        .bind(target.1)
        .bind(target.2)
        .bind(target.3)
        .bind(bytes(row.account.0))
        .bind(row.name.clone())
        .bind(row.size.map(|size| number("size", size)).transpose()?)
        .bind(json_if("fingerprint", row.fingerprint.as_ref())?)
        .bind(row.state.text())
        .bind(word("step", &row.step)?)
        .bind(word("outcome", &row.outcome)?)
        .bind(word("wish", &row.wish)?)
        .bind(json_if("reason", row.reason.as_ref())?)
        .bind(json_if("question", row.question.as_ref())?)
        .bind(json_if("ended", row.ended.as_ref())?)
        .bind(row.proof.map(|proof| proof.text()))
        .bind(row.session.map(|session| bytes(session.0)))
        .bind(row.remote.as_ref().map(|remote| remote.id.clone()))
        .bind(row.remote.as_ref().and_then(|remote| remote.url.clone()))
        .bind(number("sent", row.sent)?)
        .bind(row.parts_done)
        .bind(row.parts_total)
        .bind(row.priority)
        .bind(bytes(row.batch.0))
        .bind(row.attempt)
        .bind(row.failures)
        .bind(row.looks)
        .bind(row.version_of.map(|id| bytes(id.0)))
        .bind(row.limit.map(|limit| number("byte_limit", limit)).transpose()?)
        .bind(json("options", &row.options)?)
        .bind(row.created_at.0)
        .bind(row.started_at.map(|time| time.0))
        .bind(row.finished_at.map(|time| time.0))
        .bind(json_if("found", row.found.as_ref())?)
        .bind(json_if("follow", row.follow.as_ref())?))
}

pub(crate) async fn insert(connection: &mut SqliteConnection, row: &Transfer) -> Result<()> {
    bind(sqlx::query(INSERT), row)?
        .bind(row.position)
        .execute(connection)
        .await?;
    Ok(())
}

/// `false`: the stored row has another revision or state than `before`.
pub(crate) async fn update(connection: &mut SqliteConnection, before: &Transfer, after: &Transfer) -> Result<bool> {
    let done = bind(sqlx::query(UPDATE), after)?
        .bind(before.revision)
        .bind(before.state.text())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn place(connection: &mut SqliteConnection, id: TransferId, position: i64) -> Result<()> {
    sqlx::query(PLACE)
        .bind(bytes(id.0))
        .bind(position)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn remove(connection: &mut SqliteConnection, id: TransferId) -> Result<()> {
    sqlx::query(REMOVE).bind(bytes(id.0)).execute(connection).await?;
    Ok(())
}

fn read_end(
    columns: &Columns<'_>,
    kind: &'static str,
    names: (&'static str, &'static str, &'static str, &'static str),
) -> Result<Endpoint> {
    // The words are those of `Endpoint`; a fourth one is an error of its own.
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum End {
        Local,
        Link,
        Remote,
    }
    Ok(match columns.word(kind)? {
        End::Local => Endpoint::Local {
            path: columns.needed(names.0, columns.get(names.0)?)?,
        },
        End::Link => Endpoint::Link {
            url: columns.needed(names.1, columns.get(names.1)?)?,
            account: columns.id_if(names.2)?.map(AccountId),
        },
        End::Remote => Endpoint::Remote {
            account: AccountId(columns.needed(names.2, columns.id_if(names.2)?)?),
            id: columns.get(names.3)?,
        },
    })
}

pub(crate) fn read(row: &SqliteRow) -> Result<Transfer> {
    let columns = Columns::new(TABLE, row);
    let remote_url: Option<String> = columns.get("remote_url")?;
    Ok(Transfer {
        id: TransferId(columns.id("id")?),
        revision: columns.get("revision")?,
        direction: columns.word("direction")?,
        source: read_end(
            &columns,
            "source_kind",
            ("source_path", "source_url", "source_account", "source_remote"),
        )?,
        target: read_end(
            &columns,
            "target_kind",
            ("target_path", "target_url", "target_account", "target_remote"),
        )?,
        account: AccountId(columns.id("account")?),
        name: columns.get("name")?,
        size: columns.number_if("size")?,
        fingerprint: columns.json_if("fingerprint")?,
        found: columns.json_if("found")?,
        follow: columns.json_if("follow")?,
        state: columns.word("state")?,
        step: columns.word("step")?,
        outcome: columns.word("outcome")?,
        wish: columns.word("wish")?,
        reason: columns.json_if("reason")?,
        question: columns.json_if("question")?,
        ended: columns.json_if("ended")?,
        proof: columns.word_if("proof")?,
        session: columns.id_if("session")?.map(SessionId),
        remote: columns
            .get::<Option<String>>("remote_id")?
            .map(|id| Remote { id, url: remote_url }),
        sent: columns.number("sent")?,
        parts_done: columns.number("parts_done")?,
        parts_total: columns.number("parts_total")?,
        priority: columns.number("priority")?,
        position: columns.get("position")?,
        batch: BatchId(columns.id("batch")?),
        attempt: columns.number("attempt")?,
        failures: columns.number("failures")?,
        looks: columns.number("looks")?,
        version_of: columns.id_if("version_of")?.map(TransferId),
        limit: columns.number_if("byte_limit")?,
        options: columns.json("options")?,
        created_at: Time(columns.get("created_at")?),
        started_at: columns.get::<Option<i64>>("started_at")?.map(Time),
        finished_at: columns.get::<Option<i64>>("finished_at")?.map(Time),
    })
}
