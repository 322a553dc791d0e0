//! The type that a file is sent as: what its name says, unless the server would look into it and find otherwise.

/// What every file may be, and nobody looks into.
pub(super) const ANY: &str = "application/octet-stream";

/// The type for a file of this name that begins with `opening`. The server looks into pictures, videos and sounds, and
/// refuses the file when it can't read them: such a type is given only to files that begin as the type does.
pub(super) fn kind(name: &str, opening: &[u8]) -> String {
    let guessed = mime_guess::from_path(name).first_or_octet_stream();
    let kind = guessed.essence_str();
    if !is_analysed(kind) || begins_as(kind, opening) {
        kind.to_owned()
    } else {
        ANY.to_owned()
    }
}

/// Whether the server looks into files of that type.
pub(super) fn is_analysed(kind: &str) -> bool {
    ["image/", "video/", "audio/"]
        .iter()
        .any(|group| kind.starts_with(group))
}

/// Whether bytes begin as files of that type do. Only what the server's libraries are known to read.
fn begins_as(kind: &str, opening: &[u8]) -> bool {
    let at = |from: usize, magic: &[u8]| opening.get(from..from + magic.len()) == Some(magic);
    match kind {
        "image/png" => at(0, b"\x89PNG\r\n\x1a\n"),
        "image/jpeg" => at(0, &[0xff, 0xd8, 0xff]),
        "image/gif" => at(0, b"GIF87a") || at(0, b"GIF89a"),
        "image/webp" => at(0, b"RIFF") && at(8, b"WEBP"),
        "video/mp4" | "audio/mp4" | "video/quicktime" => at(4, b"ftyp"),
        "video/webm" | "video/x-matroska" => at(0, &[0x1a, 0x45, 0xdf, 0xa3]),
        "audio/mpeg" => at(0, b"ID3"),
        "audio/ogg" => at(0, b"OggS"),
        "audio/flac" | "audio/x-flac" => at(0, b"fLaC"),
        "audio/wav" => at(0, b"RIFF") && at(8, b"WAVE"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_looks_into_is_named_only_where_it_can_be_read() {
        assert_eq!(kind("letter.pdf", b""), "application/pdf");
        assert_eq!(kind("noextension", b""), ANY);
        assert_eq!(kind("picture.png", b"\x89PNG\r\n\x1a\n...."), "image/png");
        assert_eq!(kind("film.mp4", b"\0\0\0\x20ftypisom"), "video/mp4");
        for (name, opening) in [
            ("picture.png", &b"no picture"[..]),
            ("main.ts", b"export const a = 1;"),
            ("plan.dwg", b"AC1027"),
            ("layers.psd", b"8BPS"),
            ("photo.heic", b"\0\0\0\x24ftypheic"),
            ("drawing.svg", b"<svg>"),
            ("song.mp3", b""),
            ("film.mp4", b"\0\0"),
        ] {
            assert!(!is_analysed(&kind(name, opening)), "{name}");
        }
    }
}
