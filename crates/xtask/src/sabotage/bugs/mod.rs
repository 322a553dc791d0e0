//! The bugs, layer by layer. To add one: a row; the tests that ought to catch it must be quick.

mod application;
mod domain;
mod queue;
mod services;
mod storage;
mod watches;

use super::{Bug, Tests};

/// Every bug, in an order that builds little again between two of them.
pub(super) const LAYERS: &[&[Bug]] = &[
    domain::BUGS,
    watches::BUGS,
    storage::BUGS,
    queue::BUGS,
    services::BUGS,
    application::BUGS,
];

const TRANSFER: Tests = lib("transfer");
const STORE: Tests = lib("store");
const PLATFORM: Tests = lib("platform");
const ENGINE: Tests = lib("engine");
const PROVIDERS: Tests = lib("providers");
const APP: Tests = lib("app");
const CONTRACT: Tests = Tests {
    package: "contract-tests",
    target: "--test=contract",
    ..TRANSFER
};
const FAULTS: Tests = Tests {
    package: "faults-tests",
    target: "--test=main",
    ..TRANSFER
};

/// The unit tests of a crate.
const fn lib(package: &'static str) -> Tests {
    Tests {
        package,
        target: "--lib",
        filter: "",
        environment: &[],
    }
}
