//! Edges between crates: only downwards, as drawn in `docs/internals/architecture.md`.
//!
//! A new crate gets its floor here and its line in that page; an edge that does not go down is an error.

use cargo_metadata::{DependencyKind, Metadata};

use super::Finding;

/// The floors, lowest first. A crate may use those on lower floors and none on its own.
const FLOORS: &[&[&str]] = &[
    &["jet-pages", "jet-nls"],
    &["jet-io"],
    &["jet-log"],
    &["jet-btree"],
    &["jet-session"],
    &["jet-isam"],
    &["jet-api"],
    &["jetutil", "jet-capi", "jet-sim", "jet-trace"],
];

/// Only these may use `jet-nls`: what lies between knows no collation.
const NLS_USERS: &[&str] = &["jet-isam", "jet-api", "jetutil"];

/// May be used as a dev-dependency alone; uses what it likes but what stands above the API.
const TEST_CRATE: &str = "jet-test";

/// Used by nobody; uses what it likes.
const TASK_CRATE: &str = "xtask";

/// A crate of the workspace and the crates of the workspace that it uses.
pub(super) struct Crate {
    pub(super) name: String,
    pub(super) uses: Vec<Use>,
}

/// One dependency.
pub(super) struct Use {
    pub(super) name: String,
    pub(super) is_dev: bool,
}

/// The crates of the workspace with the edges among them.
pub(super) fn crates_of(metadata: &Metadata) -> Vec<Crate> {
    let is_member = |name: &str| metadata.packages.iter().any(|package| package.name == name);
    let uses_of = |package: &cargo_metadata::Package| {
        let inside = package
            .dependencies
            .iter()
            .filter(|dependency| is_member(&dependency.name));
        inside
            .map(|dependency| Use {
                name: dependency.name.clone(),
                is_dev: dependency.kind == DependencyKind::Development,
            })
            .collect()
    };
    let packages = metadata.packages.iter();
    packages
        .map(|package| Crate {
            name: package.name.to_string(),
            uses: uses_of(package),
        })
        .collect()
}

/// Every edge that the drawing does not have, and every crate that is not in it.
pub(super) fn check(crates: &[Crate]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for user in crates {
        if floor(&user.name).is_none() && user.name != TEST_CRATE && user.name != TASK_CRATE {
            findings.push(Finding::Error(format!(
                "crate {} has no floor: draw it in docs/internals/architecture.md and in xtask/src/tidy/edges.rs",
                user.name
            )));
        }
        for used in &user.uses {
            if let Some(reason) = refusal(&user.name, used) {
                findings.push(Finding::Error(format!(
                    "{} uses {}: {reason}",
                    user.name, used.name
                )));
            }
        }
    }
    findings
}

/// Why the edge may not be; `None` when it may.
fn refusal(user: &str, used: &Use) -> Option<&'static str> {
    if used.name == TASK_CRATE {
        return Some("nothing uses xtask");
    }
    if user == TASK_CRATE || (used.name == TEST_CRATE && (used.is_dev || user == TEST_CRATE)) {
        return None;
    }
    if used.name == TEST_CRATE {
        return Some("jet-test is for tests: make it a dev-dependency");
    }
    if used.name == "jet-nls" && user != TEST_CRATE && !NLS_USERS.contains(&user) {
        return Some("collation begins at jet-isam");
    }
    if user == "jet-capi" && used.name != "jet-api" && !used.is_dev {
        return Some("the C layer decodes, calls jet-api and encodes; it knows nothing below");
    }
    let below_api = floor("jet-api")
        .zip(floor(&used.name))
        .is_some_and(|(api, used)| used <= api);
    if user == TEST_CRATE {
        return (!below_api).then_some("jet-test uses nothing above jet-api");
    }
    match (floor(user), floor(&used.name)) {
        (Some(user), Some(used)) if used < user => None,
        (None, _) | (_, None) => None, // told once for the crate itself
        _ => Some("edges go downwards only"),
    }
}

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(user: &str, used: &str, is_dev: bool) -> usize {
        let uses = vec![Use {
            name: used.into(),
            is_dev,
        }];
        check(&[Crate {
            name: user.into(),
            uses,
        }])
        .len()
    }

    #[test]
    fn downwards_is_allowed() {
        for (user, used) in [
            ("jet-io", "jet-pages"),
            ("jet-btree", "jet-pages"),
            ("jet-isam", "jet-nls"),
            ("jet-api", "jet-pages"),
            ("jet-capi", "jet-api"),
            ("jetutil", "jet-btree"),
            ("jet-test", "jet-api"),
            ("xtask", "jet-api"),
        ] {
            assert_eq!(findings(user, used, false), 0, "{user} -> {used}");
        }
        assert_eq!(findings("jet-pages", "jet-test", true), 0);
    }

    #[test]
    fn upwards_and_sideways_are_refused() {
        for (user, used) in [
            ("jet-pages", "jet-io"),
            ("jet-log", "jet-btree"),
            ("jet-pages", "jet-nls"),
            ("jet-btree", "jet-nls"),
            ("jetutil", "jet-capi"),
            ("jet-capi", "jet-isam"),
            ("jet-api", "jet-test"),
            ("jet-test", "jet-capi"),
            ("jet-api", "xtask"),
        ] {
            assert_eq!(findings(user, used, false), 1, "{user} -> {used}");
        }
    }

    #[test]
    fn a_crate_outside_the_drawing_is_told() {
        assert_eq!(findings("jet-extra", "jet-pages", false), 1);
    }
}
