//! Where a page is split: its lines as they would be with the change, and what each side needs.

use jet_log::record::structure::{SplitKind, SplitOperation};
use jet_pages::tag::TAG_BYTES;
use jet_pages::{Key, Page, PageError, PageSize};

use super::prefix;
use crate::edit::split::Operation;

/// A line of a page, the change for which it is split done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) key: Key<'a>,
    pub(super) data: &'a [u8],
    /// Bytes that a rollback may need for it.
    pub(super) reserved: usize,
}

impl Line<'_> {
    /// Bytes of the node with its whole key, tag and reserve included.
    fn bytes(&self) -> usize {
        2 + self.key.len() + self.data.len() + TAG_BYTES + self.reserved
    }

    /// What the order of the tree goes by.
    fn name(&self, is_unique: bool) -> Vec<u8> {
        let mut name = self.key.to_vec();
        if !is_unique {
            name.extend_from_slice(self.data);
        }
        name
    }
}

/// How a page is split.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) kind: SplitKind,
    pub(super) split_line: usize,
    pub(super) prefix_new: Vec<u8>,
    /// Line whose key that is; -1: it is the old one, or none.
    pub(super) prefix_line_source: i32,
    /// Line, counted from `split_line`, whose key the new page gets as prefix; -1: none.
    pub(super) prefix_line_new: i32,
    pub(super) separator: Vec<u8>,
    /// Bytes that rollbacks may need, on both sides.
    pub(super) reserved: (usize, usize),
}

/// The page that is split, and the change.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) page: Page<'a>,
    pub(super) size: PageSize,
    pub(super) lines: &'a [Line<'a>],
    pub(super) operation: SplitOperation,
    pub(super) operation_line: usize,
}

/// The lines of a page with `operation` done at line `at`.
pub(super) fn lines<'a>(
    page: &Page<'a>,
    at: usize,
    operation: Option<Operation<'a>>,
    reserved: impl Fn(usize, &jet_pages::Node<'a>) -> usize,
    operation_reserved: usize,
) -> Result<Vec<Line<'a>>, PageError> {
    let mut lines = Vec::with_capacity(page.node_count() + 1);
    for (index, node) in page.nodes().enumerate() {
        let node = node?;
        lines.push(Line {
            key: node.key,
            data: node.data,
            reserved: reserved(index, &node),
        });
    }
    match operation {
        Some(Operation::Insert { key, data, .. }) => lines.insert(
            at.min(lines.len()),
            Line {
                key,
                data,
                reserved: 0,
            },
        ),
        Some(Operation::Replace { data, .. }) => {
            if let Some(line) = lines.get_mut(at) {
                line.data = data;
                line.reserved = operation_reserved;
            }
        }
        None => {}
    }
    Ok(lines)
}

impl Subject<'_> {
    /// How a leaf is split; `None` when no line leaves room for the change on both sides.
    pub(super) fn leaf(&self, is_unique: bool) -> Option<Choice> {
        let last = self.lines.len().checked_sub(1)?;
        let is_insert = self.operation == SplitOperation::Insert;
        let line = self.operation_line;
        let separate = |at: usize| separator(self.lines.get(at - 1)?, self.lines.get(at)?, is_unique);
        if is_insert && line == last && last > 0 && !self.page.header().next().is_some() {
            let (mut choice, _) = self.sides(last, separate(last)?)?;
            choice.kind = SplitKind::Append;
            return Some(choice);
        }
        let mut candidates = Vec::new();
        if is_insert && self.is_hot(line) {
            candidates.extend([line + 1, line]);
        }
        if self.operation == SplitOperation::None && (1..=last).contains(&line) {
            // The change would have fitted nowhere: it comes to lie between the two pages.
            candidates.push(line);
        }
        candidates.extend(self.by_balance());
        candidates
            .into_iter()
            .filter(|at| (1..=last).contains(at))
            .find_map(|at| Some(self.sides(at, separate(at)?)?.0))
    }

    /// How an internal page is split. `ascends`: rows come in at the end of the tree, so the left page is left full.
    pub(super) fn internal(&self, ascends: bool) -> Option<Choice> {
        let last = self.lines.len().checked_sub(1)?;
        let mut candidates = Vec::new();
        if ascends && self.operation_line + 1 == last {
            candidates.push(self.operation_line);
        }
        candidates.extend(self.by_balance());
        candidates
            .into_iter()
            .filter(|at| (1..=last).contains(at))
            .find_map(|at| {
                let separator = self.lines.get(at - 1)?.key.to_vec();
                (!separator.is_empty()).then_some(())?;
                Some(self.sides(at, separator)?.0)
            })
    }

    /// Prefix of a new page that gets all lines.
    pub(super) fn whole_page_prefix(&self) -> i32 {
        prefix::best(self.lines).map_or(-1, |(line, _)| number(line))
    }

    /// Lines at which to split, the best balanced first.
    fn by_balance(&self) -> Vec<usize> {
        let prefix = self.page.prefix_key();
        let bytes = |line: &Line<'_>| {
            let shared = line.key.useful_prefix(prefix);
            line.bytes() - shared.saturating_sub(2)
        };
        let total: usize = self.lines.iter().map(bytes).sum();
        let mut left = 0_usize;
        let mut found: Vec<(usize, usize)> = Vec::with_capacity(self.lines.len());
        for (index, line) in self.lines.iter().enumerate() {
            if index > 0 {
                found.push(((2 * left).abs_diff(total), index));
            }
            left += bytes(line);
        }
        found.sort_unstable();
        found.into_iter().map(|(_, at)| at).collect()
    }

    /// The split at `at`, if both sides have room; and the bytes free on the right then.
    fn sides(&self, at: usize, separator: Vec<u8>) -> Option<(Choice, usize)> {
        let (left, right) = self.lines.split_at_checked(at)?;
        let room = self.size.bytes() - self.size.header_bytes() - TAG_BYTES;
        let sum = |lines: &[Line<'_>]| lines.iter().map(Line::bytes).sum::<usize>();
        let (left_bytes, right_bytes) = (sum(left), sum(right));
        let best_right = prefix::best(right);
        let free = room.checked_sub(right_bytes - best_right.map_or(0, |(_, saved)| saved))?;
        let best_left = prefix::best(left);
        let old = self.page.prefix_key();
        let kept = prefix::saving(left, old).checked_sub(old.len());
        let saved_left = best_left.map_or(0, |(_, saved)| saved);
        let (prefix_new, prefix_line_source, saved_left) = match (kept, best_left) {
            (Some(kept), _) if kept >= saved_left && !old.is_empty() => (old.to_vec(), -1, kept),
            (_, Some((line, saved))) => (left.get(line)?.key.to_vec(), number(line), saved),
            _ => (Vec::new(), -1, 0),
        };
        // On an append the left page stays as it is.
        let is_append = at == self.operation_line && at + 1 == self.lines.len();
        if !is_append {
            room.checked_sub(left_bytes - saved_left)?;
        }
        let reserved = |lines: &[Line<'_>]| lines.iter().map(|line| line.reserved).sum();
        let choice = Choice {
            kind: SplitKind::Right,
            split_line: at,
            prefix_new,
            prefix_line_source,
            prefix_line_new: best_right.map_or(-1, |(line, _)| number(line)),
            separator,
            reserved: (reserved(left), reserved(right)),
        };
        Some((choice, free))
    }

    /// Whether the two nodes before the place of the change are the ones that came in last: rows come in ascending here.
    fn is_hot(&self, line: usize) -> bool {
        let first = self.page.header().reserved_tags();
        let end = |line: usize| {
            let (size, offset) = self.page.tag_extent(first + line);
            (offset, offset + size)
        };
        let Some(before) = line.checked_sub(2) else {
            return false;
        };
        let (last, older) = (end(line - 1), end(before));
        last.1 == usize::from(self.page.header().free_offset.get()) && older.1 == last.0
    }
}

/// The shortest key above everything on the left and not above anything on the right; `None` when the two are out of order.
fn separator(left: &Line<'_>, right: &Line<'_>, is_unique: bool) -> Option<Vec<u8>> {
    let (left, right) = (left.name(is_unique), right.name(is_unique));
    if left >= right {
        return None;
    }
    let shared = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    right.get(..=shared).map(<[u8]>::to_vec)
}

/// A line in a record.
fn number(line: usize) -> i32 {
    i32::try_from(line).unwrap_or(-1)
}
