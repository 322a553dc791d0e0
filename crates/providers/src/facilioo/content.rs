//! What a file is by its first bytes.

/// Formats that are told by their first bytes for sure: what claims to be one and does not begin so is none.
const STRICT: &[&str] = &[
    "pdf", "png", "jpg", "gif", "tif", "webp", "bmp", "zip", "docx", "xlsx", "pptx", "odt", "ods", "odp", "gz", "7z",
    "rar", "rtf",
];
/// A format by its extension, and extensions of formats that are made of it: their files begin alike.
const MADE_OF: &[(&str, &[&str])] = &[
    (
        "zip",
        &[
            "docx", "xlsx", "pptx", "docm", "xlsm", "pptm", "dotx", "xltx", "potx", "odt", "ods", "odp", "odg", "epub",
            "jar", "apk", "kmz", "xpi", "ifczip", "bcf", "pages", "numbers", "key", "3mf", "vsdx", "cbz", "ora",
        ],
    ),
    ("docx", &["docm", "dotx"]),
    ("xlsx", &["xlsm", "xltx"]),
    ("pptx", &["pptm", "potx", "ppsx"]),
    ("msi", &["doc", "xls", "ppt", "msg", "dot", "xlt", "pub", "vsd", "mpp"]),
    ("doc", &["dot", "xls", "ppt", "msg"]),
    ("mp4", &["m4v", "m4a", "mov", "3gp", "m4b", "mp4v"]),
    ("mov", &["mp4", "qt", "m4v"]),
    ("m4a", &["mp4", "m4b"]),
    ("heif", &["heic", "hif"]),
    ("tif", &["dng", "nef", "arw", "cr2"]),
    ("ogg", &["oga", "ogv", "opus"]),
    ("mkv", &["webm", "mka"]),
    ("gz", &["tgz", "svgz"]),
    (
        "xml",
        &[
            "svg", "kml", "gpx", "xsd", "xsl", "html", "xhtml", "ifcxml", "plist", "rss",
        ],
    ),
    ("ps", &["eps", "ai"]),
    ("pdf", &["ai"]),
    ("html", &["htm", "xhtml", "xml", "svg", "eml", "mht", "md"]),
    ("exe", &["dll", "msi", "scr"]),
];
/// Endings that mean the same.
const SAME: &[&[&str]] = &[
    &["jpg", "jpeg", "jpe", "jfif"],
    &["tif", "tiff"],
    &["htm", "html"],
    &["heic", "heif", "hif"],
    &["mpg", "mpeg"],
    &["txt", "text"],
    &["mid", "midi"],
];
/// Media types that mean the same.
const SAME_MIME: &[&[&str]] = &[
    &["text/xml", "application/xml"],
    &["application/zip", "application/x-zip-compressed", "application/x-zip"],
    &["application/rtf", "text/rtf"],
    &["image/heif", "image/heic"],
    &["application/gzip", "application/x-gzip"],
    &["image/jpeg", "image/jpg", "image/pjpeg"],
    &["image/bmp", "image/x-ms-bmp"],
    &["audio/x-wav", "audio/wav"],
];
/// Formats that are written as text.
const WRITTEN: &[&str] = &["pdf", "rtf", "ps", "html", "xml", "sh", "pem"];

/// What the first bytes of a file say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// There are none.
    Empty,
    /// A known format: its media type and its usual extension.
    Known(&'static str, &'static str),
    /// Readable text of some sort.
    Text,
    /// Bytes that nothing is known by.
    Unknown,
}

impl Content {
    /// Looks at the first bytes of a file.
    pub(super) fn of(opening: &[u8]) -> Self {
        if opening.is_empty() {
            return Self::Empty;
        }
        let found = infer::get(opening).map(|kind| (kind.mime_type(), kind.extension()));
        let text = is_text(opening);
        match found {
            // A few letters are the mark of some formats, and the beginning of many a text.
            Some((mime, extension)) if !text || WRITTEN.contains(&extension) => Self::Known(mime, extension),
            // Some programs write a line or two before it.
            _ if starts_within(opening, b"%PDF-", 1024) => Self::Known("application/pdf", "pdf"),
            _ if text => Self::Text,
            _ => Self::Unknown,
        }
    }

    /// Media type and extension, where it has some.
    pub(super) fn named(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Known(mime, extension) => Some((mime, extension)),
            Self::Text => Some(("text/plain", "txt")),
            Self::Empty | Self::Unknown => None,
        }
    }

    /// Whether a file with this ending may begin so.
    pub(super) fn fits(&self, extension: &str) -> bool {
        match self {
            Self::Empty => true,
            Self::Known(mime, own) => {
                same_extension(own, extension)
                    || mime_guess::from_ext(extension)
                        .iter()
                        .any(|guess| same_mime(guess.essence_str(), mime))
                    || MADE_OF
                        .iter()
                        .any(|(of, made)| same_extension(of, own) && made.contains(&extension))
                    // What has no format of its own may hold anything.
                    || extension == "bin"
            }
            Self::Text | Self::Unknown => !STRICT.iter().any(|strict| same_extension(strict, extension)),
        }
    }

    /// For people.
    pub(super) fn shown(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Known(_, extension) => extension,
            Self::Text => "plain text",
            Self::Unknown => "of no known format",
        }
    }
}

/// Some program somewhere uses this ending.
pub(super) fn is_known(extension: &str) -> bool {
    !mime_guess::from_ext(extension).is_empty()
}

pub(super) fn same_extension(one: &str, other: &str) -> bool {
    one == other || SAME.iter().any(|same| same.contains(&one) && same.contains(&other))
}

pub(super) fn same_mime(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    one == other
        || SAME_MIME
            .iter()
            .any(|same| same.contains(&one.as_str()) && same.contains(&other.as_str()))
}

/// Readable text in UTF-8, also where it was cut in the middle of a letter.
fn is_text(bytes: &[u8]) -> bool {
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    valid
        .chars()
        .all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{c}'))
}

fn starts_within(bytes: &[u8], mark: &[u8], within: usize) -> bool {
    let head = &bytes[..bytes.len().min(within)];
    head.windows(mark.len()).any(|window| window == mark)
}
