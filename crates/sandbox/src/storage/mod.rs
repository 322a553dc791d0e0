//! The S3 server: s3s-fs on a folder, and in front of it what it does not check itself.

mod body;
mod front;
mod shelf;
mod sign;
pub(crate) mod xml;

pub(crate) use body::{Progress, Reading};
pub(crate) use front::{Front, Object};
pub(crate) use shelf::{Shelf, sha256_of};
pub(crate) use sign::{DISPOSITION, Grant, Verb, expiry_ms, presign, reads_by_grant};

/// The access key of the plain S3 endpoint; the service signs with it too.
pub(crate) const ACCESS_KEY: &str = "longshore-sandbox";
/// Its secret.
pub(crate) const SECRET_KEY: &str = "longshore-sandbox-secret";
/// The region URLs are signed for.
pub(crate) const REGION: &str = "us-east-1";
/// Where the service keeps its assets.
pub(crate) const ASSET_BUCKET: &str = "digital-assets";
/// Where facilioo keeps its files.
pub(crate) const FILE_BUCKET: &str = "facilioo-files";
/// An empty bucket for S3 clients.
pub(crate) const PLAIN_BUCKET: &str = "bench";
