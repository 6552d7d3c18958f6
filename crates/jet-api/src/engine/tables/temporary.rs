//! Temporary tables.
