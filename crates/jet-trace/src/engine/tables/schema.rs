//! Tables, columns and indexes that come, go and change.

use jet_api::engine::{
    ColumnFacts, ColumnSpec, ConditionSpec, Handle, IndexColumn, IndexSpec, TableCreated, TableId, TableSpec,
    ThreadId,
};
use jet_api::engine::{ansi_byte, from_ansi};
use jet_api::{JetCode, JetError};

use crate::answer::{Answer, ColumnInfo, ColumnRow, IndexRow, ObjectInfo, Output};
use crate::call::{Call, ColumnDef, Database, IndexOptions, NewTable, Session, Table, Text};
use crate::engine::RealEngine;

/// JET_tableidNil.
const NO_TABLE: u64 = u64::MAX;
/// JET_objtypTable.
const TABLE: u32 = 1;
/// The key limit of JetCreateIndex, in bytes.
const KEY_MOST_DEFAULT: u32 = 255;
/// JET_TblInfoName.
const TABLE_NAME: u32 = 1;

type Caller = (Handle, ThreadId);

impl RealEngine {
    /// What the engine answers to the call.
    pub(in crate::engine) fn schema(&self, thread: ThreadId, call: &Call) -> Result<Answer, JetError> {
        let engine = &self.engine;
        let by = |session: &Session| (Handle::from_number(session.0), thread);
        let on = |table: &Table| TableId(table.0);
        Ok(match call {
            Call::CreateTable(session, database, table, pages, density) => {
                let name = name(table);
                let spec = TableSpec {
                    name: &name,
                    pages: pages.0,
                    density: density.0,
                    ..TableSpec::default()
                };
                let mut created = TableCreated::default();
                self.opened(by(session), || {
                    engine.create_table(by(session), database.0, &spec, &mut created)
                })?
            }
            Call::OpenTable(session, database, table, bits) => self.opened(by(session), || {
                engine.open_table(by(session), database.0, &name(table), bits.0)
            })?,
            Call::CloseTable(session, table) => done(engine.close_table(by(session), on(table))?),
            Call::DeleteTable(session, database, table) => {
                done(engine.delete_table(by(session), database.0, &name(table))?)
            }
            Call::RenameTable(session, database, table, new) => {
                if table.0.is_none() || new.0.is_none() {
                    self.enter(*session, thread)?;
                    return Ok(Answer::code(JetCode::INVALID_PARAMETER.number()));
                }
                let names = (&*name(table), &*name(new));
                done(engine.rename_table(by(session), database.0, names)?)
            }
            Call::CreateTableColumnIndex(session, database, table) => {
                self.create_whole(by(session), *database, table)
            }
            Call::AddColumn(session, table, column, kind, bits, size, code_page, default) => {
                let name = name(column);
                let spec = ColumnSpec {
                    name: &name,
                    column_type: kind.0,
                    bits: bits.0,
                    max_len: size.0,
                    code_page: code_page.0,
                    default: default.0.as_deref(),
                };
                let (number, code) = engine.add_column(by(session), on(table), spec)?;
                Answer::Returned {
                    code: code.number(),
                    output: Output::Number(number.into()),
                }
            }
            Call::DeleteColumn(session, table, column) => {
                done(engine.delete_column(by(session), on(table), &name(column), 0)?)
            }
            Call::DeleteColumn2(session, table, column, bits) => {
                done(engine.delete_column(by(session), on(table), &name(column), bits.0)?)
            }
            Call::RenameColumn(session, table, column, new, bits) => {
                if column.0.is_none() || new.0.is_none() {
                    self.enter(*session, thread)?;
                    return Ok(Answer::code(JetCode::INVALID_PARAMETER.number()));
                }
                let names = (&*name(column), &*name(new));
                done(engine.rename_column(by(session), on(table), names, bits.0)?)
            }
            Call::SetColumnDefaultValue(session, database, table, column, default, _) => {
                let place = (&*name(table), &*name(column));
                let default = default.0.as_deref();
                done(engine.set_column_default(by(session), database.0, place, default)?)
            }
            Call::CreateIndex(session, table, index, key, bits, density) => {
                let index = name(index);
                let spec = IndexSpec {
                    name: &index,
                    key: key.0.as_deref().unwrap_or_default(),
                    bits: bits.0,
                    density: density.0,
                    key_most: KEY_MOST_DEFAULT,
                    ..IndexSpec::default()
                };
                done(engine.create_indexes(by(session), on(table), &[spec])?)
            }
            Call::CreateIndex2(session, table, index, key, options) => {
                let key = key.0.as_deref().unwrap_or_default();
                self.create_index(by(session), on(table), (&name(index), key), options)?
            }
            Call::DeleteIndex(session, table, index) => {
                done(engine.delete_index(by(session), on(table), &name(index))?)
            }
            Call::GetTableColumnInfo(session, table, column) => {
                column_info(&engine.table_column(by(session), on(table), &name(column))?)
            }
            Call::GetColumnInfo(session, database, table, column) => {
                column_info(&engine.column(by(session), database.0, &name(table), &name(column))?)
            }
            Call::ColumnList(session, table) => {
                let columns = engine.table_columns(by(session), on(table))?;
                let rows: Vec<_> = columns.into_iter().map(column_row).collect();
                written(Output::Columns {
                    records: u32::try_from(rows.len()).unwrap_or(u32::MAX),
                    rows,
                })
            }
            Call::IndexList(session, table, index) => {
                let index = index.0.as_ref().map(|_| name(index));
                let columns = engine.table_indexes(by(session), on(table), index.as_deref())?;
                let rows: Vec<_> = columns.into_iter().map(index_row).collect();
                written(Output::Indexes {
                    records: u32::try_from(rows.len()).unwrap_or(u32::MAX),
                    rows,
                })
            }
            Call::GetTableIndexInfo(session, table, index, level, room) => {
                let what = (&*name(index), level.0, size(room.0));
                padded(engine.table_index_info(by(session), on(table), what)?, room.0)
            }
            Call::GetIndexInfo(session, database, table, index, level, room) => {
                let (table, what) = (name(table), (&*name(index), level.0, size(room.0)));
                padded(
                    engine.index_info(by(session), (database.0, &table), what)?,
                    room.0,
                )
            }
            Call::GetTableInfo(session, table, level, room) => {
                let mut bytes = engine.table_info(by(session), on(table), level.0, size(room.0))?;
                if level.0 == TABLE_NAME {
                    bytes.pop();
                    return Ok(written(Output::Text(bytes)));
                }
                padded(bytes, room.0)
            }
            Call::GetObjectInfo(session, database, table) => {
                let facts = engine.object(by(session), database.0, &name(table))?;
                written(Output::ObjectInfo(ObjectInfo {
                    kind: TABLE,
                    grbit: facts.bits,
                    flags: facts.flags,
                    records: 0,
                    pages: 0,
                }))
            }
            Call::ObjectList(session, database) => {
                let mut names = engine.objects(by(session), database.0)?;
                names.retain(|name| !name.starts_with("MSys"));
                written(Output::Names {
                    actual: 0,
                    names: names.iter().map(|name| bytes(name)).collect(),
                })
            }
            _ => Answer::Unsupported,
        })
    }

    /// Once the call is inside the session, errors leave no cursor in the place of its number.
    fn opened(
        &self,
        (session, thread): Caller,
        open: impl FnOnce() -> Result<TableId, JetError>,
    ) -> Result<Answer, JetError> {
        self.enter(Session(session.number()), thread)?;
        let (code, table) = match open() {
            Ok(table) => (0, table.0),
            Err(error) => (error.code().number(), NO_TABLE),
        };
        Ok(Answer::Returned {
            code,
            output: Output::Handle(Some(table)),
        })
    }

    fn create_whole(&self, caller: Caller, database: Database, table: &NewTable) -> Answer {
        let named = from_ansi(&table.name);
        let columns: Vec<_> = table.columns.iter().map(column_spec).collect();
        let indexes = table.indexes.iter().map(|index| IndexSpec {
            name: &index.name,
            key: &index.key,
            bits: index.grbit,
            ..IndexSpec::default()
        });
        let spec = TableSpec {
            name: &named,
            template: table.template.as_deref(),
            pages: table.pages,
            density: table.density,
            bits: table.grbit,
            columns,
            indexes: indexes.collect(),
        };
        let mut created = TableCreated::default();
        let made = self.engine.create_table(caller, database.0, &spec, &mut created);
        let number = |code: JetCode| code.number();
        let mut columns: Vec<_> = created
            .columns
            .iter()
            .map(|(code, id)| (number(*code), *id))
            .collect();
        let mut indexes: Vec<_> = created.indexes.iter().map(|code| number(*code)).collect();
        columns.resize(table.columns.len(), (0, 0));
        indexes.resize(table.indexes.len(), 0);
        let (code, cursor) = match made {
            Ok(table) => (0, table.0),
            Err(error) => (error.code().number(), NO_TABLE),
        };
        Answer::Returned {
            code,
            output: Output::TableCreated {
                cursor,
                created: created.made,
                columns,
                indexes,
            },
        }
    }

    fn create_index(
        &self,
        caller: Caller,
        table: TableId,
        (name, key): (&str, &[u8]),
        options: &IndexOptions,
    ) -> Result<Answer, JetError> {
        let locale = options.locale.as_deref().map(from_ansi);
        let conditions = options.conditions.iter().map(|condition| ConditionSpec {
            column: &condition.column,
            bits: condition.grbit,
        });
        let spec = IndexSpec {
            name,
            key,
            bits: options.grbit,
            density: options.density,
            segment_most: options.segment_bytes_max,
            key_most: options.key_bytes_max,
            tuple: options.tuple,
            conditions: conditions.collect(),
            locale: locale.as_deref().map(|locale| (locale, options.flags)),
        };
        self.engine.create_indexes(caller, table, &[spec])?;
        Ok(written(Output::Code(0)))
    }
}

fn column_spec(column: &crate::call::NewColumn) -> ColumnSpec<'_> {
    let def = column.definition;
    ColumnSpec {
        name: &column.name,
        column_type: def.kind,
        bits: def.grbit,
        max_len: def.size_max,
        code_page: def.code_page,
        default: None,
    }
}

const fn info(facts: &ColumnFacts) -> ColumnInfo {
    ColumnInfo {
        id: facts.number,
        definition: ColumnDef {
            kind: facts.column_type,
            grbit: facts.bits,
            size_max: facts.max_len,
            code_page: facts.code_page,
        },
    }
}

const fn column_info(facts: &ColumnFacts) -> Answer {
    written(Output::ColumnInfo(info(facts)))
}

fn column_row(facts: ColumnFacts) -> ColumnRow {
    ColumnRow {
        name: bytes(&facts.name),
        info: info(&facts),
        default: facts.default,
    }
}

fn index_row(row: IndexColumn) -> IndexRow {
    IndexRow {
        name: bytes(&row.index),
        grbit: row.bits,
        column_count: row.count,
        column_index: row.place,
        column: bytes(&row.column.name),
        column_grbit: row.descends.into(),
        column_id: row.column.number,
        column_kind: row.column.column_type,
        ..IndexRow::default()
    }
}

/// The whole buffer, zero where nothing was written.
fn padded(mut bytes: Vec<u8>, room: u32) -> Answer {
    bytes.resize(size(room), 0);
    written(Output::Bytes { actual: None, bytes })
}

fn size(room: u32) -> usize {
    usize::try_from(room).unwrap_or(usize::MAX)
}

const fn done((): ()) -> Answer {
    Answer::code(0)
}

const fn written(output: Output) -> Answer {
    Answer::Returned { code: 0, output }
}

/// A name; the null pointer is an empty one.
fn name(text: &Text) -> String {
    from_ansi(text.0.as_deref().unwrap_or_default())
}

fn bytes(name: &str) -> Vec<u8> {
    name.chars()
        .map(|character| ansi_byte(character).unwrap_or(b'?'))
        .collect()
}
