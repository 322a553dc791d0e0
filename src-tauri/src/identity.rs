//! Under which name this window is known to the system: one per home folder, so that a window with a sandbox does not
//! take the files that are meant for the person's own.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use app::Home;
use tauri::Config;

/// Names the window after its home, unless that is the usual one.
pub(crate) fn name(config: &mut Config, home: &Home) {
    if home.is_own() {
        config.identifier = named(&config.identifier, home.data());
    }
}

fn named(identifier: &str, home: &Path) -> String {
    // Two starts must agree, two versions need not.
    let mut hasher = DefaultHasher::new();
    home.hash(&mut hasher);
    format!("{identifier}.home{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_home_has_a_name_of_its_own_and_always_the_same() {
        let name = |home: &str| named("app.longshore.desktop", Path::new(home));
        assert_eq!(name("/a"), name("/a"));
        assert_ne!(name("/a"), name("/b"));
        assert!(name("/a").starts_with("app.longshore.desktop.home"));
    }
}
