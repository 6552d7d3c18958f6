//! Format version of a file and the engine that wrote it.

use jet_pages::dbheader::{DbHeader, NEWEST_KNOWN_REVISION};
use jet_pages::revision::{self, Revision};
use serde::Serialize;

use super::windows;

/// Version and revision of the format.
#[derive(Debug, Serialize)]
pub(super) struct Format {
    version: u32,
    revision: u32,
    minor: u32,
    created_version: u32,
    created_revision: u32,
    /// Engine format versions that write this revision, first and last.
    engine_format: Option<(u32, u32)>,
    /// Newest format that the attaching engine knew.
    engine_format_max: u32,
    /// Whether the revision is one that is known here.
    known: bool,
    /// What files of this revision may hold that those of revision 20 may not.
    may_hold: Vec<Feature>,
}

#[derive(Debug, Serialize)]
struct Feature {
    revision: u32,
    what: &'static str,
}

/// Who last attached the file.
#[derive(Debug, Serialize)]
pub(super) struct Engine {
    major: u32,
    minor: u32,
    build: u32,
    service_pack: u32,
    product: Option<&'static str>,
    caveat: Option<&'static str>,
    /// `esent` (part of Windows), `ese` (Exchange and others), or unknown: old files do not say.
    kind: Option<&'static str>,
}

impl Format {
    pub(super) fn of(header: &DbHeader) -> Self {
        let (revision, minor) = (header.update_major.get(), header.update_minor.get());
        let feature = |step: &Revision| Feature {
            revision: step.revision,
            what: step.brought,
        };
        Self {
            version: header.version.get(),
            revision,
            minor,
            created_version: header.create_version.get(),
            created_revision: header.create_update.get(),
            engine_format: revision::step(revision, minor)
                .filter(|step| step.revision == revision)
                .and_then(|step| step.engine_format),
            engine_format_max: header.engine_format_max.get(),
            known: revision <= NEWEST_KNOWN_REVISION,
            may_hold: revision::brought_since_20(revision).map(feature).collect(),
        }
    }

    pub(super) fn text(&self) -> String {
        let engine = match self.engine_format {
            Some((first, last)) if first == last => format!(", engine format {first}"),
            Some((first, last)) => format!(", engine format {first} to {last}"),
            None => String::new(),
        };
        let known = if self.known {
            ""
        } else {
            " (newer than any that is known here)"
        };
        format!(
            "{:#x}, revision {}.{}{engine}{known}; created as revision {}",
            self.version, self.revision, self.minor, self.created_revision
        )
    }

    pub(super) fn features(&self) -> String {
        let all: Vec<&str> = self.may_hold.iter().map(|feature| feature.what).collect();
        all.join(", ")
    }
}

impl Engine {
    pub(super) fn of(header: &DbHeader) -> Self {
        let (major, minor, build) = (
            header.os_major.get(),
            header.os_minor.get(),
            header.os_build.get(),
        );
        Self {
            major,
            minor,
            build,
            service_pack: header.os_service_pack.get(),
            product: windows::product(build),
            caveat: windows::caveat(major, minor, build),
            kind: match header.db_flags.get() >> 24 & 3 {
                1 => Some("esent"),
                2 => Some("ese"),
                _ => None,
            },
        }
    }

    pub(super) fn text(&self) -> String {
        let product = self.product.map_or(String::new(), |name| format!(", {name}"));
        let caveat = self.caveat.map_or(String::new(), |caveat| format!(" ({caveat})"));
        format!("{}.{}.{}{product}{caveat}", self.major, self.minor, self.build)
    }
}
