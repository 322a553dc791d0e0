//! Why no answer came: the one boundary that turns the client's errors, which hold addresses, into faults, which don't.

use std::error::Error;
use std::io;

use transfer::{Failure, Kind};

use super::words::sentence;

/// The fault behind `error`. `maybe_done` unless the request can't have reached the service.
pub(super) fn fault(label: &str, error: reqwest::Error) -> Failure {
    let error = error.without_url();
    if error.is_builder() {
        return Failure::new(
            Kind::Bug,
            "bad_request",
            format!("A request to {label} could not be built."),
        );
    }
    // Before a connection stands, nothing can have been carried out.
    let reached = !error.is_connect();
    by_cause(label, Cause::of(&error), reached)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    Name,
    NoRoute,
    Refused,
    Distrust,
    Slow,
    Cut,
}

impl Cause {
    fn of(error: &reqwest::Error) -> Self {
        if error.is_dns() {
            return Self::Name;
        }
        if error.is_timeout() {
            return Self::Slow;
        }
        let cause = error.source().and_then(|source| search(source, error.is_connect()));
        cause.unwrap_or(if error.is_connect() { Self::Refused } else { Self::Cut })
    }
}

/// Looks through the causes, also inside I/O errors, which hide what they wrap from `source`.
fn search(error: &(dyn Error + 'static), connecting: bool) -> Option<Cause> {
    if let Some(io) = error.downcast_ref::<io::Error>() {
        match io.kind() {
            io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable => return Some(Cause::NoRoute),
            io::ErrorKind::ConnectionRefused => return Some(Cause::Refused),
            io::ErrorKind::TimedOut => return Some(Cause::Slow),
            // The TLS library reports a peer that it does not trust this way.
            io::ErrorKind::InvalidData if connecting => return Some(Cause::Distrust),
            _ => {}
        }
        if let Some(found) = io.get_ref().and_then(|inner| search(inner, connecting)) {
            return Some(found);
        }
    }
    error.source().and_then(|source| search(source, connecting))
}

fn by_cause(label: &str, cause: Cause, reached: bool) -> Failure {
    let (kind, code, text) = match cause {
        Cause::Name => (
            Kind::Offline,
            "name_unknown",
            format!("The address of {label} can't be found: there is no connection, or the name does not exist."),
        ),
        Cause::NoRoute => (
            Kind::Offline,
            "no_route",
            format!("There is no way to {label}: this machine is offline."),
        ),
        Cause::Refused => (
            Kind::Unavailable,
            "connection_refused",
            format!("{label} takes no connections right now."),
        ),
        Cause::Distrust => (
            Kind::Tls,
            "tls",
            format!("The connection to {label} can't be trusted: its certificate was not accepted."),
        ),
        Cause::Slow => (Kind::Unavailable, "timeout", format!("{label} did not answer in time.")),
        Cause::Cut => (
            Kind::Unavailable,
            "connection_lost",
            format!("The connection to {label} broke."),
        ),
    };
    let failure = Failure::new(kind, code, sentence(text)).maybe_done(reached);
    match cause {
        Cause::Distrust => {
            failure.action("If a company's certificate stands in between, name its file in the account's settings.")
        }
        _ => failure,
    }
}

/// The line broke while an answer was being read: what was asked may be done.
pub(super) fn cut_answer(label: &str, error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let (code, text) = if error.is_timeout() {
        ("timeout", format!("{label} stopped in the middle of its answer."))
    } else {
        ("answer_cut", format!("The answer of {label} broke off."))
    };
    Failure::new(Kind::Unavailable, code, sentence(text)).maybe_done(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(kind: io::ErrorKind) -> io::Error {
        io::Error::other(io::Error::new(kind, "inner"))
    }

    #[test]
    fn a_cause_is_found_inside_wrapped_errors() {
        for (kind, cause) in [
            (io::ErrorKind::NetworkUnreachable, Cause::NoRoute),
            (io::ErrorKind::HostUnreachable, Cause::NoRoute),
            (io::ErrorKind::ConnectionRefused, Cause::Refused),
            (io::ErrorKind::InvalidData, Cause::Distrust),
        ] {
            assert_eq!(search(&wrapped(kind), true), Some(cause), "{kind}");
        }
        assert_eq!(search(&wrapped(io::ErrorKind::InvalidData), false), None);
        assert_eq!(search(&wrapped(io::ErrorKind::ConnectionReset), true), None);
    }

    #[test]
    fn being_offline_is_told_from_a_service_in_trouble() {
        assert_eq!(by_cause("X", Cause::Name, false).kind, Kind::Offline);
        assert_eq!(by_cause("X", Cause::NoRoute, false).kind, Kind::Offline);
        assert_eq!(by_cause("X", Cause::Refused, false).kind, Kind::Unavailable);
        assert_eq!(by_cause("X", Cause::Distrust, false).kind, Kind::Tls);
        assert!(by_cause("X", Cause::Cut, true).maybe_done);
    }

    #[tokio::test]
    async fn an_address_never_enters_a_fault() {
        // Port 1 of loopback: nothing listens there.
        let error = reqwest::Client::builder()
            .no_proxy()
            .build()
            .unwrap()
            .get("http://127.0.0.1:1/CANARY?token=CANARY")
            .send()
            .await
            .unwrap_err();
        assert!(
            format!("{error:?}").contains("CANARY"),
            "the client's own error holds it"
        );
        let failure = fault("X", error);
        assert!(!format!("{failure:?} {failure}").contains("CANARY"));
        assert_eq!((failure.kind, failure.maybe_done), (Kind::Unavailable, false));
    }

    #[tokio::test]
    async fn an_unknown_name_is_offline_and_certainly_not_done() {
        let error = reqwest::Client::builder()
            .no_proxy()
            .build()
            .unwrap()
            .get("http://does-not-exist.invalid/")
            .send()
            .await
            .unwrap_err();
        let failure = fault("X", error);
        assert_eq!((failure.kind, failure.maybe_done), (Kind::Offline, false));
    }
}
