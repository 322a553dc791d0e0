//! The one channel to the page: changes are gathered, then sent at most ten times a second.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use app::boundary::Change;
use tauri::ipc::{Channel, InvokeResponseBody};
use tokio::sync::Notify;

use crate::gather::Gather;

/// Ten times a second.
const PAUSE: Duration = Duration::from_millis(100);

/// Where changes wait for the page.
#[derive(Default)]
pub(crate) struct Feed {
    inner: Mutex<Inner>,
    wake: Notify,
}

#[derive(Default)]
struct Inner {
    page: Option<Channel<InvokeResponseBody>>,
    gathered: Gather,
}

impl Feed {
    /// From now on, changes go to this channel. What was gathered for a page before it is forgotten: a new page lists
    /// everything itself.
    pub(crate) fn attach(&self, page: Channel<InvokeResponseBody>) {
        let mut inner = self.inner();
        inner.gathered = Gather::default();
        // The channel before it keeps a closure in the page for as long as it is held here.
        inner.page = Some(page);
    }

    /// The page is gone or is being loaded anew.
    pub(crate) fn detach(&self) {
        *self.inner() = Inner::default();
    }

    /// Tells the page, soon.
    pub(crate) fn tell(&self, change: Change) {
        let mut inner = self.inner();
        if inner.page.is_some() {
            inner.gathered.add(change);
            drop(inner);
            self.wake.notify_one();
        }
    }

    /// Sends what is gathered, for ever.
    pub(crate) async fn run(&self) {
        loop {
            self.wake.notified().await;
            self.send();
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn send(&self) {
        let mut inner = self.inner();
        let messages = std::mem::take(&mut inner.gathered).into_messages();
        let Some(page) = &inner.page else { return };
        for message in messages {
            if page.send(InvokeResponseBody::Json(message)).is_err() {
                inner.page = None;
                return;
            }
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
