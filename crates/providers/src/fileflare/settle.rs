//! What became of an upload whose answer was lost, read off what the library shows.

use transfer::error::Result;
use transfer::provider::{Finished, Settlement};
use transfer::transfer::Remote;

use super::session::{Seen, Session};
use super::types::AssetDto;
use super::{Fileflare, LABEL};

impl Fileflare {
    pub(super) async fn look_at(&self, session: &Session) -> Result<Settlement> {
        Ok(match self.asset(&session.asset_id).await? {
            None if self.is_gone(&session.asset_id) => Settlement::Gone,
            None => Settlement::NotFinished,
            Some(asset) => shown(session, &asset),
        })
    }
}

/// What it is worth that the library shows the file.
fn shown(session: &Session, asset: &AssetDto) -> Settlement {
    let size = asset.size.as_deref();
    let shows = match size {
        Some(size) => format!(
            "{LABEL} shows the file with the size {}",
            crate::http::shown(size, None)
        ),
        None => format!("{LABEL} shows the file without a size"),
    };
    if size.is_some_and(|size| !compatible(size, session.size)) {
        return Settlement::Unknown(format!("{shows}, but it has {} bytes.", session.size));
    }
    match session.visible_before {
        Seen::No => Settlement::Finished(Finished {
            remote: session.remote(),
            size: size.and_then(exact),
            followed: false,
            note: None,
        }),
        Seen::Yes => Settlement::Unknown(format!("{shows}, and did so before it was confirmed.")),
        Seen::Unknown => Settlement::Unknown(format!(
            "{shows}, and it is not known whether it does so before confirmation."
        )),
    }
}

impl Session {
    /// The file at the service.
    pub(super) fn remote(&self) -> Remote {
        Remote {
            id: self.asset_id.clone(),
            url: self.file_url.clone(),
        }
    }
}

/// A size that is not rounded.
pub(super) fn exact(size: &str) -> Option<u64> {
    size.trim().parse().ok()
}

/// Whether `shown` can be the size of a file of `bytes` bytes. A rounded one may be cut off or rounded up, in steps of
/// 1,000 or of 1,024. What can't be read speaks against nothing.
fn compatible(shown: &str, bytes: u64) -> bool {
    if let Some(exact) = exact(shown) {
        return exact == bytes;
    }
    let shown = shown.trim().to_ascii_lowercase().replace(',', "");
    let digits = shown
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(shown.len());
    let (figure, unit) = shown.split_at(digits);
    let Ok(value) = figure.parse::<f64>() else {
        return true;
    };
    let power = match unit.trim() {
        "b" | "byte" | "bytes" => 0,
        "k" | "kb" | "kib" => 1,
        "m" | "mb" | "mib" => 2,
        "g" | "gb" | "gib" => 3,
        "t" | "tb" | "tib" => 4,
        _ => return true,
    };
    let decimals = figure.split_once('.').map_or(0, |(_, after)| after.len());
    let step = 10_f64.powi(-i32::try_from(decimals.min(9)).unwrap_or(0));
    [1000_f64, 1024_f64].into_iter().any(|base| {
        #[expect(clippy::cast_precision_loss, reason = "what is compared is rounded anyway")]
        let in_unit = bytes as f64 / base.powi(power);
        (in_unit - value).abs() <= step
    })
}

#[cfg(test)]
mod tests {
    use super::super::session::Generation;
    use super::*;

    fn session(size: u64, visible_before: Seen) -> Session {
        Session {
            version: 1,
            generation: Generation::Parts,
            asset_id: "a".into(),
            upload_id: None,
            file_url: None,
            size,
            mime: String::new(),
            visible_before,
            links: Vec::new(),
        }
    }

    fn asset(size: Option<&str>) -> AssetDto {
        AssetDto {
            id: Some("a".into()),
            size: size.map(Into::into),
            ..AssetDto::default()
        }
    }

    #[test]
    fn being_shown_proves_something_only_where_it_did_not_happen_before() {
        let ten = asset(Some("10"));
        let finished = shown(&session(10, Seen::No), &ten);
        assert!(matches!(
            finished,
            Settlement::Finished(Finished { size: Some(10), .. })
        ));
        for seen in [Seen::Yes, Seen::Unknown] {
            assert!(matches!(shown(&session(10, seen), &ten), Settlement::Unknown(_)));
        }
    }

    #[test]
    fn another_size_is_never_taken_for_ours() {
        for size in ["11", "5MB", "0"] {
            let seen = shown(&session(10, Seen::No), &asset(Some(size)));
            assert!(matches!(seen, Settlement::Unknown(_)), "{size}");
        }
        let without = shown(&session(10, Seen::No), &asset(None));
        assert!(matches!(without, Settlement::Finished(Finished { size: None, .. })));
    }

    #[test]
    fn a_rounded_size_fits_what_it_can_stand_for() {
        for (shown, bytes) in [
            ("10MB", 10_000_000),
            ("10MB", 10_485_760),
            ("10 MB", 10_400_000),
            ("289.24 MiB", 303_287_472),
            ("1 KB", 100),
            ("0 B", 0),
            ("1,024 KB", 1_048_576),
            ("a lot", 5),
        ] {
            assert!(compatible(shown, bytes), "{shown} {bytes}");
        }
        for (shown, bytes) in [("10MB", 20_000_000), ("10MB", 5), ("1.5 GB", 1_000_000_000), ("12", 13)] {
            assert!(!compatible(shown, bytes), "{shown} {bytes}");
        }
    }
}
