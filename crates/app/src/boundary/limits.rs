//! Bandwidth: what holds at this moment and why, a pause of everything, the limits of an account.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

/// What may move over all transfers at this moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Allowed {
    pub up: AllowedWay,
    pub down: AllowedWay,
    /// Everything was paused by the person.
    pub paused: Option<PausedAll>,
}

/// What may move one way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AllowedWay {
    /// Bytes a second; none is no limit, 0 lets nothing move.
    pub rate: Option<u64>,
    /// What it comes from; none while there is no limit.
    pub by: Option<LimitedBy>,
    /// When the timetable or the end of a pause brings another rate.
    pub until: Option<String>,
}

/// Where a rate comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LimitedBy {
    /// The setting.
    Limit,
    /// The timetable: it allows less than the setting.
    Timetable,
    /// The pause of everything.
    Pause,
}

/// A pause of everything, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PausedAll {
    /// When it ends by itself; none: when the person ends it.
    pub until: Option<String>,
}

/// Pauses everything: what is in the queue and what will come into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PauseAll {
    pub until: PauseUntil,
}

/// For how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PauseUntil {
    /// So many seconds from now on, at least 1.
    Seconds(u32),
    /// Until the next midnight of the local time.
    Tomorrow,
    /// Until the person ends it.
    Told,
}

/// Sets both limits of an account.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct LimitAccount {
    pub id: Uuid,
    /// Bytes a second over everything the account does, at least 1; none is no limit.
    pub up: Option<u64>,
    /// The same for what comes from the service.
    pub down: Option<u64>,
}

/// A timetable as a person writes it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TimetableText {
    pub text: String,
}

/// What a timetable means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TimetableWeek {
    /// Monday first, each without a gap; empty where the timetable says nothing.
    pub days: Vec<Vec<TimetableSpan>>,
}

/// A piece of a day in which the same rates hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TimetableSpan {
    /// The minute of the day from which on they hold.
    pub start: u32,
    /// The minute up to which, 1440 at most.
    pub end: u32,
    /// Bytes a second; none is no limit, 0 lets nothing move.
    pub up: Option<u64>,
    pub down: Option<u64>,
}
