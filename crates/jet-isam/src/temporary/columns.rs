//! What a temporary table is to be like, and its definition.

use jet_nls::{CURRENT_VERSION, SortId};
use jet_pages::PageSize;

use crate::catalog::{LCMAP_FLAGS_DEFAULT, LOCALE_DEFAULT};
use crate::column::{
    CODE_PAGE_ANSI, CODE_PAGE_UNICODE, ColumnDef, ColumnFlags, ColumnId, ColumnLayout, ColumnRef, ColumnType,
    OffsetSource,
};
use crate::error::{Refusal, Result};
use crate::key::{IndexDef, IndexFlags, KEY_MOST_DEFAULT, SEGMENTS_MOST, Segment};
use crate::record::max_record_bytes;
use crate::table::{TableDef, TableFlags, TreeDef};

/// What a temporary table is to be like.
#[derive(Clone, Debug, Default)]
pub struct NewTemporaryTable {
    /// Its columns. Those of the key are in it in this order.
    pub columns: Vec<TemporaryColumn>,
    /// What it must be able to do.
    pub options: TemporaryOptions,
    /// The order of Unicode text; none for that of the instance.
    pub text: Option<TextOrder>,
    /// Longest key in bytes; 0 for the default.
    pub key_most: u32,
    /// Longest segment of a column that has no fixed length, in bytes; 0 for that of the key.
    pub segment_most: u32,
}

/// A column of a temporary table.
#[derive(Clone, Copy, Debug)]
pub struct TemporaryColumn {
    /// Type of its values.
    pub column_type: ColumnType,
    /// For text: 1252, which 0 stands for, or 1200.
    pub code_page: u16,
    /// Longest value in bytes; 0 for the greatest there is.
    pub max_len: u32,
    /// All values have that length.
    pub is_fixed: bool,
    /// It takes no place in rows without a value.
    pub is_tagged: bool,
    /// It belongs to the key.
    pub is_key: bool,
    /// The highest value comes first.
    pub is_descending: bool,
}

/// What a temporary table must be able to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one wish of a program, independent of the others"
)]
pub struct TemporaryOptions {
    /// Rows are looked for by key.
    pub indexed: bool,
    /// No two rows have the same key, also where rows are only read forward.
    pub unique: bool,
    /// Rows are changed after they were read.
    pub updatable: bool,
    /// Rows are also read backward.
    pub scrollable: bool,
    /// NULL comes last.
    pub nulls_high: bool,
    /// Rows lie in a tree from the beginning; a second one with the same key is an error.
    pub tree: bool,
    /// Rows are only read forward.
    pub forward_only: bool,
    /// Long values stay in their rows.
    pub intrinsic_only: bool,
    /// GUIDs come by their groups.
    pub dot_net_guid: bool,
}

/// The order of Unicode text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextOrder {
    /// Name of the locale.
    pub locale: String,
    /// Flags that the Windows mapping function is given; 0 for the usual ones.
    pub lcmap_flags: u32,
}

/// Pages that the tree of a temporary table begins with.
pub(super) const PAGES: u32 = 16;

impl NewTemporaryTable {
    /// Whether it has a key.
    pub(super) fn has_key(&self) -> bool {
        self.columns.iter().any(|column| column.is_key)
    }

    /// Whether its rows go into a tree at once: those without a key need no order, and sorts have no long values.
    pub(super) fn is_tree_at_once(&self) -> bool {
        let has_long = self.columns.iter().any(|column| column.column_type.is_long());
        !self.has_key() || has_long && !self.options.intrinsic_only || self.options.tree
    }

    /// # Errors
    /// [`Refusal::CannotMaterializeForwardOnlySort`].
    pub(super) fn check_forward_only(&self) -> Result<()> {
        let options = &self.options;
        let needs_more = options.indexed || options.updatable || options.scrollable || options.tree;
        if options.forward_only && needs_more {
            return Err(Refusal::CannotMaterializeForwardOnlySort.into());
        }
        Ok(())
    }

    /// Its definition without trees, and its columns in the order in which they are given.
    ///
    /// # Errors
    /// [`Refusal::InvalidParameter`], [`Refusal::TooManyColumns`], [`Refusal::InvalidCodePage`],
    /// [`Refusal::InvalidLanguageId`], [`Refusal::InvalidLCMapStringFlags`], [`Refusal::RecordTooBig`].
    pub(super) fn define(&self, page_size: PageSize) -> Result<(TableDef, Vec<ColumnRef>)> {
        let key_most = self.checked_key_most(page_size)?;
        let refs = self.number_columns()?;
        let mut columns = Vec::with_capacity(refs.len());
        let mut offset = FIRST_OFFSET;
        for (column, of) in self.columns.iter().zip(&refs) {
            let def = column.define(*of, offset)?;
            if of.id.is_fixed() {
                offset = offset.saturating_add(u16::try_from(def.max_len).unwrap_or(u16::MAX));
            }
            columns.push(def);
        }
        let mut indexes = Vec::new();
        if self.has_key() {
            indexes.push(self.define_key(&refs, &columns, key_most)?);
            if usize::from(offset) > max_record_bytes(page_size, key_most.into()) {
                return Err(Refusal::RecordTooBig.into());
            }
        }
        let def = TableDef {
            name: String::new(),
            tree: TreeDef::default(),
            flags: TableFlags::FIXED_DDL,
            density: 100,
            initial_pages: PAGES,
            columns: ColumnLayout::new(columns, OffsetSource::RunningSum)?,
            indexes,
            long_values: None,
            lv_chunk_max: None,
            separate_lv: self.options.intrinsic_only.then(|| page_size.bytes_u32()),
            template: None,
        };
        Ok((def, refs))
    }

    /// Longest key in bytes.
    fn checked_key_most(&self, page_size: PageSize) -> Result<u16> {
        let least = u32::try_from(KEY_MOST_DEFAULT).unwrap_or(u32::MAX);
        let key_most = match self.key_most {
            0 => least,
            given if given < least || given > crate::schema::key_most_of(page_size) => {
                return Err(Refusal::InvalidParameter.into());
            }
            given => given,
        };
        if self.segment_most > key_most {
            return Err(Refusal::InvalidParameter.into());
        }
        u16::try_from(key_most).map_err(|_| Refusal::InvalidParameter.into())
    }

    /// Numbers of the columns, each kind by itself.
    fn number_columns(&self) -> Result<Vec<ColumnRef>> {
        let mut next = [
            ColumnId::FIRST_FIXED,
            ColumnId::FIRST_VARIABLE,
            ColumnId::FIRST_TAGGED,
        ];
        let last = [
            ColumnId::LAST_FIXED,
            ColumnId::LAST_VARIABLE,
            ColumnId::LAST_TAGGED,
        ];
        let [fixed, variable, tagged] = &mut next;
        let [last_fixed, last_variable, last_tagged] = last;
        let number = |column: &TemporaryColumn| {
            let (next, last) = if column.is_tagged || column.column_type.is_long() {
                (&mut *tagged, last_tagged)
            } else if column.is_fixed || column.column_type.fixed_bytes().is_some() {
                (&mut *fixed, last_fixed)
            } else {
                (&mut *variable, last_variable)
            };
            let id = *next;
            if id > last {
                return Err(Refusal::TooManyColumns.into());
            }
            next.0 += 1;
            Ok(ColumnRef::own(id))
        };
        self.columns.iter().map(number).collect()
    }

    fn define_key(&self, refs: &[ColumnRef], columns: &[ColumnDef], key_most: u16) -> Result<IndexDef> {
        let keyed = || {
            let all = self.columns.iter().zip(refs).zip(columns);
            // Further ones are silently no part of the key.
            all.filter(|((column, _), _)| column.is_key).take(SEGMENTS_MOST)
        };
        let segments = keyed().map(|((column, of), _)| Segment {
            column: *of,
            descending: column.is_descending,
        });
        let flags = [
            (true, IndexFlags::PRIMARY),
            (true, IndexFlags::UNIQUE),
            (true, IndexFlags::ALLOW_ALL_NULLS),
            (true, IndexFlags::ALLOW_FIRST_NULL),
            (true, IndexFlags::ALLOW_SOME_NULLS),
            (self.options.nulls_high, IndexFlags::NULLS_HIGH),
            (self.options.dot_net_guid, IndexFlags::DOT_NET_GUID),
            (self.text.is_some(), IndexFlags::LOCALE_SET),
        ];
        let flags = flags.into_iter().filter(|(is_set, _)| *is_set);
        let flags = flags.fold(IndexFlags::default(), |flags, (_, flag)| flags.with(flag));
        let mut key = IndexDef::plain("", flags, segments.collect());
        key.key_most = key_most;
        key.segment_most = u16::try_from(self.segment_most).ok().filter(|most| *most > 0);
        key.density = 100;
        let order = match &self.text {
            Some(order) => crate::schema::checked_locale(&order.locale, order.lcmap_flags)?,
            None => (LOCALE_DEFAULT.to_owned(), LCMAP_FLAGS_DEFAULT),
        };
        (key.locale, key.lcmap_flags) = order;
        if keyed().any(|(_, column)| column.is_unicode()) {
            key.flags = key.flags.with(IndexFlags::LOCALISED);
            key.sort_version = CURRENT_VERSION;
            key.sort_id = SortId::from_locale(&key.locale).0;
        }
        Ok(key)
    }
}

/// Where the first fixed column lies in a record.
const FIRST_OFFSET: u16 = 4;
/// Longest value of a column that is not a long one, in bytes.
const SHORT_MOST: u32 = 255;

impl TemporaryColumn {
    /// A column of this type that does not belong to the key.
    pub const fn of(column_type: ColumnType) -> Self {
        Self {
            column_type,
            code_page: 0,
            max_len: 0,
            is_fixed: false,
            is_tagged: false,
            is_key: false,
            is_descending: false,
        }
    }

    /// The same one in the key.
    #[must_use]
    pub const fn in_key(mut self) -> Self {
        self.is_key = true;
        self
    }

    /// The same one for Unicode text.
    #[must_use]
    pub const fn unicode(mut self) -> Self {
        self.code_page = CODE_PAGE_UNICODE;
        self
    }

    fn define(&self, of: ColumnRef, offset: u16) -> Result<ColumnDef> {
        let code_page = match self.code_page {
            _ if !self.column_type.is_text() => 0,
            0 | CODE_PAGE_ANSI => CODE_PAGE_ANSI,
            CODE_PAGE_UNICODE => CODE_PAGE_UNICODE,
            _ => return Err(Refusal::InvalidCodePage.into()),
        };
        let type_bytes = self.column_type.fixed_bytes();
        let max_len = match type_bytes.map(u32::try_from) {
            Some(bytes) => bytes.unwrap_or(u32::MAX),
            None if self.column_type.is_long() => self.max_len,
            None if self.max_len == 0 => SHORT_MOST,
            None => self.max_len.min(SHORT_MOST),
        };
        Ok(ColumnDef {
            id: of.id,
            name: String::new(),
            column_type: Some(self.column_type),
            code_page,
            max_len,
            flags: ColumnFlags::default(),
            default: None,
            record_offset: if of.id.is_fixed() { offset } else { 0 },
            derived: false,
        })
    }
}
