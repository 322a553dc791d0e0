//! Names for files on disk, made of what a server or a person says: hostile input until it has passed through here.
//!
//! Every name given by this module is one component of a path on Windows, macOS and Linux, in Unicode's composed form
//! (NFC), and at most [`LONGEST`] bytes of UTF-8. [`reserved`]: names that Windows keeps for devices.

mod reserved;

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;

/// The longest name, in bytes. File systems take 255; the rest is room for what others append.
pub const LONGEST: usize = 200;

/// What a file is called of whose name nothing is left.
const NAMELESS: &str = "download";

/// What a partial file's name ends with.
const PART: &str = ".part";

/// The longest ending that is taken for an extension, in characters.
const LONGEST_EXTENSION: usize = 16;

/// A name that is safe to create in any folder of ours, made of `raw`; a safe name stays as it is.
///
/// Nothing is decoded: who has a percent-encoded name decodes it once, before. Only what follows the last `/` or `\`
/// counts, so a path in `raw` leads nowhere.
#[must_use]
pub fn safe_name(raw: &str) -> String {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !is_dropped(*c)).nfc().collect();
    let plain: String = plain.chars().map(|c| if is_forbidden(c) { '_' } else { c }).collect();
    let trimmed = plain.trim_start_matches(is_edge).trim_end_matches(is_edge);
    if trimmed.is_empty() {
        return NAMELESS.into();
    }
    let named = reserved::escaped(trimmed.into());
    // What is cut short may end where a device's name ends.
    reserved::escaped(fitted(&named, ""))
}

/// `film.mov` as `film (2).mov`: the `n`-th file that wants `name`, which must be a safe one.
#[must_use]
pub fn numbered(name: &str, n: u32) -> String {
    fitted(name, &format!(" ({n})"))
}

/// What `name`, which must be a safe one, is called while its bytes are still coming: `film.mov.part`.
#[must_use]
pub fn part_name(name: &str) -> String {
    let (stem, extension) = split(name);
    let ending = format!("{extension}{PART}");
    // What is cut short may end where a device's name ends.
    reserved::escaped(format!("{}{ending}", shortened(stem, LONGEST - ending.len())))
}

/// What two names have in common when a file system may take them for the same: case, and composed or decomposed letters.
#[must_use]
pub fn collision_key(name: &str) -> String {
    // Folding may undo the composed form, so that comes last.
    name.nfd().default_case_fold().nfc().collect()
}

/// `name` with `mark` before its extension, the stem cut so that all of it fits.
fn fitted(name: &str, mark: &str) -> String {
    let (stem, extension) = split(name);
    let room = LONGEST - mark.len() - extension.len();
    format!("{}{mark}{extension}", shortened(stem, room))
}

/// The first `room` bytes of `stem` or a little less: no character is cut in two, and no dot or space is left at the end.
fn shortened(stem: &str, room: usize) -> &str {
    if stem.len() <= room {
        return stem;
    }
    stem[..stem.floor_char_boundary(room)].trim_end_matches(is_edge)
}

/// Stem and extension, the latter with its dot and at most 4 + 17 × 4 bytes; `.tar.gz` and its kind are one extension.
fn split(name: &str) -> (&str, &str) {
    let Some(at) = name.rfind('.').filter(|at| *at > 0) else {
        return (name, "");
    };
    let extension = &name[at + 1..];
    if extension.chars().count() > LONGEST_EXTENSION || extension.chars().any(char::is_whitespace) {
        return (name, "");
    }
    let archive = at.checked_sub(4).filter(|before| {
        *before > 0
            && name
                .get(*before..at)
                .is_some_and(|ending| ending.eq_ignore_ascii_case(".tar"))
    });
    name.split_at(archive.unwrap_or(at))
}

/// Control characters, marks that turn the direction of text, break lines or give a byte order, and code points that are no
/// characters.
fn is_dropped(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || matches!(c, '\u{fdd0}'..='\u{fdef}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// What Windows forbids in a name, besides the separators that were cut off.
fn is_forbidden(c: char) -> bool {
    matches!(c, '<' | '>' | ':' | '"' | '?' | '*' | '|')
}

/// What may stand neither first (hidden files) nor last (Windows takes it off, and finds another file).
fn is_edge(c: char) -> bool {
    c == '.' || c.is_whitespace()
}
