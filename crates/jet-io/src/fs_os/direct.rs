//! A second handle of a file, by which writes go past the page cache of the system.
//!
//! Linux copies what is written into its page cache in pieces, and a process that is killed may stop between two of
//! them: of a page of 8 KiB the file then has a half. A direct write (`O_DIRECT`) has no such place. The system hands all of
//! it to the device before it looks for signals again, in however many requests it takes, and waits for
//! the end of them whatever comes.
//!
//! Invariants:
//! - The handle is opened when it is first asked for, so files without large pages have none.
//! - The system keeps both handles coherent: a direct write waits for its page cache to be written and drops what lies in
//!   the way, before and after. Both handles share what a sync brings to the disk.
//! - A file system that refuses is asked once; from then on there is no handle.

use std::fs::{File, OpenOptions};
use std::io::IoSlice;
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::OFlags;
use rustix::io::Errno;

/// The handle for direct writes, if there is one.
#[derive(Debug, Default)]
pub(super) struct Direct {
    handle: OnceLock<Option<File>>,
    is_refused: AtomicBool,
}

impl Direct {
    /// The handle by which `pages` should be written; `None` where a write to `plain` is as good, or all there is.
    pub(super) fn handle_for(&self, plain: &File, pages: &[IoSlice<'_>]) -> Option<&File> {
        let is_large = pages.iter().any(|page| page.len() > PIECE_BYTES);
        let is_aligned = |page: &IoSlice<'_>| {
            page.as_ptr().align_offset(PIECE_BYTES) == 0 && page.len().is_multiple_of(PIECE_BYTES)
        };
        if !is_large || self.is_refused.load(Ordering::Relaxed) || !pages.iter().all(is_aligned) {
            return None;
        }
        self.handle.get_or_init(|| reopen(plain)).as_ref()
    }

    /// Whether the write failed only because it was a direct one. Then there is no handle any more.
    pub(super) fn refuses(&self, error: Errno) -> bool {
        let is_refused = error == Errno::INVAL;
        if is_refused {
            self.is_refused.store(true, Ordering::Relaxed);
        }
        is_refused
    }
}

/// Opens the file of a handle again, whatever its name is by now.
fn reopen(plain: &File) -> Option<File> {
    let mut options = OpenOptions::new();
    options
        .write(true)
        .custom_flags(OFlags::DIRECT.bits().cast_signed());
    options.open(format!("/proc/self/fd/{}", plain.as_raw_fd())).ok()
}

/// Bytes that the system never tears: the smallest piece of its page cache. Also the alignment in memory and in
/// the file that serves every common device.
const PIECE_BYTES: usize = 4096;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Bytes of which some start at a multiple of [`PIECE_BYTES`].
    fn aligned(bytes: &[u8], len: usize) -> &[u8] {
        let start = bytes.as_ptr().align_offset(PIECE_BYTES);
        bytes.get(start..start + len).unwrap()
    }

    /// A file beside the program, and whether its file system takes direct writes.
    fn file() -> (tempfile::TempDir, File, bool) {
        let folder = tempfile::tempdir_in(std::env::current_exe().unwrap().parent().unwrap()).unwrap();
        let file = File::create_new(folder.path().join("a.edb")).unwrap();
        let takes_direct = reopen(&file).is_some();
        (folder, file, takes_direct)
    }

    #[test]
    fn large_aligned_pages_are_written_directly() {
        let (_folder, file, takes_direct) = file();
        let memory = vec![0; 6 * PIECE_BYTES];
        let page = aligned(&memory, 4 * PIECE_BYTES);
        let direct = Direct::default();
        let handle = direct.handle_for(&file, &[IoSlice::new(page)]);
        assert_eq!(handle.is_some(), takes_direct);
        if let Some(handle) = handle {
            let flags = rustix::fs::fcntl_getfl(handle).unwrap();
            assert!(flags.contains(OFlags::DIRECT));
        }
    }

    #[test]
    fn what_cannot_be_torn_or_is_not_aligned_is_written_plainly() {
        let (_folder, file, _) = file();
        let memory = vec![0; 6 * PIECE_BYTES];
        let large = aligned(&memory, 4 * PIECE_BYTES);
        let direct = Direct::default();
        let small = &large[..PIECE_BYTES];
        let shifted = &large[512..512 + 2 * PIECE_BYTES];
        let odd = &large[..2 * PIECE_BYTES + 512];
        assert!(direct.handle_for(&file, &[IoSlice::new(small); 8]).is_none());
        for page in [shifted, odd] {
            let pages = [IoSlice::new(large), IoSlice::new(page)];
            assert!(direct.handle_for(&file, &pages).is_none());
        }
        assert!(direct.handle.get().is_none());
    }

    #[test]
    fn a_file_system_that_refuses_is_not_asked_again() {
        let (_folder, file, _) = file();
        let memory = vec![0; 6 * PIECE_BYTES];
        let pages = [IoSlice::new(aligned(&memory, 2 * PIECE_BYTES))];
        let direct = Direct::default();
        assert!(!direct.refuses(Errno::NOSPC));
        assert!(!direct.is_refused.load(Ordering::Relaxed));
        assert!(direct.refuses(Errno::INVAL));
        assert!(direct.handle_for(&file, &pages).is_none());
    }
}
