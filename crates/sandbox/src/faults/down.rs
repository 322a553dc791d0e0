//! What can be wrong with a file on its way down.

use serde::{Deserialize, Serialize};

/// What is wrong with the answer to a range request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadRange {
    /// 200 with the whole file.
    Ignored,
    /// 206 from one byte later than asked, and saying so.
    Shifted,
    /// 206 as asked, of a file one byte larger.
    OtherTotal,
    /// 206 without `Content-Range`.
    Unstated,
    /// 206 with a `Content-Range` that nobody can read.
    Garbled,
    /// 206 as `multipart/byteranges`.
    Multipart,
    /// 206 with the first half to a request that asked for no range; others are answered as asked.
    Unasked,
    /// 416, whatever was asked.
    Refused,
}

/// What tells that a file changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// `ETag`, `Last-Modified` and a size one byte larger.
    #[default]
    All,
    /// `ETag` only.
    Etag,
    /// `Last-Modified` only.
    Modified,
    /// The size only: one byte larger.
    Size,
    /// Nothing: only the bytes differ.
    Nothing,
}

/// What tells one version of a file from another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Validators {
    /// A strong `ETag` and `Last-Modified`.
    #[default]
    Strong,
    /// A weak `ETag` and `Last-Modified`.
    Weak,
    /// `ETag` only.
    Etag,
    /// `Last-Modified` only.
    Modified,
    /// Neither.
    None,
}
