//! Where a commit lies, and who is told how far commits are durable.

use core::fmt;
use std::sync::Arc;

use jet_io::IoError;
use jet_log::{Lgpos, LogObserver};
use jet_pages::dbheader::Signature;

/// Where a commit ended in its log stream. Ids of one stream ascend as commits were logged: once one is durable, all lower
/// ones are.
#[derive(Clone, Copy, Debug)]
pub struct CommitId {
    /// Identity of the stream.
    pub stream: Signature,
    /// Behind the record of the commit.
    pub end: Lgpos,
}

impl CommitId {
    /// The position as one number, in the order of positions: generation, sector, byte.
    pub fn number(&self) -> u64 {
        u64::from(self.end.generation.0) << 32 | u64::from(self.end.sector) << 16 | u64::from(self.end.byte)
    }

    /// Whether this commit is durable when everything before `durable` is. Of another stream nothing is known.
    pub fn is_covered_by(&self, durable: &Self) -> bool {
        self.stream.matches(&durable.stream) && self.end <= durable.end
    }
}

/// Is told how far the commits of instances are durable, by the thread that brought it about. It may call the engine, but
/// not wait for others who do.
pub trait CommitObserver: fmt::Debug + Send + Sync {
    /// Every commit of the instance with this name up to `id` outlives a crash. Calls may overtake one another: the highest
    /// counts.
    fn durable(&self, instance: &str, id: CommitId);

    /// The log of the instance cannot be written any more: what is not durable by now never will be. Told once.
    fn log_unavailable(&self, instance: &str);
}

/// Tells an observer of commits what becomes of the log of one instance.
#[derive(Debug)]
pub(super) struct Teller {
    pub(super) observer: Arc<dyn CommitObserver>,
    pub(super) instance: String,
    pub(super) stream: Signature,
}

impl LogObserver for Teller {
    fn durable(&self, end: Lgpos) {
        let stream = self.stream;
        self.observer.durable(&self.instance, CommitId { stream, end });
    }

    fn down(&self, _: &IoError) {
        self.observer.log_unavailable(&self.instance);
    }
}
