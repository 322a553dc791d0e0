//! What crosses the local socket: one JSON object a line.

use platform::local_socket::Stream;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::codec::{Framed, LinesCodec};

use crate::boundary::{Change, Failure};

/// Besides the list: from now on changes are told on this connection.
pub(super) const LISTEN: &str = "listen";
/// Must be the first command, so that versions are compared before anything else.
pub(super) const HELLO: &str = "hello";
/// Room for a list of tens of thousands of transfers.
const LONGEST: usize = 256 * 1024 * 1024;

/// A command on its way to the engine.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    /// Names the answer.
    pub(super) id: u64,
    pub(super) command: String,
    pub(super) ask: Value,
}

/// What comes back.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Message {
    Answer { id: u64, value: Value },
    Refusal { id: u64, error: Failure },
    Change(Box<Change>),
}

pub(super) fn lines(stream: Stream) -> Framed<Stream, LinesCodec> {
    Framed::new(stream, LinesCodec::new_with_max_length(LONGEST))
}
