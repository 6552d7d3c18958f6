//! Where things lie: the root of the workspace and the folders that tasks use.

use std::env;
use std::path::{Path, PathBuf};

/// The root of the workspace. Cargo names the manifest folder when it runs the task; outside of `cargo run`
/// the folder at build time serves.
pub(crate) fn root() -> PathBuf {
    let manifest_folder = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest_folder
        .parent()
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Programs that tasks install for themselves; goes away with `cargo clean`.
pub(crate) fn tools_folder() -> PathBuf {
    target_folder().join("tools")
}

/// Cargo's build folder.
pub(crate) fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Whether this run belongs to continuous integration, where nothing may be left out.
pub(crate) fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| value != "false" && !value.is_empty())
}
