//! What may move when: the fixed limits, the timetable and a pause of everything, at a moment of local time.

pub(crate) mod keeper;

use engine::Holds;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use transfer::ledger::Ledger;
use transfer::timetable::Timetable;
use transfer::{Rates, Reason, Time, Way, Weekday};

use crate::boundary::{Allowed, AllowedWay, Failure, LimitedBy, PauseUntil, PausedAll};
use crate::failure::crossed;
use crate::present::rfc3339;

/// The key under which a pause of everything is kept.
const PAUSED: &str = "paused";
const TOLD: &str = "told";

/// A pause of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    /// It ends by itself.
    Until(Time),
    /// The person ends it.
    UntilTold,
}

impl Pause {
    /// The pause that was asked for at `now`.
    ///
    /// # Errors
    /// `bad_pause` when it would end at once.
    pub(crate) fn from_now(until: PauseUntil, now: &Zoned) -> Result<Self, Failure> {
        let end = match until {
            PauseUntil::Told => return Ok(Self::UntilTold),
            PauseUntil::Seconds(0) => return Err(Failure::new("bad_pause", "A pause is at least 1 second long.")),
            PauseUntil::Seconds(seconds) => now.checked_add(i64::from(seconds).seconds()),
            PauseUntil::Tomorrow => now.tomorrow().and_then(|tomorrow| tomorrow.start_of_day()),
        };
        let end = end.map_err(|_| Failure::new("bad_pause", "A pause can't be as long as that."))?;
        Ok(Self::Until(Time(end.timestamp().as_millisecond())))
    }

    /// The pause that is kept, unless it is over.
    pub(crate) async fn load(ledger: &dyn Ledger, now: Time) -> Result<Option<Self>, Failure> {
        let kept = ledger.setting(PAUSED).await.map_err(crossed)?;
        Ok(kept
            .and_then(|kept| match kept.as_str() {
                TOLD => Some(Self::UntilTold),
                end => end.parse().ok().map(|end| Self::Until(Time(end))),
            })
            .filter(|pause| pause.holds(now)))
    }

    /// Keeps it, or that there is none.
    pub(crate) async fn store(pause: Option<Self>, ledger: &dyn Ledger) -> Result<(), Failure> {
        let text = pause.map(|pause| match pause {
            Self::Until(end) => end.0.to_string(),
            Self::UntilTold => TOLD.to_owned(),
        });
        ledger.put_setting(PAUSED, text.as_deref()).await.map_err(crossed)
    }

    /// Whether it is not over.
    pub(crate) fn holds(self, now: Time) -> bool {
        match self {
            Self::Until(end) => end > now,
            Self::UntilTold => true,
        }
    }

    fn end(self) -> Option<Time> {
        match self {
            Self::Until(end) => Some(end),
            Self::UntilTold => None,
        }
    }
}

/// What a person has set about bandwidth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hours {
    /// Over everything.
    pub(crate) fixed: Rates,
    /// Over the fixed limits: of both, the smaller holds.
    pub(crate) timetable: Timetable,
    /// Over everything else.
    pub(crate) pause: Option<Pause>,
}

/// What follows from that at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// For the throttles.
    pub(crate) rates: Rates,
    /// For the scheduler.
    pub(crate) holds: Holds,
    /// When something else may follow.
    pub(crate) until: Option<Time>,
    /// For people.
    pub(crate) allowed: Allowed,
}

impl Hours {
    /// What may move at `now`, in the time zone that it carries.
    pub(crate) fn at(&self, now: &Zoned) -> Moment {
        let present = Time(now.timestamp().as_millisecond());
        let clock = Clock::of(now);
        if let Some(pause) = self.pause.filter(|pause| pause.holds(present)) {
            return paused(pause, &clock);
        }
        let listed = self.timetable.at(clock.day, clock.minute);
        let rates = self.fixed.within(listed);
        let change = self.timetable.next_change(clock.day, clock.minute);
        let way = |way: Way| {
            let rate = rates.of(way);
            let by = rate.map(|rate| {
                if self.fixed.of(way) == Some(rate) {
                    LimitedBy::Limit
                } else {
                    LimitedBy::Timetable
                }
            });
            let other = |then: Rates| self.fixed.within(then).of(way) != rate;
            let until = self.timetable.next(clock.day, clock.minute, other);
            let until = until.and_then(|(minutes, _)| clock.ahead(minutes));
            AllowedWay {
                rate,
                by,
                until: until.map(rfc3339),
            }
        };
        let hold = |way: Way| {
            let open = |then: Rates| then.of(way) != Some(0);
            let opens = || self.timetable.next(clock.day, clock.minute, open);
            (rates.of(way) == Some(0)).then(|| outside(&clock, opens().map(|(minutes, _)| minutes)))
        };
        Moment {
            rates,
            holds: Holds {
                up: hold(Way::Up),
                down: hold(Way::Down),
            },
            until: change.and_then(|(minutes, _)| clock.ahead(minutes)),
            allowed: Allowed {
                up: way(Way::Up),
                down: way(Way::Down),
                paused: None,
            },
        }
    }
}

fn paused(pause: Pause, clock: &Clock) -> Moment {
    let end = pause.end();
    let reason = match end {
        Some(end) => Reason::new(
            "paused_all",
            format!("Everything is paused until {}.", clock.words(end)),
        )
        .until(end),
        None => Reason::new("paused_all", "Everything is paused until you resume it."),
    };
    let way = AllowedWay {
        rate: Some(0),
        by: Some(LimitedBy::Pause),
        until: end.map(rfc3339),
    };
    Moment {
        rates: Rates {
            up: Some(0),
            down: Some(0),
        },
        holds: Holds {
            up: Some(reason.clone()),
            down: Some(reason),
        },
        until: end,
        allowed: Allowed {
            up: way.clone(),
            down: way,
            paused: Some(PausedAll {
                until: end.map(rfc3339),
            }),
        },
    }
}

fn outside(clock: &Clock, opens: Option<u32>) -> Reason {
    match opens.and_then(|minutes| clock.ahead(minutes)) {
        Some(end) => Reason::new(
            "outside_schedule",
            format!("Outside schedule until {}.", clock.words(end)),
        )
        .until(end),
        None => Reason::new(
            "outside_schedule",
            "Outside schedule: the timetable never lets it move.",
        ),
    }
}

/// What the clock on the wall shows.
struct Clock {
    shown: DateTime,
    zone: TimeZone,
    day: Weekday,
    minute: u32,
}

impl Clock {
    fn of(now: &Zoned) -> Self {
        let shown = now.datetime();
        let days = shown.date().weekday().to_monday_zero_offset();
        Self {
            shown,
            zone: now.time_zone().clone(),
            day: Weekday::ALL[usize::try_from(days).unwrap_or(0) % 7],
            minute: u32::try_from(i32::from(shown.hour()) * 60 + i32::from(shown.minute())).unwrap_or(0),
        }
    }

    /// When this clock will show the full minute that is so many minutes ahead, whether or not it is turned before.
    fn ahead(&self, minutes: u32) -> Option<Time> {
        let minute = self
            .shown
            .with()
            .second(0)
            .subsec_nanosecond(0)
            .build()
            .ok()?
            .checked_add(i64::from(minutes).minutes())
            .ok()?;
        let time = minute.to_zoned(self.zone.clone()).ok()?;
        Some(Time(time.timestamp().as_millisecond()))
    }

    /// `22:00`, and the day where it is another one.
    fn words(&self, time: Time) -> String {
        let Ok(time) = Timestamp::from_millisecond(time.0) else {
            return rfc3339(time);
        };
        let time = time.to_zoned(self.zone.clone());
        let today = self.shown.date();
        let days = time.date().since(today).map_or(0, |span| span.get_days());
        match days {
            0 => time.strftime("%H:%M").to_string(),
            1 => time.strftime("tomorrow %H:%M").to_string(),
            2..7 => time.strftime("%A %H:%M").to_string(),
            _ => time.strftime("%Y-%m-%d %H:%M").to_string(),
        }
    }
}

#[cfg(test)]
#[path = "hours_test.rs"]
mod tests;
