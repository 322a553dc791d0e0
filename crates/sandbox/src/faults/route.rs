//! The kinds of requests that rules and counters name.

use serde::{Deserialize, Serialize};

/// A kind of request, as counters and rules name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the call of the same name")]
pub enum Route {
    Signed,
    Uploaded,
    Cancel,
    List,
    Show,
    Delete,
    Store,
    Edit,
    Part,
    /// Any of the APIs', but no payload.
    Api,
    /// Every request.
    Any,
    /// FileFactory's getSessionKey.
    SessionKey,
    /// FileFactory's getMemberInfo.
    MemberInfo,
    /// FileFactory's getFileInfo.
    FileInfo,
    /// FileFactory's getDownloadLink.
    DownloadLink,
    /// Any of FileFactory's four methods.
    Filefactory,
    /// A file of FileFactory, by one of its links.
    Download,
    /// A file of the file host, by its direct link.
    File,
    /// A file, by whichever link.
    Down,
    /// facilioo's sign-in.
    LogIn,
    /// New tokens for a refresh token.
    Refresh,
    FileTypes,
    CreateFile,
    /// A file by its external id.
    FindFile,
    ShowFile,
    /// The signed URL of an upload.
    UploadLink,
    /// The signed URL of a download.
    FileLink,
    ThumbnailLink,
    /// The files of a party.
    PartyFiles,
    CreateDocument,
    /// A document by its external id.
    FindDocument,
    /// Any of facilioo's calls.
    Facilioo,
    /// A file of facilioo, by a signed URL.
    Stored,
}

impl Route {
    pub(crate) fn covers(self, asked: Self) -> bool {
        self == asked
            || match self {
                Self::Any => true,
                Self::Api => asked != Self::Part && !asked.is_down(),
                Self::Filefactory => matches!(
                    asked,
                    Self::SessionKey | Self::MemberInfo | Self::FileInfo | Self::DownloadLink
                ),
                Self::Facilioo => matches!(
                    asked,
                    Self::LogIn
                        | Self::Refresh
                        | Self::FileTypes
                        | Self::CreateFile
                        | Self::FindFile
                        | Self::ShowFile
                        | Self::UploadLink
                        | Self::FileLink
                        | Self::ThumbnailLink
                        | Self::PartyFiles
                        | Self::CreateDocument
                        | Self::FindDocument
                ),
                Self::Down => asked.is_down(),
                _ => false,
            }
    }

    /// Whether payload leaves by it.
    pub(crate) fn is_down(self) -> bool {
        matches!(self, Self::Download | Self::File | Self::Stored)
    }
}
