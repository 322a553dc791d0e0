//! Whether the machine had time for us: a measurement on one that had not says nothing about a limit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const NAP: Duration = Duration::from_millis(5);
/// Who wakes later than this stood in line behind others.
const LATE: Duration = Duration::from_millis(25);

/// Somebody who naps for a moment again and again, and notes the latest waking.
pub(super) struct Calm {
    over: Arc<AtomicBool>,
    latest_us: Arc<AtomicU64>,
    napping: Option<JoinHandle<()>>,
}

impl Calm {
    pub(super) fn watch() -> Self {
        let (over, latest_us) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let napping = {
            let (over, latest) = (Arc::clone(&over), Arc::clone(&latest_us));
            std::thread::spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let began = Instant::now();
                    std::thread::sleep(NAP);
                    let late = began.elapsed().saturating_sub(NAP).as_micros();
                    latest.fetch_max(u64::try_from(late).unwrap_or(u64::MAX), Ordering::Relaxed);
                }
            })
        };
        Self {
            over,
            latest_us,
            napping: Some(napping),
        }
    }

    /// Whether it was never late.
    pub(super) fn was(mut self) -> bool {
        self.over.store(true, Ordering::Relaxed);
        if let Some(napping) = self.napping.take() {
            napping.join().unwrap();
        }
        Duration::from_micros(self.latest_us.load(Ordering::Relaxed)) < LATE
    }
}
