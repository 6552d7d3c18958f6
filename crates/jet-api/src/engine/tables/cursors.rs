//! Where cursors stand and go.
