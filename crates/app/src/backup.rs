//! A copy of the database every hour, so that little is lost when the disk damages it.

use std::sync::Arc;
use std::time::Duration;

use transfer::Time;

use crate::application::Application;
use crate::present::Present;

const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: Duration = Duration::from_secs(60);
/// Remembers when.
const KEY: &str = "last_backup";

/// Runs until the application ends.
pub(crate) async fn hourly(app: Arc<Application>) {
    loop {
        let age = age(&app).await;
        if age >= HOUR {
            match make(&app).await {
                Ok(()) => tracing::info!("made a copy of the database"),
                Err(why) => tracing::warn!(code = why.code, "no copy of the database could be made"),
            }
        }
        tokio::select! {
            () = app.ending.cancelled() => return,
            () = tokio::time::sleep(HOUR.saturating_sub(age).max(MINUTE)) => {}
        }
    }
}

/// How long ago the last copy was made, by whichever process: short ones follow each other too.
async fn age(app: &Application) -> Duration {
    let made = app
        .ledger
        .setting(KEY)
        .await
        .ok()
        .flatten()
        .and_then(|made| made.parse().ok());
    made.map_or(Duration::MAX, |made| Present.time().since(Time(made)))
}

async fn make(app: &Application) -> transfer::error::Result<()> {
    let now = Present.time();
    app.ledger.put_setting(KEY, Some(&now.0.to_string())).await?;
    app.store.backup(now).await.map(drop)
}
