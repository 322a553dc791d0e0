//! Asks services about pasted links: in batches where they take them, a few at a time where they don't.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::stream::{self, StreamExt};
use transfer::download::{FileSource, RemoteFile};
use transfer::names::safe_name;
use transfer::provider::Provider;
use transfer::{AccountId, Endpoint, Kind};

use super::lines::{Line, read};
use crate::application::Application;
use crate::boundary::{CheckLinks, Failure, LinkRow, LinkState};
use crate::failure::crossed;

/// Lines that one question may hold.
const MOST: usize = 100;
/// Questions under way at once.
const AT_ONCE: usize = 4;

type Answer = Result<RemoteFile, transfer::Failure>;

impl Application {
    /// What is known of each line, in their order.
    ///
    /// # Errors
    /// `too_many_links`, or when the account is unknown. What is wrong with a line stands in its row.
    pub(crate) async fn check_links(&self, ask: CheckLinks) -> Result<Vec<LinkRow>, Failure> {
        if ask.links.len() > MOST {
            return Err(Failure::new(
                "too_many_links",
                format!("One question holds at most {MOST} links."),
            ));
        }
        let account = match ask.account {
            Some(id) => Some(self.accounts.find(&id.to_string())?),
            None => None,
        };
        let mut lines = Vec::with_capacity(ask.links.len());
        for text in &ask.links {
            lines.push(read(&self.accounts, text, account.as_ref()).await);
        }
        let answers = self.ask(&lines).await;
        let mut seen: HashSet<Endpoint> = self.sources_under_way();
        Ok(lines
            .iter()
            .enumerate()
            .map(|(index, line)| {
                let number = u32::try_from(index).unwrap_or(u32::MAX);
                match line {
                    Err(why) => refused(number, why.clone()),
                    Ok(line) => {
                        let known = !seen.insert(line.source.clone());
                        row(number, line, known, answers.get(&index))
                    }
                }
            })
            .collect())
    }

    /// Answers by the line's place.
    async fn ask(&self, lines: &[Result<Line, Failure>]) -> HashMap<usize, Answer> {
        let mut by_account: HashMap<AccountId, Vec<(usize, &Line)>> = HashMap::new();
        for (index, line) in lines.iter().enumerate() {
            if let Ok(line) = line {
                by_account.entry(line.account).or_default().push((index, line));
            }
        }
        let mut questions = Vec::new();
        let mut answers = HashMap::new();
        for (account, lines) in by_account {
            let provider = match engine::Accounts::provider(&*self.accounts, account).await {
                Ok(provider) => provider,
                Err(why) => {
                    answers.extend(lines.iter().map(|(index, _)| (*index, Err(why.clone()))));
                    continue;
                }
            };
            let batch = provider.download().map_or(1, |download| download.rules().batch.max(1));
            for some in lines.chunks(batch) {
                let some: Vec<_> = some.iter().map(|(index, line)| (*index, line.asked(false))).collect();
                questions.push(asked(Arc::clone(&provider), some).boxed());
            }
        }
        let found: Vec<_> = stream::iter(questions).buffer_unordered(AT_ONCE).concat().await;
        for (index, answer) in &found {
            if let (Some(Ok(line)), Ok(file)) = (lines.get(*index), answer) {
                self.known.put(line.account, &line.source, file);
            }
        }
        answers.extend(found);
        answers
    }

    /// Where unfinished downloads come from.
    fn sources_under_way(&self) -> HashSet<Endpoint> {
        let rows = self.engine().map(|engine| engine.transfers()).unwrap_or_default();
        rows.into_iter()
            .filter(|row| !row.state.is_over() && row.direction == transfer::Direction::Down)
            .map(|row| row.source)
            .collect()
    }
}

/// One question to one service: the answers by the lines' places.
async fn asked(provider: Arc<dyn Provider>, some: Vec<(usize, FileSource)>) -> Vec<(usize, Answer)> {
    let (places, files): (Vec<_>, Vec<_>) = some.into_iter().unzip();
    let answers = match provider.download() {
        Some(download) => download.resolve(&files).await,
        None => Err(transfer::Failure::new(
            Kind::Refused,
            "no_downloads",
            "This service gives no files.",
        )),
    };
    match answers {
        Ok(answers) => places.into_iter().zip(answers).collect(),
        Err(why) => places.into_iter().map(|place| (place, Err(why.clone()))).collect(),
    }
}

fn refused(line: u32, why: Failure) -> LinkRow {
    LinkRow {
        line,
        shown: String::new(),
        state: LinkState::Refused,
        provider: None,
        name: String::new(),
        size: None,
        needs_password: false,
        premium_only: false,
        resumable: None,
        plain_http: false,
        known: false,
        error: Some(why),
    }
}

fn row(number: u32, line: &Line, known: bool, answer: Option<&Answer>) -> LinkRow {
    let mut row = LinkRow {
        shown: line.shown().to_owned(),
        provider: Some(line.provider.clone()),
        state: LinkState::Unknown,
        plain_http: line.plain_http,
        known,
        error: None,
        ..refused(number, Failure::new("unasked", ""))
    };
    match answer {
        Some(Ok(file)) => {
            row.state = LinkState::Online;
            row.name = safe_name(&file.name);
            row.size = file.size;
            row.needs_password = file.needs_password;
            row.premium_only = file.premium_only;
            row.resumable = file.resumable;
        }
        Some(Err(why)) => {
            row.state = match why.kind {
                Kind::NotFound => LinkState::Invalid,
                Kind::Later => LinkState::Offline,
                Kind::Refused => LinkState::Refused,
                _ => LinkState::Unknown,
            };
            // That is the person's to agree to, and said beside the row.
            if why.code != "plain_http" {
                row.error = Some(crossed(why.clone()));
            }
        }
        None => {}
    }
    row
}
