//! The table of accounts. Their credentials are elsewhere.

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use transfer::{Account, AccountId, Time};

use crate::column::{Columns, bytes, json, json_if, word};
use crate::fault::Result;

pub(crate) const PUT: &str = "INSERT INTO accounts
    (id, provider, name, base_url, allow_http, options, tags, info, last_answer, created_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
  ON CONFLICT (id) DO UPDATE SET
    provider = excluded.provider, name = excluded.name, base_url = excluded.base_url, allow_http = excluded.allow_http,
    options = excluded.options, tags = excluded.tags, info = excluded.info, last_answer = excluded.last_answer,
    created_at = excluded.created_at";
pub(crate) const LIST: &str = "SELECT * FROM accounts ORDER BY name";
pub(crate) const REMOVE: &str = "DELETE FROM accounts WHERE id = ?1";

pub(crate) async fn put(connection: &mut SqliteConnection, account: &Account) -> Result<()> {
    sqlx::query(PUT)
        .bind(bytes(account.id.0))
        .bind(account.provider.clone())
        .bind(account.name.clone())
        .bind(account.base_url.clone())
        .bind(account.allow_http)
        .bind(json("options", &account.options)?)
        .bind(word("tags", &account.tags)?)
        .bind(json_if("info", account.info.as_ref())?)
        .bind(account.last_answer.map(|time| time.0))
        .bind(account.created_at.0)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn remove(connection: &mut SqliteConnection, id: AccountId) -> Result<()> {
    sqlx::query(REMOVE).bind(bytes(id.0)).execute(connection).await?;
    Ok(())
}

pub(crate) fn read(row: &SqliteRow) -> Result<Account> {
    let columns = Columns::new("accounts", row);
    Ok(Account {
        id: AccountId(columns.id("id")?),
        provider: columns.get("provider")?,
        name: columns.get("name")?,
        base_url: columns.get("base_url")?,
        allow_http: columns.number::<i64>("allow_http")? == 1,
        options: columns.json("options")?,
        tags: columns.word("tags")?,
        info: columns.json_if("info")?,
        last_answer: columns.get::<Option<i64>>("last_answer")?.map(Time),
        created_at: Time(columns.get("created_at")?),
    })
}
