//! Changing rows: an update is prepared, its columns are set in a copy, and then it is done whole or not at all.

/// An update that is prepared: a copy of a row that columns are set in.
#[derive(Debug)]
pub struct Update {
    level: u8,
}

impl Update {
    /// The level of the transaction at which it was prepared.
    pub(crate) const fn level(&self) -> u8 {
        self.level
    }
}
