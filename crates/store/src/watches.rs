//! The table of watches: one row for each watched folder.

use std::time::Duration;

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use transfer::watch::{After, Old, Policy};
use transfer::{AccountId, Time, Watch, WatchId};

use crate::column::{Columns, bytes, json, json_if, number};
use crate::fault::Result;

pub(crate) const PUT: &str =
    "INSERT INTO watches (id, name, account, root, include, exclude, policy, most, after, after_folder,
    after_since, every_s, events, paused, mark, scanned_at, created_at, old, options, ask_above)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
  ON CONFLICT (id) DO UPDATE SET name = excluded.name, account = excluded.account, root = excluded.root,
    include = excluded.include, exclude = excluded.exclude, policy = excluded.policy, most = excluded.most,
    after = excluded.after, after_folder = excluded.after_folder, after_since = excluded.after_since,
    every_s = excluded.every_s, events = excluded.events, paused = excluded.paused, mark = excluded.mark,
    scanned_at = excluded.scanned_at, old = excluded.old, options = excluded.options,
    ask_above = excluded.ask_above, removed_at = NULL";
pub(crate) const LIST: &str = "SELECT * FROM watches WHERE removed_at IS NULL ORDER BY name";
/// Its name is free again.
pub(crate) const REMOVE: &str =
    "UPDATE watches SET removed_at = unixepoch(), name = lower(hex(id)), paused = 1 WHERE id = ?1";
pub(crate) const REMOVED: &str = "SELECT * FROM watches
  WHERE account = ?1 AND root = ?2 AND removed_at IS NOT NULL ORDER BY removed_at DESC, id DESC LIMIT 1";

pub(crate) async fn put(connection: &mut SqliteConnection, watch: &Watch) -> Result<()> {
    let most = match watch.policy {
        Policy::Mirror { most } => Some(most),
        Policy::New | Policy::Changed => None,
    };
    let (after, folder) = match &watch.after {
        After::Keep => ("keep", None),
        After::Move { folder } => ("move", Some(folder.clone())),
        After::Trash => ("trash", None),
    };
    let every = watch
        .every
        .map(|every| number("every_s", every.as_secs()))
        .transpose()?;
    let ask_above = watch.ask_above.map(|size| number("ask_above", size)).transpose()?;
    sqlx::query(PUT)
        .bind(bytes(watch.id.0))
        .bind(watch.name.clone())
        .bind(bytes(watch.account.0))
        .bind(watch.root.clone())
        .bind(json("include", &watch.include)?)
        .bind(json("exclude", &watch.exclude)?)
        .bind(watch.policy.text())
        .bind(most)
        .bind(after)
        .bind(folder)
        .bind(watch.after_since.0)
        .bind(every)
        .bind(watch.events)
        .bind(watch.paused)
        .bind(json_if("mark", watch.mark.as_ref())?)
        .bind(watch.scanned_at.map(|time| time.0))
        .bind(watch.created_at.0)
        .bind(watch.old.text())
        .bind(json("options", &watch.options)?)
        .bind(ask_above)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn remove(connection: &mut SqliteConnection, id: WatchId) -> Result<()> {
    sqlx::query(REMOVE).bind(bytes(id.0)).execute(connection).await?;
    Ok(())
}

pub(crate) fn read(row: &SqliteRow) -> Result<Watch> {
    let columns = Columns::new("watches", row);
    let (policy, after): (String, String) = (columns.get("policy")?, columns.get("after")?);
    let old: String = columns.get("old")?;
    let most = columns.number_if("most")?;
    let folder: Option<Vec<u8>> = columns.get("after_folder")?;
    let scanned_at: Option<i64> = columns.get("scanned_at")?;
    Ok(Watch {
        id: WatchId(columns.id("id")?),
        name: columns.get("name")?,
        account: AccountId(columns.id("account")?),
        root: columns.get("root")?,
        include: columns.json("include")?,
        exclude: columns.json("exclude")?,
        policy: match policy.as_str() {
            "new" => Policy::New,
            "changed" => Policy::Changed,
            "mirror" => Policy::Mirror {
                most: columns.needed("most", most)?,
            },
            _ => columns.needed("policy", None)?,
        },
        old: match old.as_str() {
            "keep" => Old::Keep,
            "delete" => Old::Delete,
            _ => columns.needed("old", None)?,
        },
        options: columns.json("options")?,
        ask_above: columns.number_if("ask_above")?,
        after: match after.as_str() {
            "keep" => After::Keep,
            "move" => After::Move {
                folder: columns.needed("after_folder", folder)?,
            },
            "trash" => After::Trash,
            _ => columns.needed("after", None)?,
        },
        after_since: Time(columns.get("after_since")?),
        every: columns.number_if("every_s")?.map(Duration::from_secs),
        events: columns.get("events")?,
        paused: columns.get("paused")?,
        mark: columns.json_if("mark")?,
        scanned_at: scanned_at.map(Time),
        created_at: Time(columns.get("created_at")?),
    })
}
