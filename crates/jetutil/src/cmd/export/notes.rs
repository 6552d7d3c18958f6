//! What of a table did not go into the output as it is, counted by column and reason.

use std::collections::BTreeMap;

use serde::Serialize;

/// Why a value, a row or a part of a table is not in the output as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Reason {
    /// A part of the table cannot be read; its rows are missing.
    RowsUnreadable,
    /// A row ends in damage; the columns before it were delivered.
    RowDamaged,
    /// The value cannot be read; it stands as NULL.
    Unreadable,
    /// The bytes are no value of the column's type; they were delivered as bytes.
    MalformedAsBytes,
    /// The bytes are no value of the column's type, and the output has no place for them.
    Malformed,
    /// The value is longer than the format allows.
    TooLong,
    /// A number above the largest integer of the format; delivered as text.
    NumberAsText,
    /// Not-a-number; delivered as text.
    NanAsText,
    /// The sign of a negative zero.
    NegativeZero,
    /// The bits are no date of the form asked for; delivered as a number.
    DateAsNumber,
    /// The bits are no date of the form asked for, and the output has no place for them.
    NoDate,
    /// A column became multi-valued while the file was read.
    MoreValues,
    /// The rows contradict the primary key; it was left out.
    KeyNotUnique,
    /// An index could not be made, or has no counterpart.
    IndexLeftOut,
    /// A table without columns has no file in this format.
    NoColumns,
}

impl Reason {
    /// Whether something of the input is missing in the output.
    pub(super) const fn is_loss(self) -> bool {
        matches!(
            self,
            Self::RowsUnreadable
                | Self::RowDamaged
                | Self::Unreadable
                | Self::Malformed
                | Self::TooLong
                | Self::NoDate
                | Self::MoreValues
        )
    }
}

/// Notes of one table.
#[derive(Debug, Default)]
pub(super) struct Notes {
    by_place: BTreeMap<(Option<usize>, Reason), Seen>,
}

#[derive(Debug)]
struct Seen {
    count: u64,
    first_row: Option<u64>,
    example: String,
}

/// How often something happened in a column.
#[derive(Debug, Serialize)]
pub(super) struct Note {
    pub(super) reason: Reason,
    /// Whether something of the input is missing in the output.
    pub(super) is_loss: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) column: Option<String>,
    pub(super) count: u64,
    /// Number in the output of the first row that it happened in, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_row: Option<u64>,
    /// What exactly, for the first.
    pub(super) example: String,
}

impl Notes {
    /// Notes that something happened in a column of a row.
    pub(super) fn value(
        &mut self,
        column: usize,
        row: u64,
        reason: Reason,
        example: impl FnOnce() -> String,
    ) {
        self.add((Some(column), reason), Some(row), example);
    }

    /// Notes that something happened to a row.
    pub(super) fn row(&mut self, row: u64, reason: Reason, example: impl FnOnce() -> String) {
        self.add((None, reason), Some(row), example);
    }

    /// Notes that something happened to the table.
    pub(super) fn table(&mut self, reason: Reason, example: impl FnOnce() -> String) {
        self.add((None, reason), None, example);
    }

    fn add(&mut self, place: (Option<usize>, Reason), row: Option<u64>, example: impl FnOnce() -> String) {
        let seen = self.by_place.entry(place).or_insert_with(|| Seen {
            count: 0,
            first_row: row,
            example: example(),
        });
        seen.count += 1;
    }

    /// How often something happened to rows or to the table as such.
    pub(super) fn count(&self, reason: Reason) -> u64 {
        self.by_place.get(&(None, reason)).map_or(0, |seen| seen.count)
    }

    /// The notes by column, `name` telling the names of these; those of the table first.
    pub(super) fn into_list(self, name: impl Fn(usize) -> String) -> Vec<Note> {
        let note = |((column, reason), seen): ((Option<usize>, Reason), Seen)| Note {
            reason,
            is_loss: reason.is_loss(),
            column: column.map(&name),
            count: seen.count,
            first_row: seen.first_row,
            example: seen.example,
        };
        self.by_place.into_iter().map(note).collect()
    }
}

/// The beginning of bytes in hexadecimal, for examples.
pub(super) fn hex_example(bytes: &[u8]) -> String {
    const SHOWN: usize = 64;
    let shown = bytes.get(..SHOWN).unwrap_or(bytes);
    let mut text = Vec::new();
    crate::json::hex(&mut text, shown);
    if shown.len() < bytes.len() {
        text.extend_from_slice(format!("... ({} bytes)", bytes.len()).as_bytes());
    }
    String::from_utf8_lossy(&text).into_owned()
}
