//! How values become columns, and how they are read back without guessing.

use serde::Serialize;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer};
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row, Sqlite, Type};
use uuid::Uuid;

use crate::fault::{Fault, Result};

/// The stored word of a value without content, the same as on the boundary and in `--json`.
pub(crate) fn word<T: Serialize>(column: &'static str, value: &T) -> Result<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(Fault::Unstorable {
            column,
            text: format!("{other:?}"),
        }),
    }
}

/// A structured value as JSON.
pub(crate) fn json<T: Serialize>(column: &'static str, value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Fault::Unstorable {
        column,
        text: error.to_string(),
    })
}

/// A structured value as JSON, or nothing.
pub(crate) fn json_if<T: Serialize>(column: &'static str, value: Option<&T>) -> Result<Option<String>> {
    value.map(|value| json(column, value)).transpose()
}

/// A count or size; SQLite's numbers end at 2^63.
pub(crate) fn number(column: &'static str, value: u64) -> Result<i64> {
    i64::try_from(value).map_err(|_| Fault::Unstorable {
        column,
        text: value.to_string(),
    })
}

/// An id as its 16 bytes.
pub(crate) fn bytes(id: Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

/// One stored row, read column by column. Every error names table, row and column.
pub(crate) struct Columns<'r> {
    table: &'static str,
    row: &'r SqliteRow,
}

impl<'r> Columns<'r> {
    pub(crate) fn new(table: &'static str, row: &'r SqliteRow) -> Self {
        Self { table, row }
    }

    /// The row's name for an error: its first column, mostly an id.
    fn name(&self) -> String {
        self.row
            .try_get::<Vec<u8>, _>(0)
            .ok()
            .map(|id| Uuid::from_slice(&id).map_or_else(|_| format!("{id:02x?}"), |id| id.to_string()))
            .unwrap_or_default()
    }

    fn wrong(&self, column: &'static str, text: impl Into<String>) -> Fault {
        Fault::Value {
            table: self.table,
            row: self.name(),
            column,
            text: text.into(),
        }
    }

    /// A plain value.
    pub(crate) fn get<T>(&self, column: &'static str) -> Result<T>
    where
        T: for<'d> Decode<'d, Sqlite> + Type<Sqlite>,
    {
        Ok(self.row.try_get(column)?)
    }

    /// An id.
    pub(crate) fn id(&self, column: &'static str) -> Result<Uuid> {
        let bytes: Vec<u8> = self.get(column)?;
        Uuid::from_slice(&bytes).map_err(|_| self.wrong(column, format!("{bytes:02x?}")))
    }

    /// An id, or nothing.
    pub(crate) fn id_if(&self, column: &'static str) -> Result<Option<Uuid>> {
        let bytes: Option<Vec<u8>> = self.get(column)?;
        bytes
            .map(|bytes| Uuid::from_slice(&bytes).map_err(|_| self.wrong(column, format!("{bytes:02x?}"))))
            .transpose()
    }

    /// A number in the range of `T`.
    pub(crate) fn number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T> {
        let number: i64 = self.get(column)?;
        T::try_from(number).map_err(|_| self.wrong(column, number.to_string()))
    }

    /// A number in the range of `T`, or nothing.
    pub(crate) fn number_if<T: TryFrom<i64>>(&self, column: &'static str) -> Result<Option<T>> {
        let number: Option<i64> = self.get(column)?;
        number
            .map(|number| T::try_from(number).map_err(|_| self.wrong(column, number.to_string())))
            .transpose()
    }

    /// A word of a known list; an unknown one is an error, never a default.
    pub(crate) fn word<T: DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        let text: String = self.get(column)?;
        let from: StrDeserializer<'_, serde::de::value::Error> = text.as_str().into_deserializer();
        T::deserialize(from).map_err(|_| self.wrong(column, text))
    }

    /// A word of a known list, or nothing.
    pub(crate) fn word_if<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>> {
        let text: Option<String> = self.get(column)?;
        text.map(|_| self.word(column)).transpose()
    }

    /// A structured value.
    pub(crate) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        let text: String = self.get(column)?;
        serde_json::from_str(&text).map_err(|_| self.wrong(column, text))
    }

    /// A structured value, or nothing.
    pub(crate) fn json_if<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>> {
        let text: Option<String> = self.get(column)?;
        text.map(|text| serde_json::from_str(&text).map_err(|_| self.wrong(column, text)))
            .transpose()
    }

    /// A value that another column makes necessary.
    pub(crate) fn needed<T>(&self, column: &'static str, value: Option<T>) -> Result<T> {
        value.ok_or_else(|| self.wrong(column, "nothing"))
    }
}
