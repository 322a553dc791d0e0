//! Cutting a file into parts, what a stored part is worth, and the session that ties them together.

use std::collections::BTreeSet;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::error::{Failure, Kind, Result};
use crate::time::Time;

/// The most parts that S3-like storages take.
pub const MAX_PARTS: usize = 10_000;
const MIB: u64 = 1024 * 1024;

/// One part of the plan: bytes from `start` up to, not including, `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartPlan {
    /// From 1.
    pub number: u32,
    /// First byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
}

impl PartPlan {
    /// Bytes in it.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// Holds no byte; true of the only part of an empty file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The size of parts when the service leaves it to us: 8 MiB, more when that makes over 9,000 of them.
#[must_use]
pub fn part_size(size: u64) -> u64 {
    (8 * MIB).max(size.div_ceil(9_000).div_ceil(MIB) * MIB)
}

/// Cuts `size` bytes into parts of `part_size` (at least 1); an empty file is one empty part.
#[must_use]
pub fn cut(size: u64, part_size: u64) -> Vec<PartPlan> {
    let step = part_size.max(1);
    let count = size.div_ceil(step).max(1);
    (0..count)
        .map(|index| PartPlan {
            number: u32::try_from(index + 1).unwrap_or(u32::MAX),
            start: index * step,
            end: ((index + 1) * step).min(size),
        })
        .collect()
}

/// Checks a plan that came from a service: numbers unique from 1, contiguous, from 0 to `size`, at most [`MAX_PARTS`].
///
/// # Errors
/// [`Kind::Protocol`] naming what is wrong.
pub fn check(parts: &[PartPlan], size: u64) -> Result<()> {
    let wrong = |what: String| {
        Err(Failure::new(
            Kind::Protocol,
            "bad_part_plan",
            format!("The service cut the file wrongly: {what}."),
        ))
    };
    if parts.is_empty() || parts.len() > MAX_PARTS {
        return wrong(format!("{} parts", parts.len()));
    }
    let numbers: BTreeSet<u32> = parts.iter().map(|part| part.number).collect();
    if numbers.len() != parts.len()
        || numbers.first() != Some(&1)
        || numbers.last().map(|n| *n as usize) != Some(parts.len())
    {
        return wrong("part numbers are not 1 to n".into());
    }
    let mut sorted: Vec<_> = parts.to_vec();
    sorted.sort_by_key(|part| part.number);
    let mut at = 0;
    for part in &sorted {
        if part.start != at || part.end < part.start || (part.is_empty() && size > 0) {
            return wrong(format!("part {} goes from {} to {}", part.number, part.start, part.end));
        }
        at = part.end;
    }
    if at != size {
        return wrong(format!("the parts end at {at} of {size} bytes"));
    }
    Ok(())
}

/// A part that the storage holds: the ledger's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Which part.
    pub number: u32,
    /// Its bytes.
    pub size: u64,
    /// The storage's tag, without quotes.
    pub tag: String,
    /// MD5 of what was sent, lower-case hex.
    pub md5: String,
    /// The tag is the MD5.
    pub verified: bool,
    /// How often it was sent.
    pub tries: u32,
}

/// What a service gave us to send one file with. Survives a restart; every version ever released stays readable.
#[derive(Clone, Serialize, Deserialize)]
pub struct UploadSession {
    /// The key of the provider that understands `body`.
    pub provider: String,
    /// The form of `body`.
    pub version: u32,
    /// The id that the service will know the file by, if it says so beforehand.
    pub remote_id: Option<String>,
    /// How the file is cut, checked.
    pub parts: Vec<PartPlan>,
    /// After this no part can be sent, by the server's clock turned into ours.
    pub expires_at: Option<Time>,
    /// What only the provider reads: signed links among it. Stored encrypted.
    #[serde(with = "secret")]
    pub body: SecretString,
}

mod secret {
    use secrecy::{ExposeSecret, SecretString};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(secret: &SecretString, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(secret.expose_secret())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
        String::deserialize(from).map(SecretString::from)
    }
}

impl std::fmt::Debug for UploadSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UploadSession")
            .field("provider", &self.provider)
            .field("remote_id", &self.remote_id)
            .field("parts", &self.parts.len())
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_we_cut_passes_the_check(size in 0_u64..1 << 50) {
            let parts = cut(size, part_size(size));
            prop_assert!(check(&parts, size).is_ok());
            prop_assert!(parts.len() <= 9_000);
        }

        #[test]
        fn a_plan_with_one_wrong_edge_is_refused(size in 100_u64..10_000, step in 10_u64..50, pick in 0_usize..1_000, delta in 1_u64..9) {
            let mut parts = cut(size, step);
            let at = pick % parts.len();
            parts[at].end += delta;
            prop_assert!(check(&parts, size).is_err());
        }

        #[test]
        fn a_plan_with_a_repeated_number_is_refused(size in 100_u64..10_000, pick in 0_usize..1_000) {
            let mut parts = cut(size, 10);
            let at = pick % parts.len();
            parts[at].number = parts[(at + 1) % parts.len()].number;
            prop_assert!(check(&parts, size).is_err());
        }
    }

    #[test]
    fn an_empty_file_is_one_empty_part() {
        assert_eq!(
            cut(0, 8),
            vec![PartPlan {
                number: 1,
                start: 0,
                end: 0
            }]
        );
        assert!(check(&cut(0, 8), 0).is_ok());
    }

    #[test]
    fn parts_grow_with_the_file_from_8_mib() {
        assert_eq!(part_size(1), 8 * MIB);
        assert_eq!(part_size(9_000 * 8 * MIB + 1), 9 * MIB);
    }
}
