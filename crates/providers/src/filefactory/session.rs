//! The session of one account: one key for all, one login for all who wait for it, and no login too many.

use std::collections::VecDeque;
use std::future::Future;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::Mutex;
use transfer::error::Result;
use transfer::{Failure, Time};

use super::error::{LOGIN_WAIT, logins_blocked, too_many_logins};

/// More logins than this within [`LOGIN_WAIT`] are not made: the service suspends who logs in too often.
const MOST_LOGINS: usize = 3;

/// A key with its place in the row of keys.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) text: SecretString,
    number: u64,
}

/// Where the key is kept. In memory only: a key lives a quarter of an hour.
#[derive(Default)]
pub(super) struct Session(Mutex<State>);

#[derive(Default)]
struct State {
    key: Option<Key>,
    /// Keys that there were.
    count: u64,
    logins: VecDeque<Time>,
    blocked_until: Option<Time>,
    /// What the login for the key of this number came to, for those who waited for it.
    refused: Option<(u64, Failure)>,
}

impl Session {
    /// The key, made by `login` where there is none, or only `stale`, which the service does not take any more. Who
    /// comes while a login is under way waits for it.
    ///
    /// # Errors
    /// Why no login may be made now, or what the login came to.
    pub(super) async fn key<F>(&self, stale: Option<&Key>, now: Time, login: impl FnOnce() -> F) -> Result<Key>
    where
        F: Future<Output = Result<SecretString>>,
    {
        let waited_for = self.0.try_lock().is_err();
        let mut state = self.0.lock().await;
        if let Some(key) = &state.key
            && stale.is_none_or(|stale| stale.number != key.number)
        {
            return Ok(key.clone());
        }
        if waited_for
            && let Some((number, failure)) = &state.refused
            && *number == state.count
        {
            return Err(failure.clone());
        }
        state.key = None;
        if let Some(until) = state.blocked_until {
            if now < until {
                return Err(logins_blocked(until.since(now)));
            }
            state.blocked_until = None;
        }
        state.logins.retain(|at| now.since(*at) < LOGIN_WAIT);
        if state.logins.len() >= MOST_LOGINS {
            return Err(too_many_logins());
        }
        state.logins.push_back(now);
        let made = login().await;
        match made {
            Ok(text) => {
                state.count += 1;
                state.refused = None;
                let key = Key {
                    text,
                    number: state.count,
                };
                state.key = Some(key.clone());
                Ok(key)
            }
            Err(failure) => {
                if failure.code == "logins_blocked" {
                    state.blocked_until = Some(now.after(failure.retry_after.unwrap_or(LOGIN_WAIT)));
                }
                state.refused = Some((state.count, failure.clone()));
                Err(failure)
            }
        }
    }
}

/// What is left of the hour of the service's request limit, at `now`.
pub(super) fn rest_of_hour(now: Time) -> Duration {
    const HOUR_MS: i64 = 3_600_000;
    Duration::from_millis(u64::try_from(HOUR_MS - now.0.rem_euclid(HOUR_MS)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use transfer::Kind;

    use super::*;
    use crate::filefactory::error;

    fn at(seconds: i64) -> Time {
        Time(seconds * 1_000)
    }

    async fn fresh(session: &Session, stale: Option<&Key>, now: Time) -> Result<Key> {
        session
            .key(stale, now, || async { Ok(SecretString::from("key")) })
            .await
    }

    #[tokio::test]
    async fn one_login_serves_all_who_wait() {
        let (session, logins) = (Session::default(), AtomicU64::new(0));
        let login = || async {
            logins.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            Ok(SecretString::from("key"))
        };
        let all = futures_util::future::join_all((0..50).map(|_| session.key(None, at(0), login))).await;
        assert!(all.iter().all(Result::is_ok));
        let old = all[0].clone().unwrap();
        futures_util::future::join_all((0..50).map(|_| session.key(Some(&old), at(1), login))).await;
        assert_eq!(logins.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_refused_login_is_not_made_again_by_those_who_waited_for_it() {
        let (session, logins) = (Session::default(), AtomicU64::new(0));
        let login = || async {
            logins.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            Err(error::fault(706, "", Duration::ZERO))
        };
        let all = futures_util::future::join_all((0..20).map(|_| session.key(None, at(0), login))).await;
        assert!(
            all.iter()
                .all(|key| key.as_ref().err().is_some_and(|f| f.kind == Kind::Unauthorized))
        );
        assert_eq!(logins.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_fourth_login_in_a_quarter_of_an_hour_is_not_made() {
        let session = Session::default();
        let mut key = None;
        for second in 0..3 {
            key = Some(fresh(&session, key.as_ref(), at(second)).await.unwrap());
        }
        let refused = fresh(&session, key.as_ref(), at(4)).await.err().unwrap();
        assert_eq!(refused.code, "too_many_logins");
        assert!(fresh(&session, key.as_ref(), at(901)).await.is_ok());
    }

    #[tokio::test]
    async fn a_block_of_logins_is_waited_for_and_then_tried_once() {
        let session = Session::default();
        let blocked = || async { Err(error::fault(705, "", Duration::ZERO)) };
        assert!(session.key(None, at(0), blocked).await.is_err());
        let refused = session
            .key(None, at(60), || async { panic!("a login during the wait") })
            .await
            .err()
            .unwrap();
        assert_eq!(refused.retry_after, Some(Duration::from_secs(840)));
        assert!(fresh(&session, None, at(900)).await.is_ok());
    }

    #[test]
    fn the_hour_ends_at_the_hour() {
        assert_eq!(rest_of_hour(at(3_600)), Duration::from_secs(3_600));
        assert_eq!(rest_of_hour(at(7_199)), Duration::from_secs(1));
    }
}
