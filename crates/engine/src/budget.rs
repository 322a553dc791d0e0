//! Request budgets: so many requests in any window, shared by everything an account does.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep_until};
use transfer::error::{Failure, Kind, Result};
use transfer::provider::{Budget, RequestBudget};

/// A caller waits this long itself; for longer it is told when to come back, so that the row can say why.
const PATIENCE: Duration = Duration::from_secs(2);

/// A sliding window over the requests of one account.
#[derive(Debug)]
pub struct RequestWindow {
    rule: RequestBudget,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    taken: VecDeque<Instant>,
    closed_until: Option<Instant>,
}

impl RequestWindow {
    /// A full budget.
    #[must_use]
    pub fn new(rule: RequestBudget) -> Self {
        Self {
            rule,
            state: Mutex::default(),
        }
    }

    /// Takes a place now, or says when one is free.
    fn try_take(&self, now: Instant) -> Result<(), Instant> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = state.closed_until.filter(|until| *until > now) {
            return Err(until);
        }
        while state.taken.front().is_some_and(|at| *at + self.rule.window <= now) {
            state.taken.pop_front();
        }
        match state.taken.front() {
            Some(oldest) if state.taken.len() >= self.rule.requests.max(1) as usize => Err(*oldest + self.rule.window),
            _ => {
                state.taken.push_back(now);
                Ok(())
            }
        }
    }
}

#[async_trait]
impl Budget for RequestWindow {
    async fn take(&self) -> Result<()> {
        let begun = Instant::now();
        loop {
            let now = Instant::now();
            match self.try_take(now) {
                Ok(()) => return Ok(()),
                Err(free) if free <= begun + PATIENCE => sleep_until(free).await,
                Err(free) => {
                    let delay = free - now;
                    let text = format!(
                        "The service allows {} requests in {} s, and they are used up.",
                        self.rule.requests,
                        self.rule.window.as_secs()
                    );
                    return Err(Failure::new(Kind::RateLimited, "request_limit", text).retry_after(Some(delay)));
                }
            }
        }
    }

    fn exhausted(&self, delay: Duration) {
        let until = Instant::now() + delay;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.closed_until = Some(state.closed_until.map_or(until, |old| old.max(until)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: RequestBudget = RequestBudget {
        requests: 3,
        window: Duration::from_secs(60),
    };

    #[tokio::test(start_paused = true)]
    async fn the_fourth_request_of_three_is_told_when_to_come_back() {
        let window = RequestWindow::new(RULE);
        for _ in 0..3 {
            window.take().await.unwrap();
        }
        let failure = window.take().await.unwrap_err();
        assert_eq!(
            (failure.kind, failure.retry_after),
            (Kind::RateLimited, Some(RULE.window))
        );
        tokio::time::advance(RULE.window).await;
        window.take().await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_asks_while_the_service_wants_quiet() {
        let window = RequestWindow::new(RULE);
        window.exhausted(Duration::from_secs(30));
        assert_eq!(
            window.take().await.unwrap_err().retry_after,
            Some(Duration::from_secs(30))
        );
        window.exhausted(Duration::from_secs(1));
        assert_eq!(
            window.take().await.unwrap_err().retry_after,
            Some(Duration::from_secs(30))
        );
    }
}
