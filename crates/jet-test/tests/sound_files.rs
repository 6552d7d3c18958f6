//! The checks find nothing in databases that were shut down cleanly, but for what is known of some.

#![allow(clippy::unwrap_used)]

use jet_test::check::check;
use jet_test::fixtures;

/// What is known, by file: id and page. All of it in one database that Windows itself repaired: the repair made some
/// trees anew and gave up the pages of the old ones, and put a new root above an old one whose flag stayed.
const KNOWN: &[(&str, &[(&str, u32)])] = &[(
    "wsearch-win10-repaired.edb",
    &[
        ("space-leaked", 29),
        ("space-leaked", 43),
        ("space-leaked", 60),
        ("space-leaked", 63),
        ("tree-root-below", 147),
    ],
)];

#[test]
fn clean_databases_have_no_findings() {
    let mut is_wrong = false;
    for fixture in fixtures::clean() {
        let findings = check(fixture.bytes());
        let found: Vec<_> = findings
            .iter()
            .map(|finding| (finding.id, finding.pgno.0))
            .collect();
        let known = KNOWN.iter().find(|(name, _)| *name == fixture.name());
        if found != known.map_or(&[][..], |(_, known)| known) {
            println!("{}: {findings:#?}", fixture.name());
            is_wrong = true;
        }
    }
    assert!(!is_wrong);
}
