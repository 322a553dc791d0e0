//! The services: one folder each, behind the small traits of `transfer`, and the only list of them.
//!
//! A provider fails once and says why; trying again is the queue's. What all of them share over the wire stands in
//! [`http`]: two clients per account, credentials bound to their origin, and faults stripped of addresses.

mod baasix;
mod direct;
mod facilioo;
mod filefactory;
mod fileflare;
#[doc(hidden)]
pub mod hostile;
mod http;
pub mod memory;

use transfer::provider::Descriptor;

/// Every service of this build.
#[must_use]
pub fn registry() -> Registry {
    Registry {
        list: vec![
            fileflare::descriptor(),
            filefactory::descriptor(),
            facilioo::descriptor(),
            baasix::descriptor(),
            direct::descriptor(),
        ],
    }
}

/// The services of this build and `more`, for tests and for services that are described elsewhere.
#[must_use]
pub fn registry_with(more: impl IntoIterator<Item = Descriptor>) -> Registry {
    let mut all = registry();
    all.list.extend(more);
    all
}

/// Services by key.
#[derive(Debug, Clone)]
pub struct Registry {
    list: Vec<Descriptor>,
}

impl Registry {
    /// The service with `key`. When two have the same, the one that was added last.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Descriptor> {
        self.list.iter().rev().find(|descriptor| descriptor.key == key)
    }

    /// All of them, in the order in which people choose.
    pub fn iter(&self) -> impl Iterator<Item = &Descriptor> {
        self.list.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_descriptor_is_complete_and_its_key_is_its_own() {
        let registry = registry();
        let mut keys: Vec<_> = registry.iter().map(|d| d.key.clone()).collect();
        keys.dedup();
        assert_eq!(keys.len(), registry.iter().count());
        for d in registry.iter() {
            assert!(
                d.key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()),
                "{}",
                d.key
            );
            assert!(!d.label.is_empty() && !d.fields.is_empty() && d.budget.requests > 0);
            assert!(!d.base_url.ends_with('/'), "{}", d.base_url);
            assert_eq!(registry.get(&d.key).map(|found| &found.label), Some(&d.label));
        }
    }

    #[test]
    fn a_service_from_elsewhere_enters_by_the_same_door() {
        let world = memory::World::new();
        assert!(registry_with([world.descriptor()]).get("memory").is_some());
        assert!(registry().get("memory").is_none());
    }
}
