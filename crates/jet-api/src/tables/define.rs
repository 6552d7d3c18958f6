//! What a new table is to be like.

use jet_isam::column::{CODE_PAGE_UNICODE, ColumnFlags, ColumnType};
use jet_isam::schema::{IndexOptions, NewColumn, NewIndex, NewTable};

use crate::Value;

/// What a new table is to be like. See [`super`] for an example.
#[derive(Clone, Debug)]
#[must_use]
pub struct TableSpec {
    pub(super) new: NewTable,
}

/// What a new column is to be like.
#[derive(Clone, Debug)]
#[must_use]
pub struct ColumnSpec {
    pub(super) new: NewColumn,
    default: Option<Value<'static>>,
}

/// What a new index is to be like.
#[derive(Clone, Debug)]
#[must_use]
pub struct IndexSpec {
    pub(super) new: NewIndex,
}

impl TableSpec {
    /// A table of this name without columns and indexes. Rows of a table without a primary index lie in the order of their coming.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            new: NewTable {
                name: name.into(),
                ..NewTable::default()
            },
        }
    }

    /// With a column.
    pub fn column(mut self, column: ColumnSpec) -> Self {
        self.new.columns.push(column.finish());
        self
    }

    /// With an index. The first one may be the primary one, the order of the rows themselves.
    pub fn index(mut self, index: IndexSpec) -> Self {
        self.new.indexes.push(index.new);
        self
    }

    /// Beginning with so many pages; growing needs no hint.
    pub const fn pages(mut self, pages: u32) -> Self {
        self.new.pages = pages;
        self
    }

    /// With the columns and indexes of a template, too.
    pub fn derived_from(mut self, template: impl Into<String>) -> Self {
        self.new.template = Some(template.into());
        self
    }

    /// As a template for others.
    pub const fn template(mut self) -> Self {
        self.new.is_template = true;
        self
    }
}

impl ColumnSpec {
    /// A column of this type. Numbers have their place in every row; text and bytes take what they need.
    pub fn new(name: impl Into<String>, column_type: ColumnType) -> Self {
        let is_text = column_type.is_text();
        Self {
            new: NewColumn {
                name: name.into(),
                column_type: Some(column_type),
                code_page: if is_text { CODE_PAGE_UNICODE.into() } else { 0 },
                ..NewColumn::default()
            },
            default: None,
        }
    }

    /// Unicode text of up to 127 characters, which lies in the row; longer text is a [`ColumnSpec::long_text`].
    pub fn text(name: impl Into<String>) -> Self {
        Self::new(name, ColumnType::Text)
    }

    /// Unicode text of any length, up to 2 GiB.
    pub fn long_text(name: impl Into<String>) -> Self {
        Self::new(name, ColumnType::LongText)
    }

    /// Bytes of any number, up to 2 GiB.
    pub fn long_binary(name: impl Into<String>) -> Self {
        Self::new(name, ColumnType::LongBinary)
    }

    /// Text in code page 1252 instead of Unicode.
    pub const fn ansi(mut self) -> Self {
        self.new.code_page = 0;
        self
    }

    /// Values of at most so many bytes.
    pub const fn max_len(mut self, bytes: u32) -> Self {
        self.new.max_len = bytes;
        self
    }

    /// Every row has a value.
    pub const fn not_null(self) -> Self {
        self.with(ColumnFlags::NOT_NULL)
    }

    /// Rows are numbered.
    pub const fn auto_increment(self) -> Self {
        self.with(ColumnFlags::AUTO_INCREMENT)
    }

    /// Changes of a row are counted.
    pub const fn version(self) -> Self {
        self.with(ColumnFlags::VERSION)
    }

    /// A sum that several sessions may add to at the same time, see [`super::TableCursor::add_to`]. It begins with 0.
    pub fn escrow(self) -> Self {
        self.with(ColumnFlags::ESCROW).default_value(0)
    }

    /// With several values in a row, each of which has entries in indexes.
    pub const fn multi_valued(mut self) -> Self {
        self.new.is_tagged = true;
        self.with(ColumnFlags::MULTI_VALUED)
    }

    /// Only rows with a value have a place for it: for columns that are mostly NULL.
    pub const fn sparse(mut self) -> Self {
        self.new.is_tagged = true;
        self
    }

    /// Long values are compressed where that makes them shorter.
    pub const fn compressed(self) -> Self {
        self.with(ColumnFlags::COMPRESSED)
    }

    /// What rows have that were given no value.
    pub fn default_value(mut self, value: impl Into<Value<'static>>) -> Self {
        self.default = Some(value.into());
        self
    }

    const fn with(mut self, flag: ColumnFlags) -> Self {
        self.new.flags = self.new.flags.with(flag);
        self
    }

    /// The specification with the default in the form of the column. A default of another type is left as none, which making the
    /// table then refuses where the column needs one.
    pub(super) fn finish(mut self) -> NewColumn {
        if let (Some(value), Some(column_type)) = (&self.default, self.new.column_type) {
            let column = super::column::of_type(column_type, u16::try_from(self.new.code_page).unwrap_or(0));
            self.new.default = value.encode(&column);
        }
        self.new
    }
}

impl IndexSpec {
    /// An index over columns, named in order; a name with `-` before it descends. The order of Unicode text is that of
    /// Windows for the default locale.
    pub fn new<N: AsRef<str>>(name: impl Into<String>, columns: impl IntoIterator<Item = N>) -> Self {
        let mut key = Vec::new();
        for column in columns {
            let column = column.as_ref();
            if !column.starts_with(['+', '-']) {
                key.push(b'+');
            }
            key.extend_from_slice(column.as_bytes());
            key.push(0);
        }
        key.push(0);
        Self {
            new: NewIndex {
                name: name.into(),
                key,
                ..NewIndex::default()
            },
        }
    }

    /// The order of the rows themselves. No two rows have the same key.
    pub fn primary<N: AsRef<str>>(name: impl Into<String>, columns: impl IntoIterator<Item = N>) -> Self {
        Self::new(name, columns).with(IndexOptions::PRIMARY)
    }

    /// No two entries have the same key.
    pub const fn unique(self) -> Self {
        self.with(IndexOptions::UNIQUE)
    }

    /// Rows in which a column of the key is NULL have no entry.
    pub const fn ignore_any_null(self) -> Self {
        self.with(IndexOptions::IGNORE_ANY_NULL)
    }

    /// No column of the key may be NULL.
    pub const fn disallow_null(self) -> Self {
        self.with(IndexOptions::DISALLOW_NULL)
    }

    /// Pieces of the first column are indexed, to find text by what is within it.
    pub const fn tuples(self) -> Self {
        self.with(IndexOptions::TUPLES)
    }

    const fn with(mut self, option: IndexOptions) -> Self {
        self.new.options = self.new.options.with(option);
        self
    }
}
