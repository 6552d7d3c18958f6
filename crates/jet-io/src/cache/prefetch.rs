//! Read-ahead: neighbouring pages in one large read, each into its frame.

use std::io::IoSliceMut;

use jet_pages::Pgno;

use super::frames::ExclusiveFrame;
use super::load::{Claim, Ticket};
use super::space::Growth;
use super::{CachedFile, PageCheck, RUN_BYTES_MAX};

impl<C: PageCheck> CachedFile<C> {
    /// Reads those of `pages` that are not cached, neighbours together, and returns how many came in.
    ///
    /// A hint: it waits for no frame and no other thread, writes nothing, brings at most as many pages as half of the cache
    /// holds, and is silent about errors; whoever asks for the page itself gets them.
    pub fn prefetch(&self, pages: &[Pgno]) -> usize {
        let is_wanted = |pgno: &Pgno| pgno.is_some() && self.table.frame(*pgno).is_none();
        let mut wanted: Vec<Pgno> = pages.iter().copied().filter(is_wanted).collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted.truncate(self.core.soft_count as usize / 2);
        let run_pages = (RUN_BYTES_MAX / self.core.page_size.bytes()).max(1);
        let neighbours = wanted.chunk_by(|left, right| left.0.checked_add(1) == Some(right.0));
        neighbours
            .flat_map(|run| run.chunks(run_pages))
            .map(|run| self.prefetch_run(run))
            .sum()
    }

    /// Reads a run of neighbouring pages, in parts where another thread is loading one in the middle.
    fn prefetch_run(&self, run: &[Pgno]) -> usize {
        let mut part = Vec::with_capacity(run.len());
        let mut count = 0;
        for &pgno in run {
            match self.loads.claim(pgno, &self.table) {
                Claim::Mine(ticket) => match self.core.take_frame(self.key(pgno), Growth::No) {
                    Some(frame) => part.push(Awaited {
                        pgno,
                        frame,
                        _ticket: ticket,
                    }),
                    None => break,
                },
                Claim::Theirs(_) | Claim::Cached => count += self.read_part(std::mem::take(&mut part)),
            }
        }
        count + self.read_part(part)
    }

    /// Reads neighbouring pages with one request and enters those that are sound.
    fn read_part(&self, mut part: Vec<Awaited<'_, C::Error>>) -> usize {
        let Some(first) = part.first() else { return 0 };
        let offset = first.pgno.file_offset(self.core.page_size);
        let mut slices: Vec<_> = part
            .iter_mut()
            .map(|page| IoSliceMut::new(&mut page.frame))
            .collect();
        self.core.counters.reads.add(1);
        let whole_pages = match self.file.read_vectored_at(&mut slices, offset) {
            Ok(got) => got / self.core.page_size.bytes(),
            Err(_) => return 0,
        };
        let accept = |page: &mut Awaited<'_, C::Error>| self.accept(page.pgno, &mut page.frame).is_ok();
        let count = part
            .iter_mut()
            .take(whole_pages)
            .filter_map(|page| accept(page).then_some(()))
            .count();
        self.core.counters.prefetched.add(count as u64);
        count
    }
}

/// A page to be read ahead. Dropped, the frame is free for use before the ticket lets others look for it.
struct Awaited<'a, E> {
    pgno: Pgno,
    frame: ExclusiveFrame<'a>,
    _ticket: Ticket<'a, E>,
}
