//! `GET /assets/:id`: the bytes of a file, with ranges for videos and sounds only, and those with three mistakes.

use axum::body::Body;
use http::{Method, Response, header};

use super::auth::Who;
use super::library::{is_id, no_id};
use super::records::Record;
use super::{Baasix, Call, Using, answer, media};
use crate::content::Content;
use crate::counters::{RangeCount, Sending};
use crate::faults::{BadRange, Fault, Shown};
use crate::files::{FileSpec, Piece, Reply, Version};
use crate::listen::HangUp;
use crate::wire::Line;

/// The smallest picture there is, which every image becomes when another size is asked for.
const PICTURE: &[u8] = &[
    0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0x00, 0x01, 0x01, 0x01, 0x00, 0x48, 0x00, 0x48, 0x00,
    0x00, 0xff, 0xdb, 0x00, 0x43, 0x00, 0x03, 0x02, 0x02, 0x02, 0x02, 0x02, 0x03, 0x02, 0x02, 0x02, 0x03, 0x03, 0x03,
    0x03, 0x04, 0x06, 0x04, 0x04, 0x04, 0x04, 0x04, 0x08, 0x06, 0x06, 0x05, 0x06, 0x09, 0x08, 0x0a, 0x0a, 0x09, 0x08,
    0x09, 0x09, 0x0a, 0x0c, 0x0f, 0x0c, 0x0a, 0x0b, 0x0e, 0x0b, 0x09, 0x09, 0x0d, 0x11, 0x0d, 0x0e, 0x0f, 0x10, 0x10,
    0x11, 0x10, 0x0a, 0x0c, 0x12, 0x13, 0x12, 0x10, 0x13, 0x0f, 0x10, 0x10, 0x10, 0xff, 0xc9, 0x00, 0x0b, 0x08, 0x00,
    0x01, 0x00, 0x01, 0x01, 0x01, 0x11, 0x00, 0xff, 0xcc, 0x00, 0x06, 0x00, 0x10, 0x10, 0x05, 0xff, 0xda, 0x00, 0x08,
    0x01, 0x01, 0x00, 0x00, 0x3f, 0x00, 0xd2, 0xcf, 0x20, 0xff, 0xd9,
];

/// What a range asks for, as the server reads it.
enum Asked {
    Whole,
    /// First byte, and one past the last, which may lie behind the end.
    Range(u64, u64),
    /// What it does not understand.
    Mistake,
}

impl Baasix {
    pub(super) async fn asset(&self, call: &Call, line: Line, using: Using) -> Result<Response<Body>, HangUp> {
        let wait = |f: &Fault| match f {
            Fault::AnswerLate { ms } | Fault::CarriedOutLate { ms } => Some(*ms),
            _ => None,
        };
        if let Some(ms) = call.taken.find(wait) {
            tokio::time::sleep(std::time::Duration::from_millis(ms)).await;
        }
        if call.taken.has(&Fault::AnswerLost) {
            return Err(HangUp);
        }
        if !is_id(&call.id) {
            return Ok(no_id());
        }
        let row = match self.who(call) {
            Who::Somebody(tenant) => self.row(&call.id, tenant.as_ref()),
            Who::Public => None,
        };
        let public = || {
            self.records
                .with(|rows| rows.all.get(&call.id).filter(|row| row.public).cloned())
        };
        let Some(row) = row.or_else(public) else {
            return Ok(answer::missing());
        };
        self.send(call, &row, line, using).await
    }

    async fn send(&self, call: &Call, row: &Record, line: Line, using: Using) -> Result<Response<Body>, HangUp> {
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(call.query.as_bytes())
            .into_owned()
            .collect();
        let said = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        let download = said("download") == Some("true");
        let settings = self.controls.settings();
        let played = media::is_played(&row.kind);
        if settings.baasix.s3
            && played
            && !download
            && let Some(seed) = row.seed
        {
            let there = format!(
                "{}{}{}?size={}&seed={seed}",
                self.files,
                crate::files::PREFIX,
                row.id,
                row.size
            );
            return Ok(crate::files::redirect(302, &there));
        }
        let transformed = media::is_image(&row.kind) && (said("width").is_some() || said("height").is_some());
        if let Some(wrong) = ["width", "height", "quality"]
            .iter()
            .find_map(|n| said(n))
            .filter(|v| v.parse::<u32>().is_err())
        {
            return Ok(answer::broken(&format!(
                "Error: Expected positive integer but received {wrong}"
            )));
        }
        let Some((mut pieces, size)) = self.pieces(call, row, transformed).await else {
            return Ok(answer::broken(
                "Error: ENOENT: no such file or directory, open '/srv/baasix/uploads'",
            ));
        };
        let spec = FileSpec {
            name: row.id.clone(),
            size,
            content_type: if transformed {
                "image/jpeg".into()
            } else {
                row.kind.clone()
            },
            disposition: Some(disposition(&row.original, download)),
            ranges: played && !settings.baasix.s3,
            ..FileSpec::default()
        };
        let etag = format!(
            "W/\"{size:x}-{}\"",
            &uuid::Uuid::parse_str(&row.id).unwrap_or_default().simple().to_string()[..12]
        );
        if call
            .headers
            .get(header::IF_NONE_MATCH)
            .is_some_and(|v| v.as_bytes() == etag.as_bytes())
        {
            let version = Version {
                etag: Some(etag),
                modified_s: None,
                size,
            };
            return Ok(Reply::new(&spec, &version).bare(304));
        }
        let text = call.headers.get(header::RANGE).and_then(|v| v.to_str().ok());
        let lie = call.taken.find(|f| match f {
            Fault::RangeLie { kind } => Some(*kind),
            _ => None,
        });
        let asked = match text.filter(|_| spec.ranges) {
            Some(text) => read(text, size),
            None => Asked::Whole,
        };
        let asked = match (asked, lie) {
            (Asked::Range(..), Some(BadRange::Ignored)) => Asked::Whole,
            (Asked::Range(from, to), Some(BadRange::Shifted)) => {
                Asked::Range((from + 1).min(size.saturating_sub(1)), to)
            }
            (Asked::Whole, Some(BadRange::Unasked)) if text.is_none() => Asked::Range(0, size.div_ceil(2)),
            (asked, _) => asked,
        };
        let version = |etag| Version {
            etag,
            modified_s: None,
            size,
        };
        let mut start = 0;
        let reply = match asked {
            _ if lie == Some(BadRange::Refused) => {
                return Ok(Reply::new(&spec, &version(Some(etag))).unsatisfiable(size));
            }
            Asked::Mistake => {
                self.controls.tally.count(|c| c.baasix.ranges_past_end += 1);
                return Ok(answer::broken("RangeError: The value of \"start\" is out of range"));
            }
            Asked::Whole => {
                let mut reply = Reply::new(&spec, &version(Some(etag)));
                reply.whole(pieces);
                reply
            }
            Asked::Range(from, to) => {
                start = from;
                pieces = cut(pieces, from, to.min(size));
                if to > size {
                    self.controls.tally.count(|c| c.baasix.ranges_past_end += 1);
                    // More is promised than there is; the rest never comes, and nothing ends.
                    pieces.push(Piece::Never(to - size));
                }
                let mut reply = Reply::new(&spec, &version(None));
                reply.range(pieces, (from, to), size, lie);
                reply
            }
        };
        if call.method == Method::HEAD {
            return Ok(reply.head(&call.taken));
        }
        let range = RangeCount {
            asked: text.map(str::to_owned),
            start,
            status: reply.status(),
            ..RangeCount::default()
        };
        let sending = Sending::begin(&self.controls, &row.id, None, range);
        Ok(reply.send(
            &call.taken,
            settings.down_bandwidth,
            line,
            sending,
            Some(Box::new(using)),
        ))
    }

    /// All bytes of the answer and how many they are; `None` when they are nowhere.
    async fn pieces(&self, call: &Call, row: &Record, transformed: bool) -> Option<(Vec<Piece>, u64)> {
        if transformed {
            return Some((vec![Piece::Text(PICTURE.into())], PICTURE.len() as u64));
        }
        let changed = call.taken.find(|f| match f {
            Fault::Changed { at: None, shows } => Some(*shows),
            _ => None,
        });
        if let Some(seed) = row.seed {
            let content = Content::new(seed);
            let size = row.size + u64::from(matches!(changed, Some(Shown::All | Shown::Size)));
            let content = if changed.is_some() { content.changed() } else { content };
            return Some((
                vec![Piece::Content {
                    content,
                    from: 0,
                    len: size,
                }],
                size,
            ));
        }
        if !self.records.has_bytes(row) {
            return None;
        }
        // All of it in memory, as the server does.
        let bytes = self.records.bytes(row).await.ok()?;
        let size = bytes.len() as u64;
        Some((vec![Piece::Text(bytes.into())], size))
    }
}

/// The bytes from `from` up to `to` of a single piece.
fn cut(pieces: Vec<Piece>, from: u64, to: u64) -> Vec<Piece> {
    let index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(bytes) => Piece::Text(bytes.slice(index(from).min(bytes.len())..index(to).min(bytes.len()))),
            Piece::Content { content, .. } => Piece::Content {
                content,
                from,
                len: to.saturating_sub(from),
            },
            other => other,
        })
        .collect()
}

fn read(range: &str, size: u64) -> Asked {
    let Some((first, last)) = range.trim().strip_prefix("bytes=").and_then(|r| r.split_once('-')) else {
        return Asked::Whole;
    };
    match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), _) if first >= size => Asked::Mistake,
        (Ok(first), Ok(last)) => Asked::Range(first, last.saturating_add(1).max(first + 1)),
        (Ok(first), Err(_)) if last.is_empty() => Asked::Range(first, size),
        _ => Asked::Mistake,
    }
}

/// The name twice, escaped both times.
fn disposition(name: &str, download: bool) -> String {
    let escaped = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC).to_string();
    let how = if download { "attachment" } else { "inline" };
    format!("{how}; filename=\"{escaped}\"; filename*=UTF-8''{escaped}")
}
