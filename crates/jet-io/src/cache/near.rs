//! Memory that is about to be used: the processor is asked for it early, so that it comes while other work goes on.
//!
//! Only hints: nothing is read, no page is latched, and whatever the bytes are by the time of the use is as good as any.

#![cfg_attr(
    all(target_arch = "x86_64", not(miri)),
    expect(unsafe_code, reason = "the instruction takes a pointer")
)]

use jet_pages::Pgno;

use super::{CachedFile, PageCheck};

impl<C: PageCheck> CachedFile<C> {
    /// Asks the processor for the start of page `pgno`, for its byte `at`, and for what the cache knows about the page, if it
    /// is cached.
    #[inline]
    pub fn bring_near(&self, pgno: Pgno, at: usize) {
        if let Some(frame) = self.table.frame(pgno) {
            self.core.frames.bring_near(frame, at);
        }
    }
}

/// Asks the processor for the memory at `place`, which need not be anybody's.
#[inline]
pub(super) fn bring_near<T>(place: *const T) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: the instruction reads nothing that the program could see, and no address makes it fail.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(place.cast()) };
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = place;
}
