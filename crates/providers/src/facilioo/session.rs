//! The tokens of one account: one refresh for all who wait for it, and no token used again once there is a newer one.

use std::future::Future;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::Mutex;
use transfer::error::Result;
use transfer::{Failure, Kind, Time};

/// A sign-in that was refused is not tried again by itself before this has passed.
const REFUSED: Duration = Duration::from_secs(30);

/// An access token with its place in the row of tokens.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) text: SecretString,
    number: u64,
    /// When another is asked for, by our clock.
    renew_at: Option<Time>,
}

/// What a sign-in or a refresh came to.
pub(super) struct Fresh {
    pub(super) access: SecretString,
    pub(super) refresh: Option<SecretString>,
    /// When another should be asked for, by our clock.
    pub(super) renew_at: Option<Time>,
}

/// How new tokens are come by.
pub(super) trait Source {
    /// With the refresh token.
    fn refresh(&self, token: &SecretString) -> impl Future<Output = Result<Fresh>> + Send;
    /// With what the person entered.
    fn log_in(&self) -> impl Future<Output = Result<Fresh>> + Send;
}

/// Where the tokens are kept. In memory only.
#[derive(Default)]
pub(super) struct Tokens(Mutex<State>);

#[derive(Default)]
struct State {
    token: Option<Token>,
    /// Good for one refresh.
    refresh: Option<SecretString>,
    /// Tokens that there were.
    count: u64,
    /// What the last sign-in was refused with, and until when nobody tries again.
    refused: Option<(Time, Failure)>,
}

impl Tokens {
    /// The tokens of an account whose access token was pasted.
    pub(super) fn pasted(text: SecretString) -> Self {
        let token = Token {
            text,
            number: 0,
            renew_at: None,
        };
        Self(Mutex::new(State {
            token: Some(token),
            ..State::default()
        }))
    }

    /// The token in use; a new one where there is none, where its end is near, or where it is `stale`: the service does
    /// not take it any more. Who comes while one is being asked for waits for it.
    ///
    /// # Errors
    /// What asking came to.
    pub(super) async fn token(&self, stale: Option<&Token>, now: Time, source: &impl Source) -> Result<Token> {
        let mut state = self.0.lock().await;
        if let Some(token) = &state.token
            && stale.is_none_or(|stale| stale.number != token.number)
            && token.renew_at.is_none_or(|at| now < at)
        {
            return Ok(token.clone());
        }
        if let Some((until, failure)) = &state.refused
            && now < *until
        {
            return Err(failure.clone());
        }
        // Whatever comes of this: the old one is not used again.
        state.token = None;
        let made = match state.refresh.take() {
            None => source.log_in().await,
            Some(refresh) => match source.refresh(&refresh).await {
                // Not every service lets a refresh token live as long as its account.
                Err(failure) if failure.kind == Kind::Unauthorized => source.log_in().await,
                Err(failure) => {
                    if !failure.maybe_done {
                        state.refresh = Some(refresh);
                    }
                    Err(failure)
                }
                fresh => fresh,
            },
        };
        match made {
            Ok(fresh) => {
                state.count += 1;
                state.refused = None;
                state.refresh = fresh.refresh;
                let token = Token {
                    text: fresh.access,
                    number: state.count,
                    renew_at: fresh.renew_at,
                };
                state.token = Some(token.clone());
                Ok(token)
            }
            Err(failure) => {
                if failure.kind == Kind::Unauthorized {
                    state.refused = Some((now.after(REFUSED), failure.clone()));
                }
                Err(failure)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures_util::future::join_all;

    use super::*;

    #[derive(Default)]
    struct Asked {
        logins: Mutex<u32>,
        refreshes: Mutex<u32>,
        refuse: Option<(Kind, bool)>,
        refuse_login: bool,
    }

    fn count(of: &Mutex<u32>) -> u32 {
        let mut of = of.lock().unwrap();
        *of += 1;
        *of
    }

    fn fresh(text: String) -> Fresh {
        Fresh {
            access: SecretString::from(text),
            refresh: Some(SecretString::from("r")),
            renew_at: Some(Time(1_000)),
        }
    }

    impl Source for Asked {
        async fn refresh(&self, _: &SecretString) -> Result<Fresh> {
            let n = count(&self.refreshes);
            tokio::task::yield_now().await;
            match self.refuse {
                Some((kind, maybe)) => Err(Failure::new(kind, "no", "No.").maybe_done(maybe)),
                None => Ok(Fresh {
                    renew_at: Some(Time(10_000)),
                    ..fresh(format!("refreshed {n}"))
                }),
            }
        }

        async fn log_in(&self) -> Result<Fresh> {
            let n = count(&self.logins);
            tokio::task::yield_now().await;
            if self.refuse_login {
                return Err(Failure::new(Kind::Unauthorized, "login_failed", "No."));
            }
            Ok(fresh(format!("login {n}")))
        }
    }

    #[tokio::test]
    async fn two_hundred_who_wait_cost_one_refresh_and_none_gets_the_old_token() {
        let (tokens, asked) = (Tokens::default(), Asked::default());
        let old = tokens.token(None, Time(0), &asked).await.unwrap();
        let all = join_all((0..200).map(|_| tokens.token(None, Time(1_000), &asked))).await;
        assert!(all.into_iter().all(|token| token.unwrap().number != old.number));
        let all = join_all((0..200).map(|_| tokens.token(Some(&old), Time(1_001), &asked))).await;
        assert!(all.into_iter().all(|token| token.unwrap().number != old.number));
        assert_eq!(
            (*asked.logins.lock().unwrap(), *asked.refreshes.lock().unwrap()),
            (1, 1)
        );
    }

    #[tokio::test]
    async fn a_refresh_that_is_refused_is_followed_by_one_sign_in() {
        let refuse = Some((Kind::Unauthorized, false));
        let (tokens, asked) = (
            Tokens::default(),
            Asked {
                refuse,
                ..Asked::default()
            },
        );
        tokens.token(None, Time(0), &asked).await.unwrap();
        assert!(tokens.token(None, Time(2_000), &asked).await.is_ok());
        assert_eq!(
            (*asked.logins.lock().unwrap(), *asked.refreshes.lock().unwrap()),
            (2, 1)
        );
    }

    #[tokio::test]
    async fn a_refresh_token_whose_answer_was_lost_is_not_used_again() {
        for (maybe, refreshes) in [(true, 1), (false, 2)] {
            let refuse = Some((Kind::Unavailable, maybe));
            let (tokens, asked) = (
                Tokens::default(),
                Asked {
                    refuse,
                    ..Asked::default()
                },
            );
            tokens.token(None, Time(0), &asked).await.unwrap();
            assert!(tokens.token(None, Time(2_000), &asked).await.is_err());
            let _ = tokens.token(None, Time(3_000), &asked).await;
            assert_eq!(*asked.refreshes.lock().unwrap(), refreshes, "{maybe}");
        }
    }

    #[tokio::test]
    async fn a_refused_sign_in_is_made_once_for_all_and_again_only_after_a_while() {
        let (tokens, asked) = (
            Tokens::default(),
            Asked {
                refuse_login: true,
                ..Asked::default()
            },
        );
        let all = join_all((0..200).map(|_| tokens.token(None, Time(0), &asked))).await;
        assert!(all.iter().all(Result::is_err));
        assert_eq!(*asked.logins.lock().unwrap(), 1);
        assert!(tokens.token(None, Time(30_000), &asked).await.is_err());
        assert_eq!(*asked.logins.lock().unwrap(), 2);
    }
}
