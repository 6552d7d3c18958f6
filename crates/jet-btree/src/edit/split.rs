//! One level of a split: nodes go to a new page on the right, or, from a root, to a new page below.
//!
//! Lines are counted as if the operation of the macro were done already: with the node to be inserted in its place, the
//! lines from there on one higher than on the page. Source: `docs/format/log-records.md`.

use jet_log::record::node::{FlagInsertAndReplaceData, Insert, Replace};
use jet_log::record::structure::{Split, SplitKind, SplitOperation};
use jet_pages::{Dbtime, Key, Node, NodeFlags, Page, PageFlags, PageMut, PageSize, Pgno};

use super::node::versioned;
use super::{ApplyError, contradiction};

/// The change of a node for which a page was split.
#[derive(Clone, Copy, Debug)]
pub enum Operation<'r> {
    /// A node comes in.
    Insert {
        /// Its key.
        key: Key<'r>,
        /// Its data.
        data: &'r [u8],
        /// [`NodeFlags::VERSIONED`] or 0.
        versioned: u8,
    },
    /// The data of a node are replaced.
    Replace {
        /// The new data.
        data: &'r [u8],
        /// [`NodeFlags::VERSIONED`] or 0.
        versioned: u8,
        /// The node was deleted, and comes to life.
        revives: bool,
    },
}

impl<'r> Operation<'r> {
    /// The operation of an insertion.
    pub fn of_insert(record: &Insert<'r>) -> Self {
        Self::Insert {
            key: Key {
                prefix: record.prefix,
                suffix: record.suffix,
            },
            data: record.data,
            versioned: versioned(&record.node.change),
        }
    }

    /// The operation of a replacement.
    pub fn of_replace(record: &Replace<'r>) -> Self {
        Self::Replace {
            data: record.data,
            versioned: versioned(&record.node.change),
            revives: false,
        }
    }

    /// The operation that gives a deleted node life and data.
    pub fn of_flag_insert(record: &FlagInsertAndReplaceData<'r>) -> Self {
        Self::Replace {
            data: record.data,
            versioned: versioned(&record.node.change),
            revives: true,
        }
    }

    pub(crate) const fn kind(&self) -> SplitOperation {
        match self {
            Self::Insert { .. } => SplitOperation::Insert,
            Self::Replace { revives: false, .. } => SplitOperation::Replace,
            Self::Replace { revives: true, .. } => SplitOperation::FlagInsertAndReplaceData,
        }
    }
}

/// The page that the level below got, for the pointers on this one.
#[derive(Clone, Copy, Debug)]
pub struct NewChild<'r> {
    /// Key that parts the two.
    pub separator: &'r [u8],
    /// The page that was split, on the left.
    pub split_page: Pgno,
    /// The new page, on the right.
    pub new_page: Pgno,
}

impl<'r> NewChild<'r> {
    /// What the record of the level below says.
    pub const fn of(record: &Split<'r>) -> Self {
        Self {
            separator: record.separator,
            split_page: record.change.page,
            new_page: record.new_page,
        }
    }
}

/// The pages of one level that need the change.
#[derive(Debug, Default)]
pub struct SplitPages<'a, 'p> {
    /// The page that is split.
    pub split: Option<&'a mut PageMut<'p>>,
    /// The new page, formatted by [`format_new`].
    pub new: Option<&'a mut PageMut<'p>>,
    /// The right sibling.
    pub right: Option<&'a mut PageMut<'p>>,
}

/// Formats the new page of a split.
///
/// # Errors
/// [`ApplyError::Edit`] when `bytes` is not a page long.
pub fn format_new<'p>(
    bytes: &'p mut [u8],
    size: PageSize,
    record: &Split<'_>,
) -> Result<PageMut<'p>, ApplyError> {
    let flags = PageFlags::from_bits(record.new_page_flags)
        .without(PageFlags::FLUSH_TYPE | PageFlags::PRE_INIT)
        | PageFlags::NEW_RECORD_FORMAT;
    Ok(PageMut::format(bytes, record.new_page, size, record.tree, flags)?)
}

/// Splits one level. `before`: the page as it was before the split, from which the nodes are taken; it is not needed when
/// only the new page needs the change, and the node of the operation is all that it gets.
///
/// `operation` is that of the leaf; at higher levels the pointer to `child` takes its place.
///
/// # Errors
/// [`ApplyError`].
pub fn split(
    pages: SplitPages<'_, '_>,
    before: Option<&Page<'_>>,
    record: &Split<'_>,
    operation: Option<Operation<'_>>,
    child: Option<NewChild<'_>>,
    dbtime: Dbtime,
) -> Result<(), ApplyError> {
    let pointer = child.map_or(0, |child| child.split_page.0).to_le_bytes();
    let is_leaf = PageFlags::from_bits(record.new_page_flags).contains(PageFlags::LEAF);
    let operation = match (is_leaf, child) {
        (true, _) => operation,
        (false, Some(child)) => Some(Operation::Insert {
            key: Key::whole(child.separator),
            data: &pointer,
            versioned: 0,
        }),
        (false, None) => None,
    };
    let lines = Lines::new(before, record, operation)?;
    let SplitPages { split, new, right } = pages;
    if let Some(page) = new {
        lines.fill_new(page)?;
        if is_leaf {
            page.set_uncommitted_free(usize::try_from(record.uncommitted_free_new).unwrap_or(0));
            if lines.kind != SplitKind::Vertical {
                page.header_mut().pgno_prev = record.change.page.0.into();
                page.header_mut().pgno_next = record.right_page.0.into();
            }
        }
        lines.point_to_new_child(page, child, lines.split_line)?;
        page.stamp(dbtime);
    }
    if let Some(page) = split {
        lines.shorten(page)?;
        match lines.kind {
            SplitKind::Vertical => become_parent(page, record)?,
            _ if is_leaf => page.header_mut().pgno_next = record.new_page.0.into(),
            _ => lines.point_to_new_child(page, child, 0)?,
        }
        if is_leaf {
            page.set_uncommitted_free(usize::try_from(record.uncommitted_free_source).unwrap_or(0));
        }
        page.stamp(dbtime);
    }
    if let Some(page) = right {
        page.header_mut().pgno_prev = record.new_page.0.into();
        page.stamp(dbtime);
    }
    Ok(())
}

/// Points from a parent, which is not split itself, to the new page below it.
///
/// # Errors
/// [`ApplyError`].
pub fn add_pointer(page: &mut PageMut<'_>, child: &NewChild<'_>, dbtime: Dbtime) -> Result<(), ApplyError> {
    let view = page.view()?;
    let mut line = 0;
    while line < view.node_count() {
        let key = view.node(line)?.key;
        if key.is_empty() || key.cmp_bytes(child.separator).is_gt() {
            break;
        }
        line += 1;
    }
    let prefix_len = page.prefix_for(child.separator);
    let pointer = child.split_page.0.to_le_bytes();
    page.insert(line, NodeFlags::default(), child.separator, prefix_len, &pointer)?;
    page.replace_data(line + 1, &child.new_page.0.to_le_bytes())?;
    page.stamp(dbtime);
    Ok(())
}

/// The lines of a level, virtual numbering, and where they go.
struct Lines<'a> {
    before: Option<&'a Page<'a>>,
    record: &'a Split<'a>,
    operation: Option<Operation<'a>>,
    kind: SplitKind,
    /// Line of the operation.
    operation_line: usize,
    /// First line that goes to the new page.
    split_line: usize,
    line_count: usize,
}

impl<'a> Lines<'a> {
    fn new(
        before: Option<&'a Page<'a>>,
        record: &'a Split<'a>,
        operation: Option<Operation<'a>>,
    ) -> Result<Self, ApplyError> {
        let wrong = |what| contradiction(record.change.page, what);
        let kind = record.kind().ok_or(wrong("an unknown kind of split"))?;
        let named = record.operation().ok_or(wrong("an unknown operation"))?;
        if operation.map_or(SplitOperation::None, |operation| operation.kind()) != named {
            return Err(wrong("the macro has another operation than its split says"));
        }
        let lines = Self {
            before,
            record,
            operation,
            kind,
            operation_line: record.operation_line.into(),
            split_line: record.split_line.into(),
            line_count: record.line_count.into(),
        };
        let has_all = before.is_none_or(|page| lines.line_count == page.node_count() + lines.inserted());
        let is_sound = has_all
            && lines.split_line <= lines.line_count
            && (operation.is_none() || lines.operation_line < lines.line_count)
            && (kind == SplitKind::Vertical) == (lines.split_line == 0);
        if is_sound {
            Ok(lines)
        } else {
            Err(wrong("the lines of the split are not those of the page"))
        }
    }

    /// 1 when a node comes in, 0 otherwise.
    fn inserted(&self) -> usize {
        usize::from(matches!(self.operation, Some(Operation::Insert { .. })))
    }

    fn is_operation_on_new(&self) -> bool {
        self.operation.is_some() && self.operation_line >= self.split_line
    }

    /// Node `line` of the page before the split.
    fn node_before(&self, line: usize) -> Result<Node<'a>, ApplyError> {
        let missing = contradiction(
            self.record.change.page,
            "there is no image of the page that is split",
        );
        Ok(self.before.ok_or(missing)?.node(line)?)
    }

    /// Flags, key and data of a line after the operation.
    fn line(&self, line: usize) -> Result<(NodeFlags, Key<'a>, &'a [u8]), ApplyError> {
        let on_page = |line| self.node_before(line);
        let is_operation = line == self.operation_line;
        match self.operation {
            Some(Operation::Insert { key, data, versioned }) if is_operation => {
                Ok((NodeFlags(versioned), key, data))
            }
            Some(Operation::Replace {
                data,
                versioned,
                revives,
            }) if is_operation => {
                let node = on_page(line)?;
                let cleared = if revives { NodeFlags::DELETED.0 } else { 0 };
                Ok((NodeFlags(node.flags.0 & !cleared | versioned), node.key, data))
            }
            _ => {
                let shift = if line > self.operation_line {
                    self.inserted()
                } else {
                    0
                };
                let node = on_page(line - shift)?;
                Ok((node.flags, node.key, node.data))
            }
        }
    }

    /// Puts the nodes that leave onto the new page, in order.
    fn fill_new(&self, page: &mut PageMut<'_>) -> Result<(), ApplyError> {
        let mut prefix = Vec::new();
        if let Ok(line) = usize::try_from(self.record.prefix_line_new) {
            let line = self.split_line + line;
            if line >= self.line_count {
                return Err(contradiction(page.pgno(), "the prefix is that of no line"));
            }
            prefix = self.line(line)?.1.to_vec();
            page.set_external_header(&prefix)?;
        }
        for line in self.split_line..self.line_count {
            let (flags, key, data) = self.line(line)?;
            page.insert(
                line - self.split_line,
                flags,
                key,
                key.useful_prefix(&prefix),
                data,
            )?;
        }
        Ok(())
    }

    /// Takes the nodes that left from the split page, and does the operation there if it is one of its own lines.
    fn shorten(&self, page: &mut PageMut<'_>) -> Result<(), ApplyError> {
        let is_on_new = self.is_operation_on_new();
        let before_split = if is_on_new { 0 } else { self.inserted() };
        page.delete_from(self.split_line - before_split);
        if self.kind == SplitKind::Right {
            page.change_prefix(self.record.prefix_new)?;
        }
        if is_on_new {
            return Ok(());
        }
        let (line, prefix) = (self.operation_line, self.record.prefix_new);
        match self.operation {
            Some(Operation::Insert { key, data, versioned }) => {
                page.insert(line, NodeFlags(versioned), key, key.useful_prefix(prefix), data)?
            }
            Some(Operation::Replace { data, versioned, .. }) => {
                let key = self.node_before(line)?.key;
                page.delete(line)?;
                page.insert(line, NodeFlags(versioned), key, key.useful_prefix(prefix), data)?;
            }
            None => {}
        }
        Ok(())
    }

    /// Lets the pointer behind the one that came in lead to the new child, if it lies on this page, whose first line is
    /// `first_line`.
    fn point_to_new_child(
        &self,
        page: &mut PageMut<'_>,
        child: Option<NewChild<'_>>,
        first_line: usize,
    ) -> Result<(), ApplyError> {
        let is_leaf = PageFlags::from_bits(self.record.new_page_flags).contains(PageFlags::LEAF);
        let Some(child) = child.filter(|_| !is_leaf) else {
            return Ok(());
        };
        let line = self.operation_line + 1;
        let is_here = (line >= self.split_line) == (first_line == self.split_line);
        if is_here && let Some(line) = line.checked_sub(first_line) {
            page.replace_data(line, &child.new_page.0.to_le_bytes())?;
        }
        Ok(())
    }
}

/// Makes a root, whose nodes have left, the parent of the new page.
fn become_parent(page: &mut PageMut<'_>, record: &Split<'_>) -> Result<(), ApplyError> {
    page.set_flags(PageFlags::from_bits(record.split_page_flags));
    let pointer = record.new_page.0.to_le_bytes();
    Ok(page.insert(0, NodeFlags::default(), &[], 0, &pointer)?)
}
