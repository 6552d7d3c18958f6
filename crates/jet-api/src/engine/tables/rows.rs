//! Rows set, read, changed and deleted.
