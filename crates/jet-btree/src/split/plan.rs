//! What a split does on each level, found under the latches of all pages that it will change.

use jet_log::record::structure::{SplitKind, SplitOperation};
use jet_pages::{Key, NodeFlags, Page, Pgno};

use super::choose::{Choice, Subject, lines};
use crate::change::{Bookmark, Decision, Edit, Leaf, node_bytes};
use crate::edit::split::Operation;
use crate::store::{Latched, OpenTree, Store, StoreError};

/// A level that is split.
#[derive(Debug)]
pub(super) struct Level {
    pub(super) page: Pgno,
    pub(super) choice: Choice,
    pub(super) operation: SplitOperation,
    pub(super) operation_line: usize,
    pub(super) split_line: usize,
    pub(super) line_count: usize,
}

/// What comes of planning.
pub(super) enum Planned {
    /// These levels are split, the leaf's first; the page above the last of them gets a pointer.
    Split(Vec<Level>),
    /// The highest page at hand has no room for the pointer.
    HigherUp,
}

impl Store {
    /// Plans the split of the last of the pages `latched`, of which each is the parent of the next.
    pub(super) fn plan(
        &self,
        tree: &OpenTree,
        latched: &[Latched<'_>],
        place: &Leaf<'_>,
        bookmark: &Bookmark<'_>,
        decision: &Decision<'_>,
    ) -> Result<Planned, StoreError> {
        let leaf = match decision.operation(bookmark) {
            Some(operation) => self.plan_leaf(tree, place, Some(operation), decision)?,
            None => None,
        };
        let leaf = match leaf {
            Some(leaf) => Some(leaf),
            None => self.plan_leaf(tree, place, None, decision)?,
        };
        let no_separator = |page: Pgno, line| StoreError::NoSeparator { pgno: page, line };
        let leaf = leaf.ok_or(no_separator(place.pgno(), place.line()))?;
        let ascends = leaf.split_line + 1 == leaf.line_count && !place.page().header().next().is_some();
        let mut levels = vec![leaf];
        for above in latched.iter().rev().skip(1) {
            let page = above.page()?;
            let Some(child) = levels.last() else { break };
            if takes_pointer(&page, &child.choice.separator) {
                return Ok(Planned::Split(levels));
            }
            if levels.len() + 1 == latched.len() {
                break;
            }
            let level = self.plan_internal(&page, child, ascends)?;
            levels.push(level.ok_or(no_separator(page.pgno(), 0))?);
        }
        Ok(Planned::HigherUp)
    }

    fn plan_leaf(
        &self,
        tree: &OpenTree,
        place: &Leaf<'_>,
        operation: Option<Operation<'_>>,
        decision: &Decision<'_>,
    ) -> Result<Option<Level>, StoreError> {
        let (page, at) = (place.page(), place.line());
        let reserved = |_: usize, node: &jet_pages::Node<'_>| match node.flags.0 & NodeFlags::VERSIONED.0 {
            0 => 0,
            _ => self.reserves().reserved(tree.root(), node.key, node.data),
        };
        let replaced = place.node()?.map_or(0, |node| node.data.len());
        let operation_reserved = match decision.edit {
            Edit::Replace { data, longest } | Edit::FlagInsertAndReplace { data, longest, .. } => {
                let longest = if decision.version == 0 {
                    longest
                } else {
                    longest.max(replaced)
                };
                longest.saturating_sub(data.len())
            }
            _ => 0,
        };
        let lines = lines(&page, at, operation, reserved, operation_reserved)?;
        let subject = Subject {
            page,
            size: self.page_size(),
            lines: &lines,
            operation: operation.map_or(SplitOperation::None, |operation| operation.kind()),
            operation_line: at,
        };
        Ok(subject
            .leaf(tree.is_unique())
            .map(|choice| Level::new(&subject, choice)))
    }

    /// The split of an internal page for the pointer to the left half of `child`.
    fn plan_internal(
        &self,
        page: &Page<'_>,
        child: &Level,
        ascends: bool,
    ) -> Result<Option<Level>, StoreError> {
        let separator = &child.choice.separator;
        let at = pointer_line(page, separator)?;
        let pointer = child.page.0.to_le_bytes();
        let operation = Operation::Insert {
            key: Key::whole(separator),
            data: &pointer,
            versioned: 0,
        };
        let lines = lines(page, at, Some(operation), |_, _| 0, 0)?;
        let subject = Subject {
            page: *page,
            size: self.page_size(),
            lines: &lines,
            operation: SplitOperation::Insert,
            operation_line: at,
        };
        Ok(subject
            .internal(ascends)
            .map(|choice| Level::new(&subject, choice)))
    }
}

impl Level {
    fn new(subject: &Subject<'_>, choice: Choice) -> Self {
        Self {
            page: subject.page.pgno(),
            operation: subject.operation,
            // Without an operation its line says nothing.
            operation_line: match subject.operation {
                SplitOperation::None => 0,
                _ => subject.operation_line,
            },
            split_line: choice.split_line,
            line_count: subject.lines.len(),
            choice,
        }
    }
}

impl Level {
    /// A root gives all its lines to a new page below.
    pub(super) fn vertical(subject: &Subject<'_>) -> Self {
        let choice = Choice {
            kind: SplitKind::Vertical,
            split_line: 0,
            prefix_new: Vec::new(),
            prefix_line_source: -1,
            prefix_line_new: subject.whole_page_prefix(),
            separator: Vec::new(),
            reserved: (0, subject.page.header().uncommitted_free_bytes.get().into()),
        };
        Self::new(subject, choice)
    }
}

/// Line of the first pointer whose key is greater than `separator`.
fn pointer_line(page: &Page<'_>, separator: &[u8]) -> Result<usize, StoreError> {
    let line = crate::tree::partition(page.node_count(), |line| {
        let key = page.node(line)?.key;
        Ok(!key.is_empty() && key.cmp_bytes(separator).is_le())
    })?;
    Ok(line)
}

/// Whether an internal page has room for another pointer.
fn takes_pointer(page: &Page<'_>, separator: &[u8]) -> bool {
    let needed = node_bytes(Key::whole(separator), page.prefix_key(), 4);
    needed <= usize::from(page.header().free_bytes.get()) && page.header().tag_count() < 0x0fff
}
