//! A file entity as facilioo shows it, read with patience.

use serde_json::Value;
use transfer::Time;

use super::names;

/// A file entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileRead {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) type_id: Option<u64>,
    /// Bytes, once the service has measured what was stored; until then those of an earlier upload, or none.
    pub(super) size: Option<u64>,
    pub(super) pages: Option<u64>,
    pub(super) created: Option<Time>,
    pub(super) modified: Option<Time>,
    pub(super) deleted: bool,
}

impl FileRead {
    /// Reads an answer; `None` without an id that can be used.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let value = names::inside(value);
        let id = names::text(value, names::ID).filter(|id| usable(id))?;
        Some(Self {
            id,
            name: names::text(value, names::NAMES),
            type_id: names::number(value, names::TYPE_ID),
            size: names::number(value, names::SIZE),
            pages: names::number(value, names::PAGES),
            created: names::moment(value, names::CREATED),
            modified: names::moment(value, names::MODIFIED),
            deleted: names::field(value, names::DELETED).is_some_and(|deleted| *deleted != Value::Bool(false)),
        })
    }
}

/// An id that can stand in a path: the service counts them.
pub(super) fn usable(id: &str) -> bool {
    (1..=19).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_file_is_read_in_every_way_it_may_be_written() {
        for answer in [
            json!({"id": 7, "name": "a.pdf", "typeId": 1, "fileSize": 12, "lastModified": "2023-11-14T22:13:20"}),
            json!({"Id": "7", "OriginalFileName": "a.pdf", "FileTypeId": "1", "FileSize": "12", "modified": "2023-11-14T22:13:20Z"}),
            json!({"data": {"id": 7, "fileName": "a.pdf", "typeId": 1, "size": 12, "lastModified": "2023-11-14T22:13:20.000", "deleted": null}}),
        ] {
            let read = FileRead::read(&answer).unwrap();
            assert_eq!(
                (read.id.as_str(), read.name.as_deref()),
                ("7", Some("a.pdf")),
                "{answer}"
            );
            assert_eq!((read.type_id, read.size), (Some(1), Some(12)), "{answer}");
            assert_eq!(
                (read.modified, read.deleted),
                (Some(Time(1_700_000_000_000)), false),
                "{answer}"
            );
        }
        let deleted = json!({"id": 7, "deleted": "2023-11-14T22:13:20"});
        assert!(FileRead::read(&deleted).unwrap().deleted);
    }

    #[test]
    fn an_id_that_could_lead_elsewhere_is_none() {
        for bad in [
            json!(""),
            json!("../7"),
            json!("7/8"),
            json!("7?x"),
            json!(-7),
            json!(null),
        ] {
            assert!(FileRead::read(&json!({"id": bad})).is_none(), "{bad}");
        }
    }
}
