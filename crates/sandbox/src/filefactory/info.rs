//! What is told about the account and about files.

use serde_json::{Value, json};

use super::{Call, FileStatus, Filefactory, HostedFile, Kind, Outcome, answer};
use crate::faults::Fault;
use crate::held;
use crate::settings::Numbers;

/// Most ids of one call.
const LARGEST_BATCH: usize = 100;
/// An account's year.
const YEAR_MS: u64 = 365 * 86_400_000;
/// 2014-01-23 05:49:39 UTC, when the sample file was added.
const ADDED_MS: i64 = 1_390_456_179_000;

impl Filefactory {
    pub(super) fn member_info(&self, call: &Call) -> Outcome {
        let kind = self.who(call)?.ok_or(709)?;
        let how = call.settings.numbers;
        let files = held(&self.state).shelf.len() as u64;
        let share = kind == Kind::Trafficshare;
        let expires = call.now_ms.saturating_add(i64::try_from(YEAR_MS).unwrap_or(i64::MAX));
        let paid = kind == Kind::Premium;
        Ok(json!({
            "email": kind.email(),
            "accountType": if paid { "premium" } else { "free" },
            "expiryDate": if paid { Value::from(answer::cet(expires)) } else { Value::Null },
            "expiryMs": if paid { answer::number(how, YEAR_MS, false) } else { Value::Null },
            "joined": answer::cet(ADDED_MS),
            "fileCount": answer::number(how, files, true),
            "storageLimit": answer::number(how, 1_099_511_627_776, true),
            "storageUsed": answer::number(how, 107_374_182_400, false),
            "directDownloads": paid,
            "trafficShare": share,
            "trafficShareUsed": if share { answer::number(how, 1_000_000_000, false) } else { Value::Null },
            "trafficShareLimit": if share { answer::number(how, 50_000_000_000, true) } else { Value::Null },
        })
        .to_string())
    }

    pub(super) fn file_info(&self, call: &Call) -> Outcome {
        self.who(call)?;
        let list = call.field("file").ok_or(703)?;
        let ids: Vec<&str> = list.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
        self.controls.tally.count(|c| {
            let largest = &mut c.filefactory.largest_batch;
            *largest = (*largest).max(ids.len() as u64);
        });
        if ids.is_empty() || ids.len() > LARGEST_BATCH {
            return Err(702);
        }
        let omitted = call.taken.find(|f| {
            if let Fault::EntryOmitted { id } = f {
                Some(if id.is_empty() { ids[0].to_owned() } else { id.clone() })
            } else {
                None
            }
        });
        let mut entries: Vec<(&str, Option<HostedFile>)> = {
            let state = held(&self.state);
            ids.iter()
                .filter(|id| omitted.as_deref() != Some(**id))
                .map(|id| (*id, state.shelf.get(*id).cloned()))
                .collect()
        };
        // A map has no order, and this one has not that of the question.
        entries.sort_by_key(|(id, _)| id.bytes().fold(7_u32, |sum, b| sum.wrapping_mul(31) ^ u32::from(b)));
        entries.dedup_by_key(|(id, _)| *id);
        let entries: Vec<String> = entries
            .into_iter()
            .map(|(id, file)| format!("{}:{}", Value::from(id), entry(file, call.settings.numbers)))
            .collect();
        Ok(format!("{{\"files\":{{{}}}}}", entries.join(",")))
    }
}

/// What is told about a file.
fn entry(file: Option<HostedFile>, how: Numbers) -> Value {
    let Some(file) = file.filter(|f| f.status != FileStatus::Deleted) else {
        return json!({"status": "invalid"});
    };
    let offline = file.status == FileStatus::Offline;
    json!({
        "status": if offline { "offline" } else { "online" },
        "hash": file.id,
        "name": file.name,
        "size": answer::size(how, &file),
        "added": answer::cet(ADDED_MS),
        "url": file.page(),
        "md5": file.md5.clone().unwrap_or_else(|| file.content().md5(file.size)),
        "premiumOnly": file.premium_only,
        "password": file.password.is_some(),
    })
}
