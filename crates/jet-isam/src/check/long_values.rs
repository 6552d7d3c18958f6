//! The long values of a table: whole in themselves, and referred to as often as they count.
//!
//! Each chunk is read once, in the order of the tree. References are compared by sums, see `sums.rs`. A value that
//! counts no references is about to be deleted: its chunks may be there, or partly, or not at all.

use jet_pages::{Node, Page, Pgno};

use super::finding::{Hex, TableFinding};
use super::rows::{Rows, each_reference};
use super::sums::{Difference, fingerprint, short_hash};
use super::walk::each_node;
use super::{LongValueStats, Reporter};
use crate::encrypt::ColumnKey;
use crate::long_value::{LongValueError, LongValueKey, LongValueRoot, LongValues, key_bytes};
use crate::record::{LongValueId, Record};

/// What a reference takes in memory.
const ID_BYTES: usize = 8;

/// References of rows against the counts of values.
pub(super) struct References {
    difference: Difference,
}

impl References {
    pub(super) fn new() -> Self {
        Self {
            difference: Difference::new(),
        }
    }

    /// Adds the references of a row.
    pub(super) fn add_row(&mut self, record: &Record<'_>, stats: &mut LongValueStats) {
        each_reference(record, &mut |id| {
            let id = key_bytes(id);
            self.difference.add(short_hash(&id), fingerprint(&id), 1);
            stats.references += 1;
        });
    }
}

/// Reads the long-value tree, and compares its counts with the references. `rows_unreadable`: parts of the table that
/// were not seen.
pub(super) fn check(
    tree: LongValues<'_>,
    key: Option<&ColumnKey>,
    rows: &Rows<'_>,
    references: References,
    rows_unreadable: u64,
    reporter: &mut Reporter<'_>,
) -> LongValueStats {
    let mut walk = Walk {
        tree,
        key,
        references,
        stats: LongValueStats::default(),
        current: None,
        orphan: None,
        plain: Vec::new(),
    };
    let Reporter {
        report,
        leaf_done,
        count,
    } = reporter;
    let mut report = |pgno, finding| {
        *count += 1;
        report(pgno, finding);
    };
    let unreadable = each_node(tree.tree(), *leaf_done, &mut |page, node| {
        walk.node(page, node, &mut report)
    });
    // Behind damage the rest of the value before it may be missing with good reason.
    walk.end(unreadable == 0, &mut report);
    let Walk {
        mut stats,
        references,
        ..
    } = walk;
    stats.unreadable = unreadable;
    let root = tree.tree().root();
    if unreadable > 0 {
        reporter.report(
            root,
            TableFinding::Incomplete {
                index: None,
                part: "the long values",
                unreadable,
            },
        );
    }
    if !references.difference.is_none() {
        find(tree, rows, &references, (rows_unreadable, unreadable), reporter);
    }
    stats
}

/// The value whose chunks are being read.
struct Current {
    id: LongValueId,
    pgno: Pgno,
    root: LongValueRoot,
    /// Bytes found so far.
    offset: u32,
    /// Nothing more is said about it.
    is_done: bool,
}

struct Walk<'t> {
    tree: LongValues<'t>,
    key: Option<&'t ColumnKey>,
    references: References,
    stats: LongValueStats,
    current: Option<Current>,
    orphan: Option<LongValueId>,
    plain: Vec<u8>,
}

impl Walk<'_> {
    fn node(&mut self, page: &Page<'_>, node: &Node<'_>, report: &mut dyn FnMut(Pgno, TableFinding)) {
        let (pgno, key) = (page.pgno(), node.key.to_vec());
        match LongValueKey::parse(&key) {
            Some(LongValueKey::Root(id)) => {
                self.end(true, report);
                self.root(pgno, id, node, report);
            }
            Some(LongValueKey::Chunk(id, offset)) => {
                if !node.flags.is_deleted() {
                    self.chunk(pgno, id, offset, node.data, report);
                }
            }
            None if node.flags.is_deleted() => {}
            None => report(
                pgno,
                TableFinding::LongValueKey {
                    key: Hex::from(&key[..]),
                },
            ),
        }
    }

    fn root(
        &mut self,
        pgno: Pgno,
        id: LongValueId,
        node: &Node<'_>,
        report: &mut dyn FnMut(Pgno, TableFinding),
    ) {
        let root = LongValueRoot::parse(node.data);
        // The data of a deleted node may have been cut.
        let is_live = !node.flags.is_deleted();
        if root.is_none() && is_live {
            let error = LongValueError::Root {
                id,
                len: node.data.len(),
            };
            report(pgno, TableFinding::LongValue(error));
        }
        let is_counted = is_live && root.is_some_and(|root| root.reference_count > 0);
        if let Some(root) = root.filter(|_| is_counted) {
            let id = key_bytes(id);
            self.references
                .difference
                .take(short_hash(&id), fingerprint(&id), root.reference_count);
            self.stats.values += 1;
        } else {
            self.stats.pending += 1;
        }
        self.current = Some(Current {
            id,
            pgno,
            root: root.unwrap_or(LongValueRoot {
                reference_count: 0,
                size: 0,
                is_encrypted: false,
            }),
            offset: 0,
            is_done: !is_counted,
        });
    }

    fn chunk(
        &mut self,
        pgno: Pgno,
        id: LongValueId,
        offset: u32,
        stored: &[u8],
        report: &mut dyn FnMut(Pgno, TableFinding),
    ) {
        self.stats.chunks += 1;
        let Some(current) = self.current.as_mut().filter(|current| current.id == id) else {
            if self.orphan != Some(id) {
                self.orphan = Some(id);
                report(pgno, TableFinding::OrphanChunk { id });
            }
            return;
        };
        if current.is_done {
            return;
        }
        let size = current.root.size;
        if offset != current.offset || offset >= size {
            current.is_done = true;
            let error = LongValueError::Gap {
                id,
                size,
                offset: current.offset,
            };
            report(pgno, TableFinding::LongValue(error));
            return;
        }
        current.offset = offset + self.tree.chunk_bytes().min(size - offset);
        match self
            .tree
            .decode_chunk(id, &current.root, offset, stored, self.key, &mut self.plain)
        {
            Ok(_) => {}
            Err(LongValueError::NoKey { .. }) => self.stats.encrypted_chunks += 1,
            Err(error) => report(pgno, TableFinding::LongValue(error)),
        }
    }

    /// Behind the last chunk of a value.
    fn end(&mut self, is_certain: bool, report: &mut dyn FnMut(Pgno, TableFinding)) {
        if let Some(Current {
            id,
            pgno,
            root,
            offset,
            is_done: false,
        }) = self.current.take()
            && offset < root.size
            && is_certain
        {
            let error = LongValueError::Gap {
                id,
                size: root.size,
                offset,
            };
            report(pgno, TableFinding::LongValue(error));
        }
    }
}

/// Names the values whose counts are wrong. `unreadable`: parts of the rows and of the long values that were not seen.
fn find(
    tree: LongValues<'_>,
    rows: &Rows<'_>,
    references: &References,
    unreadable: (u64, u64),
    reporter: &mut Reporter<'_>,
) {
    let mut suspects = references.difference.suspects(ID_BYTES);
    rows.each(&mut || (), &mut |_, _, row| {
        let Ok(row) = row else { return };
        each_reference(&row.record, &mut |id| {
            let id = key_bytes(id);
            if suspects.wants(short_hash(&id)) {
                suspects.add(&id, 1);
            }
        });
    });
    each_node(tree.tree(), &mut || (), &mut |_, node| {
        let key = node.key.to_vec();
        if let (Some(LongValueKey::Root(_)), Some(root), false, true) = (
            LongValueKey::parse(&key),
            LongValueRoot::parse(node.data),
            node.flags.is_deleted(),
            suspects.wants(short_hash(&key)),
        ) {
            suspects.take(&key, root.reference_count.into());
        }
    });
    let before = reporter.count;
    let differing = suspects.into_differing();
    for (id, counts) in differing.items {
        let (references, counted) = (counts.left, counts.right);
        let id = Hex(id);
        // References may lie in rows that were not seen, values on pages that were not.
        match counted {
            _ if counted > references && unreadable.0 > 0 => {}
            0 if unreadable.1 > 0 => {}
            0 => reporter.report(
                tree.tree().root(),
                TableFinding::LongValueMissing { id, references },
            ),
            _ => {
                let finding = TableFinding::ReferenceCount {
                    id,
                    references,
                    counted,
                };
                reporter.report(tree.tree().root(), finding);
            }
        }
    }
    if (reporter.count == before || !differing.is_complete) && unreadable == (0, 0) {
        reporter.report(tree.tree().root(), TableFinding::ReferencesDiffer);
    }
}
