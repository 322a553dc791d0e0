//! `longshore limit`: sets speed limits, and shows what holds now and why.

use app::boundary::{
    AccountRow, AllowedWay, EngineStatus, Failure, LimitAccount, LimitedBy, ListTransfers, Nothing, SetLimit, Settings,
    TransferRow,
};
use app::{Host, Purpose};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::arguments::Limit;
use crate::exit::{Exit, Outcome};
use crate::print;
use crate::rate::Rate;
use crate::steer;
use crate::terminal::{Terminal, account};

pub(crate) async fn obey(terminal: &Terminal, limit: Limit) -> Outcome {
    match (limit.transfer, &limit.account) {
        (Some(id), _) => transfer(terminal, id, limit.up, limit.down).await,
        (None, Some(name)) => one_account(terminal, name, limit.up, limit.down).await,
        (None, None) => all(terminal, limit).await,
    }
}

/// Bytes of a transfer go one way: either word is its limit.
async fn transfer(terminal: &Terminal, id: Uuid, up: Option<Rate>, down: Option<Rate>) -> Outcome {
    let host = terminal.open(Purpose::Steer).await?;
    let rate = match (up, down) {
        (Some(up), Some(down)) if up != down => {
            return Err(Failure::new(
                "bad_limit",
                "A transfer has one limit, for the way it goes.",
            ));
        }
        (Some(rate), _) | (None, Some(rate)) => rate,
        (None, None) => {
            let row = one(&host, id).await?;
            let text = format!("{}: {}", print::plain(&row.name), rate_text(row.limit));
            print::either(terminal.json, &json!({ "id": id, "limit": row.limit }), &text);
            return Ok(Exit::Done);
        }
    };
    let ask = SetLimit {
        ids: vec![id],
        limit: rate.0,
    };
    let outcome = host.commands().set_limit(ask).await?;
    steer::report(terminal, &host, outcome).await
}

async fn one(host: &Host, id: Uuid) -> Result<TransferRow, Failure> {
    let ask = ListTransfers {
        ids: Some(vec![id]),
        states: None,
    };
    let row = host.commands().list_transfers(ask).await?.pop();
    row.ok_or_else(|| Failure::new("unknown_transfer", format!("There is no transfer {id}.")))
}

async fn one_account(terminal: &Terminal, name: &str, up: Option<Rate>, down: Option<Rate>) -> Outcome {
    let host = terminal.open(Purpose::Look).await?;
    let mut row = account(&host, name).await?;
    if up.is_some() || down.is_some() {
        let ask = LimitAccount {
            id: row.id,
            up: up.map_or(row.up_limit, |rate| rate.0),
            down: down.map_or(row.down_limit, |rate| rate.0),
        };
        row = host.commands().limit_account(ask).await?;
    }
    print::either(terminal.json, &account_value(&row), &account_text(&row));
    Ok(Exit::Done)
}

async fn all(terminal: &Terminal, limit: Limit) -> Outcome {
    let host = terminal.open(Purpose::Look).await?;
    let commands = host.commands();
    let mut settings = commands.get_settings(Nothing {}).await?;
    if limit.up.is_some() || limit.down.is_some() || limit.timetable.is_some() {
        settings.up_limit = limit.up.map_or(settings.up_limit, |rate| rate.0);
        settings.down_limit = limit.down.map_or(settings.down_limit, |rate| rate.0);
        if let Some(text) = limit.timetable {
            settings.timetable = Some(text).filter(|text| text != "off");
        }
        // Whoever sets a limit wants it to hold.
        settings.limits_on = true;
        settings = commands.set_settings(settings).await?;
    }
    let status = commands.engine_status(Nothing {}).await?;
    let accounts = commands.list_accounts(Nothing {}).await?;
    if terminal.json {
        print::object(&value(&settings, &status, &accounts));
    } else {
        text(&settings, &status, &accounts)
            .iter()
            .for_each(|line| print::line(line));
    }
    Ok(Exit::Done)
}

fn limited(accounts: &[AccountRow]) -> impl Iterator<Item = &AccountRow> {
    accounts
        .iter()
        .filter(|row| row.up_limit.is_some() || row.down_limit.is_some())
}

/// A promise: scripts depend on it.
fn value(settings: &Settings, status: &EngineStatus, accounts: &[AccountRow]) -> Value {
    json!({
        "up": settings.up_limit,
        "down": settings.down_limit,
        "timetable": settings.timetable,
        "on": settings.limits_on,
        "now": status.allowed,
        "accounts": limited(accounts).map(account_value).collect::<Vec<_>>(),
    })
}

fn text(settings: &Settings, status: &EngineStatus, accounts: &[AccountRow]) -> Vec<String> {
    let mut lines = vec![
        now("up", &status.allowed.up, settings.up_limit),
        now("down", &status.allowed.down, settings.down_limit),
    ];
    if let Some(timetable) = &settings.timetable {
        lines.push(format!("timetable: {timetable}"));
    }
    if !settings.limits_on {
        lines.push(
            "Limits and timetable are set aside: `longshore settings set limits_on true` brings them back.".into(),
        );
    }
    lines.extend(limited(accounts).map(account_text));
    lines
}

/// What holds this way now, and why.
fn now(way: &str, allowed: &AllowedWay, limit: Option<u64>) -> String {
    let mut line = format!("{way}: {}", rate_text(allowed.rate));
    let why = match allowed.by {
        None | Some(LimitedBy::Limit) => "",
        Some(LimitedBy::Timetable) => " by the timetable",
        Some(LimitedBy::Pause) => ": everything is paused",
    };
    line.push_str(why);
    if let Some(until) = &allowed.until {
        line.push_str(&format!(" until {}", print::local(until)));
    }
    if limit.is_some() && allowed.rate != limit {
        line.push_str(&format!(" (limit: {})", rate_text(limit)));
    }
    line
}

fn rate_text(rate: Option<u64>) -> String {
    match rate {
        None => "off".to_owned(),
        Some(0) => "nothing moves".to_owned(),
        Some(rate) => print::size(rate) + "/s",
    }
}

fn account_value(row: &AccountRow) -> Value {
    json!({ "account": row.name, "account_id": row.id, "up": row.up_limit, "down": row.down_limit })
}

fn account_text(row: &AccountRow) -> String {
    let (up, down) = (rate_text(row.up_limit), rate_text(row.down_limit));
    format!("{}: up {up}, down {down}", print::plain(&row.name))
}

#[cfg(test)]
mod tests {
    use app::boundary::AllowedWay;

    use super::*;

    #[test]
    fn what_holds_is_said_with_its_reason_and_its_end() {
        let way = |rate, by| AllowedWay { rate, by, until: None };
        for (allowed, limit, text) in [
            (way(None, None), None, "up: off"),
            (way(Some(1024), Some(LimitedBy::Limit)), Some(1024), "up: 1.0 KiB/s"),
            (
                way(Some(1024), Some(LimitedBy::Timetable)),
                Some(2048),
                "up: 1.0 KiB/s by the timetable (limit: 2.0 KiB/s)",
            ),
            (
                way(Some(0), Some(LimitedBy::Pause)),
                None,
                "up: nothing moves: everything is paused",
            ),
        ] {
            assert_eq!(now("up", &allowed, limit), text);
        }
    }
}
