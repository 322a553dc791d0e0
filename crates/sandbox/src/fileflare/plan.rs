//! The part plan of a session, and what can be wrong with one.

use serde_json::{Map, Value, json};

use crate::faults::BadPlan;

/// One part: bytes `start..end` go to the URL that `url` makes of its number.
pub(super) fn parts(size: u64, chunk: u64, empty_has_one: bool) -> Vec<(u64, u64)> {
    if size == 0 && empty_has_one {
        return vec![(0, 0)];
    }
    (0..size.div_ceil(chunk))
        .map(|i| (i * chunk, ((i + 1) * chunk).min(size)))
        .collect()
}

/// The parts as the answer lists them.
pub(super) fn listed(parts: &[(u64, u64)], url: impl Fn(usize) -> String) -> Vec<Map<String, Value>> {
    let list = parts.iter().enumerate().map(|(i, (start, end))| {
        let row = json!({"start": start, "end": end, "part": i + 1, "url": url(i + 1)});
        row.as_object().cloned().unwrap_or_default()
    });
    list.collect()
}

/// Makes the plan wrong.
pub(super) fn spoil(list: &mut Vec<Map<String, Value>>, kind: BadPlan, elsewhere: &str) {
    let only = list.len() == 1;
    match kind {
        BadPlan::NoParts => return list.clear(),
        BadPlan::Reversed => return list.reverse(),
        _ => {}
    }
    let Some(last) = list.last_mut() else { return };
    let number = |row: &Map<String, Value>, field: &str| row.get(field).and_then(Value::as_u64).unwrap_or_default();
    let (start, end) = (number(last, "start"), number(last, "end"));
    let url = last.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
    match kind {
        BadPlan::Gap => last.insert("start".into(), json!(start + 1)),
        BadPlan::Overlap if only => last.insert("end".into(), json!(end + 1)),
        BadPlan::Overlap => last.insert("start".into(), json!(start - 1)),
        BadPlan::Short => last.insert("end".into(), json!(end.saturating_sub(1))),
        BadPlan::Beyond => last.insert("end".into(), json!(end + 1)),
        BadPlan::RepeatedNumber => last.insert("part".into(), json!(u8::from(!only))),
        BadPlan::Backwards => {
            last.insert("start".into(), json!(end));
            last.insert("end".into(), json!(start))
        }
        BadPlan::OtherHost => {
            let rest = url
                .strip_prefix("http://")
                .and_then(|u| u.split_once('/'))
                .map_or("", |u| u.1);
            last.insert("url".into(), json!(format!("http://{elsewhere}/{rest}")))
        }
        BadPlan::OtherScheme => last.insert("url".into(), json!(url.replacen("http://", "ftp://", 1))),
        BadPlan::NoUrl => last.remove("url"),
        BadPlan::NoParts | BadPlan::Reversed => None,
    };
}
