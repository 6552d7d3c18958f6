//! The calls of a script: one table of verbs with the arguments of each.
//!
//! A verb is the API function of its name (with `Jet` before it, in its ANSI form) unless the table says otherwise.
//! Arguments stand in the order of the script. What a call gives beside its error is an [`Output`](crate::answer::Output),
//! named at the end of each line of the table.

mod argument;
mod parts;

pub use argument::{
    Bits, Column, Data, Database, File, IndexKey, Instance, Number, Or, Place, Session, SessionSetting,
    Setting, Signed, Table, Text, Wide,
};
pub use parts::{
    ColumnDef, Condition, IndexOptions, NewColumn, NewIndex, NewTable, NewValue, TempTable, Wanted,
    WantedTags,
};

pub(crate) use argument::low;
use argument::{Argument, Reader};

use crate::value::Variables;
use crate::words::Command;

/// Who answers a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A function of the API.
    Api,
    /// Several functions of the API, made by the replay itself.
    Composed,
    /// The working folder.
    Folder,
}

/// Makes the enum of calls, its decoder and its names from the table of verbs.
macro_rules! calls {
    ($($level:ident { $($name:ident($($argument:ty),*);)* })*) => {
        /// A call with its arguments decoded.
        #[expect(missing_docs, reason = "each variant is the verb of its name, with the arguments of the table")]
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Call {
            $($($name($($argument),*),)*)*
        }

        impl Call {
            /// Decodes a command; `None` when no call has its verb.
            pub fn decode(command: &Command<'_>, variables: &Variables) -> Option<Self> {
                #[allow(unused_mut, unused_variables, reason = "some verbs have no arguments")]
                let mut reader = Reader::new(command, variables);
                match command.verb {
                    $($(stringify!($name) => Some(Self::$name($(<$argument>::read(&mut reader)),*)),)*)*
                    _ => None,
                }
            }

            /// Name of the verb.
            pub const fn verb(&self) -> &'static str {
                match self {
                    $($(Self::$name(..) => stringify!($name),)*)*
                }
            }

            /// Who answers it.
            pub const fn level(&self) -> Level {
                match self {
                    $($(Self::$name(..))|* => Level::$level,)*
                }
            }
        }
    };
}

calls! {
    Api {
        // Process, instance, parameters.
        SetSystemParameter(Instance, Session, Number, Setting);                         // Nothing
        GetSystemParameter(Instance, Session, Number, Or<1024>, Option<Wide>);          // Parameter
        ErrorString(Number);                                                            // Text
        CreateInstance(Text);                                                           // Handle
        CreateInstance2(Text, Text, Bits);                                              // Handle
        Init(Option<Instance>);                                                         // Handle: the instance afterwards
        Init2(Instance, Bits);                                                          // Nothing
        Init3(Instance, Bits, Option<Text>, Option<Text>);                              // Nothing; old and new database
        Term(Instance);                                                                 // Nothing
        Term2(Instance, Bits);                                                          // Nothing
        StopService();                                                                  // Nothing
        StopServiceInstance(Instance);                                                  // Nothing
        StopServiceInstance2(Instance, Bits);                                           // Nothing

        // Sessions and transactions.
        BeginSession(Instance, Text, Text);                                             // Handle
        DupSession(Session);                                                            // Handle
        EndSession(Session, Bits);                                                      // Nothing
        GetVersion(Session);                                                            // Number
        Idle(Session, Bits);                                                            // Nothing
        SetSessionContext(Session, Wide);                                               // Nothing
        ResetSessionContext(Session);                                                   // Nothing
        SetSessionParameter(Session, Number, SessionSetting);                           // Nothing
        GetSessionParameter(Session, Number, Or<4>);                                    // Bytes
        GetSessionInfo(Session, Number, Number);                                        // Nothing; level, size
        BeginTransaction(Session);                                                      // Nothing
        BeginTransaction2(Session, Bits);                                               // Nothing
        BeginTransaction3(Session, Wide, Bits);                                         // Nothing
        CommitTransaction(Session, Bits);                                               // Nothing
        CommitTransaction2(Session, Bits, Number);                                      // Nothing; milliseconds
        Rollback(Session, Bits);                                                        // Nothing

        // Databases.
        CreateDatabase(Session, Text, Bits);                                            // Handle
        CreateDatabase2(Session, Text, Number, Bits);                                   // Handle
        OpenDatabase(Session, Text, Bits);                                              // Handle
        AttachDatabase(Session, Text, Bits);                                            // Nothing
        AttachDatabase2(Session, Text, Number, Bits);                                   // Nothing
        DetachDatabase(Session, Text);                                                  // Nothing
        DetachDatabase2(Session, Text, Bits);                                           // Nothing
        CloseDatabase(Session, Database, Bits);                                         // Nothing
        GetDatabaseInfo(Session, Database, Number, Or<4>);                              // Text or Bytes; level, size
        GetDatabaseFileInfo(Text, Number, Or<4>);                                       // Bytes; level, size
        FileState(Text);                                                                // DatabaseState; GetDatabaseFileInfo
        ResizeDatabase(Session, Database, Number, Bits);                                // Number
        Defragment(Session, Database, Bits);                                            // Nothing
        Compact(Session, Text, Text, Bits);                                             // Nothing

        // Schema.
        CreateTable(Session, Database, Text, Or<0>, Or<80>);                            // Handle; pages, density
        OpenTable(Session, Database, Text, Bits);                                       // Handle
        CloseTable(Session, Table);                                                     // Nothing
        DeleteTable(Session, Database, Text);                                           // Nothing
        RenameTable(Session, Database, Text, Text);                                     // Nothing
        DupCursor(Session, Table, Bits);                                                // Handle
        CreateTableColumnIndex(Session, Database, NewTable);                            // TableCreated
        AddColumn(Session, Table, Text, Number, Bits, Number, Number, Data);            // Number; type, bits, size, code page, default
        DeleteColumn(Session, Table, Text);                                             // Nothing
        DeleteColumn2(Session, Table, Text, Bits);                                      // Nothing
        RenameColumn(Session, Table, Text, Text, Bits);                                 // Nothing
        SetColumnDefaultValue(Session, Database, Text, Text, Data, Bits);               // Nothing
        CreateIndex(Session, Table, Text, IndexKey, Bits, Or<80>);                      // Nothing
        CreateIndex2(Session, Table, Text, IndexKey, IndexOptions);                     // Code; CreateIndex4
        DeleteIndex(Session, Table, Text);                                              // Nothing
        GetTableColumnInfo(Session, Table, Text);                                       // ColumnInfo
        GetColumnInfo(Session, Database, Text, Text);                                   // ColumnInfo
        ColumnList(Session, Table);                                                     // Columns; GetTableColumnInfo, JET_ColInfoList
        IndexList(Session, Table, Text);                                                // Indexes; GetTableIndexInfo, JET_IdxInfoList
        GetTableIndexInfo(Session, Table, Text, Number, Or<4>);                         // Bytes; level, size
        GetIndexInfo(Session, Database, Text, Text, Number, Or<4>);                     // Bytes; level, size
        GetTableInfo(Session, Table, Number, Or<4>);                                    // Text or Bytes; level, size
        GetObjectInfo(Session, Database, Text);                                         // ObjectInfo
        ObjectList(Session, Database);                                                  // Names; GetObjectInfo, JET_ObjInfoListNoStats

        // Records.
        PrepareUpdate(Session, Table, Number);                                          // Nothing
        SetColumn(Session, Table, Column, Data, Bits, Option<Place>, Or<0>);            // Nothing; size when there are no bytes
        SetColumns(Session, Table, Vec<NewValue>);                                      // Codes
        Update(Session, Table, Or<600>);                                                // Bytes
        Update2(Session, Table, Bits);                                                  // Bytes
        Delete(Session, Table);                                                         // Nothing
        EscrowUpdate(Session, Table, Column, Data, Or<8>, Bits);                        // Bytes; size of the old value
        RetrieveColumn(Session, Table, Column, Or<1000>, Bits, Option<Place>);          // Value
        RetrieveColumns(Session, Table, Number, Vec<Wanted>);                           // Values; size of each
        RetrieveColumns2(Session, Table, Number, Bits, Vec<Wanted>);                    // Values; size and bits of each
        EnumerateColumns(Session, Table, Bits, Or<0x7fff_ffff>);                        // Enumerated
        EnumerateColumns2(Session, Table, Bits, Number, Vec<WantedTags>);               // Enumerated; EnumerateColumns
        GetRecordSize(Session, Table, Bits);                                            // RecordSize

        // Navigation.
        Move(Session, Table, Signed, Bits);                                             // Nothing
        MakeKey(Session, Table, Data, Or<1>, Or<0>);                                    // Nothing; size when there are no bytes
        Seek(Session, Table, Bits);                                                     // Nothing
        SetIndexRange(Session, Table, Bits);                                            // Nothing
        RetrieveKey(Session, Table, Or<4000>, Bits);                                    // Bytes
        SetCurrentIndex(Session, Table, Text);                                          // Nothing
        SetCurrentIndex2(Session, Table, Text, Bits);                                   // Nothing
        SetCurrentIndex3(Session, Table, Text, Bits, Number);                           // Nothing
        GetCurrentIndex(Session, Table, Or<65>);                                        // Text
        GetBookmark(Session, Table, Or<4000>);                                          // Bytes
        GotoBookmark(Session, Table, Data);                                             // Nothing
        GetSecondaryIndexBookmark(Session, Table);                                      // Bookmarks
        GotoSecondaryIndexBookmark(Session, Table, Data, Data, Bits);                   // Nothing
        IndexRecordCount(Session, Table, Or<0>);                                        // Number
        GetRecordPosition(Session, Table);                                              // Position
        GotoPosition(Session, Table, Number, Number);                                   // Nothing; entries before, entries in all
        IntersectIndexes(Session, Vec<Table>);                                          // Records
        GetCursorInfo(Session, Table);                                                  // Nothing
        GetLock(Session, Table, Bits);                                                  // Nothing
        SetTableSequential(Session, Table, Bits);                                       // Nothing
        ResetTableSequential(Session, Table, Bits);                                     // Nothing
        SetLS(Session, Table, Wide, Bits);                                              // Nothing
        GetLS(Session, Table, Bits);                                                    // Number

        // Temporary tables.
        OpenTempTable(Session, Bits, TempTable);                                        // TempTable
        OpenTempTable2(Session, Bits, TempTable);                                       // TempTable
        OpenTempTable3(Session, Bits, TempTable);                                       // TempTable; no Unicode index
        OpenTemporaryTable(Session, Bits, TempTable);                                   // TempTable

        // Backup.
        BackupInstance(Instance, Text, Bits);                                           // Nothing; the folder is there
        RestoreInstance(Instance, Text, Text);                                          // Nothing
        BeginExternalBackupInstance(Instance, Bits);                                    // Nothing
        GetAttachInfoInstance(Instance, Or<4000>);                                      // Names
        GetLogInfoInstance(Instance, Or<4000>);                                         // Names
        GetTruncateLogInfoInstance(Instance);                                           // Names
        OpenFileInstance(Instance, Text);                                               // FileOpened
        ReadFileInstance(Instance, File, Number);                                       // Number: bytes read
        CloseFileInstance(Instance, File);                                              // Nothing
        TruncateLogInstance(Instance);                                                  // Nothing
        EndExternalBackupInstance(Instance);                                            // Nothing
        EndExternalBackupInstance2(Instance, Bits);                                     // Nothing
        StopBackupInstance(Instance);                                                   // Nothing

        // Time passes; milliseconds.
        Sleep(Number);                                                                  // Nothing
    }
    Composed {
        ParamDump(Instance, Session, Number, Number);
        ErrorStrings();
        Key(Session, Table, Data, Or<1>);
        Walk(Session, Table, Vec<Column>);
        WalkOn(Session, Table, Vec<Column>);
        Digest(Session, Table, Vec<Column>);
        DumpTable(Session, Database, Text);
        DumpAll(Session, Database);
    }
    Folder {
        FileExists(Text);
        DeleteFile(Text);
        DeleteFiles(Text);
        ListFiles(Text);
        CheckFile(Text);
        CopyFile(Text, Text);
        MakeDir(Text);
        Corrupt(Text, Number, Number);
        Truncate(Text, Number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn decode(line: &str) -> Option<Call> {
        let mut variables = Variables::default();
        for (name, number) in [("s", 0x10), ("t", 0x20), ("c", 0x101)] {
            variables.set(name, Value::Number(number));
        }
        Call::decode(&Command::parse(line), &variables)
    }

    #[test]
    fn missing_words_take_their_defaults() {
        let (session, table, column) = (Session(0x10), Table(0x20), Column(0x101));
        assert_eq!(
            decode("RetrieveColumn s t c"),
            Some(Call::RetrieveColumn(
                session,
                table,
                column,
                Or(1000),
                Bits(0),
                None
            ))
        );
        let place = Place { tag: 2, offset: 0 };
        assert_eq!(
            decode("RetrieveColumn s t c 8 0x4 2"),
            Some(Call::RetrieveColumn(
                session,
                table,
                column,
                Or(8),
                Bits(4),
                Some(place)
            ))
        );
        assert_eq!(decode("Init"), Some(Call::Init(None)));
        assert_eq!(
            decode("Move s t -2"),
            Some(Call::Move(session, table, Signed(-2), Bits(0)))
        );
        assert_eq!(decode("NoSuchVerb s"), None);
    }

    #[test]
    fn a_table_is_read_with_its_parts() {
        let line = r#"t = CreateTableColumnIndex s 1 "T" 0 pages=4 col=a:JET_coltypLong:JET_bitColumnFixed idx=i:"+a\0":1"#;
        let Some(Call::CreateTableColumnIndex(_, _, table)) = decode(line) else {
            panic!("not decoded");
        };
        assert_eq!((table.pages, table.density, table.template), (4, 80, None));
        assert_eq!(
            table.columns.first().map(|column| column.definition.grbit),
            Some(1)
        );
        let index = table.indexes.first().unwrap();
        assert_eq!((index.key.as_slice(), index.grbit), (&b"+a\0\0"[..], 1));
    }

    #[test]
    fn values_carry_column_ordinal_and_bytes() {
        let Some(Call::SetColumns(_, _, values)) = decode("SetColumns s t c:2=i16:5 c=_") else {
            panic!("not decoded");
        };
        let seen: Vec<_> = values
            .iter()
            .map(|value| (value.column, value.tag, value.data.as_deref()))
            .collect();
        assert_eq!(seen, [(0x101, 2, Some(&[5, 0][..])), (0x101, 0, None)]);
    }
}
