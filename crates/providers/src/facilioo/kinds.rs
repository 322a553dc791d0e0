//! Which of the service's file types a file is: by its name and by its content, and by the person where these disagree.

use serde_json::Value;
use transfer::error::Result;
use transfer::{Failure, Kind};

use super::content::{self, Content};
use super::{LABEL, names};

/// The option that holds the person's choice: `content`, `name`, or a type by id, name, media type or extension.
pub(super) const OPTION: &str = "type";

/// A file type of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileType {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) mime: Option<String>,
    /// In small letters, without a dot; the first is the one that downloads have.
    pub(super) extensions: Vec<String>,
}

impl FileType {
    /// Reads an answer; `None` without an id.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let extensions = names::text(value, names::EXTENSION).unwrap_or_default();
        let extensions = extensions
            .split([',', ';', ' ', '|'])
            .map(|extension| extension.trim().trim_start_matches('.').to_ascii_lowercase())
            .filter(|extension| !extension.is_empty())
            .collect();
        Some(Self {
            id: names::number(value, names::ID)?,
            name: names::text(value, names::NAMES).unwrap_or_default(),
            mime: names::text(value, names::MIME)
                .map(|mime| mime.trim().to_owned())
                .filter(|mime| !mime.is_empty()),
            extensions,
        })
    }

    /// For people.
    pub(super) fn shown(&self) -> String {
        let name = crate::http::shown(&self.name, None);
        match (name.is_empty(), self.extensions.first()) {
            (false, _) => name,
            (true, Some(extension)) => extension.to_ascii_uppercase(),
            (true, None) => format!("type {}", self.id),
        }
    }

    fn has_extension(&self, extension: &str) -> bool {
        self.extensions
            .iter()
            .any(|own| own == extension || content::same_extension(own, extension))
    }

    fn has_mime(&self, mime: &str) -> bool {
        self.mime
            .as_deref()
            .is_some_and(|own| own.eq_ignore_ascii_case(mime) || content::same_mime(own, mime))
    }
}

/// The type of a file called `name` that begins with `opening`; `wish` is what the person chose.
///
/// # Errors
/// [`Kind::Person`] where name and content disagree, [`Kind::Refused`] where the service has no type for it.
pub(super) fn choose<'a>(
    types: &'a [FileType],
    name: &str,
    opening: &[u8],
    wish: Option<&str>,
) -> Result<&'a FileType> {
    let extension = extension(name);
    let content = Content::of(opening);
    let by_name = extension
        .as_deref()
        .and_then(|extension| of_extension(types, extension));
    let by_content = of_content(types, &content);
    let none = || no_type(types, extension.as_deref(), &content);
    match wish {
        Some("content") => return by_content.ok_or_else(none),
        Some("name") => return by_name.ok_or_else(none),
        Some(wish) => return wished(types, wish),
        None => {}
    }
    let fits = extension.as_deref().is_none_or(|extension| content.fits(extension));
    match (by_name, by_content) {
        (Some(named), _) if fits => Ok(named),
        (Some(named), Some(found)) if named.id == found.id => Ok(named),
        (Some(named), found) => Err(disagreement(Some(named), found, extension.as_deref(), &content)),
        (None, Some(found)) if fits || extension.as_deref().is_none_or(|e| !content::is_known(e)) => Ok(found),
        (None, Some(found)) => Err(disagreement(None, Some(found), extension.as_deref(), &content)),
        (None, None) => Err(none()),
    }
}

/// What follows the last dot of a name, in small letters.
fn extension(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    let plain = (1..=16).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (plain && !stem.is_empty()).then(|| extension.to_ascii_lowercase())
}

fn of_extension<'a>(types: &'a [FileType], extension: &str) -> Option<&'a FileType> {
    let exact = types
        .iter()
        .find(|kind| kind.extensions.iter().any(|own| own == extension));
    exact
        .or_else(|| types.iter().find(|kind| kind.has_extension(extension)))
        .or_else(|| {
            let mimes = mime_guess::from_ext(extension);
            types
                .iter()
                .find(|kind| kind.extensions.is_empty() && mimes.iter().any(|mime| kind.has_mime(mime.essence_str())))
        })
}

fn of_content<'a>(types: &'a [FileType], content: &Content) -> Option<&'a FileType> {
    let (mime, extension) = content.named()?;
    let of_mime = || types.iter().find(|kind| kind.has_mime(mime));
    types.iter().find(|kind| kind.has_extension(extension)).or_else(of_mime)
}

fn wished<'a>(types: &'a [FileType], wish: &str) -> Result<&'a FileType> {
    let wish = wish.trim();
    let bare = wish.trim_start_matches('.').to_ascii_lowercase();
    let by_id = types.iter().find(|kind| kind.id.to_string() == wish);
    by_id
        .or_else(|| of_extension(types, &bare))
        .or_else(|| types.iter().find(|kind| kind.has_mime(wish)))
        .or_else(|| types.iter().find(|kind| kind.name.eq_ignore_ascii_case(wish)))
        .ok_or_else(|| {
            let wish = crate::http::shown(wish, None);
            refused(
                types,
                format!("{LABEL} has no file type “{wish}”, which was asked for."),
            )
        })
}

fn disagreement(
    named: Option<&FileType>,
    found: Option<&FileType>,
    extension: Option<&str>,
    content: &Content,
) -> Failure {
    let is = found.map_or_else(|| content.shown().to_owned(), FileType::shown);
    let says = named.map_or_else(|| format!(".{}", extension.unwrap_or_default()), |named| named.shown());
    let code = match (named, found) {
        (Some(_), Some(_)) => "file_type",
        (None, _) => "file_type_by_content",
        (Some(_), None) => "file_type_by_name",
    };
    Failure::new(
        Kind::Person,
        code,
        format!("The file's name says {says}, but its content is {is}. {LABEL} hands out every file under the type that it was given, so a wrong one may not open later."),
    )
    .action("Choose which of the two holds. Nothing has been sent so far.")
}

fn no_type(types: &[FileType], extension: Option<&str>, content: &Content) -> Failure {
    let what = match extension {
        Some(extension) => format!("{LABEL} has no file type for .{extension} files"),
        None => format!("{LABEL} has no file type for this file, which is {}", content.shown()),
    };
    refused(types, format!("{what}, and takes none without one."))
}

fn refused(types: &[FileType], message: String) -> Failure {
    let mut known: Vec<&str> = types
        .iter()
        .filter_map(|kind| Some(kind.extensions.first()?.as_str()))
        .collect();
    known.sort_unstable();
    known.dedup();
    known.truncate(40);
    Failure::new(Kind::Refused, "no_file_type", message)
        .action(format!("It takes: {}.", crate::http::shown(&known.join(", "), None)))
}

#[cfg(test)]
#[path = "kinds_tests.rs"]
mod tests;
