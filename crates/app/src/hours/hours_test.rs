//! Hours where clocks are turned on the last Sundays of March and October.

use super::*;

const ZONE: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

fn at(text: &str) -> Zoned {
    let shown: DateTime = text.parse().unwrap();
    shown.to_zoned(TimeZone::posix(ZONE).unwrap()).unwrap()
}

fn time(text: &str) -> Time {
    Time(at(text).timestamp().as_millisecond())
}

fn hours(table: &str, fixed_up: Option<u64>) -> Hours {
    Hours {
        fixed: Rates {
            up: fixed_up,
            down: None,
        },
        timetable: table.parse().unwrap(),
        pause: None,
    }
}

#[test]
fn of_limit_and_timetable_the_smaller_holds_and_says_so() {
    let hours = hours("08:00 2M:5M, 18:00 off", Some(3_000_000));
    let day = hours.at(&at("2026-03-02T12:00:30"));
    assert_eq!((day.rates.up, day.rates.down), (Some(2_000_000), Some(5_000_000)));
    assert_eq!(day.allowed.up.by, Some(LimitedBy::Timetable));
    assert_eq!(day.allowed.up.until.as_deref(), Some("2026-03-02T17:00:00.000Z"));
    assert_eq!(day.until, Some(time("2026-03-02T18:00:00")));
    let night = hours.at(&at("2026-03-02T20:00:00"));
    assert_eq!((night.rates.up, night.rates.down), (Some(3_000_000), None));
    assert_eq!(
        (night.allowed.up.by, night.allowed.down.by),
        (Some(LimitedBy::Limit), None)
    );
    assert_eq!(night.holds, Holds::default());
}

#[test]
fn outside_the_schedule_rows_say_until_when() {
    let hours = hours("08:00 pause:1M, 22:00 off, Sat-00:00 pause", None);
    let day = hours.at(&at("2026-03-02T12:00:00"));
    let reason = day.holds.up.unwrap();
    assert_eq!(
        (reason.code.as_str(), reason.text.as_str(), reason.until),
        (
            "outside_schedule",
            "Outside schedule until 22:00.",
            Some(time("2026-03-02T22:00:00"))
        )
    );
    assert_eq!(day.holds.down, None);
    let saturday = hours.at(&at("2026-03-07T07:00:00")).holds;
    assert_eq!(saturday.up.unwrap().text, "Outside schedule until 22:00.");
    assert_eq!(saturday.down.unwrap().text, "Outside schedule until 08:00.");
    let never = self::hours("00:00 pause", None).at(&at("2026-03-02T12:00:00"));
    assert_eq!((never.holds.up.unwrap().until, never.until), (None, None));
}

#[test]
fn clocks_that_are_turned_move_the_change_with_them() {
    let hours = hours("Sun-02:30 1M, Sun-08:00 2M", None);
    // At 02:00 it is 03:00 on that day.
    let spring = hours.at(&at("2026-03-29T00:00:00"));
    assert_eq!(spring.until, Some(time("2026-03-29T03:30:00")));
    let gap = hours.at(&at("2026-03-29T03:45:00"));
    assert_eq!(
        (gap.rates.up, gap.until),
        (Some(1_000_000), Some(time("2026-03-29T08:00:00")))
    );
    let autumn = hours.at(&at("2026-10-25T02:45:00"));
    let ahead = autumn.until.unwrap().0 - time("2026-10-25T02:45:00").0;
    assert_eq!(ahead, (6 * 60 + 15) * 60 * 1000);
}

#[test]
fn a_pause_holds_over_everything_until_its_end() {
    let now = at("2026-03-02T23:10:00");
    let mut hours = hours("08:00 1M", Some(5));
    for (asked, text, until) in [
        (
            PauseUntil::Seconds(1800),
            "Everything is paused until 23:40.",
            Some("2026-03-02T23:40:00"),
        ),
        (
            PauseUntil::Seconds(7200),
            "Everything is paused until tomorrow 01:10.",
            Some("2026-03-03T01:10:00"),
        ),
        (
            PauseUntil::Tomorrow,
            "Everything is paused until tomorrow 00:00.",
            Some("2026-03-03T00:00:00"),
        ),
        (PauseUntil::Told, "Everything is paused until you resume it.", None),
    ] {
        hours.pause = Some(Pause::from_now(asked, &now).unwrap());
        let moment = hours.at(&now);
        let reason = moment.holds.down.unwrap();
        assert_eq!((reason.code.as_str(), reason.text.as_str()), ("paused_all", text));
        assert_eq!(moment.until, until.map(time));
        assert_eq!(moment.rates.up, Some(0));
    }
    hours.pause = Some(Pause::Until(time("2026-03-02T23:00:00")));
    assert_eq!(hours.at(&now).rates.up, Some(5));
    assert!(Pause::from_now(PauseUntil::Seconds(0), &now).is_err());
}
