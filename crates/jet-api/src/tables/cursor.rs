//! Where a cursor stands and goes.

use core::cell::RefCell;
use std::ops::Bound;

use jet_isam::cursor::Cursor;
use jet_isam::cursor::{Found, Move, Order, Relation, SetRange};
use jet_isam::error::{IsamError, Refusal};
use jet_isam::key::{ColumnLimit, SearchPart};
use jet_isam::work::Work;
use jet_session::Entry;

use super::column::{Column, ColumnName};
use crate::engine::TableId;
use crate::{JetError, Session, Value};

/// A table that is open in a session, and a place in it: on a row, or at an end. Dropping it closes it.
///
/// It was opened before the first row, in the order of the primary index.
#[derive(Debug)]
pub struct TableCursor<'s> {
    session: &'s Session,
    id: TableId,
    /// Where values are read to.
    pub(super) buffer: RefCell<Vec<u8>>,
    /// Whether the first row is still to come.
    is_fresh: bool,
}

impl<'s> TableCursor<'s> {
    pub(super) const fn new(session: &'s Session, id: TableId) -> Self {
        Self {
            session,
            id,
            buffer: RefCell::new(Vec::new()),
            is_fresh: true,
        }
    }

    /// The session.
    pub const fn session(&self) -> &'s Session {
        self.session
    }

    /// What names it for calls by handles.
    pub const fn id(&self) -> TableId {
        self.id
    }

    /// Looks a column up, so that naming it costs nothing any more.
    ///
    /// # Errors
    /// `ColumnNotFound`.
    pub fn column(&self, name: &str) -> Result<Column, JetError> {
        self.on("looking for a column", |cursor, _| {
            ColumnName::find(&name, cursor, |_, column| Ok(Column::new(column.clone())))
        })
    }

    /// Goes to the first row; false when there is none.
    ///
    /// # Errors
    /// What reading the table gives.
    pub fn first(&mut self) -> Result<bool, JetError> {
        self.go(Move::First)
    }

    /// Goes to the last row; false when there is none.
    ///
    /// # Errors
    /// What reading the table gives.
    pub fn last(&mut self) -> Result<bool, JetError> {
        self.go(Move::Last)
    }

    /// Goes to the next row, to the first one at the beginning; false behind the last one, or at the end of the range.
    ///
    /// # Errors
    /// What reading the table gives.
    #[expect(
        clippy::should_implement_trait,
        reason = "a row is read through the cursor, which an iterator cannot lend"
    )]
    pub fn next(&mut self) -> Result<bool, JetError> {
        match self.is_fresh {
            true => self.go(Move::First),
            false => self.go(Move::By(1)),
        }
    }

    /// Goes to the previous row; false before the first one.
    ///
    /// # Errors
    /// What reading the table gives.
    pub fn previous(&mut self) -> Result<bool, JetError> {
        self.go(Move::By(-1))
    }

    /// Takes the rows in the order of an index from now on, and stands before the first one.
    ///
    /// # Errors
    /// `IndexNotFound`.
    pub fn use_index(&mut self, name: &str) -> Result<(), JetError> {
        self.is_fresh = true;
        self.on("changing the index", |cursor, work| {
            cursor.set_current_index(work, Order::Named(name))
        })
    }

    /// Takes the rows in their own order again, that of the primary index.
    ///
    /// # Errors
    /// What the engine gives.
    pub fn use_rows(&mut self) -> Result<(), JetError> {
        self.is_fresh = true;
        self.on("changing the index", |cursor, work| {
            cursor.set_current_index(work, Order::Rows)
        })
    }

    /// Goes to the first row whose columns of the index have these values, as many as are given; false when there is none.
    ///
    /// # Errors
    /// `InvalidParameter` when a value is none of its column's type, `UnicodeNormalizationNotSupported` for text whose order is
    /// not known.
    pub fn seek<'v, V: Into<Value<'v>>>(
        &mut self,
        key: impl IntoIterator<Item = V>,
    ) -> Result<bool, JetError> {
        let key: Vec<Value<'v>> = key.into_iter().map(Into::into).collect();
        self.range((Bound::Included(&key[..]), Bound::Included(&key[..])))
    }

    /// Goes to the first row of a range, and stays in it until the next search: [`TableCursor::next`] ends with the range. A bound
    /// has values for the columns of the index, as many as it likes; false when no row is in the range.
    ///
    /// # Errors
    /// As [`TableCursor::seek`].
    pub fn range(&mut self, range: (Bound<&[Value<'_>]>, Bound<&[Value<'_>]>)) -> Result<bool, JetError> {
        self.is_fresh = false;
        self.on("looking for rows", |cursor, work| {
            let (from, to) = range;
            let found = match from {
                Bound::Unbounded => on_row(cursor.go(work, Move::First, false).map(|()| Found::Found))?,
                Bound::Included(key) => {
                    make_key(cursor, key, ColumnLimit::FullStart)?;
                    on_row(cursor.seek(work, Relation::GreaterOrEqual))?
                }
                Bound::Excluded(key) => {
                    make_key(cursor, key, ColumnLimit::FullEnd)?;
                    on_row(cursor.seek(work, Relation::GreaterOrEqual))?
                }
            };
            if !found {
                return Ok(false);
            }
            match to {
                Bound::Unbounded => return Ok(true),
                Bound::Included(key) => make_key(cursor, key, ColumnLimit::FullEnd)?,
                Bound::Excluded(key) => make_key(cursor, key, ColumnLimit::FullStart)?,
            }
            let set = SetRange::Set {
                is_upper: true,
                is_inclusive: matches!(to, Bound::Included(_)),
                is_instant: false,
            };
            on_row(cursor.set_index_range(work, set).map(|()| Found::Found))
        })
    }

    /// What `read` gives of each row from the next one on, to the end of the range or the table.
    pub fn rows<T>(
        &mut self,
        read: impl FnMut(&Self) -> Result<T, JetError>,
    ) -> impl Iterator<Item = Result<T, JetError>> {
        let (cursor, mut read, mut is_over) = (self, read, false);
        core::iter::from_fn(move || {
            if is_over {
                return None;
            }
            let row = match cursor.next() {
                Ok(true) => read(cursor),
                Ok(false) => {
                    is_over = true;
                    return None;
                }
                Err(error) => Err(error),
            };
            is_over = row.is_err();
            Some(row)
        })
    }

    /// How many rows there are from this one on, to the end of the range or the table; the range ends with it.
    ///
    /// # Errors
    /// `NoCurrentRecord` when it stands on no row.
    pub fn count(&mut self) -> Result<u64, JetError> {
        self.on("counting rows", |cursor, work| cursor.count_entries(work, None))
    }

    /// The name of the row: its primary key, for [`TableCursor::go_to`].
    ///
    /// # Errors
    /// `NoCurrentRecord` when it stands on no row.
    pub fn bookmark(&self) -> Result<Vec<u8>, JetError> {
        self.on("asking for the name of a row", |cursor, _| {
            cursor.bookmark().map(<[u8]>::to_vec)
        })
    }

    /// Goes to the row of this name.
    ///
    /// # Errors
    /// `RecordDeleted` when it is gone.
    pub fn go_to(&mut self, bookmark: &[u8]) -> Result<(), JetError> {
        self.is_fresh = false;
        self.on("going to a row", |cursor, work| {
            cursor.go_to_bookmark(work, bookmark)
        })
    }

    fn go(&mut self, to: Move) -> Result<bool, JetError> {
        self.is_fresh = false;
        self.on("moving", |cursor, work| {
            on_row(cursor.go(work, to, false).map(|()| Found::Found))
        })
    }

    /// Does something with the cursor beneath.
    pub(super) fn on<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&mut Cursor, &mut Work<'_>) -> Result<T, IsamError>,
    ) -> Result<T, JetError> {
        let (engine, caller) = self.session.caller();
        engine.on_tables(caller, Entry::Service, doing, |on| {
            let (cursor, at) = on.cursor(self.id)?;
            work(cursor, at)
        })
    }
}

/// Whether there is a row.
fn on_row(found: Result<Found, IsamError>) -> Result<bool, IsamError> {
    match found {
        Ok(_) => Ok(true),
        Err(error) => match error.refusal() {
            Some(Refusal::NoCurrentRecord | Refusal::RecordNotFound) => Ok(false),
            _ => Err(error),
        },
    }
}

/// Makes the key of these values, before or behind all that begin with them.
fn make_key(cursor: &mut Cursor, values: &[Value<'_>], limit: ColumnLimit) -> Result<(), IsamError> {
    let definition = cursor.definition()?;
    let index = cursor.current_index()?.ok_or(Refusal::NoCurrentIndex)?;
    if values.is_empty() || values.len() > index.def.segments.len() {
        return Err(Refusal::InvalidParameter.into());
    }
    let last = values.len() - 1;
    for (at, (value, segment)) in values.iter().zip(&index.def.segments).enumerate() {
        let column = definition.def.column_by_ref(segment.column);
        let bytes = column.and_then(|column| value.encode(column));
        let bytes = bytes.ok_or(Refusal::InvalidParameter)?;
        let part = SearchPart {
            is_new: at == 0,
            is_empty: bytes.is_empty(),
            column_limit: if at == last { limit } else { ColumnLimit::None },
            ..SearchPart::default()
        };
        cursor.make_key(&bytes, &part)?;
    }
    Ok(())
}
