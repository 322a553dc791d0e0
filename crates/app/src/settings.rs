//! What a person can set: read, bounded, kept.

use std::ops::RangeInclusive;

use transfer::Rates;
use transfer::ledger::Ledger;
use transfer::timetable::{Timetable, TimetableError, Weekday};

use crate::boundary::{Collision, Failure, Settings, Theme, TimetableSpan, TimetableWeek};
use crate::failure::crossed;

const SLOTS: RangeInclusive<u32> = 1..=32;
const PARTS: RangeInclusive<u32> = 1..=16;

const USUAL: Settings = Settings {
    slots: 3,
    slots_per_account: 3,
    parts_in_flight: 4,
    up_limit: None,
    down_limit: None,
    timetable: None,
    limits_on: true,
    connections: 4,
    collision: Collision::Ask,
    theme: Theme::System,
};

/// The settings as they are kept; what was never set, or can't be read any more, is as usual.
pub(crate) async fn load(ledger: &dyn Ledger) -> Result<Settings, Failure> {
    let text = async |key: &str| ledger.setting(key).await.map_err(crossed);
    let number = async |key: &str, range: RangeInclusive<u32>, usual: u32| {
        let kept = text(key).await?.and_then(|kept| kept.parse().ok());
        Ok::<_, Failure>(kept.filter(|kept| range.contains(kept)).unwrap_or(usual))
    };
    let limit = async |key: &str| {
        let kept = text(key).await?.and_then(|kept| kept.parse().ok());
        Ok::<_, Failure>(kept.filter(|limit| *limit > 0))
    };
    Ok(Settings {
        slots: number("slots", SLOTS, USUAL.slots).await?,
        slots_per_account: number("slots_per_account", SLOTS, USUAL.slots_per_account).await?,
        parts_in_flight: number("parts_in_flight", PARTS, USUAL.parts_in_flight).await?,
        up_limit: limit("up_limit").await?,
        down_limit: limit("down_limit").await?,
        timetable: timetable(text("timetable").await?.as_deref()).unwrap_or_default(),
        limits_on: text("limits_on")
            .await?
            .and_then(|kept| kept.parse().ok())
            .unwrap_or(USUAL.limits_on),
        connections: number("connections", PARTS, USUAL.connections).await?,
        collision: text("collision")
            .await?
            .and_then(|kept| serde_json::from_value(kept.into()).ok())
            .unwrap_or_default(),
        theme: text("theme")
            .await?
            .and_then(|kept| serde_json::from_value(kept.into()).ok())
            .unwrap_or(USUAL.theme),
    })
}

/// Keeps them all, and answers them as they are kept.
///
/// # Errors
/// `bad_setting` when one is out of its range, `bad_timetable` when that can't be read; nothing is kept then.
pub(crate) async fn store(ledger: &dyn Ledger, mut settings: Settings) -> Result<Settings, Failure> {
    within("slots", settings.slots, SLOTS)?;
    within("slots_per_account", settings.slots_per_account, SLOTS)?;
    within("parts_in_flight", settings.parts_in_flight, PARTS)?;
    within("connections", settings.connections, PARTS)?;
    limit(settings.up_limit)?;
    limit(settings.down_limit)?;
    settings.timetable = timetable(settings.timetable.as_deref())?;
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
        ("down_limit", settings.down_limit.map(|limit| limit.to_string())),
        ("timetable", settings.timetable.clone()),
        ("limits_on", Some(settings.limits_on.to_string())),
        ("connections", Some(settings.connections.to_string())),
        ("collision", Some(collision(settings.collision).to_owned())),
        ("theme", Some(theme.to_owned())),
    ];
    for (key, value) in rows {
        ledger.put_setting(key, value.as_deref()).await.map_err(crossed)?;
    }
    Ok(settings)
}

/// The word of a rule for names that are taken, as it is kept with settings and transfers.
pub(crate) fn collision(rule: Collision) -> &'static str {
    match rule {
        Collision::Ask => "ask",
        Collision::Skip => "skip",
        Collision::Replace => "replace",
        Collision::KeepBoth => "keep_both",
        Collision::Resume => "resume",
    }
}

/// A limit that a person may set.
///
/// # Errors
/// `bad_setting` when it would let nothing through.
pub(crate) fn limit(limit: Option<u64>) -> Result<(), Failure> {
    if limit == Some(0) {
        return Err(Failure::new(
            "bad_setting",
            "A limit is at least 1 byte a second; none at all is no limit.",
        ));
    }
    Ok(())
}

/// The timetable as it is kept: in one way of writing, and not at all where it says nothing.
fn timetable(text: Option<&str>) -> Result<Option<String>, Failure> {
    let read = read(text.unwrap_or_default())?;
    Ok(Some(read.to_string()).filter(|text| !text.is_empty()))
}

fn read(timetable: &str) -> Result<Timetable, Failure> {
    let read = timetable.parse();
    read.map_err(|why: TimetableError| Failure::new("bad_timetable", why.to_string()))
}

/// What a timetable means, for showing.
///
/// # Errors
/// `bad_timetable` when it can't be read.
pub(crate) fn week(timetable: &str) -> Result<TimetableWeek, Failure> {
    let read = read(timetable)?;
    let days = Weekday::ALL.into_iter().filter(|_| !read.is_empty()).map(|day| {
        let spans = read.day(day).into_iter().map(|span| TimetableSpan {
            start: span.minutes.start,
            end: span.minutes.end,
            up: span.rates.up,
            down: span.rates.down,
        });
        spans.collect()
    });
    Ok(TimetableWeek { days: days.collect() })
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

/// The limits and the timetable as they hold: not at all while the person has set them aside.
pub(crate) fn bandwidth(settings: &Settings) -> (Rates, Timetable) {
    if !settings.limits_on {
        return (Rates::FREE, Timetable::default());
    }
    let fixed = Rates {
        up: settings.up_limit,
        down: settings.down_limit,
    };
    let timetable = settings.timetable.as_deref().unwrap_or_default();
    // It was read before it was kept.
    (fixed, timetable.parse().unwrap_or_default())
}
