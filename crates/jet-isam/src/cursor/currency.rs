//! Where a cursor stands.

use std::sync::Arc;

use crate::definition::LiveIndex;

/// Where a cursor stands. Between calls it holds no latch: it knows the entry by its name.
#[derive(Clone, Debug, Default)]
pub struct Currency {
    /// The index; none for the order of the rows themselves.
    pub(crate) index: Option<Arc<LiveIndex>>,
    /// What `key` and `bookmark` are.
    pub(crate) position: Position,
    /// Key of the entry in the index; of the row where there is no index.
    pub(crate) key: Vec<u8>,
    /// Key of the row.
    pub(crate) bookmark: Vec<u8>,
}

/// How a cursor stands to its entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Position {
    /// Before the first entry.
    BeforeFirst,
    /// On the first entry, which was not looked for yet: a cursor that was just opened.
    #[default]
    Opened,
    /// On an entry.
    On,
    /// Between entries, where one of this key would be.
    Near,
    /// Behind the last entry.
    AfterLast,
}
