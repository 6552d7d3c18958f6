//! The kinds of findings: identifier, severity, what it means, what to do.
//!
//! Identifiers are stable: programs may decide by them. `docs/operations/verify.md` lists them all.

use super::Phase::{self, Checksums, Header, Indexes, LongValues, Rows, Structure};
use super::Severity::{self, Error, Note, Warning};

/// A kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Stable identifier.
    pub id: &'static str,
    /// The phase that finds it.
    pub phase: Phase,
    /// How bad it is.
    pub severity: Severity,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// What to do.
    pub advice: &'static str,
}

impl Kind {
    /// The kind of this identifier.
    pub fn of(id: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.id == id)
    }
}

const RESTORE: &str =
    "restore the page from a backup or a replica, or export what can be read with `jetutil dump`";
const REBUILD: &str = "rows are not touched: delete the index and create it anew";
const EXPORT: &str = "export the table with `jetutil dump`, or restore a backup";
const NOTHING: &str = "nothing: it does no harm";
const LOGS: &str = "replay the logs of the database before judging it";

const fn kind(
    id: &'static str,
    phase: Phase,
    severity: Severity,
    meaning: &'static str,
    advice: &'static str,
) -> Kind {
    Kind {
        id,
        phase,
        severity,
        meaning,
        advice,
    }
}

/// Every kind of finding.
#[rustfmt::skip]
pub const KINDS: &[Kind] = &[
    kind("header-dirty", Header, Note, "the file was not closed cleanly; its pages may be of different moments", LOGS),
    kind("header-state", Header, Warning, "the file is in a state that no finished operation leaves", LOGS),
    kind("header-primary-damaged", Header, Error, "the file header is damaged; its shadow was used", "restore the header page from the shadow, which is the next page"),
    kind("header-shadow-damaged", Header, Warning, "the shadow of the file header is damaged", "attach and detach the database once: both copies are written anew"),
    kind("header-copies-differ", Header, Warning, "the file header and its shadow are both sound but differ: a write of them was interrupted", "nothing: the first one counts, and the next write makes them equal"),
    kind("header-objid", Header, Warning, "the catalog uses an object id above the highest that the header has handed out", "do not create objects in this file before the header is mended"),
    kind("file-cut", Header, Error, "the file ends before the pages that the database owns", "take another copy of the file: the rest of it is lost here"),
    kind("file-partial-page", Header, Warning, "the length of the file is no whole number of pages", "compare the length with that of the original file"),
    kind("page-bit-flip", Checksums, Error, "one bit of a page is wrong; the page is read as if it were right", "copy the database with a tool that mends it, and look for bad memory or a bad disk"),
    kind("page-checksum", Checksums, Error, "a page is damaged beyond mending", RESTORE),
    kind("page-misplaced", Checksums, Error, "a page holds the content of another page: a write went to the wrong place", RESTORE),
    kind("page-newer-than-header", Checksums, Warning, "pages were changed after the moment that the header of this cleanly closed file names: it is a copy taken while the file was in use", "take a copy while the file is not in use, or with a volume snapshot"),
    kind("file-unreadable", Checksums, Error, "the system could not read a part of the file", "look into the log of the system for errors of the disk"),
    kind("catalog-unreadable", Structure, Error, "the catalog cannot be read, or a part of it", "the shadow catalog was used where it could; export what can be read with `jetutil dump`"),
    kind("catalog-row", Structure, Error, "a row of the catalog is damaged", EXPORT),
    kind("catalog-from-shadow", Structure, Warning, "rows were taken from the shadow catalog", EXPORT),
    kind("catalog-orphan", Structure, Warning, "the catalog has parts of a table that it does not have", NOTHING),
    kind("catalog-column", Structure, Error, "the columns of a table make no sense", EXPORT),
    kind("catalog-index", Structure, Error, "the definition of an index is damaged", REBUILD),
    kind("catalog-no-template", Structure, Error, "the template of a derived table is missing", EXPORT),
    kind("catalog-shadow-differs", Structure, Warning, "the catalog and its shadow differ", "nothing: the first one counts"),
    kind("tree-root", Structure, Error, "a tree cannot be opened", EXPORT),
    kind("tree-page-unreadable", Structure, Error, "a tree loses what lies on or below a page that cannot be read", EXPORT),
    kind("tree-link-beyond-file", Structure, Error, "a tree names a page behind the end of the file", EXPORT),
    kind("tree-foreign-page", Structure, Error, "a tree names a page that belongs to another tree", EXPORT),
    kind("tree-circle", Structure, Error, "the links of a tree run in a circle", EXPORT),
    kind("tree-page-reached-twice", Structure, Error, "two ways lead to one page", EXPORT),
    kind("tree-level", Structure, Error, "a page lies on a level of its tree where its flags do not fit", EXPORT),
    kind("tree-flags", Structure, Error, "a page has the flags of another kind of tree", EXPORT),
    kind("tree-separator", Structure, Error, "keys of a page do not fit the separators above it: seeking misses them", EXPORT),
    kind("tree-no-infinity", Structure, Error, "the last separator of a level is not the empty key", EXPORT),
    kind("tree-sibling", Structure, Error, "a leaf names a neighbour that is not its neighbour: walking in order misses rows or repeats them", EXPORT),
    kind("tree-root-below", Structure, Warning, "a page below the root of a tree has the mark of a root: repairs leave such", NOTHING),
    kind("tree-empty-leaf", Structure, Error, "a leaf has no nodes, not even deleted ones", NOTHING),
    kind("page-not-initialized", Structure, Error, "a page that a tree names was never written", RESTORE),
    kind("page-tag-count", Structure, Error, "a page counts more pieces than it has room for", RESTORE),
    kind("page-tag-out-of-bounds", Structure, Error, "a piece of a page lies outside of it", RESTORE),
    kind("page-child-malformed", Structure, Error, "a node of an internal page names no page", RESTORE),
    kind("page-space-header", Structure, Error, "the space header of a root page makes no sense", RESTORE),
    kind("page-truncated", Structure, Error, "the file ends within a page", RESTORE),
    kind("page-node-malformed", Structure, Error, "a node of a page makes no sense", RESTORE),
    kind("page-wrong-number", Structure, Error, "a page names another page number", RESTORE),
    kind("page-flags", Structure, Error, "the flags of a page contradict each other", RESTORE),
    kind("page-free-bytes", Structure, Error, "the count of free bytes of a page is wrong", RESTORE),
    kind("page-uncommitted-free", Structure, Error, "a page has more uncommitted free bytes than free ones", RESTORE),
    kind("page-free-offset", Structure, Error, "the end of the used part of a page is wrong", RESTORE),
    kind("page-overlap", Structure, Error, "two pieces of a page share bytes", RESTORE),
    kind("page-key-order", Structure, Error, "the keys of a page are out of order: seeking misses some", RESTORE),
    kind("page-empty-key", Structure, Error, "a node without a key", RESTORE),
    kind("page-no-data", Structure, Error, "a node without data", RESTORE),
    kind("page-deleted-child", Structure, Error, "a deleted node on an internal page", RESTORE),
    kind("page-no-children", Structure, Error, "an internal page without children", RESTORE),
    kind("page-internal-siblings", Structure, Error, "an internal page that names siblings", RESTORE),
    kind("page-not-an-extent", Structure, Error, "a node of a space tree is no extent", RESTORE),
    kind("space-unreadable", Structure, Error, "the space of a tree cannot be read", EXPORT),
    kind("space-doubly-owned", Structure, Error, "two owners have one page: a write for one destroys the other", EXPORT),
    kind("space-overlap", Structure, Error, "two extents of a tree share pages", EXPORT),
    kind("space-owned-by-two", Structure, Error, "two trees own the same pages: a write for one destroys the other", EXPORT),
    kind("space-not-owned", Structure, Error, "a tree uses a page that it does not own, or calls it free", EXPORT),
    kind("space-outside-parent", Structure, Error, "a tree owns pages that its parent does not own, or calls free", EXPORT),
    kind("space-no-parent", Structure, Error, "a tree names a parent that is none", EXPORT),
    kind("space-beyond-file", Structure, Error, "a tree owns pages behind the end of the file", "take another copy of the file: the rest of it is lost here"),
    kind("space-leaked", Structure, Warning, "pages are owned but neither used nor free: nobody can use them", "nothing: it costs only space, and a defragmentation wins it back"),
    kind("row-record", Rows, Error, "a record contradicts itself or its table", EXPORT),
    kind("row-value", Rows, Error, "a value cannot be decompressed or decrypted", EXPORT),
    kind("row-value-length", Rows, Warning, "a value has a length that its type does not have", NOTHING),
    kind("row-null", Rows, Warning, "a column that must have a value is NULL: it may have been added to the table after the row", "set a value"),
    kind("row-key", Rows, Error, "the key of a row is not the one that its values make: seeking misses the row", EXPORT),
    kind("compare-incomplete", Rows, Warning, "parts cannot be read, so what they hold was not compared", "see the findings about these pages"),
    kind("lv-root", LongValues, Error, "the root of a long value is damaged", EXPORT),
    kind("lv-key", LongValues, Error, "a key of the long-value tree names no value", EXPORT),
    kind("lv-gap", LongValues, Error, "a part of a long value is missing", EXPORT),
    kind("lv-chunk", LongValues, Error, "a chunk of a long value cannot be decoded", EXPORT),
    kind("lv-orphan-chunk", LongValues, Error, "pieces of a long value have no root", EXPORT),
    kind("lv-missing", LongValues, Error, "rows refer to a long value that does not exist", EXPORT),
    kind("lv-refcount", LongValues, Error, "a long value counts more or fewer references than there are: deleting a row may destroy the value of another", EXPORT),
    kind("lv-unreferenced", LongValues, Warning, "no row refers to a long value", "nothing: it costs only space"),
    kind("index-definition", Indexes, Error, "the definition of an index does not fit its table", REBUILD),
    kind("index-uniqueness", Indexes, Error, "definition and tree of an index disagree whether keys are unique", REBUILD),
    kind("index-row-refused", Indexes, Error, "a row has values that an index does not allow", REBUILD),
    kind("index-missing-entry", Indexes, Error, "a row has no entry in an index: seeking misses it", REBUILD),
    kind("index-extra-entry", Indexes, Error, "an index has an entry that no row should have", REBUILD),
    kind("index-differs", Indexes, Error, "an index does not hold the keys of the rows", REBUILD),
    kind("index-not-reproduced", Indexes, Note, "keys of an index are not made here, so only the number of entries of these rows was compared", NOTHING),
    kind("index-deferred", Indexes, Note, "the engine fills the index later; it was not compared", NOTHING),
    kind("values-encrypted", Rows, Note, "encrypted values were not looked into: no key was given", "give the key to look into them"),
    kind("more-findings", Structure, Note, "there are more findings of one kind than are listed", "mend these first"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_unique() {
        let mut ids: Vec<_> = KINDS.iter().map(|kind| kind.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), KINDS.len());
    }

    #[test]
    fn the_documentation_lists_every_kind() {
        let text = include_str!("../../../../docs/operations/verify.md");
        for kind in KINDS {
            let line = format!("| `{}` | {} |", kind.id, kind.severity.name());
            assert!(text.contains(&line), "{line} is missing");
        }
    }
}
