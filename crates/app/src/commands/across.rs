//! Links and remote files for another account: queued without a copy on this machine.

use std::collections::BTreeMap;

use engine::NewAcross;
use transfer::{BatchId, Endpoint};
use uuid::Uuid;

use super::Obey;
use super::links::name_of;
use super::queued::queued;
use crate::boundary::{Enqueued, Failure, SendLinks, Skipped};
use crate::failure::crossed;
use crate::links::read;
use crate::settings;

impl Obey {
    pub(super) async fn send_across(&self, ask: SendLinks) -> Result<Enqueued, Failure> {
        settings::limit(ask.limit)?;
        let to = self.0.accounts.find(&ask.to)?;
        self.0.accounts.check_taker(&to)?;
        self.0.accounts.check_options(&to, &ask.options)?;
        let from = match &ask.account {
            Some(name) => Some(self.0.accounts.find(name)?),
            None => None,
        };
        let engine = self.0.engine_or_locked()?;
        let batch = BatchId(Uuid::now_v7());
        let mut options: BTreeMap<_, _> = ask.options;
        if ask.plain_http {
            options.insert("plain_http".to_owned(), "yes".to_owned());
        }
        let mut files = Vec::with_capacity(ask.links.len());
        let mut skipped = Vec::new();
        for (index, text) in ask.links.iter().enumerate() {
            let line = match read(&self.0.accounts, text, from.as_ref()).await {
                Ok(line) => line,
                Err(why) => {
                    skipped.push(Skipped {
                        name: format!("Line {}", index + 1),
                        reason: why.message,
                    });
                    continue;
                }
            };
            files.push(NewAcross {
                account: to.id,
                name: name_of(&line.link),
                source: Endpoint::Link {
                    url: line.shown().to_owned(),
                    account: Some(line.account),
                },
                link: Some(line.link),
                size: None,
                options: options.clone(),
                limit: ask.limit,
                batch,
            });
        }
        let before = queued(&engine);
        let transfers = engine.enqueue_across(files).await.map_err(crossed)?;
        Ok(before.answer(batch, &transfers, skipped))
    }
}
