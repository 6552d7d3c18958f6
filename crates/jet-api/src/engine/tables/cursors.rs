//! Where cursors stand and go.

use jet_isam::cursor::{Cursor, Found, Fraction, IndexId, Move, Order, Relation, SetRange};
use jet_isam::error::{IsamError, Refusal};
use jet_isam::key::{ColumnLimit, SearchPart};
use jet_isam::temporary::Verb;
use jet_session::Entry;

use super::TableId;
use crate::engine::{Engine, Handle, ThreadId};
use crate::{JetCode, JetError};

/// JET_bitMoveKeyNE.
const KEY_NE: u32 = 0x1;
/// JET_MoveFirst, JET_MoveLast.
const MOVE_FIRST: i32 = i32::MIN;
const MOVE_LAST: i32 = i32::MAX;

/// JET_bitNewKey and its like.
const NEW_KEY: u32 = 0x1;
const STRING_LIMIT: u32 = 0x2;
const SUBSTRING_LIMIT: u32 = 0x4;
const NORMALISED: u32 = 0x8;
const EMPTY: u32 = 0x10;
const FULL_START: u32 = 0x100;
const FULL_END: u32 = 0x200;
const PARTIAL_START: u32 = 0x400;
const PARTIAL_END: u32 = 0x800;
const LIMITS: u32 = 0xF00;

/// JET_bitSeekEQ and its like.
const SEEK_EQ: u32 = 0x1;
const SEEK_LT: u32 = 0x2;
const SEEK_LE: u32 = 0x4;
const SEEK_GE: u32 = 0x8;
const SEEK_GT: u32 = 0x10;
const SEEK_SETS_RANGE: u32 = 0x20;
const SEEK_CHECKS_UNIQUE: u32 = 0x40;

/// JET_bitRangeInclusive and its like.
const RANGE_INCLUSIVE: u32 = 0x1;
const RANGE_UPPER: u32 = 0x2;
const RANGE_INSTANT: u32 = 0x4;
const RANGE_REMOVE: u32 = 0x8;

/// JET_bitRetrieveCopy.
const COPY: u32 = 0x1;
/// JET_bitNoMove.
const NO_MOVE: u32 = 0x2;
/// JET_bitBookmarkPermitVirtualCurrency.
const PERMITS_VIRTUAL: u32 = 0x1;

/// Who calls: a session and a thread.
type Caller = (Handle, ThreadId);

impl Engine {
    /// JetMove.
    ///
    /// # Errors
    /// `NoCurrentRecord`, `RecordDeleted`.
    pub fn move_cursor(&self, caller: Caller, table: TableId, count: i32, bits: u32) -> Result<(), JetError> {
        let to = match count {
            MOVE_FIRST => Move::First,
            MOVE_LAST => Move::Last,
            count => Move::By(count),
        };
        self.on_tables(caller, Entry::Service, "moving a cursor", |on| {
            let (cursor, work) = on.cursor_for(table, Verb::Move)?;
            cursor.go(work, to, bits & KEY_NE != 0)
        })
    }

    /// JetMakeKey.
    ///
    /// # Errors
    /// `KeyNotMade`, `KeyIsMade`, `NoCurrentIndex`, `InvalidBufferSize`, `InvalidGrbit`, `InvalidParameter`,
    /// `IndexTuplesKeyTooSmall`, `UnicodeTranslationFail`.
    pub fn make_key(&self, caller: Caller, table: TableId, value: &[u8], bits: u32) -> Result<(), JetError> {
        let part = SearchPart {
            is_new: bits & NEW_KEY != 0,
            is_empty: bits & EMPTY != 0,
            substring_limit: bits & SUBSTRING_LIMIT != 0,
            string_limit: bits & STRING_LIMIT != 0,
            column_limit: match bits & LIMITS {
                0 => ColumnLimit::None,
                FULL_START => ColumnLimit::FullStart,
                FULL_END => ColumnLimit::FullEnd,
                PARTIAL_START => ColumnLimit::PartialStart,
                PARTIAL_END => ColumnLimit::PartialEnd,
                _ => ColumnLimit::Contradictory,
            },
        };
        self.on_tables(caller, Entry::Service, "making a key", |on| {
            let (cursor, _) = on.cursor_for(table, Verb::MakeKey)?;
            if bits & NORMALISED != 0 {
                cursor.take_key(value)
            } else {
                cursor.make_key(value, &part)
            }
        })
    }

    /// JetSeek: success, `JET_wrnSeekNotEqual` or `JET_wrnUniqueKey`. Of several relations the one counts that the engine looks
    /// at first.
    ///
    /// # Errors
    /// `InvalidParameter`, `KeyNotMade`, `RecordNotFound`.
    pub fn seek(&self, caller: Caller, table: TableId, bits: u32) -> Result<JetCode, JetError> {
        let has = |bit| bits & bit != 0;
        let relation = match () {
            () if has(SEEK_LT) => Some(Relation::Less),
            () if has(SEEK_LE) => Some(Relation::LessOrEqual),
            () if has(SEEK_GE) => Some(Relation::GreaterOrEqual),
            () if has(SEEK_GT) => Some(Relation::Greater),
            () if has(SEEK_EQ) => Some(Relation::Equal {
                checks_unique: has(SEEK_CHECKS_UNIQUE),
                sets_range: has(SEEK_SETS_RANGE),
            }),
            () => None,
        };
        self.on_tables(caller, Entry::Service, "seeking", |on| {
            let (cursor, work) = on.cursor_for(table, Verb::Move)?;
            let relation = relation.ok_or(Refusal::InvalidParameter)?;
            Ok(match cursor.seek(work, relation)? {
                Found::Found => JetCode::SUCCESS,
                Found::Unique => JetCode::WARN_UNIQUE_KEY,
                Found::Near => JetCode::WARN_SEEK_NOT_EQUAL,
            })
        })
    }

    /// JetSetIndexRange.
    ///
    /// # Errors
    /// `InvalidOperation`, `NoCurrentIndex`, `KeyNotMade`, `NoCurrentRecord`.
    pub fn set_index_range(&self, caller: Caller, table: TableId, bits: u32) -> Result<(), JetError> {
        let range = if bits & RANGE_REMOVE != 0 {
            SetRange::Remove
        } else {
            SetRange::Set {
                is_upper: bits & RANGE_UPPER != 0,
                is_inclusive: bits & RANGE_INCLUSIVE != 0,
                is_instant: bits & RANGE_INSTANT != 0,
            }
        };
        self.on_tables(caller, Entry::Service, "setting a range", |on| {
            let (cursor, work) = on.cursor_for(table, Verb::SetIndexRange)?;
            cursor.set_index_range(work, range)
        })
    }

    /// JetRetrieveKey: success or `JET_wrnBufferTruncated`. `actual` gets the length of the whole key.
    ///
    /// # Errors
    /// `KeyNotMade`, `NoCurrentRecord`, `RecordDeleted`.
    pub fn retrieve_key(
        &self,
        caller: Caller,
        table: TableId,
        bits: u32,
        out: &mut [u8],
        actual: &mut Option<u32>,
    ) -> Result<JetCode, JetError> {
        self.on_tables(caller, Entry::Service, "reading a key", |on| {
            let (cursor, work) = on.cursor_for(table, Verb::RetrieveKey)?;
            if bits & COPY != 0 {
                fill(cursor.search_key()?, out, actual);
                return Ok(JetCode::SUCCESS);
            }
            Ok(match cursor.key(work, |key| fill(key, out, actual))? {
                true => JetCode::SUCCESS,
                false => JetCode::WARN_BUFFER_TRUNCATED,
            })
        })
    }

    /// JetSetCurrentIndex4 with the name of an index, or none for the primary one; `id` counts instead if it is given.
    ///
    /// # Errors
    /// `InvalidGrbit`, `IndexNotFound`, `InvalidIndexId`, `NoCurrentRecord`, `BadItagSequence`, `RecordDeleted`.
    pub fn set_current_index(
        &self,
        caller: Caller,
        table: TableId,
        name: Option<&str>,
        id: Option<IndexId>,
        bits: u32,
        tag: u32,
    ) -> Result<(), JetError> {
        let order = match (id, name) {
            (Some(id), _) => Order::Tree(id),
            (None, None | Some("")) => Order::Rows,
            (None, Some(name)) => Order::Named(name),
        };
        self.on_tables(caller, Entry::Service, "setting the current index", |on| {
            if bits & !NO_MOVE != 0 {
                return Err(Refusal::InvalidOptions.into());
            }
            let (cursor, work) = on.cursor(table)?;
            if bits & NO_MOVE != 0 {
                cursor.change_current_index(work, order, tag)
            } else {
                cursor.set_current_index(work, order)
            }
        })
    }

    /// JetGetCurrentIndex: the name, empty when rows lie in the order of their coming.
    ///
    /// # Errors
    /// Those of the session and the cursor.
    pub fn current_index(&self, caller: Caller, table: TableId) -> Result<String, JetError> {
        self.on_tables(caller, Entry::Service, "asking for the current index", |on| {
            let (cursor, _) = on.cursor(table)?;
            let index = cursor.current_index()?;
            Ok(index.map_or_else(String::new, |index| index.def.name.clone()))
        })
    }

    /// JetGetBookmark. `actual` gets the length of the whole bookmark, also when it does not fit.
    ///
    /// # Errors
    /// `NoCurrentRecord`, `BufferTooSmall`.
    pub fn bookmark(
        &self,
        caller: Caller,
        table: TableId,
        out: &mut [u8],
        actual: &mut Option<u32>,
    ) -> Result<(), JetError> {
        self.on_tables(caller, Entry::Service, "reading a bookmark", |on| {
            let (cursor, _) = on.cursor_for(table, Verb::Bookmark)?;
            whole(fill(cursor.bookmark()?, out, actual))
        })
    }

    /// JetGotoBookmark.
    ///
    /// # Errors
    /// `InvalidBookmark`, `RecordDeleted`, `NoCurrentRecord`.
    pub fn go_to_bookmark(&self, caller: Caller, table: TableId, bookmark: &[u8]) -> Result<(), JetError> {
        self.on_tables(caller, Entry::Service, "going to a bookmark", |on| {
            let (cursor, work) = on.cursor_for(table, Verb::Bookmark)?;
            cursor.go_to_bookmark(work, bookmark)
        })
    }

    /// JetGetSecondaryIndexBookmark: each buffer with the length of the whole.
    ///
    /// # Errors
    /// `NoCurrentIndex`, `NoCurrentRecord`, `RecordDeleted`, `BufferTooSmall`.
    pub fn index_bookmark(
        &self,
        caller: Caller,
        table: TableId,
        secondary: (&mut [u8], &mut Option<u32>),
        primary: (&mut [u8], &mut Option<u32>),
    ) -> Result<(), JetError> {
        self.on_tables(caller, Entry::Service, "reading a bookmark of an index", |on| {
            let (cursor, work) = on.cursor(table)?;
            let fits = cursor.index_bookmark(work, |key, bookmark| {
                let key_fits = fill(key, secondary.0, secondary.1);
                fill(bookmark, primary.0, primary.1) && key_fits
            })?;
            whole(fits)
        })
    }

    /// JetGotoSecondaryIndexBookmark.
    ///
    /// # Errors
    /// `NoCurrentIndex`, `InvalidBookmark`, `RecordDeleted`.
    pub fn go_to_index_bookmark(
        &self,
        caller: Caller,
        table: TableId,
        secondary: &[u8],
        primary: &[u8],
        bits: u32,
    ) -> Result<(), JetError> {
        self.on_tables(caller, Entry::Service, "going to a bookmark of an index", |on| {
            let (cursor, work) = on.cursor(table)?;
            cursor.go_to_index_bookmark(work, secondary, primary, bits & PERMITS_VIRTUAL != 0)
        })
    }

    /// JetIndexRecordCount2: how many entries there are from the present one on, at most `most` unless that is 0.
    ///
    /// # Errors
    /// `NoCurrentRecord`, `RecordDeleted`.
    pub fn index_record_count(&self, caller: Caller, table: TableId, most: u64) -> Result<u64, JetError> {
        self.on_tables(caller, Entry::Service, "counting entries", |on| {
            let (cursor, work) = on.cursor(table)?;
            cursor.count_entries(work, (most > 0).then_some(most))
        })
    }

    /// JetGetRecordPosition: about how many entries are before the present one, and in all.
    ///
    /// # Errors
    /// `NoCurrentRecord`.
    pub fn record_position(&self, caller: Caller, table: TableId) -> Result<Fraction, JetError> {
        self.on_tables(caller, Entry::Service, "asking for a position", |on| {
            let (cursor, work) = on.cursor(table)?;
            cursor.fraction(work)
        })
    }

    /// JetGotoPosition.
    ///
    /// # Errors
    /// `InvalidParameter`, `RecordNotFound`.
    pub fn go_to_position(&self, caller: Caller, table: TableId, to: Fraction) -> Result<(), JetError> {
        self.on_tables(caller, Entry::Service, "going to a position", |on| {
            let (cursor, work) = on.cursor(table)?;
            cursor.go_to_fraction(work, to)
        })
    }

    /// JetIntersectIndexes: the bookmarks, in order, instead of a table of them.
    ///
    /// # Errors
    /// `InvalidParameter`, `NoCurrentRecord`, `RecordDeleted`.
    pub fn intersect_indexes(&self, caller: Caller, tables: &[TableId]) -> Result<Vec<Vec<u8>>, JetError> {
        self.on_tables(caller, Entry::Service, "intersecting indexes", |on| {
            let cursors: Result<Vec<_>, IsamError> = tables.iter().map(|table| on.id(*table)).collect();
            on.tables.intersect(&on.work, &cursors?)
        })
    }

    /// JetGetCursorInfo.
    ///
    /// # Errors
    /// `NoCurrentRecord`, `RecordDeleted`, `WriteConflict`.
    pub fn cursor_info(&self, caller: Caller, table: TableId) -> Result<(), JetError> {
        self.on_tables(caller, Entry::Service, "asking for a cursor", |on| {
            let (cursor, work) = on.cursor_for(table, Verb::CursorInfo)?;
            cursor.check_unchanged(work)
        })
    }

    /// JetSetTableSequential, JetResetTableSequential. Pages are read ahead as moves show that they will be needed, so nothing
    /// is to be done.
    ///
    /// # Errors
    /// Those of the session and the cursor.
    pub fn hint_sequential(&self, caller: Caller, table: TableId) -> Result<(), JetError> {
        self.on_tables(caller, Entry::Service, "hinting at moves to come", |on| {
            let _: (&mut Cursor, _) = on.cursor(table)?;
            Ok(())
        })
    }

    /// JetDupCursor.
    ///
    /// # Errors
    /// Those of the session and the cursor.
    pub fn dup_cursor(&self, caller: Caller, table: TableId) -> Result<TableId, JetError> {
        self.on_tables(caller, Entry::Service, "opening a cursor like another", |on| {
            on.cursor_for(table, Verb::Duplicate)?;
            let id = on.id(table)?;
            let made = on.tables.dup_cursor(&on.work, id)?;
            Ok(on.number(made))
        })
    }
}

/// Copies as much as fits and tells the length of the whole; whether all of it fitted.
fn fill(bytes: &[u8], out: &mut [u8], actual: &mut Option<u32>) -> bool {
    *actual = u32::try_from(bytes.len()).ok();
    for (place, byte) in out.iter_mut().zip(bytes) {
        *place = *byte;
    }
    bytes.len() <= out.len()
}

fn whole(fits: bool) -> Result<(), IsamError> {
    if fits {
        Ok(())
    } else {
        Err(Refusal::BufferTooSmall.into())
    }
}
