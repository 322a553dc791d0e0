//! A copy of the database every hour, so that little is lost when the disk damages it.

use std::sync::Arc;
use std::time::Duration;

use crate::application::Application;
use crate::present::Present;

const HOUR: Duration = Duration::from_secs(3600);

/// Runs until the application ends.
pub(crate) async fn hourly(app: Arc<Application>) {
    loop {
        tokio::select! {
            () = app.ending.cancelled() => return,
            () = tokio::time::sleep(HOUR) => {}
        }
        match app.store.backup(Present.time()).await {
            Ok(_) => tracing::info!("made a copy of the database"),
            Err(why) => tracing::warn!(code = why.code, "no copy of the database could be made"),
        }
    }
}
