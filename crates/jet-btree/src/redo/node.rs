//! Records about one node, or the external header, of one page.

use jet_log::record::node::{NodeChange, PageChange, Undo, UndoInfo, UndoneOperation};
use jet_log::record::{Dbid, Record, SessionId};
use jet_log::recovery::Place;
use jet_pages::{Node, NodeAt, PageMut, Pgno};

use super::page::PageInHand;
use super::{Redo, RedoError};
use crate::edit::node::{self, Undoing};
use crate::edit::{ApplyError, give_up};
use crate::undo::{Changes, Subject};

impl Redo {
    /// Redoes a record outside a macro.
    pub(super) fn redo_record(&mut self, place: Place, record: &Record<'_>) -> Result<(), RedoError> {
        match record {
            Record::Insert(record) => self.redo_insert(place, record),
            Record::FlagInsert(record) => {
                let key = (&[][..], record.key);
                self.remember_insert(&record.node, key, record.data, place);
                self.redo_node(place, &record.node, |page| node::flag_insert(page, &record.node))
            }
            Record::FlagInsertAndReplaceData(record) => {
                let key = (&[][..], record.key);
                self.remember_insert(&record.node, key, record.data, place);
                let version = record.replace_version;
                self.redo_replacing(place, &record.node, version, |page, at| {
                    node::flag_insert_and_replace_at(page, at, record)
                })
            }
            Record::FlagDelete(record) => self.redo_flag_delete(place, &record.node),
            Record::Delete(record) => {
                self.redo_node(place, &record.node, |page| node::delete(page, &record.node))
            }
            Record::Replace(record) => {
                let version = record.node.version;
                self.redo_replacing(place, &record.node, version, |page, at| {
                    node::replace_at(page, at, record)
                })
            }
            Record::ReplaceDifference(record) => {
                let version = record.node.version;
                self.redo_replacing(place, &record.node, version, |page, at| {
                    node::replace_difference_at(page, at, record)
                })
            }
            Record::Delta(record) => {
                let undoing = Undoing::Delta {
                    offset: record.offset,
                    delta: record.delta,
                };
                self.remember_delta(&record.node, record.key, record.bookmark_data, undoing, place);
                self.redo_node(place, &record.node, |page| node::delta(page, record))
            }
            Record::Delta64(record) => {
                let undoing = Undoing::Delta64 {
                    offset: record.offset,
                    delta: record.delta,
                };
                self.remember_delta(&record.node, record.key, record.bookmark_data, undoing, place);
                self.redo_node(place, &record.node, |page| node::delta64(page, record))
            }
            Record::SetExternalHeader(record) => self.redo_node(place, &record.node, |page| {
                node::set_external_header(page, record.data)
            }),
            Record::Scrub(record) => self.redo_scrub(place, record),
            Record::Undo(record) => self.redo_undo(place, record),
            Record::UndoInfo(record) => {
                self.take_before_image(place, record);
                Ok(())
            }
            other => self.redo_tree(place, other),
        }
    }

    fn redo_insert(
        &mut self,
        place: Place,
        record: &jet_log::record::node::Insert<'_>,
    ) -> Result<(), RedoError> {
        self.remember_insert(&record.node, (record.prefix, record.suffix), record.data, place);
        self.redo_node(place, &record.node, |page| node::insert(page, record))
    }

    /// Applies `change` to the page of a record, if it needs it.
    fn redo_node(
        &self,
        place: Place,
        node: &NodeChange,
        change: impl FnOnce(&mut PageMut<'_>) -> Result<(), ApplyError>,
    ) -> Result<(), RedoError> {
        match self.databases.node_page(place, node)? {
            Some(mut page) => apply(&mut page, place, &node.change, change),
            None => Ok(()),
        }
    }

    /// As [`Redo::redo_node`] for a change that overwrites data: these are remembered under `version`, and the page is held
    /// until they are not needed any more.
    fn redo_replacing(
        &mut self,
        place: Place,
        node: &NodeChange,
        version: u32,
        change: impl FnOnce(&mut PageMut<'_>, &NodeAt) -> Result<(), ApplyError>,
    ) -> Result<(), RedoError> {
        self.redo_overwriting(place, node, version, |node| Undoing::Replace(node.data), change)
    }

    fn redo_flag_delete(&mut self, place: Place, node: &NodeChange) -> Result<(), RedoError> {
        let version = node.version;
        self.redo_overwriting(
            place,
            node,
            version,
            |_| Undoing::FlagDelete,
            |page, at| {
                node::flag_delete_at(page, at, node);
                Ok(())
            },
        )
    }

    fn redo_overwriting(
        &mut self,
        place: Place,
        node: &NodeChange,
        version: u32,
        undoing: impl for<'n> FnOnce(&Node<'n>) -> Undoing<&'n [u8]>,
        change: impl FnOnce(&mut PageMut<'_>, &NodeAt) -> Result<(), ApplyError>,
    ) -> Result<(), RedoError> {
        let Self {
            databases,
            transactions,
            ..
        } = self;
        let Some(mut page) = databases.node_page(place, node)? else {
            return Ok(());
        };
        page.fetch_node(node::line(node));
        let is_versioned = node.change.has(PageChange::VERSIONED);
        if is_versioned {
            page.hold();
        }
        apply(&mut page, place, &node.change, |page| {
            // Found once, for what is remembered and for the change.
            let at = page.node_at(node::line(node))?;
            if is_versioned {
                let old = page.node(&at)?;
                let key = (old.key.prefix, old.key.suffix);
                let changes = transactions.of(node.change.session);
                let subject = subject(node, version, key, old.data);
                changes.add(&subject, undoing(&old), Some(node.change.page));
            }
            change(page, &at)
        })
    }

    /// Remembers an insertion, whether or not the page has it already.
    fn remember_insert(&mut self, node: &NodeChange, key: (&[u8], &[u8]), data: &[u8], place: Place) {
        let subject = subject(node, node.version, key, data);
        self.remember(node, &subject, Undoing::Insert, place);
    }

    fn remember_delta(
        &mut self,
        node: &NodeChange,
        key: &[u8],
        bookmark_data: &[u8],
        undoing: Undoing<&[u8]>,
        place: Place,
    ) {
        let subject = subject(node, node.version, (&[][..], key), bookmark_data);
        self.remember(node, &subject, undoing, place);
    }

    fn remember(&mut self, node: &NodeChange, subject: &Subject<'_>, undoing: Undoing<&[u8]>, place: Place) {
        if self.remembers(node, place) && node.change.has(PageChange::VERSIONED) {
            self.changes(node.change.session).add(subject, undoing, None);
        }
    }

    fn remembers(&self, node: &NodeChange, place: Place) -> bool {
        self.databases
            .get(node.change.database)
            .is_some_and(|database| database.wants(place))
    }

    pub(super) fn changes(&mut self, session: SessionId) -> &mut Changes {
        self.transactions.of(session)
    }

    /// The log has old data: the change is known now if it was not, and its page need not wait any more.
    fn take_before_image(&mut self, place: Place, record: &UndoInfo<'_>) {
        let node = &record.node;
        if !self.remembers(node, place) {
            return;
        }
        let undoing = match UndoneOperation::from_number(record.operation) {
            Some(UndoneOperation::Replace) => Undoing::Replace(record.image),
            Some(UndoneOperation::FlagDelete) => Undoing::FlagDelete,
            _ => return,
        };
        let changes = self.changes(node.change.session);
        let known = changes
            .iter_mut()
            .rev()
            .find(|change| change.version == node.version);
        if let Some(change) = known {
            let (database, held) = (change.database, change.held.take());
            self.release(database, held);
        } else {
            let key = (&[][..], record.key);
            changes.add(
                &subject(node, node.version, key, record.bookmark_data),
                undoing,
                None,
            );
        }
    }

    fn release(&self, database: Dbid, held: Option<Pgno>) {
        if let (Some(database), Some(pgno)) = (self.databases.get(database), held) {
            database.release(pgno);
        }
    }

    /// Redoes the undoing of a change, which is over with it.
    fn redo_undo(&mut self, place: Place, record: &Undo<'_>) -> Result<(), RedoError> {
        let (node, session) = (&record.node, record.node.change.session);
        let operation = node::undone_operation(node, record.operation).map_err(RedoError::apply(place))?;
        let known = self.transactions.get(session);
        let change = known.and_then(|changes| changes.find(node.version));
        if let Some(mut page) = self.databases.node_page(place, node)? {
            let unknown = RedoError::NoOldData {
                at: place.at,
                session,
                version: node.version,
            };
            let (Some(changes), Some(change)) = (known, change) else {
                return Err(unknown);
            };
            let undoing = changes.undoing(change);
            if undoing.operation() != operation {
                return Err(unknown);
            }
            let line = node::line(node);
            apply(&mut page, place, &node.change, |page| {
                node::undo(page, line, &undoing)
            })?;
        }
        let over = self
            .transactions
            .get_mut(session)
            .and_then(|changes| changes.remove(node.version));
        if let Some(change) = over {
            self.release(change.database, change.held);
        }
        Ok(())
    }

    fn redo_scrub(&self, place: Place, record: &jet_log::record::node::Scrub<'_>) -> Result<(), RedoError> {
        let Some(mut page) = self.databases.node_page(place, &record.node)? else {
            return Ok(());
        };
        let mut page = page.change(place)?;
        give_up::scrub(&mut page, record).map_err(RedoError::apply(place))
    }
}

/// Applies a change and stamps the page with its time.
pub(super) fn apply(
    page: &mut PageInHand<'_>,
    place: Place,
    about: &PageChange,
    change: impl FnOnce(&mut PageMut<'_>) -> Result<(), ApplyError>,
) -> Result<(), RedoError> {
    let mut page = page.change(place)?;
    change(&mut page).map_err(RedoError::apply(place))?;
    // Nothing is undecided any more when recovery is over: what was set aside for rollbacks is free again.
    page.set_uncommitted_free(0);
    page.stamp(about.dbtime);
    Ok(())
}

/// What a record is about. `data`: the data of the node, part of its bookmark where the tree is not unique.
pub(super) fn subject<'k>(
    node: &NodeChange,
    version: u32,
    key: (&'k [u8], &'k [u8]),
    data: &'k [u8],
) -> Subject<'k> {
    Subject {
        version,
        level: node.change.level,
        database: node.change.database,
        root: node.root,
        tree: node.tree,
        is_unique: node.change.has(PageChange::UNIQUE),
        key,
        bookmark_data: data,
    }
}
