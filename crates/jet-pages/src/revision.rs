//! Format revisions (`update_major` within version 0x620): which engines write them, and what each brought.
//!
//! A file may hold everything that came with its revision or before. Engines are told by their engine format version,
//! the number of `JET_paramEngineFormatVersion`. Source: `docs/format/file-header.md`, "Revisions".

/// One step of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision {
    /// `update_major` of the file header.
    pub revision: u32,
    /// `update_minor` that the engine writes with it.
    pub minor: u32,
    /// First and last engine format version that write this revision; `None` before they were counted.
    pub engine_format: Option<(u32, u32)>,
    /// What came with it; empty where nothing in the database file changed that is known.
    pub brought: &'static str,
}

const fn old(revision: u32, brought: &'static str) -> Revision {
    Revision {
        revision,
        minor: 0,
        engine_format: None,
        brought,
    }
}

const fn new(revision: u32, minor: u32, first: u32, last: u32, brought: &'static str) -> Revision {
    Revision {
        revision,
        minor,
        engine_format: Some((first, last)),
        brought,
    }
}

/// Every revision known, ascending.
#[rustfmt::skip]
pub const REVISIONS: [Revision; 45] = [
    old(0x01, "columns of conditional indexes"),
    old(0x02, "localised text"),
    old(0x03, "split buffers in space trees, callbacks in the catalog"),
    old(0x07, "index segments with full column ids"),
    old(0x08, "marked template columns in records"),
    old(0x0a, "merged branches of the format"),
    old(0x0b, "page checksums that mend single bits"),
    old(0x0c, "index keys longer than 255 bytes"),
    old(0x0d, "space hints, second form of the space header"),
    old(0x0e, "pools of available extents"),
    old(0x0f, "compressed values in records"),
    old(0x10, "compressed long values"),
    old(0x11, "pages of 16 and 32 KiB, chunk sizes of long values"),
    old(0x12, "locale names of indexes"),
    new(20, 0, 8020, 8920, ".NET order of GUIDs; the revision of Windows 8 to Windows 10 1809"),
    new(20, 20, 8940, 8940, "revisions are raised by the log"),
    new(30, 40, 8960, 8960, "auto-increment maximum in the root page"),
    new(40, 60, 8980, 8980, "XPRESS9 compression"),
    new(50, 80, 9000, 9000, "upper-case normalisation of text"),
    new(50, 100, 9020, 9020, ""),
    new(60, 120, 9040, 9040, "escrow columns of 64 bits"),
    new(60, 140, 9060, 9060, ""),
    new(70, 160, 9080, 9080, "long-value ids of 64 bits"),
    new(80, 180, 9100, 9100, "shrinking at the end of the file"),
    new(90, 200, 9120, 9120, ""),
    new(100, 220, 9140, 9160, "root pages that move"),
    new(110, 240, 9180, 9180, "log position of the last change of size"),
    new(120, 260, 9200, 9200, ""),
    new(130, 280, 9220, 9220, ""),
    new(140, 300, 9240, 9240, "shelved pages"),
    new(150, 320, 9260, 9260, "time of the newest log required"),
    new(160, 340, 9280, 9280, ""),
    new(160, 360, 9300, 9320, ""),
    new(170, 380, 9340, 9340, "XPRESS10 compression"),
    new(180, 400, 9360, 9360, ""),
    new(190, 420, 9380, 9380, "revert snapshots"),
    new(200, 440, 9400, 9400, "cache of extent page counts"),
    new(210, 460, 9420, 9420, "LZ4 compression"),
    new(230, 500, 9460, 9500, "time when a root page was set, in the catalog"),
    new(250, 520, 9520, 9520, "second form of the key-value store"),
    new(260, 540, 9540, 9540, "indexes that are filled later"),
    new(270, 560, 9560, 9560, "reserved tags of pages"),
    new(280, 580, 9580, 9580, ""),
    new(290, 600, 9600, 9600, "optionally unique indexes"),
    new(300, 620, 9620, 9620, ""),
];

/// The step that a file with this revision and minor part stands at: the last one that is not newer.
pub fn step(revision: u32, minor: u32) -> Option<&'static Revision> {
    REVISIONS
        .iter()
        .rev()
        .find(|step| (step.revision, step.minor) <= (revision, minor))
}

/// What a file of this revision may hold that one of revision 20 cannot, oldest first.
pub fn brought_since_20(revision: u32) -> impl Iterator<Item = &'static Revision> {
    REVISIONS
        .iter()
        .filter(move |step| step.revision > 20 && step.revision <= revision && !step.brought.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_ascend_and_are_found() {
        assert!(
            REVISIONS
                .windows(2)
                .all(|pair| (pair[0].revision, pair[0].minor) < (pair[1].revision, pair[1].minor))
        );
        let engine = |revision, minor| step(revision, minor).unwrap().engine_format;
        assert_eq!(engine(20, 0), Some((8020, 8920)));
        assert_eq!(engine(20, 20), Some((8940, 8940)));
        assert_eq!(engine(110, 240), Some((9180, 9180)));
        assert_eq!(engine(300, 620), Some((9620, 9620)));
        // Engines that share a revision differ in the minor part.
        assert_eq!(engine(50, 80), Some((9000, 9000)));
        assert_eq!(engine(50, 100), Some((9020, 9020)));
        assert_eq!(step(15, 0).unwrap().engine_format, None);
        assert_eq!(step(0, 0), None);
        assert_eq!(brought_since_20(20).count(), 0);
        assert_eq!(brought_since_20(40).count(), 2);
    }
}
