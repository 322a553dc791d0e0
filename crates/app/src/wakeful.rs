//! Keeps the machine awake while a transfer is being worked on, and lets it sleep when none is.

use platform::Awake;

/// What a person reads who asks the system why it does not sleep.
const WHY: &str = "Files are being sent or fetched";

/// Whether the machine is kept awake.
#[derive(Debug, Default)]
pub(crate) struct Wakeful {
    held: Option<Awake>,
    /// It was asked for since the last rest. What was refused once is not asked for with every change.
    asked: bool,
}

impl Wakeful {
    /// Holds on or lets go, as `moving` says.
    pub(crate) async fn follow(&mut self, moving: bool) {
        if moving == self.asked {
            return;
        }
        self.asked = moving;
        let held = self.held.take();
        let work = move || {
            drop(held);
            moving.then(|| platform::stay_awake(WHY))
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(Some(Ok(awake))) => self.held = Some(awake),
            Ok(Some(Err(why))) => tracing::debug!(%why, "the machine may fall asleep in the middle"),
            Ok(None) | Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_asked_once_for_all_that_moves_and_let_go_at_rest() {
        let mut wakeful = Wakeful::default();
        wakeful.follow(false).await;
        assert!(!wakeful.asked && wakeful.held.is_none());
        wakeful.follow(true).await;
        wakeful.follow(true).await;
        assert!(wakeful.asked);
        wakeful.follow(false).await;
        assert!(!wakeful.asked && wakeful.held.is_none());
    }
}
