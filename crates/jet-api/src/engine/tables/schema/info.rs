//! What is known of a table.

use std::sync::Arc;

use jet_btree::Tree;
use jet_btree::space::TreeSpace;
use jet_isam::column::{ColumnDef, ColumnType};
use jet_isam::database::Database;
use jet_isam::definition::Definition;
use jet_isam::error::{IsamError, Refusal};
use jet_isam::key::IndexDef;
use jet_isam::schema::check_name;
use jet_isam::table::{TableDef, TreeDef};
use jet_isam::temporary::Verb;
use jet_isam::text::ansi_byte;
use jet_pages::Pgno;
use jet_session::Entry;

use super::bits;
use crate::JetError;
use crate::engine::tables::{OnTables, TableId, columns, temporary};
use crate::engine::{Engine, Handle, ThreadId};

/// JET_COLUMNDEF, with the name of the column.
#[derive(Clone, Debug)]
pub struct ColumnFacts {
    /// Its name.
    pub name: String,
    /// Its number.
    pub number: u32,
    /// JET_coltyp.
    pub column_type: u32,
    /// Code page of text.
    pub code_page: u32,
    /// Longest value in bytes.
    pub max_len: u32,
    /// Option bits.
    pub bits: u32,
    /// Its default value.
    pub default: Option<Vec<u8>>,
}

/// A row of JET_INDEXLIST: one column of an index.
#[derive(Clone, Debug)]
pub struct IndexColumn {
    /// Name of the index.
    pub index: String,
    /// Its option bits.
    pub bits: u32,
    /// Columns of the index.
    pub count: u32,
    /// Which of them this is, from 0.
    pub place: u32,
    /// Whether it descends.
    pub descends: bool,
    /// The column.
    pub column: ColumnFacts,
}

/// JET_OBJECTINFO.
#[derive(Clone, Copy, Debug)]
pub struct ObjectFacts {
    /// Flags of the table.
    pub flags: u32,
    /// What can be done with it.
    pub bits: u32,
}

/// Updatable, with bookmarks, can be rolled back.
const OBJECT_BITS: u32 = 7;
/// Bytes of JET_OBJECTINFO.
const OBJECT_BYTES: usize = 32;
/// Bytes of a name with its final zero.
const NAME_BYTES: usize = 65;
/// Bytes of a locale name with its final zero.
const LOCALE_BYTES: usize = 170;

impl Engine {
    /// JetGetTableColumnInfo, JET_ColInfo.
    ///
    /// # Errors
    /// `InvalidTableId`, `InvalidName`, `ColumnNotFound`.
    pub fn table_column(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        name: &str,
    ) -> Result<ColumnFacts, JetError> {
        self.on_definition(caller, table, |on, definition| {
            let is_updatable = on.cursor(table)?.0.check_updatable().is_ok();
            column(definition, name, is_updatable)
        })
    }

    /// JetGetTableColumnInfo, JET_ColInfoByColid.
    ///
    /// # Errors
    /// `InvalidTableId`, `BadColumnId`, `ColumnNotFound`.
    pub fn table_column_by_number(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        number: u32,
    ) -> Result<ColumnFacts, JetError> {
        self.on_definition(caller, table, |on, definition| {
            let is_updatable = on.cursor(table)?.0.check_updatable().is_ok();
            let column = columns::column(definition, number)?;
            let column = definition.layout().get(column).ok_or(Refusal::ColumnNotFound)?;
            Ok(facts(definition, column, is_updatable))
        })
    }

    /// JetGetColumnInfo, JET_ColInfo.
    ///
    /// # Errors
    /// `InvalidDatabaseId`, `ObjectNotFound`, `InvalidName`, `ColumnNotFound`.
    pub fn column(
        &self,
        caller: (Handle, ThreadId),
        database: u32,
        table: &str,
        name: &str,
    ) -> Result<ColumnFacts, JetError> {
        self.on_table_named(caller, database, table, |_, _, definition| {
            column(definition, name, false)
        })
    }

    /// JetGetTableColumnInfo, JET_ColInfoList: all columns by name.
    ///
    /// # Errors
    /// `InvalidTableId`.
    pub fn table_columns(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
    ) -> Result<Vec<ColumnFacts>, JetError> {
        self.on_definition(caller, table, |on, definition| {
            let is_updatable = on.cursor(table)?.0.check_updatable().is_ok();
            let mut columns: Vec<_> = definition
                .def
                .live_columns()
                .map(|column| facts(definition, column, is_updatable))
                .collect();
            columns.sort_by_cached_key(|column| column.name.to_ascii_uppercase());
            Ok(columns)
        })
    }

    /// JetGetTableIndexInfo, JET_IdxInfo and JET_IdxInfoList: the columns of one index or of all, by name.
    ///
    /// # Errors
    /// `InvalidTableId`, `InvalidName`, `IndexNotFound`.
    pub fn table_indexes(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        name: Option<&str>,
    ) -> Result<Vec<IndexColumn>, JetError> {
        self.on_definition(caller, table, |_, definition| {
            let def = &definition.def;
            let mut indexes: Vec<&IndexDef> = match name.filter(|name| !name.is_empty()) {
                Some(name) => vec![index(def, name)?],
                None => def.indexes.iter().collect(),
            };
            indexes.sort_by_cached_key(|index| index.name.to_ascii_uppercase());
            let mut rows = Vec::new();
            for index in indexes {
                for (place, segment) in (0..).zip(&index.segments) {
                    let column = def.columns.get(segment.column);
                    let column = column.ok_or(Refusal::CatalogCorrupted)?;
                    rows.push(IndexColumn {
                        index: index.name.clone(),
                        bits: bits::of_index(index),
                        count: u32::try_from(index.segments.len()).unwrap_or(0),
                        place,
                        descends: segment.descending,
                        column: facts(definition, column, false),
                    });
                }
            }
            Ok(rows)
        })
    }

    /// JetGetTableIndexInfo with a level whose answer is a number or a text.
    ///
    /// # Errors
    /// `InvalidTableId`, `InvalidParameter`, `FeatureNotAvailable`, `BufferTooSmall`, `InvalidName`, `IndexNotFound`.
    pub fn table_index_info(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        (index, level, room): (&str, u32, usize),
    ) -> Result<Vec<u8>, JetError> {
        self.on_definition(caller, table, |on, definition| {
            check_index_level(level, room)?;
            let database = Arc::clone(on.cursor(table)?.0.database());
            index_info(&database, &definition.def, (index, level))
        })
    }

    /// JetGetIndexInfo with a level whose answer is a number or a text.
    ///
    /// # Errors
    /// `InvalidDatabaseId`, `ObjectNotFound`, and as [`Engine::table_index_info`].
    pub fn index_info(
        &self,
        caller: (Handle, ThreadId),
        (database, table): (u32, &str),
        (index, level, room): (&str, u32, usize),
    ) -> Result<Vec<u8>, JetError> {
        self.on_database(caller, database, "asking about an index", |on, database| {
            check_index_level(level, room)?;
            let definition = named(on, database, table)?;
            index_info(database, &definition.def, (index, level))
        })
    }

    /// JetGetTableInfo: at most `room` bytes.
    ///
    /// # Errors
    /// `InvalidTableId`, `FeatureNotAvailable`, `BufferTooSmall`; of a temporary table `IllegalOperation`, `InvalidOperation`,
    /// `InvalidParameter`.
    pub fn table_info(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        level: u32,
        room: usize,
    ) -> Result<Vec<u8>, JetError> {
        self.on_tables(caller, Entry::Service, "asking for a table", |on| {
            let (cursor, _) = on.cursor_for(table, Verb::TableInfo)?;
            if cursor.database().is_temporary() {
                return temporary::info(cursor, level, room);
            }
            let definition = cursor.definition()?;
            table_info(cursor.database(), &definition.def, level, room)
        })
    }

    /// JetGetObjectInfo, JET_ObjInfo.
    ///
    /// # Errors
    /// `InvalidDatabaseId`, `InvalidName`, `ObjectNotFound`.
    pub fn object(
        &self,
        caller: (Handle, ThreadId),
        database: u32,
        name: &str,
    ) -> Result<ObjectFacts, JetError> {
        self.on_table_named(caller, database, name, |_, _, definition| {
            Ok(ObjectFacts {
                flags: definition.def.flags.0,
                bits: OBJECT_BITS,
            })
        })
    }

    /// JetGetObjectInfo, JET_ObjInfoList: the names of all tables in order.
    ///
    /// # Errors
    /// `InvalidDatabaseId`.
    pub fn objects(&self, caller: (Handle, ThreadId), database: u32) -> Result<Vec<String>, JetError> {
        self.on_database(caller, database, "listing tables", |on, database| {
            let sight = on.work.sight();
            let tables = database.tables()?;
            let seen = tables.iter().filter_map(|table| table.definition(&sight));
            let mut names: Vec<_> = seen.map(|definition| definition.def.name.clone()).collect();
            names.sort_by_cached_key(|name| name.to_ascii_uppercase());
            Ok(names)
        })
    }

    fn on_definition<T>(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        look: impl FnOnce(&mut OnTables<'_>, &Definition) -> Result<T, IsamError>,
    ) -> Result<T, JetError> {
        self.on_tables(caller, Entry::Service, "asking about a table", |on| {
            let definition = on.cursor(table)?.0.definition()?;
            look(on, &definition)
        })
    }

    fn on_table_named<T>(
        &self,
        caller: (Handle, ThreadId),
        database: u32,
        table: &str,
        look: impl FnOnce(&mut OnTables<'_>, &Arc<Database>, &Definition) -> Result<T, IsamError>,
    ) -> Result<T, JetError> {
        self.on_database(caller, database, "asking about a table", |on, database| {
            let definition = named(on, database, table)?;
            look(on, database, &definition)
        })
    }
}

fn named(on: &OnTables<'_>, database: &Database, table: &str) -> Result<Arc<Definition>, IsamError> {
    let name = check_name(table)?;
    let sight = on.work.sight();
    let found = database.table(&name, &sight)?;
    let definition = found.and_then(|table| table.definition(&sight));
    definition.ok_or_else(|| Refusal::ObjectNotFound.into())
}

fn column(definition: &Definition, name: &str, is_updatable: bool) -> Result<ColumnFacts, IsamError> {
    if name.is_empty() {
        return Err(Refusal::ColumnNotFound.into());
    }
    let name = check_name(name)?;
    let column = definition.def.column(&name).ok_or(Refusal::ColumnNotFound)?;
    Ok(facts(definition, column, is_updatable))
}

fn facts(definition: &Definition, column: &ColumnDef, is_updatable: bool) -> ColumnFacts {
    ColumnFacts {
        name: column.name.clone(),
        number: columns::number(definition, column.reference()),
        column_type: column.column_type.map_or(0, ColumnType::number),
        code_page: column.code_page.into(),
        max_len: column.max_len,
        bits: bits::of_column(column, is_updatable),
        default: column.stored_default().map(std::borrow::Cow::into_owned),
    }
}

fn index<'d>(def: &'d TableDef, name: &str) -> Result<&'d IndexDef, IsamError> {
    let name = check_name(name)?;
    def.index(&name).ok_or_else(|| Refusal::IndexNotFound.into())
}

/// Whether a level is known, and its answer has room.
fn check_index_level(level: u32, room: usize) -> Result<(), IsamError> {
    let needed = match level {
        // Lists have a structure of their own.
        0 | 1 => OBJECT_BYTES,
        2..=4 => return Err(Refusal::FeatureNotAvailable.into()),
        5 | 7 | 15 | 16 | 18 | 19 => 4,
        6 | 8 | 10 => 2,
        14 => LOCALE_BYTES,
        9 | 17 => 16,
        11..=13 => OBJECT_BYTES,
        _ => return Err(Refusal::InvalidParameter.into()),
    };
    match room >= needed {
        true => Ok(()),
        false => Err(Refusal::BufferTooSmall.into()),
    }
}

fn index_info(database: &Database, def: &TableDef, (name, level): (&str, u32)) -> Result<Vec<u8>, IsamError> {
    let tree = |index: &IndexDef| TreeDef {
        objid: index.objid,
        root: Pgno(index.root),
    };
    match level {
        5 => Ok(index(def, name)?.density.to_le_bytes().to_vec()),
        7 => {
            // The order of the rows counts, also without an index that makes it.
            let secondary = def.indexes.iter().filter(|index| !index.is_primary());
            let count = u32::try_from(1 + secondary.count()).unwrap_or(u32::MAX);
            Ok(count.to_le_bytes().to_vec())
        }
        8 => {
            let index = index(def, name)?;
            let most = index.segment_most.unwrap_or(index.key_most);
            Ok(most.to_le_bytes().to_vec())
        }
        10 => Ok(index(def, name)?.key_most.to_le_bytes().to_vec()),
        14 => {
            let locale = index(def, name)?.locale.encode_utf16().chain([0]);
            Ok(locale.flat_map(u16::to_le_bytes).collect())
        }
        15 | 16 => {
            let version = index(def, name)?.sort_version;
            let half = if level == 15 { version >> 32 } else { version };
            let half = u32::try_from(half & u64::from(u32::MAX)).unwrap_or(0);
            Ok(half.to_le_bytes().to_vec())
        }
        17 => Ok(index(def, name)?.sort_id.to_vec()),
        18 | 19 => {
            let (owned, available) = space(database, tree(index(def, name)?))?;
            let pages = if level == 18 { owned } else { available };
            Ok(pages.to_le_bytes().to_vec())
        }
        _ => Err(Refusal::FeatureNotAvailable.into()),
    }
}

fn table_info(database: &Database, def: &TableDef, level: u32, room: usize) -> Result<Vec<u8>, IsamError> {
    let needs = |bytes: usize| match room >= bytes {
        true => Ok(()),
        false => Err(Refusal::BufferTooSmall),
    };
    let numbers =
        |numbers: &[u32]| -> Vec<u8> { numbers.iter().flat_map(|number| number.to_le_bytes()).collect() };
    match level {
        0 => {
            needs(OBJECT_BYTES)?;
            Ok(numbers(&[32, 1, 0, 0, 0, 0, OBJECT_BITS, def.flags.0]))
        }
        1 => {
            let name = text(&def.name);
            needs(name.len())?;
            Ok(name)
        }
        2 => {
            needs(4)?;
            Ok(numbers(&[database.number().0.into()]))
        }
        7 => {
            needs(8)?;
            let (owned, available) = space(database, def.tree)?;
            Ok(numbers(&[owned, available]))
        }
        9 => {
            needs(8)?;
            Ok(numbers(&[def.initial_pages, def.density]))
        }
        10 | 11 => {
            needs(4)?;
            let (owned, available) = space(database, def.tree)?;
            Ok(numbers(&[if level == 10 { owned } else { available }]))
        }
        12 => {
            needs(NAME_BYTES)?;
            Ok(text(def.template.as_deref().unwrap_or_default()))
        }
        13 => {
            needs(4)?;
            let default = jet_isam::long_value::chunk_bytes(database.store().page_size());
            Ok(numbers(&[def.lv_chunk_max.unwrap_or(default)]))
        }
        17 | 18 => {
            needs(4)?;
            let (owned, available) = match def.long_values {
                Some(tree) => space(database, tree)?,
                None => (0, 0),
            };
            Ok(numbers(&[if level == 17 { owned } else { available }]))
        }
        19 => {
            needs(4)?;
            Ok(numbers(&[def.tree.objid.0]))
        }
        _ => Err(Refusal::FeatureNotAvailable.into()),
    }
}

/// Pages that a tree owns, and those of them that are free.
fn space(database: &Database, tree: TreeDef) -> Result<(u32, u32), IsamError> {
    let tree = Tree::open(database.store().pages(), tree.root, Some(tree.objid))?;
    let space = TreeSpace::read(tree)?;
    let pages = |count| u32::try_from(count).unwrap_or(u32::MAX);
    Ok((pages(space.owned_pages()), pages(space.available_pages())))
}

/// A text with its final zero.
fn text(name: &str) -> Vec<u8> {
    let bytes = name.chars().map(|character| ansi_byte(character).unwrap_or(b'?'));
    bytes.chain([0]).collect()
}
