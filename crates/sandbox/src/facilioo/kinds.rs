//! The file types of the service: static data, more of them than fit on a page of the default length.

use axum::body::Body;
use http::Response;
use serde_json::{Value, json};

use super::{Call, Facilioo};

/// A file type.
pub(super) struct FileType {
    pub(super) id: u64,
    pub(super) name: &'static str,
    pub(super) mime: &'static str,
    pub(super) extension: &'static str,
}

const fn of(id: u64, name: &'static str, mime: &'static str, extension: &'static str) -> FileType {
    FileType {
        id,
        name,
        mime,
        extension,
    }
}

/// All of them; the document's own sample is the first.
pub(super) const TYPES: &[FileType] = &[
    of(1, "PDF", "application/pdf", "pdf"),
    of(2, "PNG", "image/png", "png"),
    of(3, "JPEG", "image/jpeg", "jpg"),
    of(4, "GIF", "image/gif", "gif"),
    of(5, "TIFF", "image/tiff", "tif"),
    of(6, "WebP", "image/webp", "webp"),
    of(7, "HEIC", "image/heif", "heic"),
    of(
        8,
        "Word",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
    of(9, "Word 97-2003", "application/msword", "doc"),
    of(
        10,
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
    of(11, "Excel 97-2003", "application/vnd.ms-excel", "xls"),
    of(
        12,
        "PowerPoint",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "pptx",
    ),
    of(13, "Text", "text/plain", "txt"),
    of(14, "CSV", "text/csv", "csv"),
    of(15, "XML", "application/xml", "xml"),
    of(16, "RTF", "application/rtf", "rtf"),
    of(17, "E-mail", "message/rfc822", "eml"),
    of(18, "ZIP", "application/zip", "zip"),
    of(19, "MP4", "video/mp4", "mp4"),
    of(20, "Binary", "application/octet-stream", "bin"),
];

impl FileType {
    pub(super) fn get(id: u64) -> Option<&'static Self> {
        TYPES.iter().find(|kind| kind.id == id)
    }

    /// The type with the extension of `name`, else the one for anything.
    pub(super) fn of_name(name: &str) -> &'static Self {
        let extension = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
        TYPES
            .iter()
            .find(|kind| Some(kind.extension) == extension.as_deref())
            .unwrap_or(&TYPES[TYPES.len() - 1])
    }

    pub(super) fn is_picture(&self) -> bool {
        self.mime.starts_with("image/")
    }

    /// Whether bytes that begin so can be of this type, as far as that is plain.
    pub(super) fn fits(&self, opening: &[u8]) -> bool {
        let magic: &[u8] = match self.extension {
            "pdf" => b"%PDF-",
            "png" => b"\x89PNG\r\n\x1a\n",
            "jpg" => b"\xff\xd8\xff",
            "gif" => b"GIF8",
            "zip" | "docx" | "xlsx" | "pptx" => b"PK",
            _ => b"",
        };
        opening.starts_with(magic)
    }

    fn shown(&self) -> Value {
        json!({"id": self.id, "name": self.name, "mimeType": self.mime, "extension": self.extension})
    }
}

impl Facilioo {
    pub(super) fn file_types(&self, call: &Call) -> Response<Body> {
        let all: Vec<Value> = TYPES.iter().map(FileType::shown).collect();
        self.paged(call, &all)
    }
}
