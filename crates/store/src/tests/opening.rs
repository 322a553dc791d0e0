//! Opening: rights, formats, and queries that fit the schema.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Connection, Executor, Row, SqlSafeStr};

use super::*;
use crate::{OpenError, accounts, journal, receipts, schema, sessions, settings, transfers, watch_files, watches};

#[tokio::test]
async fn every_query_fits_the_schema() {
    let (home, _store) = fresh().await;
    let mut connection = stranger(&home).await;
    for query in [
        accounts::PUT,
        accounts::LIST,
        accounts::REMOVE,
        journal::ADD,
        journal::LIST,
        receipts::PUT,
        receipts::LIST,
        sessions::INSERT,
        sessions::OPENED,
        sessions::MOVE,
        sessions::ONE,
        sessions::NOT_OVER,
        sessions::REMOVE_OVER,
        settings::PUT,
        settings::FORGET,
        settings::ONE,
        transfers::INSERT,
        transfers::UPDATE,
        transfers::LIST,
        transfers::PLACE,
        transfers::REMOVE,
        watches::PUT,
        watches::LIST,
        watches::REMOVE,
        watches::REMOVED,
        watch_files::PUT,
        watch_files::FORGET,
        watch_files::PAGE,
        watch_files::IN_STATE,
        watch_files::DECISIONS,
        watch_files::TWINS,
        watch_files::KNOWS_SIZE,
        watch_files::ATTACH,
        watch_files::COUNTS,
        watch_files::FOLLOW,
        watch_files::REPLACED_PAGE,
        watch_files::OLDER,
        watch_files::FORGET_REPLACED,
        watch_files::FORGET_OLDER,
        watch_files::FORGET_GONE,
        watch_files::FORGET_SENT,
    ] {
        connection.prepare(query.into_sql_str()).await.unwrap();
    }
}

#[tokio::test]
async fn the_connection_is_as_durable_as_it_claims() {
    let (home, _store) = fresh().await;
    let mut connection = stranger(&home).await;
    for (pragma, expected) in [
        ("PRAGMA synchronous", 2),
        ("PRAGMA foreign_keys", 1),
        ("PRAGMA secure_delete", 1),
        ("PRAGMA trusted_schema", 0),
        ("PRAGMA fullfsync", 1),
        ("PRAGMA checkpoint_fullfsync", 1),
        ("PRAGMA busy_timeout", 5000),
    ] {
        let found: i64 = sqlx::query_scalar(pragma).fetch_one(&mut connection).await.unwrap();
        assert_eq!(found, expected, "{pragma}");
    }
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(mode, "wal");
}

#[tokio::test]
async fn nobody_else_may_read_any_file_of_the_store() {
    let (home, store) = fresh().await;
    store.insert(&rows(3), &[], &note("added")).await.unwrap();
    store.backup(NOW).await.unwrap();
    let mut folders = vec![home.path().join("data")];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            // `None` where modes do not tell.
            assert_ne!(
                platform::modes::is_private(&path).unwrap(),
                Some(false),
                "{}",
                path.display()
            );
            seen += 1;
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    assert!(seen >= 5, "database, log, index of the log, folder of backups, backup");
}

#[tokio::test]
async fn a_newer_format_is_refused_and_left_as_it_is() {
    let (home, store) = fresh().await;
    store.insert(&rows(1), &[], &note("added")).await.unwrap();
    store.close().await.unwrap();
    let mut connection = stranger(&home).await;
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', 1, x'00', 1)")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let error = Store::open(options(&home.path().join("data"))).await.unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 9999, known } if known == schema::known()));
    assert!(error.to_string().contains("newer Longshore"));
    let mut connection = stranger(&home).await;
    let left = sqlx::query("SELECT * FROM transfers")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert_eq!(left[0].get::<String, _>("name"), "file 0");
}

/// Our migrations and one from the future.
fn with_next(sql: &'static str) -> Migrator {
    let next = Migration::new(
        schema::known() + 1,
        "next".into(),
        MigrationType::Simple,
        sql.into_sql_str(),
        false,
    );
    Migrator::with_migrations(schema::MIGRATIONS.iter().cloned().chain([next]).collect())
}

#[tokio::test]
async fn an_older_database_is_copied_and_then_upgraded() {
    let (home, store) = fresh().await;
    store.insert(&rows(1), &[], &note("added")).await.unwrap();
    store.close().await.unwrap();
    let path = home.path().join("data/queue.db");
    let mut connection = stranger(&home).await;
    let migrations = with_next("ALTER TABLE settings ADD COLUMN note TEXT");
    schema::upgrade_by(&migrations, &mut connection, &path).await.unwrap();
    let known = schema::known();
    assert_eq!(schema::found(&mut connection).await.unwrap(), known + 1);

    let copy = home.path().join(format!("data/queue.db.before-{known}"));
    let mut copy = connect::reading_alone(&copy).await.unwrap();
    assert_eq!(schema::found(&mut copy).await.unwrap(), known);
    for connection in [&mut connection, &mut copy] {
        let names: Vec<String> = sqlx::query_scalar("SELECT name FROM transfers")
            .fetch_all(connection)
            .await
            .unwrap();
        assert_eq!(names, vec!["file 0"]);
    }
}

#[tokio::test]
async fn an_upgrade_that_fails_leaves_the_database_as_it_was() {
    let (home, store) = fresh().await;
    store.insert(&rows(1), &[], &note("added")).await.unwrap();
    store.close().await.unwrap();
    let mut connection = stranger(&home).await;
    let migrations = with_next("DELETE FROM transfers; DELETE FROM nothing_of_the_kind;");
    let path = home.path().join("data/queue.db");
    assert!(schema::upgrade_by(&migrations, &mut connection, &path).await.is_err());
    connection.close().await.unwrap();
    assert_eq!(open(&home).await.transfers().await.unwrap(), rows(1));
}

#[tokio::test]
async fn an_unknown_state_is_an_error_that_names_row_and_text() {
    let (home, store) = fresh().await;
    store.insert(&rows(2), &[], &note("added")).await.unwrap();
    store.close().await.unwrap();
    let mut connection = stranger(&home).await;
    sqlx::query("PRAGMA ignore_check_constraints = ON")
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::query("UPDATE transfers SET state = 'done' WHERE name = 'file 1'")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let store = open(&home).await;
    assert!(store.restored().is_none(), "a wrong word is no damage");
    let failure = store.transfers().await.unwrap_err();
    assert_eq!(failure.code, "queue_unknown_value");
    assert!(failure.message.contains(&row(1).id.to_string()), "{failure}");
    assert!(failure.message.contains("\"done\""), "{failure}");
}

#[tokio::test]
async fn the_rules_of_the_tables_refuse_what_the_domain_does_not_know() {
    let (home, store) = fresh().await;
    store.insert(&rows(1), &[], &note("added")).await.unwrap();
    let mut connection = stranger(&home).await;
    for change in [
        "UPDATE transfers SET state = 'done'",
        "UPDATE transfers SET state = 'completed'",
        "UPDATE transfers SET source_kind = 'link'",
        "UPDATE transfers SET size = -1",
        "UPDATE transfers SET size = 'many'",
        "UPDATE transfers SET options = '{'",
        "UPDATE transfers SET id = x'00'",
    ] {
        assert!(sqlx::query(change).execute(&mut connection).await.is_err(), "{change}");
    }
}
