//! `longshore settings`: shows what can be set, and sets it.

use app::boundary::{Failure, LoginState, Nothing, SetStartAtLogin, StartAtLogin};
use app::{Host, Purpose};
use serde_json::{Value, json};

use crate::arguments::Settings;
use crate::exit::{Exit, Outcome};
use crate::print;
use crate::rate;
use crate::terminal::Terminal;

/// What the system keeps for us, and not the database.
const LOGIN: &str = "start_at_login";

pub(crate) async fn obey(terminal: &Terminal, verb: Settings) -> Outcome {
    let host = terminal.open(Purpose::Look).await?;
    match verb {
        Settings::Get { key } => {
            let mut all = json!(host.commands().get_settings(Nothing {}).await?);
            if key.as_deref().is_none_or(|key| key == LOGIN) {
                all[LOGIN] = login(terminal, &host.commands().start_at_login(Nothing {}).await?);
            }
            show(terminal, &all, key.as_deref())
        }
        Settings::Set { key, value } if key == LOGIN => {
            let on = match value.as_str() {
                "on" | "true" => true,
                "off" | "false" => false,
                _ => return Err(bad(LOGIN, "it is on or off")),
            };
            let now = host.commands().set_start_at_login(SetStartAtLogin { on }).await?;
            let now = login(terminal, &now);
            show(terminal, &json!({ LOGIN: now }), Some(LOGIN))
        }
        Settings::Set { key, value } => set(terminal, &host, &key, &value).await,
    }
}

async fn set(terminal: &Terminal, host: &Host, key: &str, value: &str) -> Outcome {
    let mut all = json!(host.commands().get_settings(Nothing {}).await?);
    let slot = all.get_mut(key).ok_or_else(|| unknown(key))?;
    *slot = match key {
        "up_limit" | "down_limit" => json!(rate::rate(value).map_err(|why| bad(key, &why))?.0),
        "timetable" => json!(Some(value).filter(|text| *text != "off")),
        // Numbers are written without quotes, words too.
        _ => serde_json::from_str(value).unwrap_or_else(|_| Value::from(value)),
    };
    let wanted = serde_json::from_value(all).map_err(|_| bad(key, &format!("{value} does not fit")))?;
    let kept = json!(host.commands().set_settings(wanted).await?);
    show(terminal, &kept, Some(key))
}

fn show(terminal: &Terminal, all: &Value, key: Option<&str>) -> Outcome {
    let value = match key {
        Some(key) => json!({ key: all.get(key).ok_or_else(|| unknown(key))? }),
        None => all.clone(),
    };
    if terminal.json {
        print::object(&value);
    } else {
        for (key, value) in value.as_object().into_iter().flatten() {
            print::line(&format!("{key} = {}", word(key, value)));
        }
    }
    Ok(Exit::Done)
}

/// The system's word for it; what else there is to know goes to people.
fn login(terminal: &Terminal, now: &StartAtLogin) -> Value {
    if let Some(text) = now
        .text
        .as_deref()
        .filter(|_| !terminal.json && now.state != LoginState::Off)
    {
        print::hint(&print::plain(text));
    }
    json!(now.state)
}

fn word(key: &str, value: &Value) -> String {
    match value {
        Value::Null => "off".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) if key.ends_with("_limit") => number.as_u64().map(print::size).unwrap_or_default() + "/s",
        other => other.to_string(),
    }
}

fn unknown(key: &str) -> Failure {
    Failure::new(
        "unknown_setting",
        format!("There is no setting “{key}”. `longshore settings get` shows them all."),
    )
}

fn bad(key: &str, why: &str) -> Failure {
    Failure::new("bad_setting", format!("{key}: {why}."))
}
