//! A column of a Parquet file: its type, and its values gathered for a row group.
//!
//! Levels as in the format: a plain column is at definition level 0 (NULL) or 1; a list at 0 (NULL), 2 (an element that
//! is NULL) or 3, each element but the first of a row at repetition level 1.

use jet_api::{ColumnType, Guid, Value};
use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, FloatType,
    Int32Type, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedColumnWriter;
use parquet::schema::types::Type;

use super::super::dates::{DateForm, Instant};
use super::super::notes::{Reason, hex_example};
use super::super::plan::{Cell, ColumnPlan};
use super::super::text::Place;

/// What a gathered byte array takes beside its bytes, and levels beside a value.
const BYTES_OVERHEAD: usize = 64;
const LEVEL_BYTES: usize = 4;

/// The type of a column: its own, or a list of it.
pub(super) fn column_type(column: &ColumnPlan<'_>) -> Result<Type, ParquetError> {
    let name = if column.is_list { "element" } else { &column.name };
    let (physical, logical) = types(column);
    let mut element = Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical);
    if physical == Physical::FIXED_LEN_BYTE_ARRAY {
        element = element.with_length(16);
    }
    let element = element.build()?;
    if !column.is_list {
        return Ok(element);
    }
    let list = Type::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![element.into()])
        .build()?;
    Type::group_type_builder(&column.name)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(Some(LogicalType::List))
        .with_fields(vec![list.into()])
        .build()
}

/// Physical and logical type of a single value.
fn types(column: &ColumnPlan<'_>) -> (Physical, Option<LogicalType>) {
    use ColumnType as T;
    let int = |bits, is_signed| Some(LogicalType::integer(bits, is_signed));
    match column.kind() {
        T::Bit => (Physical::BOOLEAN, None),
        T::UnsignedByte => (Physical::INT32, int(8, false)),
        T::Short => (Physical::INT32, int(16, true)),
        T::UnsignedShort => (Physical::INT32, int(16, false)),
        T::Long => (Physical::INT32, int(32, true)),
        T::UnsignedLong => (Physical::INT32, int(32, false)),
        T::Currency | T::LongLong => (Physical::INT64, int(64, true)),
        T::UnsignedLongLong => (Physical::INT64, int(64, false)),
        T::IeeeSingle => (Physical::FLOAT, None),
        T::IeeeDouble => (Physical::DOUBLE, None),
        T::DateTime => match column.dates {
            DateForm::Raw => (Physical::INT64, int(64, true)),
            form => {
                let logical = LogicalType::timestamp(form == DateForm::FileTime, TimeUnit::NANOS);
                (Physical::INT64, Some(logical))
            }
        },
        T::Guid => (Physical::FIXED_LEN_BYTE_ARRAY, Some(LogicalType::Uuid)),
        T::Text | T::LongText => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        T::Binary | T::LongBinary | T::ObsoleteStream => (Physical::BYTE_ARRAY, None),
    }
}

/// The types for people to read.
pub(super) fn type_name(column: &ColumnPlan<'_>) -> String {
    let name = match types(column) {
        (physical, None) => physical.to_string(),
        (_, Some(LogicalType::Integer(int))) => {
            format!(
                "{}{}",
                if int.is_signed { "INT_" } else { "UINT_" },
                int.bit_width
            )
        }
        (_, Some(LogicalType::Timestamp(_))) if column.dates == DateForm::FileTime => {
            "TIMESTAMP(NANOS, UTC)".into()
        }
        (_, Some(LogicalType::Timestamp(_))) => "TIMESTAMP(NANOS)".into(),
        (_, Some(LogicalType::Uuid)) => "UUID".into(),
        (_, Some(_)) => "STRING".into(),
    };
    if column.is_list {
        format!("LIST<{name}>")
    } else {
        name
    }
}

/// Values of a column that wait for their row group.
#[derive(Debug)]
pub(super) struct Buffer {
    data: Data,
    definition: Vec<i16>,
    /// Of a list only.
    repetition: Option<Vec<i16>>,
}

#[derive(Debug)]
enum Data {
    Bool(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Bytes(Vec<ByteArray>),
    Guid(Vec<FixedLenByteArray>),
}

impl Buffer {
    pub(super) fn new(column: &ColumnPlan<'_>) -> Self {
        let data = match types(column).0 {
            Physical::BOOLEAN => Data::Bool(Vec::new()),
            Physical::INT32 => Data::Int32(Vec::new()),
            Physical::FLOAT => Data::Float(Vec::new()),
            Physical::DOUBLE => Data::Double(Vec::new()),
            Physical::FIXED_LEN_BYTE_ARRAY => Data::Guid(Vec::new()),
            Physical::BYTE_ARRAY => Data::Bytes(Vec::new()),
            Physical::INT64 | Physical::INT96 => Data::Int64(Vec::new()),
        };
        Self {
            data,
            definition: Vec::new(),
            repetition: column.is_list.then(Vec::new),
        }
    }

    /// Adds the values of a row; returns the bytes that they take, which are `bytes_left` and a little at most: a
    /// longer value is left out.
    pub(super) fn add(
        &mut self,
        column: &ColumnPlan<'_>,
        cell: Option<Cell<'_, '_, '_>>,
        bytes_left: usize,
        place: &mut Place<'_>,
    ) -> usize {
        let Some(cell) = cell else {
            self.level(0, 0);
            return LEVEL_BYTES;
        };
        let is_list = self.repetition.is_some();
        if cell.len() > 1 && !is_list {
            place.note(Reason::MoreValues, String::new);
        }
        let (null, present) = if is_list { (2, 3) } else { (0, 1) };
        let mut bytes = 0;
        for (index, value) in cell
            .values()
            .take(if is_list { usize::MAX } else { 1 })
            .enumerate()
        {
            let added = match value {
                Ok(value) => self
                    .data
                    .push(value, column, bytes_left.saturating_sub(bytes), place),
                Err(error) => {
                    place.note(Reason::Unreadable, || error.to_string());
                    None
                }
            };
            self.level(if added.is_some() { present } else { null }, i16::from(index > 0));
            bytes += LEVEL_BYTES + added.unwrap_or(0);
        }
        bytes
    }

    fn level(&mut self, definition: i16, repetition: i16) {
        self.definition.push(definition);
        if let Some(levels) = &mut self.repetition {
            levels.push(repetition);
        }
    }

    /// Writes the values, which are gone then.
    pub(super) fn write(&mut self, column: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let levels = Some(&*self.definition);
        let repetition = self.repetition.as_deref();
        match &mut self.data {
            Data::Bool(values) => {
                column
                    .typed::<BoolType>()
                    .write_batch(values, levels, repetition)?;
                values.clear();
            }
            Data::Int32(values) => {
                column
                    .typed::<Int32Type>()
                    .write_batch(values, levels, repetition)?;
                values.clear();
            }
            Data::Int64(values) => {
                column
                    .typed::<Int64Type>()
                    .write_batch(values, levels, repetition)?;
                values.clear();
            }
            Data::Float(values) => {
                column
                    .typed::<FloatType>()
                    .write_batch(values, levels, repetition)?;
                values.clear();
            }
            Data::Double(values) => {
                column
                    .typed::<DoubleType>()
                    .write_batch(values, levels, repetition)?;
                values.clear();
            }
            Data::Bytes(values) => {
                column
                    .typed::<ByteArrayType>()
                    .write_batch(values, levels, repetition)?;
                values.clear();
            }
            Data::Guid(values) => {
                column
                    .typed::<FixedLenByteArrayType>()
                    .write_batch(values, levels, repetition)?;
                values.clear();
            }
        }
        self.definition.clear();
        if let Some(levels) = &mut self.repetition {
            levels.clear();
        }
        Ok(())
    }
}

impl Data {
    /// Adds a value; returns the bytes that it takes, or `None` when it has no place here, which the notes say then.
    fn push(
        &mut self,
        value: Value<'_>,
        column: &ColumnPlan<'_>,
        bytes_left: usize,
        place: &mut Place<'_>,
    ) -> Option<usize> {
        match (self, value) {
            (Self::Bool(values), Value::Bit(bit)) => values.push(bit),
            (Self::Int32(values), Value::U32(n)) => values.push(n.cast_signed()),
            (Self::Int32(values), value) if value.as_i64().is_some() => {
                values.push(value.as_i64().and_then(|n| i32::try_from(n).ok())?);
            }
            (Self::Int64(values), Value::U64(n)) => values.push(n.cast_signed()),
            (Self::Int64(values), Value::DateTime(bits)) => values.push(date(bits, column, place)?),
            (Self::Int64(values), value) if value.as_i64().is_some() => values.push(value.as_i64()?),
            (Self::Float(values), Value::F32(n)) => values.push(n),
            (Self::Double(values), Value::F64(n)) => values.push(n),
            (Self::Guid(values), Value::Guid(guid)) => {
                values.push(FixedLenByteArray::from(in_order(guid).to_vec()));
                return Some(16 + BYTES_OVERHEAD);
            }
            (Self::Bytes(values), Value::Text(text)) => {
                return push_bytes(values, text.into_owned().into(), bytes_left, place);
            }
            (Self::Bytes(values), Value::Bytes(bytes)) => {
                return push_bytes(values, bytes.into_owned(), bytes_left, place);
            }
            (_, value) => {
                place.note(Reason::Malformed, || {
                    value.as_bytes().map(hex_example).unwrap_or_default()
                });
                return None;
            }
        }
        Some(8)
    }
}

fn push_bytes(
    values: &mut Vec<ByteArray>,
    bytes: Vec<u8>,
    bytes_left: usize,
    place: &mut Place<'_>,
) -> Option<usize> {
    let len = bytes.len();
    if len > bytes_left {
        place.note(Reason::TooLong, || format!("{len} bytes"));
        return None;
    }
    values.push(ByteArray::from(bytes));
    Some(len + BYTES_OVERHEAD)
}

/// A date as the column's type has it; the number as stored where that is the type.
fn date(bits: u64, column: &ColumnPlan<'_>, place: &mut Place<'_>) -> Option<i64> {
    if column.dates == DateForm::Raw {
        return Some(bits.cast_signed());
    }
    let nanos = column.dates.instant(bits).and_then(Instant::unix_nanos);
    if nanos.is_none() {
        place.note(Reason::NoDate, || hex_example(&bits.to_le_bytes()));
    }
    nanos
}

/// The bytes of a GUID in the order of its digits, which Parquet wants; the first three groups are stored reversed.
const fn in_order(Guid(bytes): Guid) -> [u8; 16] {
    let [a, b, c, d, e, f, g, h, rest @ ..] = bytes;
    let [i, j, k, l, m, n, o, p] = rest;
    [d, c, b, a, f, e, h, g, i, j, k, l, m, n, o, p]
}
