//! Temporary tables.

use jet_api::JetError;
use jet_api::engine::{Handle, TempColumn, TempLocale, TempTable, ThreadId};

use crate::answer::{Answer, Output};
use crate::call::{self, Bits, Call, Session};
use crate::engine::RealEngine;

impl RealEngine {
    /// What the engine answers to the call.
    pub(in crate::engine) fn temporary(&self, thread: ThreadId, call: &Call) -> Result<Answer, JetError> {
        match call {
            // Only the second form is given a locale.
            Call::OpenTempTable(session, bits, table) | Call::OpenTempTable3(session, bits, table) => {
                self.open_temporary(thread, session, *bits, &without_limits(table), None)
            }
            Call::OpenTempTable2(session, bits, table) => {
                let text = (TempLocale::Id(table.lcid), 0);
                self.open_temporary(thread, session, *bits, &without_limits(table), Some(text))
            }
            Call::OpenTemporaryTable(session, bits, table) => {
                self.open_temporary(thread, session, *bits, table, None)
            }
            _ => Ok(Answer::Unsupported),
        }
    }

    fn open_temporary(
        &self,
        thread: ThreadId,
        session: &Session,
        bits: Bits,
        table: &call::TempTable,
        text: Option<(TempLocale, u32)>,
    ) -> Result<Answer, JetError> {
        let columns = table.columns.iter().map(|column| TempColumn {
            column_type: column.kind,
            code_page: column.code_page,
            max_len: column.size_max,
            bits: column.grbit,
        });
        let new = TempTable {
            columns: columns.collect(),
            text,
            bits: bits.0,
            key_most: table.key_bytes_max,
            segment_most: table.segment_bytes_max,
        };
        let caller = (Handle::from_number(session.0), thread);
        let (cursor, columns) = self.engine.open_temporary_table(caller, &new)?;
        Ok(Answer::Returned {
            code: 0,
            output: Output::TempTable {
                cursor: cursor.0,
                columns,
            },
        })
    }
}

/// Limits are told only to JetOpenTemporaryTable.
fn without_limits(table: &call::TempTable) -> call::TempTable {
    call::TempTable {
        key_bytes_max: 0,
        segment_bytes_max: 0,
        ..table.clone()
    }
}
