//! A whole file once, front to back, on several threads and past the cache: for verifying checksums, for
//! copying, for statistics.
//!
//! Every worker reads the next chunk into a buffer of its own and works on it at once, so reading and
//! working overlap without a queue between them, and the memory in use is one chunk per worker.

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::Arc;
use std::thread;

use jet_pages::{PageSize, Pgno};

use crate::{Advice, File, IoError};

/// Reads all pages of a file in large chunks.
#[derive(Clone, Debug)]
pub struct ScanReader {
    file: Arc<dyn File>,
    page_size: PageSize,
    page_count: u32,
    partial_bytes: usize,
}

/// Neighbouring pages, as the file has them.
#[derive(Debug)]
pub struct ScanChunk<'b> {
    /// Number of the first page.
    pub first_pgno: Pgno,
    /// Size of the pages.
    pub page_size: PageSize,
    /// The pages, one after the other; aligned to 4 KiB. The file is not changed by changing them here.
    pub bytes: &'b mut [u8],
}

impl ScanChunk<'_> {
    /// The pages one by one, with their numbers.
    pub fn pages(&mut self) -> impl Iterator<Item = (Pgno, &mut [u8])> {
        let numbers = (self.first_pgno.0..=u32::MAX).map(Pgno);
        numbers.zip(self.bytes.chunks_exact_mut(self.page_size.bytes()))
    }
}

/// Why a scan ended early.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ScanError<E> {
    /// The file could not be read.
    #[error(transparent)]
    Io(#[from] IoError),
    /// The work on a chunk failed.
    #[error("work on the pages from {first_pgno} on failed")]
    Work {
        /// First page of the chunk.
        first_pgno: Pgno,
        /// What the work reported.
        source: E,
    },
}

impl ScanReader {
    /// A scan of the pages that `file` has now, from page 1; the two header pages before it are left out.
    ///
    /// # Errors
    /// When the length cannot be found out.
    pub fn new(file: Arc<dyn File>, page_size: PageSize) -> Result<Self, IoError> {
        let len = file.len()?.saturating_sub(Pgno(1).file_offset(page_size));
        let page_bytes = u64::from(page_size.bytes_u32());
        // No database has more pages than there are numbers; what lies beyond is none.
        let page_count = u32::try_from(len / page_bytes).unwrap_or(u32::MAX);
        let partial_bytes = usize::try_from(len % page_bytes).unwrap_or(0);
        Ok(Self {
            file,
            page_size,
            page_count,
            partial_bytes,
        })
    }

    /// Number of whole pages after the headers.
    pub fn page_count(&self) -> u32 {
        self.page_count
    }

    /// Bytes after the last whole page; not 0 only in a file that was cut.
    pub fn partial_bytes(&self) -> usize {
        self.partial_bytes
    }

    /// Passes every chunk to `work`, on `workers` threads (at least one), and returns the state of each
    /// worker. Chunks are handed out in order; `start` makes the state of one worker.
    ///
    /// # Errors
    /// That of the first chunk in the file for which reading or `work` failed. Workers end with the
    /// chunk that they are at then.
    pub fn run<S, E>(
        &self,
        workers: usize,
        start: impl Fn() -> S + Sync,
        work: impl Fn(&mut S, ScanChunk<'_>) -> Result<(), E> + Sync,
    ) -> Result<Vec<S>, ScanError<E>>
    where
        S: Send,
        E: Send,
    {
        self.file.advise(Advice::Sequential, 0, 0);
        let progress = Progress {
            next: AtomicU32::new(0),
            failed: AtomicBool::new(false),
        };
        let outcomes: Vec<_> = thread::scope(|scope| {
            let one_worker = || {
                let mut state = start();
                self.work_off(&progress, |chunk| work(&mut state, chunk))
                    .map(|()| state)
            };
            let others: Vec<_> = (1..workers.min(self.chunk_count()))
                .map(|_| scope.spawn(one_worker))
                .collect();
            let first = one_worker();
            let joined = others.into_iter().map(|worker| match worker.join() {
                Ok(outcome) => outcome,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            std::iter::once(first).chain(joined).collect()
        });
        let mut states = Vec::new();
        let mut first_failure: Option<(u32, ScanError<E>)> = None;
        for outcome in outcomes {
            match outcome {
                Ok(state) => states.push(state),
                Err(failure) => match &first_failure {
                    Some(first) if first.0 <= failure.0 => {}
                    _ => first_failure = Some(failure),
                },
            }
        }
        first_failure.map_or(Ok(states), |(_, error)| Err(error))
    }

    /// One worker: takes chunk after chunk until none is left or some worker failed. An error comes with
    /// the number of its chunk. As numbers are given in order and every worker finishes its chunk, the
    /// lowest of these numbers is that of the first chunk that fails.
    fn work_off<E>(
        &self,
        progress: &Progress,
        mut work: impl FnMut(ScanChunk<'_>) -> Result<(), E>,
    ) -> Result<(), (u32, ScanError<E>)> {
        let chunk_pages = self.chunk_pages();
        let mut memory = vec![0; CHUNK_BYTES + ALIGN];
        let start = memory.as_ptr().align_offset(ALIGN).min(ALIGN);
        while !progress.failed.load(Ordering::Relaxed) {
            let number = progress.next.fetch_add(1, Ordering::Relaxed);
            let Some(before) = number
                .checked_mul(chunk_pages)
                .filter(|before| *before < self.page_count)
            else {
                break;
            };
            let first_pgno = Pgno(before + 1);
            let len = chunk_pages.min(self.page_count - before) as usize * self.page_size.bytes();
            let bytes = memory.get_mut(start..start + len).unwrap_or_default();
            let outcome = self
                .file
                .read_exact_at(bytes, first_pgno.file_offset(self.page_size))
                .map_err(ScanError::Io)
                .and_then(|()| {
                    let chunk = ScanChunk {
                        first_pgno,
                        page_size: self.page_size,
                        bytes,
                    };
                    work(chunk).map_err(|source| ScanError::Work { first_pgno, source })
                });
            if let Err(error) = outcome {
                progress.failed.store(true, Ordering::Relaxed);
                return Err((number, error));
            }
        }
        Ok(())
    }

    fn chunk_pages(&self) -> u32 {
        CHUNK_BYTES_U32 / self.page_size.bytes_u32()
    }

    fn chunk_count(&self) -> usize {
        self.page_count.div_ceil(self.chunk_pages()) as usize
    }
}

/// What the workers of one scan share.
struct Progress {
    next: AtomicU32,
    failed: AtomicBool,
}

/// Bytes of a chunk: large enough that a read costs little beside its bytes, small enough for a second-level
/// cache to keep them until they are worked on.
const CHUNK_BYTES_U32: u32 = 1024 * 1024;
const CHUNK_BYTES: usize = CHUNK_BYTES_U32 as usize;
const ALIGN: usize = 4096;
