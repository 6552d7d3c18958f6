//! One finding, and where findings go.

use std::collections::BTreeMap;
use std::path::Path;

use jet_pages::{PageSize, Pgno};
use serde_json::{Value as Json, json};

use super::kinds::Kind;
use crate::Location;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is wrong; it tells what was not looked at, or what to mind.
    Note,
    /// Out of order, but no data is lost and none is read wrongly. Sound files have such.
    Warning,
    /// Data is lost, or would be read or changed wrongly.
    Error,
}

impl Severity {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a verification looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// The file header, its shadow, the length of the file.
    Header,
    /// The checksum of every page.
    Checksums,
    /// Catalog, trees, and which tree owns which page.
    Structure,
    /// Records, values, and keys of rows.
    Rows,
    /// Long values and references to them.
    LongValues,
    /// Entries of secondary indexes against the keys of rows.
    Indexes,
}

impl Phase {
    /// Every phase in order; the last three are gone through table by table.
    pub const ALL: [Self; 6] = [
        Self::Header,
        Self::Checksums,
        Self::Structure,
        Self::Rows,
        Self::LongValues,
        Self::Indexes,
    ];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Checksums => "checksums",
            Self::Structure => "structure",
            Self::Rows => "rows",
            Self::LongValues => "long-values",
            Self::Indexes => "indexes",
        }
    }
}

/// Something that a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its kind: identifier, severity, meaning, advice.
    pub kind: &'static Kind,
    /// The phase that found it.
    pub phase: Phase,
    /// The table that it is about.
    pub table: Option<String>,
    /// The index that it is about.
    pub index: Option<String>,
    /// The page, and its offset in the file.
    pub location: Location,
    /// What is wrong here.
    pub message: String,
}

impl Finding {
    /// Stable identifier of the kind.
    pub const fn id(&self) -> &'static str {
        self.kind.id
    }

    /// How bad it is.
    pub const fn severity(&self) -> Severity {
        self.kind.severity
    }

    /// The finding as one JSON object with the members `id`, `severity`, `phase`, `table`, `index`, `page`, `offset`,
    /// `message` and `advice`; what does not apply is `null`.
    pub fn to_json(&self) -> Json {
        json!({
            "id": self.id(),
            "severity": self.severity().name(),
            "phase": self.phase.name(),
            "table": self.table,
            "index": self.index,
            "page": self.location.pgno,
            "offset": self.location.offset,
            "message": self.message,
            "advice": self.kind.advice,
        })
    }
}

/// `SEVERITY ID (page P at offset O; table T, index I): MESSAGE`.
impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.severity().name(), self.id())?;
        let mut places = Vec::new();
        match (self.location.pgno, self.location.offset) {
            (Some(pgno), Some(offset)) => places.push(format!("page {pgno} at offset {offset}")),
            (None, Some(offset)) => places.push(format!("offset {offset}")),
            _ => {}
        }
        places.extend(self.table.iter().map(|table| format!("table {table:?}")));
        places.extend(self.index.iter().map(|index| format!("index {index:?}")));
        if !places.is_empty() {
            write!(f, " ({})", places.join(", "))?;
        }
        write!(f, ": {}", self.message)
    }
}

/// What findings are counted by.
type Group = (&'static str, Option<String>, Option<String>);

/// Delivers findings, but of each kind, table and index only so many.
pub(super) struct Sink<'f> {
    path: &'f Path,
    page_size: PageSize,
    deliver: &'f mut dyn FnMut(&Finding),
    most: u64,
    groups: BTreeMap<Group, u64>,
    errors: u64,
    warnings: u64,
    notes: u64,
}

/// Number of findings by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Errors.
    pub errors: u64,
    /// Warnings.
    pub warnings: u64,
    /// Notes.
    pub notes: u64,
}

impl<'f> Sink<'f> {
    pub(super) fn new(
        path: &'f Path,
        page_size: PageSize,
        most: u64,
        deliver: &'f mut dyn FnMut(&Finding),
    ) -> Self {
        Self {
            path,
            page_size,
            deliver,
            most,
            groups: BTreeMap::new(),
            errors: 0,
            warnings: 0,
            notes: 0,
        }
    }

    /// A finding about the file as a whole.
    pub(super) fn file(&mut self, id: &'static str, message: String) {
        let location = Location::file(self.path);
        self.put(id, location, None, None, message);
    }

    /// A finding about a page.
    pub(super) fn page(&mut self, id: &'static str, pgno: Pgno, message: String) {
        self.place(id, pgno, None, None, message);
    }

    /// A finding about a page of a table or index.
    pub(super) fn place(
        &mut self,
        id: &'static str,
        pgno: Pgno,
        table: Option<&str>,
        index: Option<&str>,
        message: String,
    ) {
        let location = Location::page(self.path, pgno.0, pgno.file_offset(self.page_size));
        self.put(id, location, table, index, message);
    }

    /// Findings about the file as a whole that are only counted.
    pub(super) fn unlisted(&mut self, id: &'static str, count: u64) {
        if count > 0 {
            *self.groups.entry((id, None, None)).or_default() += count;
        }
        match Kind::of(id).map(|kind| kind.severity) {
            Some(Severity::Error) => self.errors += count,
            Some(Severity::Warning) => self.warnings += count,
            Some(Severity::Note) | None => self.notes += count,
        }
    }

    fn put(
        &mut self,
        id: &'static str,
        location: Location,
        table: Option<&str>,
        index: Option<&str>,
        message: String,
    ) {
        #[expect(
            clippy::expect_used,
            reason = "a test asks for every identifier of every layer"
        )]
        let kind = Kind::of(id).expect("an identifier that is listed");
        match kind.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Note => self.notes += 1,
        }
        let group = (id, table.map(str::to_owned), index.map(str::to_owned));
        let count = self.groups.entry(group).or_default();
        *count += 1;
        if *count > self.most {
            return;
        }
        let finding = Finding {
            kind,
            phase: kind.phase,
            table: table.map(str::to_owned),
            index: index.map(str::to_owned),
            location,
            message,
        };
        (self.deliver)(&finding);
    }

    /// Says of what there was more than was delivered, and returns the totals and the number of findings by identifier.
    pub(super) fn finish(mut self) -> (Totals, BTreeMap<&'static str, u64>) {
        let mut by_id = BTreeMap::new();
        for ((id, table, index), count) in core::mem::take(&mut self.groups) {
            *by_id.entry(id).or_default() += count;
            if count > self.most {
                let message = format!("{} more of {id} are not listed", count - self.most);
                let location = Location::file(self.path);
                self.put(
                    "more-findings",
                    location,
                    table.as_deref(),
                    index.as_deref(),
                    message,
                );
            }
        }
        let totals = Totals {
            errors: self.errors,
            warnings: self.warnings,
            notes: self.notes,
        };
        (totals, by_id)
    }
}
