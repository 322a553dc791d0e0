//! What a person can set: read, bounded, kept.

use std::ops::RangeInclusive;

use engine::{Holds, Limits};
use transfer::Rates;
use transfer::ledger::Ledger;

use crate::boundary::{Failure, Settings, Theme};
use crate::failure::crossed;

const SLOTS: RangeInclusive<u32> = 1..=32;
const PARTS: RangeInclusive<u32> = 1..=16;

const USUAL: Settings = Settings {
    slots: 3,
    slots_per_account: 3,
    parts_in_flight: 4,
    up_limit: None,
    theme: Theme::System,
};

/// The settings as they are kept; what was never set, or can't be read any more, is as usual.
pub(crate) async fn load(ledger: &dyn Ledger) -> Result<Settings, Failure> {
    let text = async |key: &str| ledger.setting(key).await.map_err(crossed);
    let number = async |key: &str, range: RangeInclusive<u32>, usual: u32| {
        let kept = text(key).await?.and_then(|kept| kept.parse().ok());
        Ok::<_, Failure>(kept.filter(|kept| range.contains(kept)).unwrap_or(usual))
    };
    Ok(Settings {
        slots: number("slots", SLOTS, USUAL.slots).await?,
        slots_per_account: number("slots_per_account", SLOTS, USUAL.slots_per_account).await?,
        parts_in_flight: number("parts_in_flight", PARTS, USUAL.parts_in_flight).await?,
        up_limit: text("up_limit")
            .await?
            .and_then(|kept| kept.parse().ok())
            .filter(|limit| *limit > 0),
        theme: text("theme")
            .await?
            .and_then(|kept| serde_json::from_value(kept.into()).ok())
            .unwrap_or(USUAL.theme),
    })
}

/// Keeps them all.
///
/// # Errors
/// `bad_setting` when one is out of its range; nothing is kept then.
pub(crate) async fn store(ledger: &dyn Ledger, settings: &Settings) -> Result<(), Failure> {
    within("slots", settings.slots, SLOTS)?;
    within("slots_per_account", settings.slots_per_account, SLOTS)?;
    within("parts_in_flight", settings.parts_in_flight, PARTS)?;
    if settings.up_limit == Some(0) {
        return Err(Failure::new(
            "bad_setting",
            "A limit is at least 1 byte a second; none at all is no limit.",
        ));
    }
    let theme = match settings.theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let rows = [
        ("slots", Some(settings.slots.to_string())),
        ("slots_per_account", Some(settings.slots_per_account.to_string())),
        ("parts_in_flight", Some(settings.parts_in_flight.to_string())),
        ("up_limit", settings.up_limit.map(|limit| limit.to_string())),
        ("theme", Some(theme.to_owned())),
    ];
    for (key, value) in rows {
        ledger.put_setting(key, value.as_deref()).await.map_err(crossed)?;
    }
    Ok(())
}

fn within(key: &str, value: u32, range: RangeInclusive<u32>) -> Result<(), Failure> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(Failure::new(
        "bad_setting",
        format!("{key} is from {} to {}, not {value}.", range.start(), range.end()),
    ))
}

/// As the engine takes them. Without work nothing gets a slot, and the queue can still be changed.
pub(crate) fn limits(settings: &Settings, works: bool) -> Limits {
    Limits {
        slots: if works { settings.slots as usize } else { 0 },
        slots_per_account: settings.slots_per_account as usize,
        rates: Rates {
            up: settings.up_limit,
            down: None,
        },
        holds: Holds::default(),
    }
}
