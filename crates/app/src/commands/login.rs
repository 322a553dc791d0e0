//! Commands for starting at login.

use super::Obey;
use crate::boundary::{Failure, SetStartAtLogin, StartAtLogin};
use crate::login;

impl Obey {
    pub(super) async fn login(&self) -> Result<StartAtLogin, Failure> {
        let home = self.0.home.clone();
        let standing = tokio::task::spawn_blocking(move || login::standing(&home)).await;
        standing.map_err(|_| stopped())
    }

    pub(super) async fn set_login(&self, ask: SetStartAtLogin) -> Result<StartAtLogin, Failure> {
        let home = self.0.home.clone();
        let set = tokio::task::spawn_blocking(move || login::set(&home, ask.on)).await;
        set.map_err(|_| stopped())??;
        self.login().await
    }
}

fn stopped() -> Failure {
    Failure::new("stopped", "Longshore is ending.")
}
