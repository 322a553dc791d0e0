//! What a file is by its name, and whether its content can be what the name says.

/// The type of a name's extension.
pub(super) fn by_name(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "bmp" => "image/bmp",
        "tif" | "tiff" => "image/tiff",
        "ico" => "image/vnd.microsoft.icon",
        "heic" => "image/heic",
        "psd" => "image/vnd.adobe.photoshop",
        "dwg" => "image/vnd.dwg",
        "dxf" => "image/vnd.dxf",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wave",
        "ogg" | "oga" => "audio/ogg",
        "flac" => "audio/x-flac",
        "m4a" => "audio/mp4",
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "avi" => "video/x-msvideo",
        "mkv" => "video/x-matroska",
        "webm" => "video/webm",
        // TypeScript's extension is older than TypeScript.
        "ts" | "mts" | "m2ts" => "video/mp2t",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        "tar" => "application/x-tar",
        "json" => "application/json",
        "txt" => "text/plain",
        "html" | "htm" => "text/html",
        "css" => "text/css",
        "js" => "text/javascript",
        "csv" => "text/csv",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _ => "application/octet-stream",
    }
}

/// Whether files of that type are looked into.
pub(super) fn is_analysed(kind: &str) -> bool {
    is_image(kind) || is_played(kind)
}

pub(super) fn is_image(kind: &str) -> bool {
    kind.starts_with("image/")
}

/// A video or a sound.
pub(super) fn is_played(kind: &str) -> bool {
    kind.starts_with("video/") || kind.starts_with("audio/")
}

/// Whether `bytes` can be read as that type. What the server's libraries do not know can't.
pub(super) fn can_be(kind: &str, bytes: &[u8]) -> bool {
    let at = |from: usize, magic: &[u8]| bytes.get(from..from + magic.len()) == Some(magic);
    match kind {
        "image/jpeg" => at(0, &[0xff, 0xd8, 0xff]),
        "image/png" => at(0, b"\x89PNG\r\n\x1a\n"),
        "image/gif" => at(0, b"GIF8"),
        "image/webp" => at(0, b"RIFF") && at(8, b"WEBP"),
        "image/svg+xml" => {
            let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1_000)]);
            start.contains("<svg")
        }
        "audio/mpeg" => at(0, b"ID3") || at(0, &[0xff, 0xfb]),
        "audio/wave" => at(0, b"RIFF") && at(8, b"WAVE"),
        "audio/ogg" => at(0, b"OggS"),
        "audio/x-flac" => at(0, b"fLaC"),
        "audio/mp4" | "video/mp4" | "video/quicktime" => at(4, b"ftyp"),
        "video/x-matroska" | "video/webm" => at(0, &[0x1a, 0x45, 0xdf, 0xa3]),
        "video/x-msvideo" => at(0, b"RIFF") && at(8, b"AVI "),
        "video/mp2t" => at(0, &[0x47]) && at(188, &[0x47]),
        _ => false,
    }
}

/// Width and height of a PNG.
pub(super) fn extent(kind: &str, bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |from: usize| Some(u32::from_be_bytes(bytes.get(from..from + 4)?.try_into().ok()?));
    if kind == "image/png" {
        Some((number(16)?, number(20)?))
    } else {
        None
    }
}
