//! The answer with a file in it: header, body, and what is wrong with them.

use std::collections::VecDeque;

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};

use super::FileSpec;
use super::body::{Break, Piece, Plan};
use super::conditions::Version;
use crate::content::Content;
use crate::counters::Sending;
use crate::faults::{BadRange, Fault, Taken};
use crate::wire::Line;

/// What stands between the parts of `multipart/byteranges`.
const BOUNDARY: &str = "sandbox-boundary";
/// Most bytes that follow a body that was announced too short.
const MOST_SURPLUS: u64 = 64 * 1024;

/// An answer being put together.
pub(crate) struct Reply {
    response: Response<Body>,
    pieces: VecDeque<Piece>,
    chunked: bool,
}

impl Reply {
    /// With the headers every answer about the file has.
    pub(crate) fn new(spec: &FileSpec, version: &Version) -> Self {
        let mut reply = Self {
            response: Response::new(Body::empty()),
            pieces: VecDeque::new(),
            chunked: spec.chunked,
        };
        reply.set(header::CONTENT_TYPE, spec.content_type.as_bytes());
        if let Some(etag) = &version.etag {
            reply.set(header::ETAG, etag.as_bytes());
        }
        if let Some(date) = version.last_modified() {
            reply.set(header::LAST_MODIFIED, date.as_bytes());
        }
        if spec.ranges {
            reply.set(header::ACCEPT_RANGES, b"bytes");
        }
        if let Some(disposition) = spec.disposition_bytes() {
            reply.set(header::CONTENT_DISPOSITION, &disposition);
        }
        reply
    }

    /// Sets a header, unless its value can't be one.
    fn set(&mut self, name: HeaderName, value: &[u8]) {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            self.response.headers_mut().insert(name, value);
        }
    }

    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// Nothing but the header.
    pub(crate) fn bare(mut self, status: u16) -> Response<Body> {
        *self.response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
        self.response
    }

    /// 416.
    pub(crate) fn unsatisfiable(mut self, size: u64) -> Response<Body> {
        self.set(header::CONTENT_RANGE, format!("bytes */{size}").as_bytes());
        self.bare(416)
    }

    pub(crate) fn whole(&mut self, pieces: Vec<Piece>) {
        self.pieces = pieces.into();
    }

    pub(crate) fn bomb(&mut self, pieces: VecDeque<Piece>) {
        self.set(header::CONTENT_ENCODING, b"gzip");
        self.pieces = pieces;
    }

    /// 206 for the bytes from the first up to behind the last, of `size`.
    pub(crate) fn range(&mut self, pieces: Vec<Piece>, (from, to): (u64, u64), size: u64, lie: Option<BadRange>) {
        *self.response.status_mut() = StatusCode::PARTIAL_CONTENT;
        self.pieces = pieces.into();
        let total = size + u64::from(lie == Some(BadRange::OtherTotal));
        let stated = format!("bytes {from}-{}/{total}", to.saturating_sub(1));
        match lie {
            Some(BadRange::Unstated) => {}
            Some(BadRange::Garbled) => self.set(header::CONTENT_RANGE, b"bytes two-three/four"),
            Some(BadRange::Multipart) => {
                let kind = format!("multipart/byteranges; boundary={BOUNDARY}");
                self.set(header::CONTENT_TYPE, kind.as_bytes());
                let head = format!(
                    "--{BOUNDARY}\r\nContent-Type: application/octet-stream\r\nContent-Range: {stated}\r\n\r\n"
                );
                self.pieces.push_front(Piece::Text(head.into()));
                let end = format!("\r\n--{BOUNDARY}--\r\n");
                self.pieces.push_back(Piece::Text(Bytes::from(end)));
            }
            _ => self.set(header::CONTENT_RANGE, stated.as_bytes()),
        }
    }

    /// The header alone, with its length.
    pub(crate) fn head(mut self, taken: &Taken) -> Response<Body> {
        let length = announced(taken).unwrap_or_else(|| Plan::length(&self.pieces));
        if !self.chunked {
            self.set(header::CONTENT_LENGTH, length.to_string().as_bytes());
        }
        self.response
    }

    /// The answer as it leaves.
    pub(crate) fn send(
        mut self,
        taken: &Taken,
        rate: Option<u64>,
        line: Line,
        sending: Option<Sending>,
        slot: Option<Box<dyn Send + Sync>>,
    ) -> Response<Body> {
        let mut plan = Plan {
            pieces: std::mem::take(&mut self.pieces),
            rate,
            breaks: None,
            line,
            sending,
            _slot: slot,
        };
        for fault in &taken.list {
            match fault {
                Fault::Slow { bytes_per_s } => plan.rate = Some(*bytes_per_s),
                Fault::Truncated { bytes } => plan.truncate(*bytes),
                Fault::Cut { bytes } => plan.breaks = Some((*bytes, Break::Closed)),
                Fault::AnswerCut => plan.breaks = Some((Plan::length(&plan.pieces) / 2, Break::Closed)),
                Fault::Reset { bytes } => plan.breaks = Some((*bytes, Break::Reset)),
                Fault::Endless => {
                    self.chunked = true;
                    plan.pieces.push_back(Piece::Content {
                        content: Content::new(u64::MAX),
                        from: 0,
                        len: u64::MAX,
                    });
                }
                Fault::HeaderDribble { ms } => plan.line.dribble_header(*ms),
                Fault::HeaderFlood { headers, bytes } => self.flood(*headers, *bytes),
                Fault::DoneButRefused { status } => {
                    *self.response.status_mut() = StatusCode::from_u16(*status).unwrap_or(StatusCode::OK);
                }
                _ => {}
            }
        }
        if !self.chunked {
            let length = Plan::length(&plan.pieces);
            let said = announced(taken).unwrap_or(length);
            if said < length {
                plan.truncate(said);
                plan.line.add_surplus((length - said).min(MOST_SURPLUS));
                self.set(header::CONNECTION, b"close");
            } else if said > length {
                plan.breaks = plan.breaks.or(Some((length, Break::Closed)));
            }
            self.set(header::CONTENT_LENGTH, said.to_string().as_bytes());
        }
        *self.response.body_mut() = plan.into_body();
        self.response
    }

    fn flood(&mut self, headers: u32, bytes: u32) {
        let Ok(value) = HeaderValue::from_str(&"x".repeat(bytes as usize)) else {
            return;
        };
        for number in 0..headers {
            if let Ok(name) = HeaderName::try_from(format!("x-flood-{number}")) {
                // The map holds some thirty thousand.
                let _ = self.response.headers_mut().try_insert(name, value.clone());
            }
        }
    }
}

/// The length that is said instead of the true one.
fn announced(taken: &Taken) -> Option<u64> {
    taken.find(|f| {
        if let Fault::SizeLie { announced } = f {
            Some(*announced)
        } else {
            None
        }
    })
}
