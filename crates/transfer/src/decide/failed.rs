//! What a fault comes to: by its kind, and by whether a request may have been carried out.

use std::time::Duration;

use super::{Draft, Ignored};
use crate::error::{Failure, Kind};
use crate::event::On;
use crate::ledger::{SessionChange, SessionStatus};
use crate::reason::{Question, Reason};
use crate::retry::{LONGEST, LONGEST_OFFLINE, backoff, honoured};
use crate::transfer::{Ended, Outcome, Step};

/// Answers that make no sense are given this many chances.
const PROTOCOL_TRIES: u32 = 3;
/// Reading the source is tried this often.
const READ_TRIES: u32 = 3;
/// After this many faults in a row the pauses become long.
const SHORT_TRIES: u32 = 8;
const LONG_PAUSE: Duration = Duration::from_secs(900);
/// A full plan is looked at again this often; the person may clear it at any time.
const PLAN_LOOK: Duration = Duration::from_secs(3600);
/// Without a word from the service, its request window.
const REQUEST_WINDOW: Duration = Duration::from_secs(60);
/// A source that changed must stand still this long.
const SETTLE: Duration = Duration::from_secs(5);
/// A full or missing target folder is looked at again this often.
const TARGET_LOOK: Duration = Duration::from_secs(30);
/// Without a word from the service on when to come back.
const LATER: Duration = Duration::from_secs(600);
/// A download whose file changes at the server starts over this often.
const RESTARTS: u32 = 2;
/// New sessions for one transfer before the pauses between them become long.
const SESSIONS: u32 = 4;

impl Draft {
    pub(super) fn failed(&mut self, failure: &Failure) -> Result<(), Ignored> {
        self.active()?;
        if self.after.step == Step::FinishAsked && self.here() {
            if failure.kind != Kind::SessionGone {
                // The folder can be looked into later: until then nobody knows whether the file has its name.
                self.after.outcome = Outcome::Unknown;
                return self.by_kind(failure);
            }
            self.after.step = Step::Sent;
        }
        if self.after.step == Step::FinishAsked {
            if failure.maybe_done || self.after.outcome == Outcome::Unknown {
                return self.outcome_unknown(failure);
            }
            self.after.step = Step::Sent;
        }
        // The part that makes the file is a finishing request with a body.
        let making = self.after.step == Step::Opened && self.after.outcome != Outcome::None;
        if making && (failure.maybe_done || self.after.outcome == Outcome::Unknown) {
            return self.outcome_unknown(failure);
        }
        // While it is not known whether the service made what it was asked for, only looking helps.
        if self.after.step == Step::OpenAsked && self.after.outcome == Outcome::Unknown {
            return self.outcome_unknown(failure);
        }
        if self.after.step == Step::OpenAsked {
            // A clear no: there is no session to remember.
            self.after.step = Step::Measured;
            if let Some(id) = self.after.session.take() {
                self.session = Some(SessionChange::Moved(id, SessionStatus::Aborted));
            }
        }
        self.after.outcome = Outcome::None;
        if self.after.wish != crate::Wish::Run {
            return self.obey_stored_wish();
        }
        self.by_kind(failure)
    }

    /// A watch sends what stood still or nothing: it looks at the file again, and puts its next version into the queue.
    fn back_to_its_watch(&mut self, failure: &Failure) -> Result<(), Ignored> {
        self.cancel()?;
        self.after.ended = Some(Ended {
            code: failure.code.clone(),
            message: failure.message.clone(),
            action: None,
        });
        self.tell(
            "source_changed",
            "The file changed. Its watch sends it once it stands still again.",
        );
        Ok(())
    }

    fn outcome_unknown(&mut self, failure: &Failure) -> Result<(), Ignored> {
        self.after.outcome = Outcome::Unknown;
        self.after.failures += 1;
        let longest = if failure.kind == Kind::Offline {
            LONGEST_OFFLINE
        } else {
            LONGEST
        };
        let delay = honoured(
            failure.retry_after,
            backoff(self.after.failures + 1, longest, self.now.chance),
        );
        let text = format!(
            "{} Checking whether the file is there before anything else is done.",
            failure.message
        );
        self.look_again(delay, &text)
    }

    fn by_kind(&mut self, failure: &Failure) -> Result<(), Ignored> {
        if matches!(failure.kind, Kind::SourceChanged | Kind::SourceGone)
            && self.after.options.contains_key(crate::watch::OPTION)
        {
            return self.back_to_its_watch(failure);
        }
        self.after.failures += 1;
        let failures = self.after.failures;
        match failure.kind {
            Kind::Offline => self.delay("offline", failure, backoff(failures, LONGEST_OFFLINE, self.now.chance)),
            // The person may sign in at any time: never so long as for a service in trouble.
            Kind::NetworkSignIn => self.delay("sign_in_network", failure, backoff(failures, LONGEST, self.now.chance)),
            Kind::Unavailable => self.delay("unavailable", failure, self.pause(failure)),
            Kind::RateLimited => self.delay("request_limit", failure, honoured(failure.retry_after, REQUEST_WINDOW)),
            Kind::PlanFull => self.delay("plan_full", failure, PLAN_LOOK),
            Kind::Unauthorized => self.ask(Question::sign_in(with_action(failure))),
            Kind::Tls if failures < PROTOCOL_TRIES => self.delay("tls", failure, self.pause(failure)),
            Kind::Tls => self.ask(Question::after("tls", with_action(failure))),
            Kind::Protocol if failures < PROTOCOL_TRIES => self.delay("protocol", failure, self.pause(failure)),
            Kind::SourceRead if failures < READ_TRIES => self.delay("source_read", failure, self.pause(failure)),
            // A new link, and the bytes that are here stay.
            Kind::Expired if self.here() => self.delay("link_expired", failure, self.pause(failure)),
            Kind::Expired => self.restart("link_expired", failure, SessionStatus::Closing),
            Kind::Later => {
                self.after.failures -= 1;
                self.delay(&failure.code, failure, failure.retry_after.unwrap_or(LATER))
            }
            Kind::TargetGone => self.delay("folder_missing", failure, TARGET_LOOK),
            Kind::TargetFull => self.delay("disk_short", failure, TARGET_LOOK),
            Kind::TargetWrite if failures < READ_TRIES => self.delay("target_write", failure, self.pause(failure)),
            Kind::Password => self.ask(Question::password(with_action(failure))),
            Kind::Person => match failure.code.as_str() {
                "plain_http" => self.ask(Question::plain_http(with_action(failure))),
                "collision" => self.ask(Question::collision(with_action(failure), false)),
                "collision_resumable" => self.ask(Question::collision(with_action(failure), true)),
                "file_type" => self.ask(Question::file_type(with_action(failure), true, true)),
                "file_type_by_content" => self.ask(Question::file_type(with_action(failure), true, false)),
                "file_type_by_name" => self.ask(Question::file_type(with_action(failure), false, true)),
                "skipped" => self.cancel(),
                code => self.ask(Question::after(code, with_action(failure))),
            },
            Kind::SessionGone => self.restart("session_gone", failure, SessionStatus::Aborted),
            Kind::SourceChanged if self.here() => {
                if self.after.attempt > RESTARTS {
                    return self.refuse(failure);
                }
                self.restart("remote_changed", failure, SessionStatus::Closing)
            }
            // The source's word about its bytes, not the storage's about ours.
            Kind::Integrity if self.here() || failure.code == "mismatch" => {
                if self.mismatch() {
                    return self.refuse(failure);
                }
                self.restart("mismatch", failure, SessionStatus::Closing)
            }
            Kind::SourceChanged => {
                self.after.failures = 0;
                self.start_over(SessionStatus::Closing);
                self.ungather();
                self.delay_on(On::Restarted, "source_changed", failure, SETTLE)
            }
            Kind::DiskFull => self.delay("disk_full", failure, self.pause(failure)),
            Kind::Protocol
            | Kind::SourceRead
            | Kind::NotFound
            | Kind::Refused
            | Kind::TooLarge
            | Kind::Integrity
            | Kind::SourceGone
            | Kind::TargetWrite
            | Kind::Disk
            | Kind::Bug => self.refuse(failure),
        }
    }

    /// Its bytes come into a file here.
    fn here(&self) -> bool {
        self.after.receives()
    }

    fn pause(&self, failure: &Failure) -> Duration {
        let own = if self.after.failures > SHORT_TRIES {
            LONG_PAUSE
        } else {
            backoff(self.after.failures, LONGEST, self.now.chance)
        };
        honoured(failure.retry_after, own)
    }

    fn delay(&mut self, code: &str, failure: &Failure, delay: Duration) -> Result<(), Ignored> {
        self.delay_on(On::Delayed, code, failure, delay)
    }

    fn delay_on(&mut self, on: On, code: &str, failure: &Failure, delay: Duration) -> Result<(), Ignored> {
        let mut reason = Reason::new(code, failure.message.clone()).until(self.time().after(delay));
        reason.action.clone_from(&failure.action);
        self.wait(on, reason)
    }

    fn restart(&mut self, code: &str, failure: &Failure, status: SessionStatus) -> Result<(), Ignored> {
        let delay = if self.after.attempt < SESSIONS {
            self.pause(failure)
        } else {
            LONG_PAUSE
        };
        self.start_over(status);
        self.delay_on(On::Restarted, code, failure, delay)
    }

    fn ask(&mut self, question: Question) -> Result<(), Ignored> {
        self.move_on(On::Asked)?;
        self.tell(&question.code.clone(), question.text.clone());
        self.after.question = Some(question);
        Ok(())
    }

    fn refuse(&mut self, failure: &Failure) -> Result<(), Ignored> {
        self.move_on(On::Refused)?;
        // What was fetched stays for another try; what does not fit its checksum counts for nothing.
        if !self.here() || matches!(failure.kind, Kind::Integrity | Kind::SourceChanged) {
            self.start_over(SessionStatus::Closing);
        }
        self.after.ended = Some(Ended {
            code: failure.code.clone(),
            message: failure.message.clone(),
            action: failure.action.clone(),
        });
        self.after.finished_at = Some(self.time());
        self.tell("failed", failure.message.clone());
        Ok(())
    }
}

fn with_action(failure: &Failure) -> String {
    match &failure.action {
        Some(action) => format!("{} {action}", failure.message),
        None => failure.message.clone(),
    }
}
