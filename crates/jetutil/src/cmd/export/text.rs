//! Values as text, for the formats that consist of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jet_api::{JetError, Value};

use super::notes::{Notes, Reason, hex_example};
use super::plan::ColumnPlan;
use crate::json;

/// How bytes are written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum BinaryText {
    /// Lower-case hexadecimal.
    Hex,
    /// Base64 with padding.
    Base64,
}

impl BinaryText {
    fn append(self, out: &mut Vec<u8>, bytes: &[u8]) {
        match self {
            Self::Hex => json::hex(out, bytes),
            Self::Base64 => out.extend_from_slice(STANDARD.encode(bytes).as_bytes()),
        }
    }
}

/// Where a value comes from, for notes.
pub(super) struct Place<'n> {
    pub(super) column: usize,
    pub(super) row: u64,
    pub(super) notes: &'n mut Notes,
}

impl Place<'_> {
    pub(super) fn note(&mut self, reason: Reason, example: impl FnOnce() -> String) {
        self.notes.value(self.column, self.row, reason, example);
    }
}

/// A value as JSON: as `jetutil dump` writes it, of any length; dates by the column's form.
pub(super) fn json_value(
    out: &mut Vec<u8>,
    value: &Value<'_>,
    column: &ColumnPlan<'_>,
    binary: BinaryText,
    place: &mut Place<'_>,
) {
    match value {
        Value::DateTime(bits) => match date(*bits, column, place) {
            Some(text) => json::string(out, &text),
            None => json::value(out, value),
        },
        Value::Bytes(bytes) => {
            out.push(b'"');
            binary.append(out, bytes);
            out.push(b'"');
        }
        Value::Malformed(bytes) => {
            place.note(Reason::MalformedAsBytes, || hex_example(bytes));
            json::value(out, value);
        }
        _ => json::value(out, value),
    }
}

/// A value as it stands in a cell of its own.
pub(super) fn plain_value(
    out: &mut Vec<u8>,
    value: &Value<'_>,
    column: &ColumnPlan<'_>,
    binary: BinaryText,
    place: &mut Place<'_>,
) {
    match value {
        Value::Text(text) => out.extend_from_slice(text.as_bytes()),
        Value::Guid(guid) => out.extend_from_slice(guid.to_string().as_bytes()),
        Value::Bytes(bytes) => binary.append(out, bytes),
        Value::DateTime(bits) => match date(*bits, column, place) {
            Some(text) => out.extend_from_slice(text.as_bytes()),
            None => json::integer(out, bits.cast_signed()),
        },
        Value::F32(n) if !n.is_finite() => special(out, f64::from(*n)),
        Value::F64(n) if !n.is_finite() => special(out, *n),
        _ => json_value(out, value, column, binary, place),
    }
}

/// The text of a date; `None` where the number as stored is wanted, or all there is.
pub(super) fn date(bits: u64, column: &ColumnPlan<'_>, place: &mut Place<'_>) -> Option<String> {
    let instant = column.dates.instant(bits);
    if instant.is_none() && column.dates != super::dates::DateForm::Raw {
        place.note(Reason::DateAsNumber, || hex_example(&bits.to_le_bytes()));
    }
    instant.map(|instant| instant.iso(column.dates))
}

/// A value of a JSON array; what cannot be read is `null`.
pub(super) fn json_item(
    out: &mut Vec<u8>,
    value: Result<Value<'_>, JetError>,
    column: &ColumnPlan<'_>,
    binary: BinaryText,
    place: &mut Place<'_>,
) {
    match value {
        Ok(value) => json_value(out, &value, column, binary, place),
        Err(error) => {
            place.note(Reason::Unreadable, || error.to_string());
            out.extend_from_slice(b"null");
        }
    }
}

fn special(out: &mut Vec<u8>, number: f64) {
    let name: &[u8] = match number {
        n if n.is_nan() => b"NaN",
        n if n > 0.0 => b"Infinity",
        _ => b"-Infinity",
    };
    out.extend_from_slice(name);
}
