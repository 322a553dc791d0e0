//! The world outside, on loopback: emulated services, a real S3 server behind them, and faults on demand.
//!
//! [`Sandbox::start`] starts one in this process; many may run at once. `longshore sandbox` runs [`serve`], which prints
//! the [`Description`] as one line of JSON once everything listens:
//!
//! ```json
//! {
//!   "control": "http://127.0.0.1:41000",
//!   "s3": {
//!     "url": "http://127.0.0.1:41002", "access_key": "longshore-sandbox", "secret_key": "longshore-sandbox-secret",
//!     "region": "us-east-1", "bucket": "bench"
//!   },
//!   "elsewhere": "http://127.0.0.1:41003",
//!   "files": "http://127.0.0.1:41004",
//!   "links": ["http://127.0.0.1:41004/f/small.bin?size=1000000&seed=1"],
//!   "providers": {
//!     "fileflare": {
//!       "base_url": "http://127.0.0.1:41001/fileflare/api/v1", "secret": { "token": "sandbox-fileflare-key" }
//!     },
//!     "filefactory": {
//!       "base_url": "http://127.0.0.1:41001/filefactory/v1",
//!       "secret": { "email": "premium@sandbox.test", "password": "…", "authkey": "…" },
//!       "others": { "trafficshare": { "email": "…" }, "free": { "email": "…" } },
//!       "links": ["http://www.filefactory.com/file/1ep92k3t0fdz/n/Tulips%2Ejpg"]
//!     },
//!     "facilioo": {
//!       "base_url": "http://127.0.0.1:41001/facilioo", "secret": { "email": "admin@sandbox.test", "password": "…" },
//!       "others": { "manager": { "email": "…" }, "tenant": { "email": "…" }, "factor": { "email": "…" } }
//!     },
//!     "baasix": {
//!       "base_url": "http://127.0.0.1:41001/baasix",
//!       "secret": { "email": "editor@sandbox.test", "password": "…" }, "others": { "tenant": { "email": "…" } }
//!     }
//!   }
//! }
//! ```
//!
//! With a port base `N` the ports are `N` (control), `N+1` (services), `N+2` (S3), `N+3` (elsewhere, the host that
//! nobody should be led to) and `N+4` (files); signed URLs hold over a restart only then. With a home folder, stored bytes, unfinished
//! uploads and the tables of files survive a restart; settings, faults, counters, the clock, added files and FileFactory's
//! keys and links do not.
//!
//! # The control API
//!
//! | call | body or answer |
//! |---|---|
//! | `GET /_sandbox` | the [`Description`] |
//! | `GET /_sandbox/faults` | `[{"id":1,"fault":"answer_lost","route":"uploaded","times":1,"after":0,"for_ms":null,"part":null}]` |
//! | `POST /_sandbox/faults` | one rule or an array, see [`faults`]; answers `{"ids":[1]}` |
//! | `POST /_sandbox/faults` `{"clear":true}` or `{"clear":1}`, or `DELETE /_sandbox/faults[/1]` | clears all, or one |
//! | `GET /_sandbox/counters` | [`Counters`] |
//! | `POST /_sandbox/counters/reset` | |
//! | `GET /_sandbox/wait?counter=/payload/now&at_least=1&timeout_ms=10000` | waits until that counter (JSON pointer) is there; [`Counters`], or 408 |
//! | `GET /_sandbox/clock` | [`ClockReading`]: `{"now_s":1790000000,"offset_s":0}` |
//! | `POST /_sandbox/clock` | `{"advance_s":3600}` or `{"offset_s":0}`; URL expiry, request windows and `Date` follow it |
//! | `GET /_sandbox/settings`, `POST` | [`Settings`]; a POST holds the fields to change |
//! | `GET /_sandbox/assets` | [`AssetState`]s: every file the service knows, with the SHA-256 of the bytes on disk |
//! | `GET /_sandbox/uploads` | [`UploadState`]s: unfinished multipart uploads in storage |
//! | `GET /_sandbox/files`, `POST` | [`FileSpec`]s of the file host; a POST adds one or an array: `{"links":["…"]}` |
//! | `GET /_sandbox/filefactory`, `POST` | [`HostedFile`]s at FileFactory, likewise |
//! | `DELETE /_sandbox/filefactory/ID` | takes one away |
//! | `GET /_sandbox/facilioo`, `POST` | [`FileState`]s at facilioo; a POST adds [`FaciliooFile`]s: `{"ids":[4001]}` |
//! | `DELETE /_sandbox/facilioo/ID` | takes one away |
//! | `GET /_sandbox/baasix` | [`BaasixFile`]s: every file Baasix has, with the SHA-256 of its bytes |
//! | `GET /_sandbox/timeline?direction=down`, or `up` | [`Timeline`]: bytes per 100 ms on the monotonic clock |
//! | `POST /_sandbox/timeline/reset` | begins both anew |
//!
//! What is wrong in a request is answered 400 with `{"error":"…"}`. The same things are methods of [`Running`].
//!
//! # What is enforced on a presigned PUT
//!
//! s3s checks the signature (403 SignatureDoesNotMatch). In front of it: 400 for an `Authorization` header, 501 for
//! `Transfer-Encoding: chunked`, 411 without `Content-Length`, 403 for unsigned `x-amz-*` headers, 403 "Request has
//! expired" by the sandbox's clock, 404 NoSuchUpload once an upload ended. At completion: every part's tag, the
//! order, and 5 MiB for all parts but the last. Unless the sender asks with `Expect: 100-continue`, a refused body is read
//! to its end first, so that the answer arrives.
//!
//! # Files to download
//!
//! `GET` and `HEAD` of `/f/NAME?size=N&seed=S` at the file host is a file of N bytes that costs no disk: its bytes are
//! [`Content`], a function of seed and offset, which also computes its SHA-256 and MD5. A file that was added needs no
//! query. Every field of [`FileSpec`] may stand in the query: `chunked=true`, `ranges=false`, `login=ann:secret`,
//! `validators=weak`, `bytes_per_s=100000`, `bomb=10737418240`. Ranges, `If-Range` and the other conditions work as RFC
//! 9110 says; several ranges in one request are answered with the whole file. The host `elsewhere` serves the same paths
//! without faults and keeps every header its visitors bring.
//!
//! # FileFactory
//!
//! The four methods by GET and by POST form; see [`FilefactorySettings`], [`HostedFile`] and the faults `code`, `site_code`
//! and `entry_omitted`. Links lead to the file host, hold for one client's address, end with the session key they were
//! made with, and answer what is wrong by a redirect to a page with `code=NNN`: 251 gone, 257 no slot, 263 expired, 265
//! invalid, 266 too early. Free links know no ranges and one connection per client.
//! Missing fields are 703, a wrong authorization key 702, a wrong password 706. A 705 or 717 begins its wait also when it
//! was planted by a fault.
//!
//! # facilioo
//!
//! Sign-in and refresh with tokens whose lives are set, `api-version`, pages from 1 on, file types, File entities with
//! external ids, documents; see [`FaciliooSettings`]. Uploads and downloads go to the S3 server by signed URLs, whose PUT
//! may cover the Content-Type; an object is answered with the one it came with. Size and pages show a while after an object
//! was stored, those of an earlier one until then, and never where the bytes don't begin like their type. The account
//! `tenant` makes no files, `factor`, `factor400` and `factor409` want a second factor, and only `admin` lists the files of
//! a party.
//!
//! # Baasix
//!
//! `/auth/{login,refresh,check,me,logout}`, `/files`, `/files/:id`, `/files/upload-from-url` and `/assets/:id`, as a server
//! of its kind behaves and not as its document says; see [`BaasixSettings`] and the fault `stored_late`. What is longer
//! than the limit is cut without a word; a token that is none makes a call the public's, which may nothing (403); what is
//! named like a picture, a video or a sound and is none is a 500; ranges work for videos and sounds alone.

mod baasix;
mod clock;
mod content;
mod control;
mod controls;
mod counters;
mod cut;
mod describe;
mod facilioo;
pub mod faults;
mod filefactory;
mod fileflare;
mod files;
mod hosts;
mod listen;
mod lived;
mod running;
mod serve;
mod settings;
mod storage;
mod table;
mod timeline;
mod wire;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use baasix::{BaasixFile, MadeOf};
pub use clock::ClockReading;
pub use content::Content;
pub use counters::{
    BaasixCount, Counters, DownloadsCount, ElsewhereCount, FaciliooCount, FileCount, FilefactoryCount, PartCount,
    PayloadCount, RangeCount, StorageCount, UploadCount, Visit,
};
pub use describe::{Account, AssetState, Description, S3Access, UploadState, Urls};
pub use facilioo::{FaciliooFile, FileState};
pub use faults::{ActiveFault, BadPlan, BadRange, Fault, FaultRule, Route, Shown, Unreachable, Validators};
pub use filefactory::{FileStatus, HostedFile};
pub use files::FileSpec;
pub use running::{Options, Running, Sandbox, StartError};
pub use serve::{serve, serve_until};
pub use settings::{
    BaasixSettings, ConfirmMethod, EmptyFile, ErrorForm, Evidence, FaciliooSettings, FilefactorySettings, Generation,
    Naming, Numbers, Settings, TagKind,
};
pub use timeline::{Direction, Timeline};

/// The web page that stands where an answer should.
const PAGE: &str =
    "<!DOCTYPE html><html><head><title>One moment</title></head><body><h1>One moment, please</h1></body></html>";

/// The value, also after a panic elsewhere: counters and tables stay readable.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
