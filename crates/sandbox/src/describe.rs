//! What the sandbox tells about itself: where it is, and what it holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Base URL and sample credentials of an emulated service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What stands before the documented paths.
    pub base_url: String,
    /// The fields a person would type.
    pub secret: BTreeMap<String, String>,
    /// The same of other accounts at the service, by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<String, BTreeMap<String, String>>,
    /// Links to files the service has from the start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
}

/// The plain S3 endpoint, for S3 clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is what its name says")]
pub struct S3Access {
    pub url: String,
    pub access_key: String,
    pub secret_key: String,
    pub region: String,
    /// An empty bucket that exists.
    pub bucket: String,
}

/// Where everything is; `longshore sandbox` prints it as one line of JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// The control API stands at `/_sandbox` of this address.
    pub control: String,
    /// The S3 server behind the services.
    pub s3: S3Access,
    /// A host that only redirects and hostile part plans lead to; it counts visits.
    pub elsewhere: String,
    /// The file host: any file by `/f/NAME?size=N&seed=S`.
    #[serde(default)]
    pub files: String,
    /// Direct links to try.
    #[serde(default)]
    pub links: Vec<String>,
    /// The emulated services by provider key.
    pub providers: BTreeMap<String, Account>,
}

/// The addresses alone, `http://127.0.0.1:PORT`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what its name says")]
pub struct Urls {
    pub control: String,
    pub services: String,
    pub s3: String,
    pub elsewhere: String,
    pub files: String,
}

/// A file the service knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetState {
    /// The asset's id.
    pub id: String,
    /// As signed.
    pub name: String,
    /// Bytes on disk once confirmed; before, as announced.
    pub size: u64,
    /// Of the bytes on disk, in hexadecimal; `None` while there is no object.
    pub sha256: Option<String>,
    /// Whether it was confirmed.
    pub confirmed: bool,
    /// The multipart upload it was signed with.
    pub upload_id: Option<String>,
    /// Where it leads, for an asset that is a link.
    pub link: Option<String>,
}

/// A multipart upload that is neither completed nor aborted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadState {
    /// Its id.
    pub upload_id: String,
    /// The asset it belongs to; `None` for one a plain S3 client opened.
    pub asset_id: Option<String>,
    /// The name the asset was signed with.
    pub name: Option<String>,
    /// Bytes stored, by part number.
    pub parts: BTreeMap<i32, u64>,
}
