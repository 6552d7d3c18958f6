//! Phase 1: both copies of the header, the state, and the length of the file.

use jet_pages::Pgno;
use jet_pages::dbheader::{DbState, HeaderSource};
use jet_pages::space::Extent;

use super::finding::Sink;
use crate::RawDatabase;

/// Looks at the header. `owned`: what the database root owns, if that can be told.
pub(super) fn check(raw: &RawDatabase, owned: Option<&[Extent]>, sink: &mut Sink<'_>) {
    match raw.header_source() {
        HeaderSource::Both => {}
        HeaderSource::PrimaryNewer => {
            sink.file(
                "header-copies-differ",
                "the header and its shadow are sound but not the same".into(),
            );
        }
        HeaderSource::PrimaryOnly(error) => {
            sink.file(
                "header-shadow-damaged",
                format!("the shadow of the header cannot be used: {error}"),
            );
        }
        HeaderSource::Shadow(error) => {
            sink.file(
                "header-primary-damaged",
                format!("the header cannot be used: {error}"),
            );
        }
    }
    state(raw, sink);
    length(raw, owned, sink);
}

fn state(raw: &RawDatabase, sink: &mut Sink<'_>) {
    let header = raw.header();
    match header.db_state() {
        DbState::CleanShutdown => {}
        DbState::DirtyShutdown | DbState::DirtyAndPatchedShutdown => {
            let (low, high) = (
                header.generation_min_required.get(),
                header.generation_max_required.get(),
            );
            let logs = if high == 0 {
                "none is named in the header".to_owned()
            } else {
                format!("generations {low:#x} to {high:#x}")
            };
            sink.file(
                "header-dirty",
                format!(
                    "the file was not closed cleanly; what is found below may come from that until its logs are replayed ({logs})"
                ),
            );
        }
        state => sink.file("header-state", format!("the state of the file is {state:?}")),
    }
}

fn length(raw: &RawDatabase, owned: Option<&[Extent]>, sink: &mut Sink<'_>) {
    let page_bytes = u64::from(raw.page_size().bytes_u32());
    let rest = raw.file_bytes() % page_bytes;
    if rest != 0 {
        sink.file(
            "file-partial-page",
            format!(
                "the file has {} bytes: {rest} more than its last whole page",
                raw.file_bytes()
            ),
        );
    }
    let whole_pages = (raw.file_bytes() / page_bytes).saturating_sub(2);
    let owned_last = owned.and_then(|owned| owned.iter().map(Extent::last).max());
    if let Some(last) = owned_last
        && u64::from(last.0) > whole_pages
    {
        sink.page(
            "file-cut",
            Pgno(u32::try_from(whole_pages).unwrap_or(u32::MAX - 1)),
            format!("the file ends with page {whole_pages}, but the database owns pages up to {last}"),
        );
    }
}
