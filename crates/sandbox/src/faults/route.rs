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
    /// New tokens for old ones, at facilioo or Baasix.
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
    /// Baasix's `POST /auth/login`.
    SignIn,
    /// Baasix's `GET /auth/check`.
    AuthCheck,
    /// Baasix's `GET /auth/me`.
    Me,
    /// Baasix's `GET /auth/logout`.
    SignOut,
    /// Baasix's `POST /files`, with the file in it.
    FilePost,
    /// Baasix's `POST /files/upload-from-url`.
    FileImport,
    /// Baasix's `GET /files`.
    FileList,
    /// Baasix's `GET /files/:id`.
    FileShow,
    /// Baasix's `PATCH /files/:id`.
    FilePatch,
    /// Baasix's `DELETE /files/:id`.
    FileDelete,
    /// Baasix's `GET /assets/:id`.
    Asset,
    /// Any of Baasix's calls.
    Baasix,
}

impl Route {
    pub(crate) fn covers(self, asked: Self) -> bool {
        self == asked
            || match self {
                Self::Any => true,
                Self::Api => !matches!(asked, Self::Part | Self::FilePost) && !asked.is_down(),
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
                Self::Baasix => asked.is_of_baasix(),
                _ => false,
            }
    }

    /// Whether payload leaves by it.
    pub(crate) fn is_down(self) -> bool {
        matches!(self, Self::Download | Self::File | Self::Stored | Self::Asset)
    }

    fn is_of_baasix(self) -> bool {
        matches!(
            self,
            Self::SignIn
                | Self::Refresh
                | Self::AuthCheck
                | Self::Me
                | Self::SignOut
                | Self::FilePost
                | Self::FileImport
                | Self::FileList
                | Self::FileShow
                | Self::FilePatch
                | Self::FileDelete
                | Self::Asset
        )
    }
}
