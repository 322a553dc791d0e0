//! Links to files: who gets one, of which kind, and for how long it holds.

use std::net::IpAddr;

use serde_json::json;

use super::{Call, FileStatus, Filefactory, GET, HostedFile, Kind, Outcome, answer, ms};
use crate::held;

/// A link that was handed out.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) file: String,
    pub(super) kind: Kind,
    pub(super) peer: IpAddr,
    /// The key it was made with; it ends with it.
    pub(super) key: Option<String>,
    pub(super) ready_ms: i64,
    pub(super) until_ms: i64,
}

impl Filefactory {
    pub(super) fn download_link(&self, call: &Call) -> Outcome {
        let who = self.who(call)?;
        let id = call.field("file").ok_or(703)?;
        let file = held(&self.state).shelf.get(id).cloned().ok_or(712)?;
        let kind = who.unwrap_or(Kind::Free);
        match file.status {
            FileStatus::Deleted => return Err(712),
            FileStatus::Offline => return Err(713),
            FileStatus::Busy if kind == Kind::Free => return Err(714),
            FileStatus::Busy | FileStatus::Online => {}
        }
        if file.premium_only && kind == Kind::Free {
            return Err(708);
        }
        self.check_password(call, &file)?;
        let delay_s = if kind == Kind::Free { call.settings.delay_s } else { 0 };
        let token = uuid::Uuid::new_v4().simple().to_string();
        let name = percent_encoding::utf8_percent_encode(&file.name, percent_encoding::NON_ALPHANUMERIC);
        let url = format!("{}{GET}{}/{id}/{token}/{name}", self.files.here, kind.letter());
        let link = Link {
            file: file.id.clone(),
            kind,
            peer: call.line.peer,
            key: call.field("key").map(str::to_owned),
            ready_ms: call.now_ms.saturating_add(ms(delay_s)),
            until_ms: call.now_ms.saturating_add(ms(call.settings.link_life_s)),
        };
        held(&self.state).links.insert(token, link);
        self.controls.tally.count(|c| c.filefactory.links += 1);
        let how = call.settings.numbers;
        let result = json!({
            "url": url,
            "name": file.name,
            "size": answer::size(how, &file),
            "linkType": kind.text(),
            "delay": answer::number(how, delay_s, false),
        });
        Ok(result.to_string())
    }

    fn check_password(&self, call: &Call, file: &HostedFile) -> Result<(), i64> {
        let settings = &call.settings;
        let mut state = held(&self.state);
        let (tries, until_ms) = state.tries.get(&file.id).copied().unwrap_or_default();
        if call.now_ms < until_ms {
            self.controls.tally.count(|c| c.filefactory.during_password_wait += 1);
            return Err(717);
        }
        let Some(expected) = &file.password else { return Ok(()) };
        let given = call.field("password").ok_or(715)?;
        if given == expected {
            state.tries.remove(&file.id);
            return Ok(());
        }
        let tries = if until_ms > 0 { 1 } else { tries + 1 };
        if tries >= settings.password_tries {
            let until = call.now_ms.saturating_add(ms(settings.password_wait_s));
            state.tries.insert(file.id.clone(), (0, until));
            return Err(717);
        }
        state.tries.insert(file.id.clone(), (tries, 0));
        Err(716)
    }

    /// No links to this file for a while.
    pub(super) fn block_file(&self, call: &Call) {
        let id = call.field("file").unwrap_or_default().to_owned();
        let until = call.now_ms.saturating_add(ms(call.settings.password_wait_s));
        held(&self.state).tries.insert(id, (0, until));
    }
}
