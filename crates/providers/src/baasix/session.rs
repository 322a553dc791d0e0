//! The token of one account: one for all, one sign-in for all who wait for it, and changed only while nobody uses it.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use transfer::error::Result;
use transfer::{Failure, Kind, Time};

use super::LABEL;

/// More sign-ins than [`MOST`] within this time are not made: something else ends the sessions.
const SPELL: Duration = Duration::from_secs(600);
const MOST: usize = 5;
/// A token that ends within this time is changed, if nobody uses it.
const SOON: Duration = Duration::from_secs(3_600);

/// A token, for as long as it is used.
#[derive(Clone)]
pub(super) struct Token(Arc<Made>);

struct Made {
    text: SecretString,
    number: u64,
    /// When it ends, by our clock.
    until: Option<Time>,
}

impl Token {
    /// One that somebody else made, and that is never changed or ended from here.
    pub(super) fn foreign(text: &SecretString) -> Self {
        Self(Arc::new(Made {
            text: text.clone(),
            number: 0,
            until: None,
        }))
    }

    pub(super) fn text(&self) -> &SecretString {
        &self.0.text
    }
}

/// A token as it comes from the server.
pub(super) struct Fresh {
    pub(super) text: SecretString,
    pub(super) until: Option<Time>,
}

/// What is done to get a token.
pub(super) enum Want {
    /// There is none that can be used.
    SignIn,
    /// This one ends soon. It is dead from the moment on at which the server gives another.
    Refresh(SecretString),
}

/// Where the token is kept. In memory only.
#[derive(Default)]
pub(super) struct Session(Mutex<State>);

#[derive(Default)]
struct State {
    token: Option<Token>,
    /// Tokens that there were.
    count: u64,
    sign_ins: VecDeque<Time>,
    /// What the sign-in for the token of this number came to, for those who waited for it.
    refused: Option<(u64, Failure)>,
}

impl Session {
    /// The token, made by `make` where there is none, or only `stale`, which the server does not take any more. Who comes
    /// while one is made waits for it.
    ///
    /// # Errors
    /// Why none may be made now, or what making one came to.
    pub(super) async fn token<F>(&self, stale: Option<&Token>, now: Time, make: impl Fn(Want) -> F) -> Result<Token>
    where
        F: Future<Output = Result<Fresh>>,
    {
        let waited_for = self.0.try_lock().is_err();
        let mut state = self.0.lock().await;
        if let Some(token) = state.usable(stale, now) {
            if !token.ends_soon(now) || state.is_used() {
                return Ok(token.clone());
            }
            // Nobody uses it, and nobody can take it while this lock is held.
            let old = token.text().clone();
            if let Ok(fresh) = make(Want::Refresh(old)).await {
                return Ok(state.keep(fresh));
            }
            // Whether the server changed it is not known: it counts for nothing now.
        } else if waited_for
            && let Some((number, failure)) = &state.refused
            && *number == state.count
        {
            return Err(failure.clone());
        }
        state.token = None;
        state.sign_ins.retain(|at| now.since(*at) < SPELL);
        if state.sign_ins.len() >= MOST {
            return Err(too_many());
        }
        state.sign_ins.push_back(now);
        match make(Want::SignIn).await {
            Ok(fresh) => Ok(state.keep(fresh)),
            Err(failure) => {
                state.refused = Some((state.count, failure.clone()));
                Err(failure)
            }
        }
    }

    /// The token that was made and is not needed any more.
    pub(super) fn leave(&mut self) -> Option<SecretString> {
        let token = self.0.get_mut().token.take()?;
        Some(token.text().clone())
    }
}

impl State {
    fn usable(&self, stale: Option<&Token>, now: Time) -> Option<&Token> {
        let token = self.token.as_ref()?;
        let taken = stale.is_none_or(|stale| stale.0.number != token.0.number);
        let alive = token.0.until.is_none_or(|until| now < until);
        (taken && alive).then_some(token)
    }

    /// Somebody else holds the token.
    fn is_used(&self) -> bool {
        self.token.as_ref().is_some_and(|token| Arc::strong_count(&token.0) > 1)
    }

    fn keep(&mut self, fresh: Fresh) -> Token {
        self.count += 1;
        self.refused = None;
        let token = Token(Arc::new(Made {
            text: fresh.text,
            number: self.count,
            until: fresh.until,
        }));
        self.token = Some(token.clone());
        token
    }
}

impl Token {
    fn ends_soon(&self, now: Time) -> bool {
        self.0.until.is_some_and(|until| until.since(now) < SOON)
    }
}

fn too_many() -> Failure {
    Failure::new(
        Kind::Person,
        "too_many_sign_ins",
        format!("{LABEL} ended the session of this account again and again, so no more are begun."),
    )
    .action("Look whether the server limits sessions, or ends them, and try again in ten minutes.")
}

#[derive(Deserialize)]
struct Claims {
    exp: Option<i64>,
}

/// When a token says that it ends, on the server's clock; `None` when it does not say so in a form that is known.
pub(super) fn end_of(token: &SecretString) -> Option<Time> {
    let claims = token.expose_secret().split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    claims.exp?.checked_mul(1_000).map(Time)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    use super::*;

    fn at(seconds: i64) -> Time {
        Time(seconds * 1_000)
    }

    #[derive(Default)]
    struct Server {
        sign_ins: AtomicU64,
        refreshes: AtomicU64,
        refuses: bool,
    }

    impl Server {
        async fn make(&self, want: Want) -> Result<Fresh> {
            tokio::task::yield_now().await;
            let count = match want {
                Want::SignIn => &self.sign_ins,
                Want::Refresh(_) => &self.refreshes,
            };
            count.fetch_add(1, Relaxed);
            if self.refuses {
                return Err(Failure::new(Kind::Unauthorized, "no", "No."));
            }
            Ok(Fresh {
                text: SecretString::from("token"),
                until: Some(at(
                    10_000 + 10_000 * i64::try_from(self.refreshes.load(Relaxed)).unwrap()
                )),
            })
        }

        async fn token(&self, session: &Session, stale: Option<&Token>, now: i64) -> Result<Token> {
            session.token(stale, at(now), |want| self.make(want)).await
        }

        fn seen(&self) -> (u64, u64) {
            (self.sign_ins.load(Relaxed), self.refreshes.load(Relaxed))
        }
    }

    #[tokio::test]
    async fn one_sign_in_serves_all_who_wait_and_a_refused_one_is_not_made_again() {
        for refuses in [false, true] {
            let (session, server) = (
                Session::default(),
                Server {
                    refuses,
                    ..Server::default()
                },
            );
            let all = futures_util::future::join_all((0..30).map(|_| server.token(&session, None, 0))).await;
            assert!(all.iter().all(|token| token.is_err() == refuses));
            assert_eq!(server.seen(), (1, 0));
        }
    }

    #[tokio::test]
    async fn a_token_is_changed_before_its_end_and_never_while_it_is_used() {
        let (session, server) = (Session::default(), Server::default());
        let used = server.token(&session, None, 0).await.unwrap();
        server.token(&session, None, 7_000).await.unwrap();
        assert_eq!(server.seen(), (1, 0), "somebody uses it");
        drop(used);
        server.token(&session, None, 7_000).await.unwrap();
        assert_eq!(server.seen(), (1, 1));
        let old = server.token(&session, None, 8_000).await.unwrap();
        server.token(&session, Some(&old), 8_000).await.unwrap();
        assert_eq!(
            server.seen(),
            (2, 1),
            "what the server does not take is not changed, but made anew"
        );
    }

    #[tokio::test]
    async fn sign_ins_end_where_sessions_do_not_last() {
        let (session, server) = (Session::default(), Server::default());
        let mut token = None;
        for _ in 0..MOST {
            token = Some(server.token(&session, token.as_ref(), 0).await.unwrap());
        }
        let refused = server.token(&session, token.as_ref(), 1).await.err().unwrap();
        assert_eq!(refused.code, "too_many_sign_ins");
        assert!(server.token(&session, token.as_ref(), 601).await.is_ok());
    }

    #[test]
    fn the_end_of_a_token_is_read_from_it() {
        let end = |text: &str| end_of(&SecretString::from(text));
        // {"id":"x","exp":1790000000}
        assert_eq!(
            end("e30.eyJpZCI6IngiLCJleHAiOjE3OTAwMDAwMDB9.x"),
            Some(at(1_790_000_000))
        );
        for other in ["", "opaque", "a.b.c", "e30.e30.e30", "e30.eyJleHAiOiJzb29uIn0.x"] {
            assert_eq!(end(other), None, "{other}");
        }
    }
}
