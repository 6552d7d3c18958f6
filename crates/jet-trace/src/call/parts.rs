//! Arguments that have parts: definitions of columns and indexes, lists of columns with their ordinals.

use super::argument::{Argument, Reader, low};
use crate::value::Variables;

/// A column of a temporary table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColumnDef {
    /// JET_coltyp.
    pub kind: u32,
    /// Option bits.
    pub grbit: u32,
    /// Greatest size in bytes; 0 for the default.
    pub size_max: u32,
    /// Code page of text.
    pub code_page: u32,
}

impl ColumnDef {
    /// From `TYPE[:G[:CBMAX[:CP]]]`.
    fn parse(word: &str, variables: &Variables) -> Self {
        let mut parts = word.split(':').map(|part| low(variables.number(part)));
        let mut next = || parts.next().unwrap_or_default();
        Self {
            kind: next(),
            grbit: next(),
            size_max: next(),
            code_page: next(),
        }
    }
}

impl Argument for ColumnDef {
    fn read(reader: &mut Reader<'_>) -> Self {
        let word = reader.word().unwrap_or_default();
        Self::parse(word, reader.variables())
    }
}

/// Columns of a temporary table and its further limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TempTable {
    /// The columns in order.
    pub columns: Vec<ColumnDef>,
    /// Locale of Unicode columns.
    pub lcid: u32,
    /// Greatest size of a key in bytes; 0 for the default.
    pub key_bytes_max: u32,
    /// Greatest size of a column in the key in bytes; 0 for the default.
    pub segment_bytes_max: u32,
}

impl Argument for TempTable {
    fn read(reader: &mut Reader<'_>) -> Self {
        let mut table = Self {
            columns: Vec::new(),
            lcid: 1033,
            key_bytes_max: 0,
            segment_bytes_max: 0,
        };
        while let Some(word) = reader.word() {
            let number = |text| low(reader.variables().number(text));
            match word.split_once('=') {
                Some(("lcid", text)) => table.lcid = number(text),
                Some(("keymost", text)) => table.key_bytes_max = number(text),
                Some(("varseg", text)) => table.segment_bytes_max = number(text),
                _ => table.columns.push(ColumnDef::parse(word, reader.variables())),
            }
        }
        table
    }
}

/// A column with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewColumn {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub definition: ColumnDef,
}

/// An index of a table to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIndex {
    /// Its name.
    pub name: String,
    /// Its key with one more zero byte.
    pub key: Vec<u8>,
    /// Option bits.
    pub grbit: u32,
}

/// A table with its columns and indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewTable {
    /// Its name.
    pub name: Vec<u8>,
    /// Option bits.
    pub grbit: u32,
    /// Table whose columns and indexes it takes over.
    pub template: Option<String>,
    /// Pages to begin with.
    pub pages: u32,
    /// Density in percent.
    pub density: u32,
    /// Columns in order.
    pub columns: Vec<NewColumn>,
    /// Indexes in order.
    pub indexes: Vec<NewIndex>,
}

impl Argument for NewTable {
    fn read(reader: &mut Reader<'_>) -> Self {
        let variables = reader.variables();
        let number = |text: &str| low(variables.number(text));
        let name = reader.word().and_then(|word| variables.text(word));
        let mut table = Self {
            name: name.unwrap_or_default(),
            grbit: reader.word().map_or(0, number),
            density: 80,
            ..Self::default()
        };
        while let Some(word) = reader.word() {
            let (option, text) = word.split_once('=').unwrap_or((word, ""));
            match option {
                "template" => table.template = Some(text.to_owned()),
                "pages" => table.pages = number(text),
                "density" => table.density = number(text),
                "col" => {
                    let (name, definition) = text.split_once(':').unwrap_or((text, ""));
                    table.columns.push(NewColumn {
                        name: name.to_owned(),
                        definition: ColumnDef::parse(definition, variables),
                    });
                }
                "idx" => {
                    let mut parts = text.split(':');
                    let name = parts.next().unwrap_or_default().to_owned();
                    let key = parts.next().and_then(|key| variables.data(key));
                    let mut key = key.unwrap_or_default();
                    key.push(0);
                    let grbit = parts.next().map_or(0, number);
                    table.indexes.push(NewIndex { name, key, grbit });
                }
                _ => {}
            }
        }
        table
    }
}

/// A column on which an index depends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Name of the column.
    pub column: String,
    /// Whether it must be null or must not.
    pub grbit: u32,
}

/// What an index may have besides its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexOptions {
    /// Option bits.
    pub grbit: u32,
    /// Density in percent.
    pub density: u32,
    /// Greatest size of a column in the key in bytes; 0 for the default.
    pub segment_bytes_max: u32,
    /// Greatest size of a key in bytes; 0 for the default.
    pub key_bytes_max: u32,
    /// Least and greatest length, characters to index, step, start.
    pub tuple: Option<[u32; 5]>,
    /// Columns that decide whether a record is in the index, in order.
    pub conditions: Vec<Condition>,
    /// Name of the locale of Unicode columns.
    pub locale: Option<Vec<u8>>,
    /// Flags of the mapping, with a locale.
    pub flags: u32,
}

/// Flags of a locale when none are named: LCMAP_SORTKEY.
const FLAGS_DEFAULT: u32 = 0x400;

impl Argument for IndexOptions {
    fn read(reader: &mut Reader<'_>) -> Self {
        let variables = reader.variables();
        let number = |text: &str| low(variables.number(text));
        let mut index = Self {
            grbit: reader.word().map_or(0, number),
            density: 80,
            segment_bytes_max: 0,
            key_bytes_max: 0,
            tuple: None,
            conditions: Vec::new(),
            locale: None,
            flags: FLAGS_DEFAULT,
        };
        while let Some(word) = reader.word() {
            let (option, text) = word.split_once('=').unwrap_or((word, ""));
            match option {
                "density" => index.density = number(text),
                "varseg" => index.segment_bytes_max = number(text),
                "keymost" => index.key_bytes_max = number(text),
                "locale" => index.locale = variables.text(text),
                "flags" => index.flags = number(text),
                "tuple" => {
                    let mut parts = text.split(',').map(number);
                    index.tuple = Some([(); 5].map(|()| parts.next().unwrap_or_default()));
                }
                "cond" => {
                    let (column, grbit) = text.split_once(':').unwrap_or((text, "0"));
                    index.conditions.push(Condition {
                        column: column.to_owned(),
                        grbit: number(grbit),
                    });
                }
                _ => {}
            }
        }
        index
    }
}

/// A column, which of its values, and where in it: `C[:TAG[:OFFSET]]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Id of the column.
    pub column: u32,
    /// Ordinal of the value.
    pub tag: u32,
    /// Offset in the value in bytes.
    pub offset: u32,
}

impl Argument for Wanted {
    fn read(reader: &mut Reader<'_>) -> Self {
        let word = reader.word().unwrap_or_default();
        let mut parts = word.split(':').map(|part| low(reader.variables().number(part)));
        Self {
            column: parts.next().unwrap_or_default(),
            tag: parts.next().unwrap_or(1),
            offset: parts.next().unwrap_or_default(),
        }
    }
}

/// A column and the ordinals of its values; all when none are named: `C[:TAG,TAG]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedTags {
    /// Id of the column.
    pub column: u32,
    /// The ordinals in order.
    pub tags: Vec<u32>,
}

impl Argument for WantedTags {
    fn read(reader: &mut Reader<'_>) -> Self {
        let word = reader.word().unwrap_or_default();
        let number = |text| low(reader.variables().number(text));
        let (column, tags) = word
            .split_once(':')
            .map_or((word, None), |(column, tags)| (column, Some(tags)));
        Self {
            column: number(column),
            tags: tags
                .into_iter()
                .flat_map(|tags| tags.split(','))
                .map(number)
                .collect(),
        }
    }
}

/// A value for a column: `C[:TAG]=DATA`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewValue {
    /// Id of the column.
    pub column: u32,
    /// Ordinal of the value; 0 when not named.
    pub tag: u32,
    /// The bytes; `None` is the null pointer.
    pub data: Option<Vec<u8>>,
}

impl Argument for NewValue {
    fn read(reader: &mut Reader<'_>) -> Self {
        let word = reader.word().unwrap_or_default();
        let variables = reader.variables();
        let (place, data) = word.split_once('=').unwrap_or((word, "_"));
        let (column, tag) = place.split_once(':').unwrap_or((place, "0"));
        Self {
            column: low(variables.number(column)),
            tag: low(variables.number(tag)),
            data: variables.data(data),
        }
    }
}
