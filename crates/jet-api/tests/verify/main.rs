//! Verification: nothing on sound files, every planted fault by its identifier, an end on any bytes.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod fixtures;
mod planted;
mod storm;

use std::sync::Arc;

use jet_api::verify::{Finding, NoProgress, Report, Severity, Verifier};
use jet_api::{Database, JetError};
use jet_io::MemFs;

/// Verifies a file of these bytes.
fn try_verify(bytes: &[u8]) -> Result<(Vec<Finding>, Report), JetError> {
    let fs = Arc::new(MemFs::from_files([("a.edb", bytes.to_vec())]));
    let options = Database::options().file_system(fs).cache_bytes(8 << 20);
    let mut findings = Vec::new();
    let report = Verifier::new(options).workers(2).run(
        "a.edb",
        &mut |finding| findings.push(finding.clone()),
        &mut NoProgress,
    )?;
    Ok((findings, report))
}

fn verify(bytes: &[u8]) -> (Vec<Finding>, Report) {
    try_verify(bytes).unwrap()
}

/// Identifiers of the findings that are no notes, in order, each once.
fn ids(findings: &[Finding]) -> Vec<&'static str> {
    let mut ids: Vec<_> = findings
        .iter()
        .filter(|finding| finding.severity() > Severity::Note)
        .map(Finding::id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
