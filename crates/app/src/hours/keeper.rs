//! Has the engine obey the hours as they come.

use std::sync::Arc;
use std::time::Duration;

use crate::application::Application;
use crate::present::Present;

/// Clocks are set and computers sleep: what is due is looked for at least this often.
const LOOK: Duration = Duration::from_secs(20);

/// Runs until the application ends.
pub(crate) async fn run(app: Arc<Application>) {
    loop {
        let due = app.obey_hours();
        let wait = async {
            match due {
                Some(due) => tokio::time::sleep(due.since(Present.time()).min(LOOK)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = app.ending.cancelled() => return,
            () = app.hours_set.notified() => {}
            () = wait => {}
        }
    }
}
