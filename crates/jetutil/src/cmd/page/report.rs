//! One page put into words.

use jet_pages::checksum::{self, ChecksumError, PageState};
use jet_pages::findings;
use jet_pages::header::PageHeader;
use jet_pages::space::{ExternalHeader, SpaceLayout, split_buffers};
use jet_pages::{Page, PageError, PageFlags, Pgno};
use serde::Serialize;
use zerocopy::FromBytes as _;

use super::node::NodeReport;
use crate::inspect::{Inspected, Owner, Problem, TreeKind};
use crate::render;

/// Everything about a page.
#[derive(Debug, Serialize)]
pub(super) struct PageReport {
    pub(super) page: u32,
    pub(super) offset: u64,
    /// `initialised`, `never-written`, `empty`, `unreadable` or `cut-off`.
    pub(super) state: &'static str,
    /// What kind of page it is, in words.
    pub(super) kind: String,
    pub(super) owner: Option<Owner>,
    pub(super) checksum: Checksum,
    pub(super) header: Option<Header>,
    pub(super) external_header: Option<External>,
    pub(super) tags: Vec<Tag>,
    pub(super) nodes: Vec<NodeReport>,
    pub(super) findings: Vec<Problem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hex: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Checksum {
    /// `valid`, `bit-flip`, `misplaced`, `mismatch`, `not-initialised` or `cut-off`.
    pub(super) verdict: &'static str,
    pub(super) detail: Option<String>,
    /// The flipped bit, counted from the start of the page.
    pub(super) flipped_bit: Option<u32>,
}

#[derive(Debug, Serialize)]
pub(super) struct Header {
    pub(super) checksum: u64,
    pub(super) dbtime: u64,
    pub(super) prev: u32,
    pub(super) next: u32,
    pub(super) objid: u32,
    pub(super) free_bytes: u16,
    pub(super) uncommitted_free_bytes: u16,
    pub(super) free_offset: u16,
    pub(super) tag_count: usize,
    pub(super) reserved_tags: usize,
    pub(super) flags: u32,
    pub(super) flag_names: Vec<&'static str>,
    pub(super) flush_type: u32,
    /// The page's own number, on large pages.
    pub(super) stored_page: Option<u32>,
}

/// What tag 0 holds.
#[derive(Debug, Serialize)]
pub(super) struct External {
    pub(super) bytes: usize,
    pub(super) hex: String,
    pub(super) space: Option<Space>,
    pub(super) prefix_key: String,
    pub(super) kept_for_splits: Vec<(u32, u32)>,
}

#[derive(Debug, Serialize)]
pub(super) struct Space {
    pub(super) page_count: u32,
    pub(super) parent: u32,
    pub(super) flags: u32,
    /// Roots of the trees of owned and free extents; none for a tree of one extent.
    pub(super) space_trees: Option<(u32, u32)>,
    pub(super) free_bitmap: Option<u32>,
    pub(super) auto_increment: Option<u64>,
}

#[derive(Debug, Serialize)]
pub(super) struct Tag {
    pub(super) tag: usize,
    pub(super) offset: usize,
    pub(super) size: usize,
}

impl PageReport {
    /// The page whose bytes in the file are these.
    pub(super) fn of(file: &Inspected, pgno: Pgno, bytes: &[u8]) -> Self {
        let size = file.raw.page_size();
        let (checksum, mended) = judge(file, pgno, bytes);
        let header = PageHeader::ref_from_prefix(&mended)
            .ok()
            .map(|(header, _)| header);
        let mut report = Self {
            page: pgno.0,
            offset: pgno.file_offset(size),
            state: "initialised",
            kind: String::new(),
            owner: None,
            checksum,
            header: None,
            external_header: None,
            tags: Vec::new(),
            nodes: Vec::new(),
            findings: Vec::new(),
            hex: None,
        };
        match report.checksum.verdict {
            "not-initialised" => {
                (report.state, report.kind) = ("never-written", "never written: all bytes are zero".into());
                return report;
            }
            "cut-off" => {
                (report.state, report.kind) = ("cut-off", "the file ends inside it".into());
                return report;
            }
            _ => {}
        }
        let Some(header) = header else { return report };
        let objid = header.tree();
        let tree = file.tree_kind(objid);
        report.owner = Some(tree.owner(objid));
        report.kind = kind(header.page_flags(), header.tag_count());
        report.header = Some(Header::of(header));
        match Page::new(&mended, pgno, size) {
            Ok(page) => report.fill(&page, tree),
            Err(PageError::NotInitialized { .. }) => report.state = "never-written",
            Err(error) => {
                report.state = "unreadable";
                report.findings.push(Problem {
                    id: findings::PageFinding::Unreadable(error).id().into(),
                    message: error.to_string(),
                });
            }
        }
        report
    }

    fn fill(&mut self, page: &Page<'_>, tree: TreeKind<'_>) {
        if page.flags().contains(PageFlags::EMPTY) {
            self.state = "empty";
        }
        if let (Some(header), Some(large)) = (&mut self.header, page.large_header()) {
            header.stored_page = Some(large.pgno.get());
        }
        self.external_header = External::of(page);
        self.tags = (0..page.header().tag_count())
            .map(|tag| {
                let (size, offset) = page.tag_extent(tag);
                Tag { tag, offset, size }
            })
            .collect();
        self.nodes = (0..page.node_count())
            .map(|index| NodeReport::of(page, index, tree))
            .collect();
        self.findings = findings::check(page)
            .iter()
            .map(|finding| Problem {
                id: finding.id().into(),
                message: finding.to_string(),
            })
            .collect();
    }

    /// Whether nothing is wrong with the page.
    pub(super) fn is_sound(&self) -> bool {
        matches!(self.checksum.verdict, "valid" | "not-initialised") && self.findings.is_empty()
    }
}

/// The checksum, and the bytes with a flipped bit set right.
fn judge(file: &Inspected, pgno: Pgno, bytes: &[u8]) -> (Checksum, Vec<u8>) {
    let size = file.raw.page_size();
    let mut mended = bytes.to_vec();
    let (verdict, detail, flipped_bit) = match checksum::verify(bytes, pgno, size) {
        Ok(PageState::Uninitialized) => ("not-initialised", None, None),
        Ok(_) => ("valid", None, None),
        Err(error) => {
            let flipped = match error {
                ChecksumError::BitFlip { bit, .. } => Some(bit),
                _ => None,
            };
            // Where it cannot be mended, it is shown as it is.
            if flipped.is_some() && checksum::verify_or_correct(&mut mended, pgno, size).is_err() {
                mended.clear();
                mended.extend_from_slice(bytes);
            }
            let verdict = match error {
                ChecksumError::BitFlip { .. } => "bit-flip",
                ChecksumError::Misplaced { .. } => "misplaced",
                ChecksumError::Mismatch { .. } => "mismatch",
                ChecksumError::Truncated { .. } => "cut-off",
            };
            (verdict, Some(error.to_string()), flipped)
        }
    };
    let checksum = Checksum {
        verdict,
        detail,
        flipped_bit,
    };
    (checksum, mended)
}

fn kind(flags: PageFlags, tag_count: usize) -> String {
    if flags.contains(PageFlags::PRE_INIT) && tag_count == 0 {
        return "reserved, not yet formatted".to_owned();
    }
    let place = match (flags.contains(PageFlags::ROOT), flags.contains(PageFlags::LEAF)) {
        (true, true) => "root and only leaf",
        (true, false) => "root",
        (false, true) => "leaf",
        (false, false) if flags.contains(PageFlags::PARENT_OF_LEAF) => "internal page above leaves",
        (false, false) => "internal page",
    };
    let of = match flags.contains(PageFlags::SPACE_TREE) {
        true => " of a space tree of",
        false => " of",
    };
    let given_up = if flags.contains(PageFlags::EMPTY) {
        "given up, was "
    } else {
        ""
    };
    format!("{given_up}{place}{of}")
}

impl Header {
    fn of(header: &PageHeader) -> Self {
        let flags = header.page_flags();
        Self {
            checksum: header.checksum.get(),
            dbtime: header.changed_at().0,
            prev: header.prev().0,
            next: header.next().0,
            objid: header.tree().0,
            free_bytes: header.free_bytes.get(),
            uncommitted_free_bytes: header.uncommitted_free_bytes.get(),
            free_offset: header.free_offset.get(),
            tag_count: header.tag_count(),
            reserved_tags: header.reserved_tags(),
            flags: flags.bits(),
            flag_names: flags.names().collect(),
            flush_type: flags.flush_type(),
            stored_page: None,
        }
    }
}

impl External {
    fn of(page: &Page<'_>) -> Option<Self> {
        let bytes = page.external_header().ok()?;
        let is_space_tree = page.flags().contains(PageFlags::SPACE_TREE);
        let space = (page.is_root() && !is_space_tree)
            .then(|| page.root_header().ok())
            .flatten()
            .map(Space::of);
        let buffers = (page.is_root() && is_space_tree)
            .then(|| split_buffers(bytes).ok())
            .flatten();
        let kept = buffers.into_iter().flatten().flatten();
        Some(Self {
            bytes: bytes.len(),
            hex: render::hex(bytes),
            space,
            prefix_key: render::hex(page.prefix_key()),
            kept_for_splits: kept.map(|extent| (extent.first.0, extent.last().0)).collect(),
        })
    }
}

impl Space {
    fn of(header: ExternalHeader) -> Self {
        let (space_trees, free_bitmap) = match header.layout {
            SpaceLayout::Single { free_bitmap, .. } => (None, Some(free_bitmap)),
            SpaceLayout::Multiple {
                pgno_owned,
                pgno_avail,
            } => (Some((pgno_owned.0, pgno_avail.0)), None),
        };
        Self {
            page_count: header.page_count,
            parent: header.parent.0,
            flags: header.flags,
            space_trees,
            free_bitmap,
            auto_increment: header.auto_increment,
        }
    }
}
