//! Moves, seeks and ranges in a sort.

use std::sync::Arc;

use super::sort::{Ordered, Row, Sorted};
use super::{ACCESS, Stage, tree};
use crate::cursor::currency::Position;
use crate::cursor::{Cursor, Found, Move, Relation, SetRange};
use crate::database::Database;
use crate::error::{IsamError, Refusal, Result};
use crate::shared::Table;
use crate::update::{Expand, Update};
use crate::work::Work;

/// A place in a sort that is read.
///
/// Going to a row by its name changes only where the next move begins: what is read is still the row of the move before, and
/// so it is recorded of the engine that programs know.
#[derive(Debug)]
pub(crate) struct SortCursor {
    sorted: Arc<Sorted>,
    /// Where moves begin.
    at: At,
    /// The number of that row, which is its name.
    name: [u8; 4],
    /// The row that was moved to last; also at an end it is the one that ranges look at.
    moved_to: Option<usize>,
    /// Whether it is read: no move has met an end since.
    is_on_row: bool,
}

/// Where a cursor stands in a sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    BeforeFirst,
    /// On this row; of rows on the disk the number counts for nothing.
    Row(usize),
    AfterLast,
}

impl SortCursor {
    /// Before the first row.
    fn new(sorted: Arc<Sorted>) -> Self {
        Self {
            sorted,
            at: At::BeforeFirst,
            name: [0; 4],
            moved_to: None,
            is_on_row: false,
        }
    }

    fn stand(&mut self, at: At) {
        self.begin_at(at);
        self.is_on_row = matches!(at, At::Row(_));
        if let At::Row(place) = at {
            self.moved_to = Some(place);
        }
    }

    fn begin_at(&mut self, at: At) {
        self.at = at;
        if let At::Row(place) = at {
            self.name = u32::try_from(place).unwrap_or(u32::MAX).to_le_bytes();
        }
    }

    /// Whether there is a row where moves begin.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentRecord`].
    fn check_present(&self) -> Result<()> {
        match self.at {
            At::Row(_) => Ok(()),
            _ => Err(Refusal::NoCurrentRecord.into()),
        }
    }

    /// The row that it stands on.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentRecord`].
    pub(crate) fn row(&self) -> Result<Row<'_>> {
        let row = self.last_row().filter(|_| self.is_on_row);
        row.ok_or_else(|| Refusal::NoCurrentRecord.into())
    }

    /// The row that was moved to last.
    fn last_row(&self) -> Option<Row<'_>> {
        match &self.sorted.rows {
            Ordered::Memory(rows) => rows.get(self.moved_to?),
            Ordered::Disk(merge) => merge.row(),
        }
    }

    /// The name of the row that it stands on. Those on the disk have none.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentRecord`].
    pub(crate) fn bookmark(&self) -> Result<&[u8]> {
        match (&self.sorted.rows, self.at) {
            (Ordered::Memory(_), At::Row(_)) => Ok(&self.name),
            _ => Err(Refusal::NoCurrentRecord.into()),
        }
    }

    /// Goes to the row of this name.
    ///
    /// # Errors
    /// [`Refusal::InvalidBookmark`].
    pub(crate) fn go_to_bookmark(&mut self, bookmark: &[u8]) -> Result<()> {
        let name: Option<[u8; 4]> = bookmark.try_into().ok();
        let place = name.and_then(|name| usize::try_from(u32::from_le_bytes(name)).ok());
        let Ordered::Memory(rows) = &self.sorted.rows else {
            return Err(Refusal::InvalidBookmark.into());
        };
        let place = place.filter(|place| *place < rows.len());
        let place = place.ok_or(Refusal::InvalidBookmark)?;
        self.begin_at(At::Row(place));
        Ok(())
    }

    /// # Errors
    /// [`Refusal::IllegalOperation`] when rows are neither read backward nor looked for.
    fn check_goes_back(&self) -> Result<()> {
        if self.sorted.goes_back() {
            Ok(())
        } else {
            Err(Refusal::IllegalOperation.into())
        }
    }

    /// # Errors
    /// [`Refusal::NoCurrentRecord`] when there are no rows.
    fn first(&mut self) -> Result<()> {
        self.at = At::BeforeFirst;
        // Whoever has rows on the disk has them alone.
        if let Some(Ordered::Disk(merge)) = Arc::get_mut(&mut self.sorted).map(|sorted| &mut sorted.rows) {
            merge.rewind();
        }
        self.next()
    }

    /// # Errors
    /// [`Refusal::NoCurrentRecord`] when there are no rows.
    fn last(&mut self) -> Result<()> {
        let at = match &self.sorted.rows {
            Ordered::Memory(rows) => rows.len().checked_sub(1),
            Ordered::Disk(_) => match Arc::get_mut(&mut self.sorted).map(|sorted| &mut sorted.rows) {
                Some(Ordered::Disk(merge)) => merge.last()?.then_some(0),
                _ => None,
            },
        };
        self.stand(at.map_or(At::AfterLast, At::Row));
        self.row().map(|_| ())
    }

    /// # Errors
    /// [`Refusal::NoCurrentRecord`] behind the last row.
    fn next(&mut self) -> Result<()> {
        let next = match &self.sorted.rows {
            Ordered::Memory(rows) => {
                let next = match self.at {
                    At::BeforeFirst => 0,
                    At::Row(place) => place + 1,
                    At::AfterLast => rows.len(),
                };
                (next < rows.len()).then_some(next)
            }
            Ordered::Disk(_) if self.at == At::AfterLast => None,
            Ordered::Disk(_) => match Arc::get_mut(&mut self.sorted).map(|sorted| &mut sorted.rows) {
                Some(Ordered::Disk(merge)) => merge.next()?.then_some(0),
                _ => None,
            },
        };
        self.stand(next.map_or(At::AfterLast, At::Row));
        self.row().map(|_| ())
    }

    /// # Errors
    /// [`Refusal::NoCurrentRecord`] before the first row.
    fn previous(&mut self) -> Result<()> {
        let previous = match (&self.sorted.rows, self.at) {
            (Ordered::Memory(_), At::Row(place)) => place.checked_sub(1),
            (Ordered::Memory(rows), At::AfterLast) => rows.len().checked_sub(1),
            _ => None,
        };
        self.stand(previous.map_or(At::BeforeFirst, At::Row));
        self.row().map(|_| ())
    }

    /// Looks for `key`, and stands on the row or on a neighbour also when it is not found.
    fn seek(&mut self, key: &[u8], relation: Relation) -> Result<()> {
        let Ordered::Memory(rows) = &self.sorted.rows else {
            return Err(Refusal::IllegalOperation.into());
        };
        let Some(last) = rows.len().checked_sub(1) else {
            return Err(Refusal::RecordNotFound.into());
        };
        let (place, is_exact) = rows.find(key);
        let is_behind = place > last;
        self.stand(At::Row(place.min(last)));
        let step = match relation {
            Relation::Equal { .. } if is_exact => Ok(()),
            Relation::Equal { .. } => Err(Refusal::RecordNotFound.into()),
            Relation::GreaterOrEqual | Relation::Greater if is_behind => Err(Refusal::RecordNotFound.into()),
            Relation::Greater if is_exact => self.next(),
            Relation::LessOrEqual if !is_exact && !is_behind => self.previous(),
            Relation::Less if !is_behind => self.previous(),
            _ => Ok(()),
        };
        step.map_err(|error| match error.refusal() {
            Some(Refusal::NoCurrentRecord) => Refusal::RecordNotFound.into(),
            _ => error,
        })
    }
}

/// Whether there was no row.
fn is_over(error: &IsamError) -> bool {
    error.refusal() == Some(Refusal::NoCurrentRecord)
}

impl Cursor {
    /// A cursor on a temporary table that was just made.
    pub(super) fn on_temporary(
        database: &Arc<Database>,
        table: &Arc<Table>,
        work: &Work<'_>,
        stage: Stage,
    ) -> Result<Self> {
        // Its definition never changes, so no eyes are needed to see it.
        let eyes = Arc::default();
        let mut cursor = Self::open(database, table, work.session(), &eyes, work.level(), ACCESS)?;
        cursor.currency.stand_at(Position::BeforeFirst);
        cursor.stage = stage;
        Ok(cursor)
    }

    /// One more cursor on the same rows, which are in order.
    pub(super) fn duplicate_on_sort(&mut self, work: &Work<'_>) -> Result<Self> {
        let Stage::Reading(sort) = &self.stage else {
            return Err(Refusal::IllegalOperation.into());
        };
        if matches!(sort.sorted.rows, Ordered::Disk(_)) {
            return Err(Refusal::IllegalOperation.into());
        }
        let mut copy = SortCursor::new(Arc::clone(&sort.sorted));
        copy.first()
            .or_else(|error| if is_over(&error) { Ok(()) } else { Err(error) })?;
        Self::on_temporary(
            self.database(),
            self.table(),
            work,
            Stage::Reading(Box::new(copy)),
        )
    }

    /// The temporary table that it is on, when its rows are in a tree.
    pub(crate) fn temporary_tree(&self) -> Option<&Arc<Table>> {
        let is_tree = self.database().is_temporary() && !self.is_sort();
        is_tree.then(|| self.table())
    }

    /// Whether the rows are not in a tree.
    pub(crate) const fn is_sort(&self) -> bool {
        !matches!(self.stage, Stage::Tree)
    }

    /// How many rows a sort that is read has at most.
    pub fn sorted_rows_most(&self) -> Option<u64> {
        match &self.stage {
            Stage::Reading(sort) => Some(sort.sorted.count),
            _ => None,
        }
    }

    /// The present sort.
    fn sort(&mut self) -> Result<&mut SortCursor> {
        match &mut self.stage {
            Stage::Reading(sort) => Ok(sort),
            _ => Err(Refusal::IllegalOperation.into()),
        }
    }

    /// No more rows come: they are put in order, or into a tree, and the cursor is on the first one of a sort. A prepared update
    /// is dropped. Returns whether it is a sort still.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentRecord`] when a sort has no rows. After all other errors the cursor can only be closed.
    fn end_insert(&mut self, work: &mut Work<'_>) -> Result<bool> {
        self.drop_update(work)?;
        let sort = match core::mem::replace(&mut self.stage, Stage::Broken) {
            Stage::Inserting(sort) => sort,
            other => {
                self.stage = other;
                return Ok(self.is_sort());
            }
        };
        let database = Arc::clone(self.database());
        let (store, trees) = (database.store(), work.storage.trees());
        let sorted = sort.finish(trees, store)?;
        let options = sorted.options;
        if options.updatable || sorted.goes_back() && sorted.overflows {
            let definition = self.definition()?;
            let table = tree::grow(trees, store, &definition, sorted, options.indexed)?;
            self.change_table(&Arc::new(table))?;
            self.stage = Stage::Tree;
            return Ok(false);
        }
        let mut sort = SortCursor::new(Arc::new(sorted));
        let first = sort.first();
        if first.as_ref().is_err_and(|error| !is_over(error)) {
            return first.map(|()| true);
        }
        self.stage = Stage::Reading(Box::new(sort));
        first.map(|()| true)
    }

    /// [`Cursor::go`] where rows are not in a tree. None: they are now.
    ///
    /// # Errors
    /// Those of [`Cursor::go`]; [`Refusal::IllegalOperation`] when rows are only read forward.
    pub(crate) fn go_in_sort(&mut self, work: &mut Work<'_>, to: Move) -> Result<Option<()>> {
        let mut to = to;
        if matches!(self.stage, Stage::Inserting(_)) {
            if !self.end_insert(work)? {
                return Ok(None);
            }
            // It is on the first row.
            to = match to {
                Move::By(count) if count > 0 => Move::By(count - 1),
                other => other,
            };
            if matches!(to, Move::First | Move::By(0)) {
                return Ok(Some(()));
            }
        }
        match to {
            Move::First => {
                self.currency.drop_range();
                self.sort()?.first()?;
            }
            Move::Last => {
                self.currency.drop_range();
                self.sort()?.last()?;
            }
            Move::By(0) => self.sort()?.check_present()?,
            Move::By(count) if count > 0 => {
                for _ in 0..count {
                    self.sort()?.next()?;
                    self.check_sort_range()?;
                }
            }
            Move::By(count) => {
                self.sort()?.check_goes_back()?;
                for _ in 0..count.unsigned_abs() {
                    self.sort()?.previous()?;
                    self.check_sort_range()?;
                }
            }
        }
        Ok(Some(()))
    }

    /// A range that ends above ends moves.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentRecord`]: the cursor is at the end then.
    fn check_sort_range(&mut self) -> Result<()> {
        let place = self.currency.place();
        let range = place.range.filter(|range| range.is_upper);
        match (range, &self.stage) {
            (Some(range), Stage::Reading(sort)) => {
                let order = sort.row()?.0.cmp(place.search.bytes());
                if range.excludes(order) {
                    place.range = None;
                    self.sort()?.stand(At::AfterLast);
                    return Err(Refusal::NoCurrentRecord.into());
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// [`Cursor::seek`] where rows are not in a tree. None: they are now.
    ///
    /// # Errors
    /// Those of [`Cursor::seek`]; [`Refusal::IllegalOperation`] when rows are only read forward.
    pub(crate) fn seek_in_sort(&mut self, work: &mut Work<'_>, relation: Relation) -> Result<Option<Found>> {
        if matches!(self.stage, Stage::Inserting(_)) {
            match self.end_insert(work) {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(error) if is_over(&error) => return Err(Refusal::RecordNotFound.into()),
                Err(error) => return Err(error),
            }
        }
        self.sort()?.check_goes_back()?;
        if !self.currency.place().search.is_made() {
            return Err(Refusal::KeyNotMade.into());
        }
        let Stage::Reading(sort) = &mut self.stage else {
            return Err(Refusal::IllegalOperation.into());
        };
        let place = self.currency.place();
        let has_rows = sort.sorted.count > 0;
        let found = sort.seek(place.search.bytes(), relation);
        if has_rows {
            place.search.forget();
        }
        found.map(|()| Some(Found::Found))
    }

    /// [`Cursor::set_index_range`] in a sort.
    ///
    /// # Errors
    /// [`Refusal::IllegalOperation`] when rows are only read forward, [`Refusal::KeyNotMade`], [`Refusal::NoCurrentRecord`].
    pub(crate) fn set_sort_range(&mut self, set: SetRange) -> Result<()> {
        self.sort()?.check_goes_back()?;
        let place = self.currency.place();
        if !place.search.is_made() {
            return Err(Refusal::KeyNotMade.into());
        }
        let (range, is_instant) = set.parts();
        place.range = Some(range);
        let Stage::Reading(sort) = &mut self.stage else {
            return Err(Refusal::IllegalOperation.into());
        };
        let key = sort.last_row().unwrap_or_default().0;
        let is_outside = range.excludes(key.cmp(place.search.bytes()));
        if is_outside {
            sort.stand(if range.is_upper {
                At::AfterLast
            } else {
                At::BeforeFirst
            });
        }
        place.search.forget();
        if is_instant || is_outside {
            self.currency.drop_range();
        }
        if is_outside {
            return Err(Refusal::NoCurrentRecord.into());
        }
        Ok(())
    }

    /// Adds the row of a prepared update to a sort.
    ///
    /// # Errors
    /// When its key cannot be made, or rows cannot be written to the disk.
    pub(crate) fn add_to_sort(
        &mut self,
        work: &Work<'_>,
        update: &Update,
        value: &mut Vec<u8>,
    ) -> Result<()> {
        self.add_record(work, update.record(), value)
    }

    /// Adds a row to the rows that come in.
    pub(super) fn add_record(&mut self, work: &Work<'_>, record: &[u8], value: &mut Vec<u8>) -> Result<()> {
        let definition = self.definition()?;
        let (database, table) = (Arc::clone(self.database()), Arc::clone(self.table()));
        let store = database.store();
        let key = match &definition.primary {
            Some(index) => {
                let expand = Expand::new(work, &database, &table, &definition.def);
                Some(expand.first_key(index.keys()?, &index.layout, record, value)?.0)
            }
            None => None,
        };
        match (&mut self.stage, key) {
            (Stage::Inserting(sort), Some(key)) => sort.add(work.storage.trees(), store, &key, record),
            (Stage::Tree, Some(key)) => tree::append(store, definition.rows.open(store)?, &key, record),
            (Stage::Tree, None) => {
                let rows = definition.rows.open(store)?;
                let number = table.next_row(store, rows)?;
                tree::append(store, rows, &number, record)
            }
            _ => Err(Refusal::IllegalOperation.into()),
        }
    }
}
