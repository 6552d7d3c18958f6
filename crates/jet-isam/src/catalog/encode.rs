//! Writing catalog rows: the record, and what stands for it in each tree of the catalog.
//!
//! A record ends with the last column that has a value, so what is `None` in a [`CatalogRow`] takes no place behind it.
//! Names are kept in code page 1252 and must be expressible there.

use std::convert::Infallible;

use super::layout::{KEYS, LAYOUT};
use super::{CATALOG, CatalogRow, NAME_INDEX, ROOT_OBJECTS, RowKind, SHADOW_CATALOG};
use crate::column::{ColumnId, ColumnLayout, ColumnRef};
use crate::key::{KeyBuilder, KeyError, KeySet, RecordSource, RecordSourceError};
use crate::record::{BuildError, Record, RecordBuilder, RecordError, StoredValue};
use crate::table::TreeDef;
use crate::text;

/// Why a row of a system table cannot be written.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// A name has a character that code page 1252 lacks.
    #[error("code page 1252 has no character {character:?}")]
    NotAnsi {
        /// The character.
        character: char,
    },
    /// The values do not fit into a record.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The record cannot be read again.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The row cannot have the key it should.
    #[error(transparent)]
    Key(#[from] KeyError<RecordSourceError<Infallible>>),
}

/// A node that is to be inserted into a tree with unique keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insert {
    /// The tree.
    pub tree: TreeDef,
    /// Key of the node.
    pub key: Vec<u8>,
    /// Data of the node.
    pub data: Vec<u8>,
}

/// A row of the catalog in all its trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogEntry {
    /// The record.
    pub record: Vec<u8>,
    /// Key in MSysObjects and in its shadow; data of the entries of the two other indexes.
    pub id_key: Vec<u8>,
    /// Key in the index Name.
    pub name_key: Vec<u8>,
    /// Key in the index RootObjects; rows of tables only.
    pub root_objects_key: Option<Vec<u8>>,
}

impl CatalogEntry {
    /// The nodes of the row, in the order in which the genuine engine inserts them.
    #[must_use]
    pub fn inserts(self) -> Vec<Insert> {
        let entry = |tree, key| Insert {
            tree,
            key,
            data: self.id_key.clone(),
        };
        let row = |tree| Insert {
            tree,
            key: self.id_key.clone(),
            data: self.record.clone(),
        };
        let mut inserts = vec![row(CATALOG)];
        inserts.extend(self.root_objects_key.clone().map(|key| entry(ROOT_OBJECTS, key)));
        inserts.push(entry(NAME_INDEX, self.name_key.clone()));
        inserts.push(row(SHADOW_CATALOG));
        inserts
    }
}

impl CatalogRow {
    /// The record of the row, for a page of the given kind.
    ///
    /// # Errors
    /// [`RowError::NotAnsi`], or [`RowError::Build`] when a value is too long for its column.
    pub fn encode(&self, large_page: bool) -> Result<Vec<u8>, RowError> {
        let name = ansi(&self.name)?;
        let template = self.template.as_deref().map(ansi).transpose()?;
        let fixed = self.fixed();
        let mut builder = RecordBuilder::new(&LAYOUT, large_page);
        for (id, value) in &fixed {
            builder.set_fixed(ColumnId(*id), Some(value))?;
        }
        let is_index = self.kind == RowKind::Index;
        let conditional = Some(&self.conditional).filter(|bytes| !bytes.is_empty());
        let variable = [
            (128, Some(&name)),
            (129, self.stats.as_ref()),
            (130, template.as_ref()),
            (131, self.default.as_ref()),
            (132, is_index.then_some(&self.key_columns)),
            (133, self.var_seg_mac.as_ref()),
            (134, conditional),
            (135, self.tuple_limits.as_ref()),
            (136, self.sort_version.as_ref()),
            (137, self.sort_id.as_ref()),
        ];
        for (id, value) in variable {
            if let Some(value) = value {
                builder.set_variable(ColumnId(id), Some(value))?;
            }
        }
        let tagged = [
            (256, &self.callback_data),
            (257, &self.callback_dependencies),
            (258, &self.separate_lv),
            (259, &self.space_hints),
            (260, &self.lv_space_hints),
            (261, &self.locale_name),
        ];
        for (id, value) in tagged {
            if let Some(bytes) = value {
                builder.set_tagged(ColumnRef::own(ColumnId(id)), vec![plain(bytes)])?;
            }
        }
        let mut record = Vec::new();
        builder.encode(&mut record)?;
        Ok(record)
    }

    /// The row in all trees of the catalog, for pages of the given kind.
    ///
    /// # Errors
    /// As [`CatalogRow::encode`].
    pub fn entry(&self, large_page: bool) -> Result<CatalogEntry, RowError> {
        let record = self.encode(large_page)?;
        let parsed = Record::parse(&record, large_page)?;
        let id_key = key_of(&KEYS.id, &LAYOUT, parsed)?.unwrap_or_default();
        let name_key = key_of(&KEYS.name, &LAYOUT, parsed)?.unwrap_or_default();
        let root_objects_key = key_of(&KEYS.root_objects, &LAYOUT, parsed)?;
        Ok(CatalogEntry {
            record,
            id_key,
            name_key,
            root_objects_key,
        })
    }

    /// Fixed columns that have a value.
    fn fixed(&self) -> Vec<(u16, Vec<u8>)> {
        let long = |number: u32| number.to_le_bytes().to_vec();
        let mut fixed = vec![
            (1, long(self.objid_table)),
            (2, self.kind.number().to_le_bytes().to_vec()),
            (3, long(self.id)),
            (4, long(self.column_type_or_root)),
            (5, long(self.space_usage)),
            (6, long(self.flags)),
            (7, long(self.pages_or_locale)),
        ];
        match self.kind {
            RowKind::Table => fixed.push((8, vec![0xFF])),
            RowKind::Column if self.id <= ColumnId::LAST_FIXED.0.into() => {
                fixed.push((9, self.record_offset.to_le_bytes().to_vec()));
            }
            RowKind::Index => fixed.push((10, long(self.lcmap_flags))),
            _ => {}
        }
        fixed.extend(self.key_most.map(|most| (11, most.to_le_bytes().to_vec())));
        fixed.extend(self.lv_chunk_max.map(|bytes| (12, long(bytes))));
        fixed.extend(self.set_time.map(|time| (13, time.to_le_bytes().to_vec())));
        fixed
    }
}

/// The only key of a record of a system table; `None` where the index leaves the record out.
pub(super) fn key_of(
    builder: &KeyBuilder,
    layout: &ColumnLayout,
    record: Record<'_>,
) -> Result<Option<Vec<u8>>, RowError> {
    // No key column of a system table can hold anything but plain bytes.
    let mut source = RecordSource::new(record, layout, |_, _, _, _: &mut _| Ok::<(), Infallible>(()));
    let mut keys = KeySet::new();
    builder.keys(&mut source, &mut keys)?;
    Ok(keys.iter().next().map(<[u8]>::to_vec))
}

/// A value that stands in the record as it is.
pub(super) const fn plain(bytes: &[u8]) -> StoredValue<'_> {
    StoredValue::Inline {
        bytes,
        compressed: false,
        encrypted: false,
    }
}

fn ansi(name: &str) -> Result<Vec<u8>, RowError> {
    name.chars()
        .map(|character| text::ansi_byte(character).ok_or(RowError::NotAnsi { character }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::{CODE_PAGE_UNICODE, ColumnDef, ColumnFlags, ColumnType};
    use jet_pages::Objid;
    use proptest::prelude::*;

    fn column(name: &str) -> CatalogRow {
        let def = ColumnDef {
            id: ColumnId(300),
            name: name.to_owned(),
            column_type: Some(ColumnType::LongText),
            code_page: CODE_PAGE_UNICODE,
            max_len: 0,
            flags: ColumnFlags::default(),
            default: Some(b"d\0".to_vec()),
            record_offset: 0,
            derived: false,
        };
        CatalogRow::column(Objid(8), &def)
    }

    #[test]
    fn a_column_has_no_entry_among_the_tables() {
        let entry = column("na\u{ef}ve").entry(false).unwrap();
        assert_eq!(entry.id_key, b"\x7F\x80\0\0\x08\x7F\x80\x02\x7F\x80\0\x01\x2C");
        assert_eq!(entry.name_key, b"\x7F\x80\0\0\x08\x7F\x80\x02\x7FNA\xEFVE\0");
        assert_eq!(entry.root_objects_key, None);
        let trees: Vec<_> = entry.inserts().iter().map(|insert| insert.tree).collect();
        assert_eq!(trees, [CATALOG, NAME_INDEX, SHADOW_CATALOG]);
    }

    #[test]
    fn names_that_the_catalog_cannot_hold_are_refused() {
        let refused = RowError::NotAnsi { character: '\u{3b1}' };
        assert_eq!(column("\u{3b1}").encode(false), Err(refused));
        let too_long = column(&"n".repeat(256)).encode(false);
        assert!(matches!(
            too_long,
            Err(RowError::Build(BuildError::VariableLength { found: 256, .. }))
        ));
    }

    #[test]
    fn every_column_of_a_row_comes_back() {
        let bytes = |text: &str| Some(text.as_bytes().to_vec());
        let row = CatalogRow {
            kind: RowKind::Callback,
            key_most: Some(300),
            lv_chunk_max: Some(512),
            set_time: Some(1 << 40),
            stats: bytes("stats"),
            template: Some("dll!function".to_owned()),
            var_seg_mac: bytes("vs"),
            conditional: vec![0, 0, 1, 0],
            tuple_limits: bytes("limits"),
            sort_version: bytes("version"),
            sort_id: bytes("id"),
            callback_data: bytes("data"),
            callback_dependencies: bytes("dependencies"),
            separate_lv: bytes("separate"),
            space_hints: bytes("hints"),
            lv_space_hints: bytes("more"),
            locale_name: bytes("l\0"),
            ..column("callback")
        };
        for large_page in [false, true] {
            let record = row.encode(large_page).unwrap();
            assert_eq!(CatalogRow::parse(&record, large_page).as_ref(), Ok(&row));
        }
    }

    proptest! {
        #[test]
        fn a_damaged_row_is_refused_or_read_alike_again(at in 0_usize..64, byte: u8, large_page: bool) {
            let mut record = column("damaged").encode(large_page).unwrap();
            let at = at % record.len();
            record[at] = byte;
            if let Ok(row) = CatalogRow::parse(&record, large_page)
                && let Ok(entry) = row.entry(large_page)
            {
                let again = CatalogRow::parse(&entry.record, large_page);
                prop_assert_eq!(again.map(|row| row.name), Ok(row.name));
            }
        }
    }
}
