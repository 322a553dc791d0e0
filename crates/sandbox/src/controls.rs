//! What every host of the sandbox looks at: settings, faults, counters, clock.

use std::sync::RwLock;

use crate::clock::Clock;
use crate::counters::Tally;
use crate::faults::Faults;
use crate::settings::Settings;
use crate::timeline::Timelines;

/// The knobs and the dials.
#[derive(Debug, Default)]
pub(crate) struct Controls {
    settings: RwLock<Settings>,
    pub(crate) faults: Faults,
    pub(crate) tally: Tally,
    pub(crate) clock: Clock,
    pub(crate) timelines: Timelines,
}

impl Controls {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings: RwLock::new(settings),
            ..Self::default()
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn change_settings<T>(&self, change: impl FnOnce(&mut Settings) -> T) -> T {
        change(&mut self.settings.write().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}
