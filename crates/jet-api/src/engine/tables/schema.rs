//! Tables, columns and indexes that come, go and change; what is known of them.
