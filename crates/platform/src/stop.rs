//! How the system asks this process to end.

use std::io;

/// Resolves when somebody pressed Ctrl-C or the system asks the process to end (SIGTERM, and SIGHUP when its terminal goes away).
///
/// From the first call on these no longer end the process by themselves.
///
/// # Errors
/// What the system says.
pub async fn asked_to_stop() -> io::Result<()> {
    system::asked_to_stop().await
}

#[cfg(unix)]
mod system {
    use std::io;
    use tokio::signal::unix::{SignalKind, signal};

    pub(super) async fn asked_to_stop() -> io::Result<()> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
        Ok(())
    }
}

#[cfg(windows)]
mod system {
    use std::io;
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};

    pub(super) async fn asked_to_stop() -> io::Result<()> {
        let (mut c, mut stop, mut close, mut shutdown) = (ctrl_c()?, ctrl_break()?, ctrl_close()?, ctrl_shutdown()?);
        tokio::select! {
            _ = c.recv() => {}
            _ = stop.recv() => {}
            _ = close.recv() => {}
            _ = shutdown.recv() => {}
        }
        Ok(())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use rustix::process::{Signal, getpid, kill_process};

    #[tokio::test]
    async fn a_polite_request_to_end_is_heard_and_does_not_kill() {
        for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
            let mut heard = std::pin::pin!(asked_to_stop());
            // The first look takes the signals over.
            let waits = tokio::select! {
                biased;
                _ = &mut heard => false,
                () = std::future::ready(()) => true,
            };
            assert!(waits);
            kill_process(getpid(), signal).unwrap();
            heard.await.unwrap();
        }
    }
}
