//! Which contents files were made of, how often, and how many of one content there were at once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What became of one content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeOf {
    /// Files that were made of it.
    pub made: u64,
    /// Of those, the ones that are there.
    pub there: u64,
    /// The most of them that were there at a time.
    pub at_once: u64,
}

/// All contents, by SHA-256, and the files that have them.
#[derive(Debug, Default)]
pub(super) struct Contents {
    of: BTreeMap<String, String>,
    all: BTreeMap<String, MadeOf>,
}

impl Contents {
    /// The file `id` was made of this content.
    pub(super) fn made(&mut self, id: &str, sha256: String) {
        let of = self.all.entry(sha256.clone()).or_default();
        of.made += 1;
        of.there += 1;
        of.at_once = of.at_once.max(of.there);
        self.of.insert(id.to_owned(), sha256);
    }

    /// The file `id` is gone.
    pub(super) fn gone(&mut self, id: &str) {
        if let Some(of) = self.of.remove(id).and_then(|sha256| self.all.get_mut(&sha256)) {
            of.there = of.there.saturating_sub(1);
        }
    }

    pub(super) fn all(&self) -> BTreeMap<String, MadeOf> {
        self.all.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_after_the_other_is_not_two_at_once() {
        let mut contents = Contents::default();
        for id in ["a", "b"] {
            contents.made(id, "x".into());
            contents.gone(id);
            contents.gone(id);
        }
        contents.made("c", "x".into());
        let of = contents.all()["x"];
        assert_eq!((of.made, of.there, of.at_once), (3, 1, 1));
        contents.made("d", "x".into());
        assert_eq!(contents.all()["x"].at_once, 2);
    }
}
