//! Storage's error documents: their code and what it means. Reads two elements and understands no more XML than that.

use reqwest::StatusCode;
use transfer::{Failure, Kind};

use super::Answer;

/// An `<Error>` document's code and message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StorageError {
    pub(super) code: String,
    message: String,
}

/// The error document in `body`, if it is one.
pub(super) fn read(body: &[u8]) -> Option<StorageError> {
    let text = std::str::from_utf8(body).ok()?;
    // Entities of a document's own are how such readers are abused.
    if text.contains("<!DOCTYPE") || text.contains("<!ENTITY") {
        return None;
    }
    let inside = &text[text.find("<Error")?..];
    Some(StorageError {
        code: element(inside, "Code").unwrap_or_default(),
        message: element(inside, "Message").unwrap_or_default(),
    })
}

fn element(text: &str, name: &str) -> Option<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let start = text.find(&open)? + open.len();
    let end = start + text[start..].find(&close)?;
    let raw: String = text[start..end].chars().take(1_000).collect();
    Some(
        raw.trim()
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&apos;", "'")
            .replace("&amp;", "&"),
    )
}

/// What storage's refusal of a part means: by the code in its document, else by its status.
pub(super) fn failure(label: &str, answer: &Answer, error: Option<&StorageError>) -> Failure {
    let status = answer.status;
    if error.is_none() && (status.is_success() || status.is_redirection()) {
        return if answer.is_page() {
            answer.page(label)
        } else {
            Failure::new(
                Kind::Protocol,
                "unexpected_status",
                format!(
                    "The storage of {label} answered a part with {}, which does not store it.",
                    status.as_u16()
                ),
            )
            .maybe_done(true)
        };
    }
    let (code, message) = error.map_or(("", ""), |e| (e.code.as_str(), e.message.as_str()));
    let (kind, name, text, action) = meaning(label, status, code, &message.to_ascii_lowercase());
    let mut failure = Failure::new(kind, name, text).maybe_done(true);
    if kind == Kind::Unavailable {
        failure = failure.retry_after(answer.retry_after);
    }
    match action {
        Some(action) => failure.action(action),
        None => failure,
    }
}

fn meaning(
    label: &str,
    status: StatusCode,
    code: &str,
    message: &str,
) -> (Kind, &'static str, String, Option<&'static str>) {
    let storage = format!("The storage of {label}");
    let of = |kind, name, text: &str| (kind, name, format!("{storage} {text}"), None);
    let expired = message.contains("expired");
    match code {
        "RequestTimeout" => of(
            Kind::Unavailable,
            "storage_timeout",
            "waited too long for the next bytes.",
        ),
        "IncompleteBody" | "BadDigest" => of(Kind::Unavailable, "part_garbled", "received the part incomplete."),
        "ExpiredToken" | "TokenRefreshRequired" => expired_link(label),
        "AccessDenied" if expired => expired_link(label),
        "EntityTooLarge" => of(Kind::TooLarge, "too_large", "does not take a part this large."),
        "SignatureDoesNotMatch" => of(
            Kind::Refused,
            "signature",
            "says that the link's signature does not fit: something on the way changes requests, or the link is wrong.",
        ),
        "RequestTimeTooSkewed" => {
            let text = format!("{storage} says that the clocks disagree by too much.");
            (
                Kind::Refused,
                "clock",
                text,
                Some("Set this machine's clock, then try again."),
            )
        }
        "NoSuchUpload" => of(Kind::SessionGone, "session_gone", "no longer knows this upload."),
        "SlowDown" | "SlowDownWrite" | "SlowDownRead" | "ThrottlingException" => {
            // Not the account's request limit: a growing pause helps, a whole window would be too long.
            of(Kind::Unavailable, "slow_down", "wants fewer parts at once.")
        }
        "InternalError" | "ServiceUnavailable" => of(Kind::Unavailable, "unavailable", "is in trouble."),
        "" => by_status(label, status),
        code => {
            let code: String = code.chars().filter(char::is_ascii_alphanumeric).take(60).collect();
            let kind = if status.is_server_error() && status.as_u16() != 501 {
                Kind::Unavailable
            } else {
                Kind::Refused
            };
            (
                kind,
                "storage_refused",
                format!("{storage} refused the part ({code})."),
                None,
            )
        }
    }
}

fn expired_link(label: &str) -> (Kind, &'static str, String, Option<&'static str>) {
    let text = format!("The links for this upload to {label} ran out.");
    (Kind::Expired, "link_expired", text, None)
}

fn by_status(label: &str, status: StatusCode) -> (Kind, &'static str, String, Option<&'static str>) {
    let code = status.as_u16();
    let storage = format!("The storage of {label}");
    match code {
        408 | 425 => (
            Kind::Unavailable,
            "unavailable",
            format!("{storage} gave up on the part ({code})."),
            None,
        ),
        413 => (
            Kind::TooLarge,
            "too_large",
            format!("{storage} does not take a part this large."),
            None,
        ),
        429 => (
            Kind::Unavailable,
            "slow_down",
            format!("{storage} wants fewer parts at once."),
            None,
        ),
        404 | 410 => (
            Kind::SessionGone,
            "session_gone",
            format!("{storage} no longer knows this upload."),
            None,
        ),
        501 | 505 => (
            Kind::Refused,
            "not_supported",
            format!("{storage} can't take the part this way ({code})."),
            None,
        ),
        500..=599 => (
            Kind::Unavailable,
            "unavailable",
            format!("{storage} is in trouble ({code})."),
            None,
        ),
        _ => (
            Kind::Refused,
            "storage_refused",
            format!("{storage} refused the part ({code})."),
            None,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::answer::tests::answer;

    fn kind(status: u16, code: &str, message: &str) -> Kind {
        let body = format!("<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>");
        let answer = answer(status, &body);
        failure("X", &answer, read(&answer.body).as_ref()).kind
    }

    #[test]
    fn each_code_of_storage_means_what_the_table_says() {
        for (status, code, message, expected) in [
            (400, "RequestTimeout", "", Kind::Unavailable),
            (400, "IncompleteBody", "", Kind::Unavailable),
            (400, "BadDigest", "", Kind::Unavailable),
            (400, "EntityTooLarge", "", Kind::TooLarge),
            (400, "ExpiredToken", "", Kind::Expired),
            (403, "AccessDenied", "Request has expired", Kind::Expired),
            (403, "AccessDenied", "no", Kind::Refused),
            (403, "SignatureDoesNotMatch", "", Kind::Refused),
            (403, "RequestTimeTooSkewed", "", Kind::Refused),
            (404, "NoSuchUpload", "", Kind::SessionGone),
            (404, "NoSuchBucket", "", Kind::Refused),
            (503, "SlowDown", "", Kind::Unavailable),
            (503, "SlowDownWrite", "", Kind::Unavailable),
            (503, "ServiceUnavailable", "", Kind::Unavailable),
            (500, "InternalError", "", Kind::Unavailable),
            (200, "InternalError", "", Kind::Unavailable),
            (501, "NotImplemented", "", Kind::Refused),
            (500, "Unheard", "", Kind::Unavailable),
        ] {
            assert_eq!(kind(status, code, message), expected, "{status} {code}");
        }
    }

    #[test]
    fn without_a_document_the_status_speaks() {
        for (status, body, expected) in [
            (503, "", Kind::Unavailable),
            (403, "", Kind::Refused),
            (201, "", Kind::Protocol),
            (204, "", Kind::Protocol),
            (307, "", Kind::Protocol),
            (200, "<html>", Kind::NetworkSignIn),
        ] {
            assert_eq!(failure("X", &answer(status, body), None).kind, expected, "{status}");
        }
    }

    #[test]
    fn odd_documents_are_read_as_far_as_they_go() {
        assert_eq!(
            read(b"  \n <Error/>"),
            Some(StorageError {
                code: String::new(),
                message: String::new()
            })
        );
        assert_eq!(
            read(b"<Error><Code>A&amp;B"),
            Some(StorageError {
                code: String::new(),
                message: String::new()
            })
        );
        assert_eq!(
            read(b"<Error xmlns='x'><Code> NoSuchUpload </Code>").map(|e| e.code),
            Some("NoSuchUpload".into())
        );
        assert_eq!(
            read(b"<!DOCTYPE x [<!ENTITY a \"b\">]><Error><Code>&a;</Code></Error>"),
            None
        );
        assert_eq!(read(b"\xff<Error>"), None);
        assert_eq!(read(b""), None);
    }

    #[test]
    fn storages_own_words_never_enter_a_fault() {
        let body = "<Error><Code>AccessDenied</Code><Message>CANARY</Message><Resource>CANARY</Resource></Error>";
        let answer = answer(403, body);
        let failure = failure("X", &answer, read(&answer.body).as_ref());
        assert!(!format!("{failure:?}").contains("CANARY"));
    }
}
